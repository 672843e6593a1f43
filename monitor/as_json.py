"""Write an answer as one JSON value: dataclasses field by field, enums as text, times ISO 8601, bytes base64."""

import json
import re
from base64 import b64encode
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

# JSON leaves these as they are, a terminal does not; outside of strings they cannot occur.
_ACTING = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def to_json(value: object, *, escaped: bool = False, indent: int | None = 2) -> str:
    """Return a value of answers.py or model.py as JSON text, readable and harmless on a terminal.

    `escaped` writes it in ASCII, for streams that cannot write every letter; without `indent` it is one line.
    """
    text = json.dumps(plain(value), ensure_ascii=escaped, indent=indent)
    return _ACTING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def plain(value: object) -> Any:
    """Return a value in what JSON knows. Raises TypeError for what has no form in it."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, bytes):
        return b64encode(value).decode("ascii")
    if value is None or isinstance(value, str | int | float | Path):
        return str(value) if isinstance(value, str | Path) else value
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no form in JSON")
