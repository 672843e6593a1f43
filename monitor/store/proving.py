"""What a proof of a revision is made of: its captures, what they came with, its saved files, its tombstone."""

from sqlalchemy import ColumnElement, Connection, func, select

from monitor.model import Capture, CorpusFile, Revision, Tombstone
from monitor.store import revisions
from monitor.store.schema import capture, corpus_file, tombstone
from monitor.store.types import noun


def captures_behind(conn: Connection, one: Revision) -> tuple[Capture, ...]:
    """Return the captures whose bytes hold a revision's text, with the redirects on the way to them, oldest first.

    Of another reading of the same bytes, those of the revision that it reads again.
    """
    found = _captures(conn, capture.c.revision_id == one.id)
    if not found and one.reextracts is not None:
        first = revisions.numbered(conn, one.document_id, one.reextracts)
        return captures_behind(conn, first) if first is not None and first.id != one.id else ()
    fetched = select(capture.c.fetch_id).where(capture.c.revision_id == one.id)
    return _captures(conn, capture.c.fetch_id.in_(fetched))


def _captures(conn: Connection, which: ColumnElement[bool]) -> tuple[Capture, ...]:
    kept = select(capture).where(which, capture.c.removed_at.is_(None)).order_by(capture.c.captured_at, capture.c.id)
    return tuple(noun(Capture, row) for row in conn.execute(kept).mappings())


def removed(conn: Connection, revision_id: int) -> int:
    """Count the captures of a revision whose bytes were removed."""
    which = (capture.c.revision_id == revision_id) & capture.c.removed_at.is_not(None)
    return conn.execute(select(func.count()).select_from(capture).where(which)).scalar_one()


def saved_files(conn: Connection, revision_id: int) -> tuple[CorpusFile, ...]:
    """Return the saved files that a revision is of, by name."""
    which = select(corpus_file).where(corpus_file.c.revision_id == revision_id).order_by(corpus_file.c.name)
    return tuple(noun(CorpusFile, row) for row in conn.execute(which).mappings())


def tombstone_of(conn: Connection, revision_id: int) -> Tombstone | None:
    """Return what tells that a revision's text was removed, or None."""
    row = conn.execute(select(tombstone).where(tombstone.c.revision_id == revision_id)).mappings().first()
    return noun(Tombstone, row) if row else None
