"""Carry requests and readings between processes as checked JSON, so that a worker can send data and nothing else.

A frame is two big-endian 32-bit lengths, then that much JSON, then that much body. Unlike pickle, nothing that
arrives can name code: values become one of four dataclasses, whose fields are checked against their types.
"""

import json
import math
import struct
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, cast, get_args, get_origin, get_type_hints

from monitor.interfaces import Extraction, PageReading, ParsedFeed, ReadFailure, Reading, ReadRequest

HEAD = struct.Struct(">II")
LONGEST = 256 << 20  # bytes of a request
LONGEST_ANSWER = 16 << 20  # bytes of a reading: a feed of 10 MB says less, and the parent takes it apart in 0.3 s
_LARGEST = (1 << 63) - 1  # what databases hold
_READINGS: Mapping[str, type] = {kind.__name__: kind for kind in (ParsedFeed, Extraction, PageReading, ReadFailure)}
_NULL = None.__class__


class WireError(ValueError):
    """What arrived is not what may be sent."""


def pack_request(request: ReadRequest) -> bytes:
    """Return the frame of a request; its body travels as it is."""
    values = {name: value for name, value in _plain(request).items() if name != "body"}
    return _frame(values, request.body)


def unpack_request(head: bytes, body: bytes) -> ReadRequest:
    """Return the request in a frame. Raises WireError."""
    return cast(ReadRequest, _build(ReadRequest, {**_load(head), "body": body}))


def pack_reading(reading: Reading) -> bytes:
    """Return the frame of a reading, or of a failure when it is longer than the parent would take.

    Lone surrogates become question marks, zero characters replacement characters: databases refuse both.
    """
    frame = _frame({"is": type(reading).__name__, **_plain(reading)}, b"")
    if len(frame) <= LONGEST_ANSWER:
        return frame
    return pack_reading(ReadFailure("error", f"a reading of {len(frame)} bytes is longer than any article or feed"))


def unpack_reading(head: bytes) -> Reading:
    """Return the reading in a frame. Raises WireError for anything but one of the four kinds, rightly typed."""
    values = _load(head)
    kind = _READINGS.get(str(values.pop("is", None)))
    if kind is None:
        raise WireError("no kind of reading")
    return cast(Reading, _build(kind, values))


def pack_ready(held: tuple[str, ...]) -> bytes:
    """Return the frame with which a worker says that it is ready, and what it gave up."""
    return _frame({"ready": list(held)}, b"")


def unpack_ready(head: bytes) -> tuple[str, ...]:
    """Return what a ready worker gave up. Raises WireError."""
    return tuple(_tuple((str, Ellipsis), _load(head).get("ready")))


def lengths(head: bytes, longest: int = LONGEST) -> tuple[int, int]:
    """Return the two lengths at the start of a frame. Raises WireError when together they are beyond `longest`."""
    first, second = HEAD.unpack(head)
    if first + second + HEAD.size > longest:
        raise WireError(f"a frame of {first + second} bytes")
    return first, second


def _frame(values: dict[str, Any], body: bytes) -> bytes:
    head = json.dumps(values, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")
    return HEAD.pack(len(head), len(body)) + head + body


def _load(head: bytes) -> dict[str, Any]:
    try:
        values = json.loads(head.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise WireError(f"not JSON: {error}") from error
    if not isinstance(values, dict):
        raise WireError("not an object")
    return values


def _refuse(constant: str) -> None:
    raise WireError(f"{constant} is no number")


def _plain(value: Any) -> Any:
    """Turn dataclasses into objects, tuples into lists, times into ISO 8601."""
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    return value.isoformat() if isinstance(value, datetime) else value


@cache
def _types(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _build(kind: type, values: Any) -> Any:
    types = _types(kind)
    if not isinstance(values, dict) or values.keys() - types.keys():
        raise WireError(f"no {kind.__name__}")
    try:
        return kind(**{name: _read(types[name], value) for name, value in values.items()})
    except TypeError as error:
        raise WireError(f"no {kind.__name__}: {error}") from error


def _read(kind: Any, value: Any) -> Any:
    """Return a value as the type says, or raise WireError."""
    if isinstance(kind, UnionType):
        return None if value is None else _read(next(arm for arm in get_args(kind) if arm is not _NULL), value)
    if get_origin(kind) is tuple:
        return _tuple(get_args(kind), value)
    if is_dataclass(kind):
        return _build(cast(type, kind), value)
    if issubclass(kind, StrEnum) or kind is datetime:
        return _named(kind, value)
    return _scalar(kind, value)


def _tuple(kinds: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise WireError("no list")
    if kinds[-1] is Ellipsis:
        return tuple(_read(kinds[0], item) for item in value)
    if len(kinds) != len(value):
        raise WireError(f"{len(value)} values for {len(kinds)}")
    return tuple(_read(kind, item) for kind, item in zip(kinds, value, strict=True))


def _named(kind: Any, value: Any) -> Any:
    """Return an enum member or an aware time, in UTC, by its name."""
    if not isinstance(value, str):
        raise WireError(f"{value!r} is no {kind.__name__}")
    try:
        return _time(value) if kind is datetime else kind(value)
    except (ValueError, OverflowError) as error:
        raise WireError(f"{value[:80]!r} is no {kind.__name__}") from error


def _time(value: str) -> datetime:
    at = datetime.fromisoformat(value)
    if at.tzinfo is None:
        raise ValueError("a time without its zone")
    return at.astimezone(UTC)


def _scalar(kind: type, value: Any) -> Any:
    """Return a plain value of exactly that type (a bool is no int); an int may stand for a float."""
    given: type = type(value)
    if given is not kind and not (kind is float and given is int):
        raise WireError(f"{given.__name__} where {kind.__name__} belongs")
    if isinstance(value, str):
        _storable(value)
    elif isinstance(value, int | float) and not (math.isfinite(value) and abs(value) <= _LARGEST):
        raise WireError("a number beyond all bounds")
    return float(value) if kind is float else value


def _storable(text: str) -> None:
    """Refuse lone surrogates and zero characters, which JSON can spell and databases refuse."""
    if "\0" in text:
        raise WireError("text that cannot be stored")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise WireError("text that cannot be stored") from error
