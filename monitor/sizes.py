"""Sizes in bytes as people write them."""

import re
from decimal import Decimal

from monitor.errors import UsageError

UNITS = {
    "": 1,
    "b": 1,
    "kb": 10**3,
    "mb": 10**6,
    "gb": 10**9,
    "tb": 10**12,
    "kib": 2**10,
    "mib": 2**20,
    "gib": 2**30,
    "tib": 2**40,
}
LARGEST = 2**63 - 1  # what a file offset can hold

_WRITTEN = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([a-z]*)", re.IGNORECASE)
_HINT = 'write it like "500kB", "20MB" or "1GiB"; a bare number is bytes'


def parse_size(given: str | int) -> int:
    """Return the bytes that a text such as `20MB`, `1.5 GB` or `64MiB` stands for. A number is bytes.

    MB is 1,000,000 bytes and MiB 1,048,576. Raises UsageError for anything else and for a negative size.
    """
    size = _bytes(given)
    if size is None or not 0 <= size <= LARGEST:
        raise UsageError(f"{given!r} is no size", hint=_HINT)
    return size


def _bytes(given: object) -> int | None:
    if isinstance(given, int) and not isinstance(given, bool):
        return given
    match = _WRITTEN.fullmatch(given.strip()) if isinstance(given, str) else None
    if match is None or match[2].lower() not in UNITS:
        return None
    return int(Decimal(match[1]) * UNITS[match[2].lower()])  # a float would bend large sizes


def format_size(size: int) -> str:
    """Return a size as a person reads it: `999 B`, `1.2 MB`, `64 MB`."""
    value, unit = float(size), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if value < 1000:
            break
        value, unit = value / 1000, larger
    return f"{value:.0f} {unit}" if unit == "B" or value >= 10 else f"{value:.1f} {unit}"
