"""Captures of a selection, a page at a time by number: whatever is selected, memory stays the same."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, distinct, func, or_, select, true

from monitor.model import Capture
from monitor.store.schema import capture, document, entry, fetch, source
from monitor.store.types import noun


@dataclass(frozen=True, slots=True)
class Which:
    """Captures for which everything given holds, numbers only; `last` is the newest capture that counts."""

    documents: tuple[int, ...] | None = None
    source_id: int | None = None
    outlet: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    last: int | None = None


class Extent(NamedTuple):
    """How much was selected: captures, documents that they are of, and the newest capture (0 without any)."""

    captures: int
    documents: int
    last: int


def extent(conn: Connection, which: Which) -> Extent:
    """Count what a selection holds."""
    counted = (func.count(), func.count(distinct(capture.c.document_id)), func.coalesce(func.max(capture.c.id), 0))
    captures, documents, last = conn.execute(_of(select(*counted).select_from(capture), which)).one()
    return Extent(captures, documents, last)


def page(conn: Connection, which: Which, after: int, limit: int) -> tuple[Capture, ...]:
    """Return the next captures of a selection after a number, by number: those of a fetch in their order."""
    statement = _of(select(capture), which).where(capture.c.id > after).order_by(capture.c.id).limit(limit)
    return tuple(noun(Capture, row) for row in conn.execute(statement).mappings())


def holds(conn: Connection, which: Which, capture_id: int) -> bool:
    """Say whether a capture is part of a selection."""
    return conn.execute(_of(select(capture.c.id), which).where(capture.c.id == capture_id)).first() is not None


def referred_to(conn: Connection, url: str, record_id: str) -> Capture | None:
    """Return the capture of a URL whose record has that id, or None: what a revisit refers to."""
    named = (capture.c.url == url) & (capture.c.record_id == record_id)
    row = conn.execute(select(capture).where(named)).mappings().first()
    return noun(Capture, row) if row else None


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
    if which.last is not None:
        found.append(capture.c.id <= which.last)
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
