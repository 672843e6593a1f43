"""Write times as the tables show them: to the minute in UTC, or as a distance from now."""

from datetime import datetime, time

from monitor.durations import format_duration


def moment(at: datetime | None) -> str:
    """Return a time to the minute, `2026-11-16 14:05` (UTC); nothing for None."""
    return f"{at:%Y-%m-%d %H:%M}" if at else ""


def published(at: datetime) -> str:
    """Return a time of publication: to the minute, or only the date where midnight UTC says that no more is known."""
    return f"{at:%Y-%m-%d}" if at.time() == time.min else moment(at)


def length(seconds: float) -> str:
    """Return a length of time in its largest unit: `12 min`, `3 h`, `45 s`, `2 d`."""
    count, unit, *_ = format_duration(max(1, round(seconds))).split()
    return f"{count.partition('.')[0]} {unit}"


def relative(at: datetime | None, now: datetime) -> str:
    """Return the distance of a time from now: `in 12 min`, `3 h ago`, `now`; nothing for None."""
    if at is None:
        return ""
    seconds = (at - now).total_seconds()
    if abs(seconds) < 1:
        return "now"
    return f"in {length(seconds)}" if seconds > 0 else f"{length(-seconds)} ago"


def due(at: datetime | None, now: datetime) -> str:
    """Return when something is due, as a distance from now: `in 12 min`, or `due` once its time has come."""
    return "due" if at is not None and at <= now else relative(at, now)
