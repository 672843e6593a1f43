"""Captures of a selection: their numbers at once, and a page at a time the captures."""

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, distinct, func, or_, select, true

from monitor.model import Capture
from monitor.store.schema import capture, document, entry, fetch, source
from monitor.store.types import nouns

_AT_ONCE = 10_000  # numbers that the driver is asked for


@dataclass(frozen=True, slots=True)
class Which:
    """Captures for which everything given holds, numbers only."""

    documents: tuple[int, ...] | None = None
    source_id: int | None = None
    outlet: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Selected:
    """What was selected: captures by number in that order, eight bytes each, and how many documents they are of."""

    numbers: "array[int]"
    documents: int

    def holds(self, capture_id: int) -> bool:
        """Say whether a capture is part of it."""
        place = bisect_left(self.numbers, capture_id)
        return place < len(self.numbers) and self.numbers[place] == capture_id


def selected(conn: Connection, which: Which) -> Selected:
    """Return what a selection holds now. The database looks for it as a whole, so ask once."""
    numbers = _of(select(capture.c.id), which).order_by(capture.c.id).execution_options(yield_per=_AT_ONCE)
    documents = _of(select(func.count(distinct(capture.c.document_id))), which)
    return Selected(array("q", conn.execute(numbers).scalars()), conn.execute(documents).scalar_one())


def numbered(conn: Connection, numbers: Sequence[int]) -> tuple[Capture, ...]:
    """Return the captures of these numbers, in their order, those that are not removed."""
    kept = capture.c.id.in_(numbers) & capture.c.removed_at.is_(None)
    return nouns(Capture, conn.execute(select(capture).where(kept).order_by(capture.c.id)))


class Room(NamedTuple):
    """The bytes of a file around a capture that no other capture takes: `before` its record from there, and after.

    `after` is where the next capture begins, None where none follows.
    """

    before: int
    after: int | None


def room_around(conn: Connection, one: Capture) -> Room:
    """Return where records without captures of their own, such as requests, may lie beside a capture."""
    beside = select(capture.c.offset, capture.c.length).where(capture.c.file == one.file)
    beside = beside.where(capture.c.removed_at.is_(None))
    left = conn.execute(beside.where(capture.c.offset < one.offset).order_by(capture.c.offset.desc()).limit(1)).first()
    right = conn.execute(beside.where(capture.c.offset > one.offset).order_by(capture.c.offset).limit(1)).first()
    return Room(left.offset + left.length if left else 0, right.offset if right else None)


def _of(statement: Select[Any], which: Which) -> Select[Any]:
    kept = (capture.c.removed_at.is_(None), *_conditions(which))
    return statement.where(and_(true(), *kept))


def _conditions(which: Which) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if which.documents is not None:
        found.append(_about(document.c.id.in_(which.documents)))
    if which.source_id is not None:
        found.append(_told_by(which.source_id))
    if which.outlet is not None:
        polled = select(source.c.id).where(source.c.outlet == which.outlet)
        found.append(or_(_about(document.c.outlet == which.outlet), _fetched(fetch.c.source_id.in_(polled))))
    if which.since is not None:
        found.append(capture.c.captured_at >= which.since)
    if which.until is not None:
        found.append(capture.c.captured_at <= which.until)
    return found


def _about(documents: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return what is true of captures of these documents, the redirects on the way to them included."""
    these = select(document.c.id).where(documents)
    return or_(capture.c.document_id.in_(these), _fetched(fetch.c.document_id.in_(these)))


def _told_by(source_id: int) -> ColumnElement[bool]:
    told = select(entry.c.document_id).where(entry.c.source_id == source_id, entry.c.document_id.is_not(None))
    return or_(
        _about(document.c.id.in_(told) | (document.c.source_id == source_id)), _fetched(fetch.c.source_id == source_id)
    )


def _fetched(which: ColumnElement[bool]) -> ColumnElement[bool]:
    return capture.c.fetch_id.in_(select(fetch.c.id).where(which))
