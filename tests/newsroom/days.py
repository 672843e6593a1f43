"""The days on which the newsroom's script plays."""

from datetime import UTC, datetime

MORNING = datetime(2026, 11, 16, 6, tzinfo=UTC)  # of the first day, before anything is published on it
END = datetime(2026, 11, 19, tzinfo=UTC)  # after the last event


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a time in November 2026, UTC."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)
