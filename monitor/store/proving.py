"""What a proof of a revision is made of: its captures, what they came with, its saved file, its tombstones."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, func, or_, select

from monitor.model import Capture, CorpusFile, Revision, Tombstone
from monitor.store import revisions
from monitor.store.batches import batches
from monitor.store.schema import capture, corpus_file, tombstone
from monitor.store.types import first, noun

_KEPT = capture.c.removed_at.is_(None)
_BY_TIME = capture.c.captured_at, capture.c.id


def captures_behind(conn: Connection, one: Revision, read_from: int | None, *, every: bool) -> tuple[Capture, ...]:
    """Return the captures that show a revision's text, with the redirects on the way to them, oldest first.

    With `every` all of them; else what it was read from, those with which it came (back) after another text or a page
    that was gone, and the newest. Of another reading of the same bytes, those of the revision that it reads again.
    """
    shown = _shown(conn, one)
    chosen = [number for number in (*(shown if every else _telling(conn, one, shown)), read_from) if number]
    found: dict[int, Capture] = {}
    for some in batches(chosen):
        fetches = select(capture.c.fetch_id).where(capture.c.id.in_(some))
        on_the_way = capture.c.fetch_id.in_(fetches) & capture.c.revision_id.is_(None)
        for row in conn.execute(select(capture).where(_KEPT, or_(capture.c.id.in_(some), on_the_way))).mappings():
            found[row["id"]] = noun(Capture, row)
    return tuple(sorted(found.values(), key=lambda each: (each.captured_at, each.id)))


def _shown(conn: Connection, one: Revision) -> Sequence[int]:
    """Return the numbers of the captures that show a text, oldest first."""
    mine = select(capture.c.id).where(capture.c.revision_id == one.id, _KEPT).order_by(*_BY_TIME)
    found = conn.execute(mine).scalars().all()
    if not found and one.reextracts is not None:
        first = revisions.numbered(conn, one.document_id, one.reextracts)
        return _shown(conn, first) if first is not None and first.id < one.id else ()
    return found


def _telling(conn: Connection, one: Revision, shown: Sequence[int]) -> list[int]:
    """Return the captures with which a text came, or came back, and the newest."""
    mine, before, found = set(shown), False, [*shown[:1], *shown[-1:]]
    tells = or_(capture.c.revision_id.is_not(None), capture.c.status.in_((404, 410)))
    statement = select(capture.c.id).where(capture.c.document_id == one.document_id, tells).order_by(*_BY_TIME)
    for number in conn.execute(statement).scalars():
        here = number in mine
        if here and not before:
            found.append(number)
        before = here
    return found


def removed(conn: Connection, revision_id: int) -> int:
    """Count the captures of a revision whose bytes were removed."""
    which = (capture.c.revision_id == revision_id) & capture.c.removed_at.is_not(None)
    return conn.execute(select(func.count()).select_from(capture).where(which)).scalar_one()


def saved_file(conn: Connection, number: int) -> CorpusFile | None:
    """Return a saved file by its number, or None."""
    return first(CorpusFile, conn.execute(select(corpus_file).where(corpus_file.c.id == number)))


def tombstone_of(conn: Connection, revision_id: int) -> Tombstone | None:
    """Return what tells that a revision's text was removed, or None."""
    return _tombstone(conn, tombstone.c.revision_id == revision_id)


def tombstone_of_capture(conn: Connection, capture_id: int) -> Tombstone | None:
    """Return what tells that a capture's bytes were removed, or None."""
    return _tombstone(conn, tombstone.c.capture_id == capture_id)


def _tombstone(conn: Connection, which: ColumnElement[bool]) -> Tombstone | None:
    return first(Tombstone, conn.execute(select(tombstone).where(which).order_by(tombstone.c.id).limit(1)))
