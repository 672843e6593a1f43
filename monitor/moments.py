"""Points in time as people write them: dates, times, and how long ago."""

import re
from datetime import UTC, datetime, timedelta

from monitor.durations import parse_duration
from monitor.errors import UsageError

_TIME_HINT = 'write it like "2026-11-16" or "2026-11-16T14:05", UTC unless it has a zone'
_SINCE_HINT = 'write it like "24h", "7d", "2026-11-16" or "2026-11-16T14:05"; times are UTC unless they have a zone'


def parse_time(text: str) -> datetime:
    """Return an ISO 8601 date or time as UTC; midnight for a date, UTC assumed where no zone is given.

    Raises UsageError for anything else.
    """
    time = _iso(text)
    if time is None:
        raise UsageError(f"{text!r} is no time", hint=_TIME_HINT)
    return time


def parse_since(text: str, now: datetime) -> datetime:
    """Return when something began: a duration before `now` (`24h`, `7d`), a date, or a time as `parse_time` reads it.

    Raises UsageError for anything else; a bare number is neither, since 2026 could be a year or seconds.
    """
    time = _iso(text) or _before(text, now)
    if time is None:
        raise UsageError(f"{text!r} is no time and no duration", hint=_SINCE_HINT)
    return time


def parse_until(text: str, now: datetime) -> datetime:
    """Return when something ended, as `parse_since` reads it; a date without a time counts with its whole day."""
    end = parse_since(text, now)
    if not re.fullmatch(r"[0-9]{4}-[^T\s]*", text.strip()):
        return end
    try:
        return end + timedelta(days=1, microseconds=-1)
    except OverflowError as error:
        raise UsageError(f"{text!r} is no time and no duration", hint=_SINCE_HINT) from error


def _iso(text: str) -> datetime | None:
    if not re.match(r"\s*[0-9]{4}-", text):  # fromisoformat also reads 20261116 and weeks, which nobody means here
        return None
    try:
        time = datetime.fromisoformat(text.strip())
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _before(text: str, now: datetime) -> datetime | None:
    if re.fullmatch(r"[\s0-9.]*", text):
        return None
    try:
        return now - timedelta(seconds=parse_duration(text.casefold()))
    except (UsageError, OverflowError):
        return None
