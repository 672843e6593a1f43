"""Captures as mementos: what can be shown of a URL, in the order of time. Every answer is a few looks at one index."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, select

from monitor.evidence_answers import Memento, MementoAmong, TimeMap
from monitor.store.schema import capture

PAGE = 2_000  # mementos of one answer
_LAST = (1 << 63) - 1
_AT, _ID = capture.c.captured_at, capture.c.id
_FIELDS = (capture.c.url, _AT.label("at"), _ID.label("capture_id"), capture.c.status, capture.c.media_type)


class Place(NamedTuple):
    """A place in the order of a URL's captures: right behind that one, or behind all of that time."""

    at: datetime
    capture_id: int = _LAST

    @property
    def behind(self) -> ColumnElement[bool]:
        """Return what is true of the captures up to here. Both conditions begin with a range of the index."""
        return (self.at >= _AT) & ((self.at > _AT) | (self.capture_id >= _ID))

    @property
    def ahead(self) -> ColumnElement[bool]:
        """Return what is true of the captures from here on."""
        return (self.at <= _AT) & ((self.at < _AT) | (self.capture_id < _ID))


NOW = Place(datetime.max.replace(tzinfo=UTC))


def among(conn: Connection, url: str, place: Place = NOW) -> MementoAmong | None:
    """Return the capture of exactly that URL nearest to a place, among the others; None where there is none.

    One of the same second comes first, for HTTP tells no less than seconds; of two as near, the earlier.
    """
    before = _backwards(conn, url, 3, place.behind)
    near = _told([*before, *_forwards(conn, url, 3, place.ahead)])
    if not near:
        return None
    beside = range(max(len(before) - 1, 0), min(len(before) + 1, len(near)))
    here = min(beside, key=lambda index: _distance(near[index].at, place.at))
    following = near[here + 1] if here + 1 < len(near) else None
    return MementoAmong(near[here], *_ends(conn, url), near[here - 1] if here else None, following)


def page(conn: Connection, url: str, place: Place | None = None) -> TimeMap | None:
    """Return the captures of exactly that URL from a place on, or from the first; None where there are none."""
    before = _backwards(conn, url, 1, place.behind) if place else []
    rows = _forwards(conn, url, PAGE + 2, *([place.ahead] if place else []))
    if not rows:
        return None
    found = _told([*before, *rows])[len(before) :]
    return TimeMap(tuple(found[:PAGE]), *_ends(conn, url), found[PAGE] if len(found) > PAGE else None)


def _ends(conn: Connection, url: str) -> tuple[Memento, Memento]:
    return _told(_forwards(conn, url, 2))[0], _told(_backwards(conn, url, 2))[-1]


def _distance(one: datetime, wanted: datetime) -> tuple[bool, timedelta]:
    return _second(one) != _second(wanted), abs(one - wanted)


def _second(at: datetime) -> datetime:
    """Return the second that a time is in."""
    return at.replace(microsecond=0)


def _forwards(conn: Connection, url: str, most: int, *where: ColumnElement[bool]) -> list[Memento]:
    return _read(conn, _shown(url).where(*where).order_by(_AT, _ID).limit(most))


def _backwards(conn: Connection, url: str, most: int, *where: ColumnElement[bool]) -> list[Memento]:
    """Return the last captures, the oldest of them first."""
    return _read(conn, _shown(url).where(*where).order_by(_AT.desc(), _ID.desc()).limit(most))[::-1]


def _shown(url: str) -> Select[Any]:
    kinds = capture.c.record_type.in_(("response", "revisit"))
    return select(*_FIELDS).where(capture.c.url == url, kinds, capture.c.removed_at.is_(None))


def _read(conn: Connection, statement: Select[Any]) -> list[Memento]:
    return [Memento(*row) for row in conn.execute(statement)]


def _told(found: Sequence[Memento]) -> list[Memento]:
    """Return neighbours in order, each told whether it is alone in its second."""
    seconds = [_second(one.at) for one in found]
    beside = zip([None, *seconds], [*seconds[1:], None], strict=False)
    alone = [here not in both for here, both in zip(seconds, beside, strict=False)]
    return [replace(one, alone=so) for one, so in zip(found, alone, strict=True)]
