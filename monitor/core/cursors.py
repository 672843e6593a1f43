"""Say where a page of an answer ended, in a text that means nothing to others, and read it again."""

import binascii
import json
import math
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime

from monitor.errors import UsageError

Key = tuple[float | datetime, int]
_MOST = 2**63 - 1


def cursor(key: Key) -> str:
    """Return the text for the sort key of the last item of a page: a rank or a time, and a number."""
    first, number = key
    written = first.isoformat() if isinstance(first, datetime) else first
    return urlsafe_b64encode(json.dumps([written, number]).encode()).decode().rstrip("=")


def ranked_after(text: str) -> tuple[float, int]:
    """Return the rank and the number behind which a page begins. Raises UsageError for what is no such cursor."""
    rank, number = _read(text)
    if not isinstance(rank, float | int) or isinstance(rank, bool) or not math.isfinite(rank):
        raise _no_cursor()
    return float(rank), number


def timed_after(text: str) -> tuple[datetime, int]:
    """Return the time and the number behind which a page begins. Raises UsageError for what is no such cursor."""
    time, number = _read(text)
    try:
        moment = datetime.fromisoformat(time if isinstance(time, str) else "")
        return moment.astimezone(UTC), number
    except (ValueError, OverflowError) as error:
        raise _no_cursor() from error


def _read(text: str) -> tuple[object, int]:
    try:
        data = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        match json.loads(data):
            case [first, int(number)] if not isinstance(number, bool) and abs(number) <= _MOST:
                return first, number
    except (ValueError, binascii.Error, RecursionError):
        pass
    raise _no_cursor()


def _no_cursor() -> UsageError:
    return UsageError("the place to go on from is none that this list gave", hint="begin without `after`")
