"""Captures: which bytes in which evidence file belong to which fetch and revision."""

from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, func, insert, select

from monitor.model import Capture
from monitor.store import dialects
from monitor.store.schema import capture, evidence_file, tombstone
from monitor.store.types import columns_of, first, nouns

_ADD = insert(capture)


def add(conn: Connection, new: Capture) -> int:
    """Append a capture, and with it the length of its file that is now accounted for; return its number."""
    committed = {"name": new.file, "committed_length": new.offset + new.length}
    dialects.insert_or_lift(conn, evidence_file, committed, ["name"], "committed_length")
    made = conn.execute(_ADD, columns_of(new)).inserted_primary_key
    assert made is not None
    return int(made[0])


class Newest(NamedTuple):
    """What was captured last at a URL: in full, and as a revisit."""

    response: Capture | None = None
    revisit: Capture | None = None


def _newest_of(kind: str) -> Select[Any]:
    at = (capture.c.url == bindparam("at_url")) & (capture.c.status == bindparam("with_status"))
    kept = (capture.c.record_type == kind) & capture.c.removed_at.is_(None)
    return select(capture).where(at, kept).order_by(capture.c.captured_at.desc(), capture.c.id.desc()).limit(1)


_NEWEST = _newest_of("response"), _newest_of("revisit")


def newest(conn: Connection, url: str, status: int = 200) -> Newest:
    """Return what was captured last at a URL with that status; each kind by a look at the index."""
    values = {"at_url": url, "with_status": status}
    return Newest(*(first(Capture, conn.execute(statement, values)) for statement in _NEWEST))


def of_document(conn: Connection, document_id: int, limit: int = 200) -> tuple[Capture, ...]:
    """Return a document's captures, newest first."""
    statement = (
        select(capture)
        .where(capture.c.document_id == document_id)
        .order_by(capture.c.captured_at.desc(), capture.c.id.desc())
        .limit(limit)
    )
    return nouns(Capture, conn.execute(statement))


def get(conn: Connection, capture_id: int) -> Capture | None:
    """Return a capture by number, or None."""
    return first(Capture, conn.execute(select(capture).where(capture.c.id == capture_id)))


def in_file(conn: Connection, file: str) -> tuple[Capture, ...]:
    """Return the captures whose records lie in an evidence file, in the order of the file."""
    statement = select(capture).where(capture.c.file == file).order_by(capture.c.offset)
    return nouns(Capture, conn.execute(statement))


def places_of(conn: Connection, one: Capture) -> tuple[tuple[str, bool], ...]:
    """Return the files in which rows say that a capture's record lies, each with whether it was removed from there.

    By its address, which is indexed: every start after a crash asks. `redactions.places_of` asks by ids alone.
    """
    same = (capture.c.url == one.url) & (capture.c.record_type == one.record_type)
    rows = conn.execute(select(capture.c.file, capture.c.removed_at).where(same, capture.c.record_id == one.record_id))
    return tuple((row.file, row.removed_at is not None) for row in rows)


def committed_lengths(conn: Connection) -> dict[str, int]:
    """Return, for each evidence file, how many of its bytes the database accounts for."""
    return {row.name: row.committed_length for row in conn.execute(select(evidence_file))}


def behind(conn: Connection, revision_id: int) -> Capture | None:
    """Return the newest capture whose bytes hold a revision's text, or None.

    Where all of them are revisits (the text was doubted when its bytes came), it is the response that they repeat.
    """
    kept = capture.c.removed_at.is_(None)
    mine = select(capture).where(capture.c.revision_id == revision_id, kept).order_by(capture.c.id.desc()).limit(1)
    full = (capture.c.record_type == "response") & capture.c.status.is_distinct_from(304)  # which has no body
    if (found := first(Capture, conn.execute(mine.where(full)))) is not None:
        return found
    revisit = first(Capture, conn.execute(mine.where(capture.c.record_type == "revisit")))
    if revisit is None:
        return None
    same = (capture.c.url == revisit.url) & (capture.c.sha256 == revisit.sha256) & full & kept
    return first(Capture, conn.execute(select(capture).where(same).order_by(capture.c.id.desc()).limit(1)))


def counts(conn: Connection) -> tuple[int, int]:
    """Count the captures that are kept, and those that were removed for good.

    These by their tombstones, of which each has one (`removing.mark`): so that indexes are counted, and no row is read.
    """
    every = select(func.count()).select_from(capture).scalar_subquery()
    buried = select(func.count(tombstone.c.capture_id.distinct())).scalar_subquery()
    found, removed = conn.execute(select(every, buried)).one()
    return found - removed, removed
