"""The forms that parameters of the API may have: how each is read, and its JSON Schema, side by side.

A reader raises ValueError for what has not the form; whether it means anything is asked later.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

LARGEST = 2**63 - 1  # a number that a database can hold
LONGEST = 1000  # characters of a query
MOST_VALUES = 20  # of one filter


@dataclass(frozen=True, slots=True)
class Form:
    """What a parameter takes, in words and as JSON Schema; `several` values are parted by commas."""

    read: Callable[[str], Any]
    schema: Mapping[str, Any]
    takes: str
    several: bool = False


def whole(least: int, most: int, default: int | None = None) -> Form:
    """Return the form of a whole number, in digits."""

    def read(given: str) -> int:
        if not re.fullmatch(r"[0-9]{1,19}", given) or not least <= int(given) <= most:
            raise ValueError(given)
        return int(given)

    standard = {} if default is None else {"default": default}
    schema = {"type": "integer", "minimum": least, "maximum": most, **standard}
    return Form(read, schema, f"a whole number from {least} to {most}")


def share(default: float) -> Form:
    """Return the form of a number from 0 to 1."""

    def read(given: str) -> float:
        if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?", given) or not 0 <= float(given) <= 1:
            raise ValueError(given)
        return float(given)

    return Form(read, {"type": "number", "minimum": 0, "maximum": 1, "default": default}, "a number from 0 to 1")


def flag() -> Form:
    """Return the form of a choice that is off unless said."""
    known = {"true": True, "false": False}

    def read(given: str) -> bool:
        if given not in known:
            raise ValueError(given)
        return known[given]

    return Form(read, {"type": "boolean", "default": False}, "true or false")


def word(words: type[StrEnum], default: StrEnum | None = None) -> Form:
    """Return the form of one word of a closed set."""
    standard = {} if default is None else {"default": str(default)}
    return Form(
        words, {"type": "string", "enum": [str(one) for one in words], **standard}, f"one of {', '.join(words)}"
    )


def text(pattern: str, takes: str, most: int = LONGEST) -> Form:
    """Return the form of a text: `pattern`, anchored, reads the same in Python and in ECMAScript."""
    exact = re.compile(pattern)

    def read(given: str) -> str:
        if len(given) > most or not exact.fullmatch(given) or not _is_unicode(given):
            raise ValueError(given)
        return given

    return Form(read, {"type": "string", "pattern": pattern, "maxLength": most}, takes)


def listed(one: Form) -> Form:
    """Return the form of several, parted by commas."""

    def read(given: str) -> tuple[Any, ...]:
        parts = given.split(",")
        if len(parts) > MOST_VALUES:
            raise ValueError(given)
        return tuple(one.read(part) for part in parts)

    schema = {"type": "array", "items": one.schema, "minItems": 1, "maxItems": MOST_VALUES}
    return Form(read, schema, f"{one.takes}; or up to {MOST_VALUES} of these, parted by commas", several=True)


def _is_unicode(given: str) -> bool:
    """Say whether a text has no half of a surrogate pair, which no database takes."""
    return not re.search("[\ud800-\udfff]", given)


NUMBER = whole(1, LARGEST)
QUERY = text(r"^[^\u0000]*$", f"a query as in the search, of at most {LONGEST} characters")
URL = text(r"^https?://[^\u0000-\u0020\u007f]+$", "an address, from http:// or https:// on", 2000)
# Without quotes of any kind, since the search reads all of them as one (core/query.py).
_LETTER = '",“”„‟«»＂\\u0000-\\u001f\\u007f'
NAME = text(rf"^[^{_LETTER}\u0020][^{_LETTER}]*$", "a name or key, without quotes", 100)
LANGUAGE = text(r"^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$", "a language tag such as es or pt-BR", 35)
CURSOR = text(r"^[!-~]+$", "what `next` of the answer before says")
_CLOCK = r"T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?"
WHEN = text(
    rf"^([0-9]{{1,4}}[mhdw]|[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}({_CLOCK})?)$",
    "a time like 2026-11-16 or 2026-11-16T14:05Z, or how long ago, like 90m, 24h, 7d",
    40,
)
