"""Captures: which bytes in which evidence file belong to which fetch and revision."""

from sqlalchemy import Connection, bindparam, func, insert, select

from monitor.model import Capture
from monitor.store import dialects
from monitor.store.schema import capture, evidence_file
from monitor.store.types import columns_of, noun

_ADD = insert(capture)


def add(conn: Connection, new: Capture) -> int:
    """Append a capture, and with it the length of its file that is now accounted for; return its number."""
    committed = {"name": new.file, "committed_length": new.offset + new.length}
    dialects.insert_or_lift(conn, evidence_file, committed, ["name"], "committed_length")
    made = conn.execute(_ADD, columns_of(new)).inserted_primary_key
    assert made is not None
    return int(made[0])


_LATEST = (
    select(capture)
    .where(capture.c.url == bindparam("at_url"), capture.c.record_type == "response", capture.c.status == 200)
    .order_by(capture.c.captured_at.desc(), capture.c.id.desc())
    .limit(1)
)


def latest(conn: Connection, url: str) -> Capture | None:
    """Return the newest full response captured at a URL, or None."""
    row = conn.execute(_LATEST, {"at_url": url}).mappings().first()
    return noun(Capture, row) if row else None


def of_document(conn: Connection, document_id: int, limit: int = 200) -> tuple[Capture, ...]:
    """Return a document's captures, newest first."""
    statement = select(capture).where(capture.c.document_id == document_id).order_by(capture.c.id.desc()).limit(limit)
    return tuple(noun(Capture, row) for row in conn.execute(statement).mappings())


def committed_lengths(conn: Connection) -> dict[str, int]:
    """Return, for each evidence file, how many of its bytes the database accounts for."""
    return {row.name: row.committed_length for row in conn.execute(select(evidence_file))}


def behind(conn: Connection, revision_id: int) -> Capture | None:
    """Return the newest capture whose bytes hold a revision's text, or None.

    Where all of them are revisits (the text was doubted when its bytes came), it is the response that they repeat.
    """
    mine = select(capture).where(capture.c.revision_id == revision_id).order_by(capture.c.id.desc()).limit(1)
    row = conn.execute(mine.where(capture.c.record_type == "response")).mappings().first()
    if row is None and (revisit := conn.execute(mine).mappings().first()) is not None:
        same = (capture.c.url == revisit["url"]) & (capture.c.record_type == "response")
        same &= capture.c.sha256 == revisit["sha256"]
        row = conn.execute(select(capture).where(same).order_by(capture.c.id.desc()).limit(1)).mappings().first()
    return noun(Capture, row) if row else None


def count(conn: Connection) -> int:
    """Count all captures."""
    return conn.execute(select(func.count()).select_from(capture)).scalar_one()
