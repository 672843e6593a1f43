"""Read the script of events: what happens to which article, and when."""

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).with_name("events.toml")


class EventKind(StrEnum):
    """What can happen to an article or, for the last two, to its whole outlet."""

    PUBLISH = "publish"
    HEADLINE = "headline"
    BODY = "body"
    CORRECTION = "correction"  # of a number
    BYLINE = "byline"  # `author` instead of the one before; headline and text stay
    AB = "ab"  # two headlines in turn, changing every `every_minutes`
    TAKEDOWN = "takedown"  # 404
    GONE = "gone"  # 410
    SOFT_404 = "soft_404"  # a redirect to the front page
    GLITCH = "glitch"  # 404 until `until`, meaning nothing
    RESTORE = "restore"
    MOVE = "move"  # 301 to the slug `to`
    OUTAGE = "outage"  # 503 with Retry-After until `until`
    FEED_HTML = "feed_html"  # the feed's address answers with a page until `until`


@dataclass(frozen=True, slots=True)
class Event:
    """One event; which fields count depends on its kind. `replace` pairs old and new; `drop` names beginnings."""

    at: datetime
    outlet: str
    kind: EventKind
    slug: str = ""
    until: datetime | None = None
    title: str | None = None
    author: str | None = None
    replace: tuple[tuple[str, str], ...] = ()
    drop: tuple[str, ...] = ()
    append: tuple[str, ...] = ()
    to: str = ""
    every_minutes: int = 60
    retry_after_s: int = 600

    def lasts(self, now: datetime) -> bool:
        """Tell whether it is under way; an event without `until` is over at once."""
        return self.until is not None and self.at <= now < self.until


def read_events(path: Path = SCRIPT) -> tuple[Event, ...]:
    """Read a script, in order of time. Raises ValueError or TypeError for an event that is malformed."""
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["event"]
    return tuple(sorted((_event(row) for row in rows), key=lambda event: event.at))


def _event(row: dict[str, Any]) -> Event:
    row["kind"] = EventKind(row["kind"])
    row["replace"] = tuple((str(old), str(new)) for old, new in row.get("replace", ()))
    row |= {name: tuple(row[name]) for name in ("drop", "append") if name in row}
    row |= {name: row[name].astimezone(UTC) for name in ("at", "until") if name in row}
    return Event(**row)
