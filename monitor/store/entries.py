"""Entries: what sources said about articles."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select, update

from monitor.model import Entry
from monitor.store import dialects
from monitor.store.schema import entry
from monitor.store.types import columns_of, noun


def sight(conn: Connection, new: Entry, now: datetime) -> tuple[Entry, bool]:
    """Record a sighting; return the entry as stored and whether it is new to its source."""
    fresh = replace(new, first_seen_at=now, last_seen_at=now)
    made = dialects.insert_new(conn, entry, columns_of(fresh), ["source_id", "key"])
    if made is not None:
        return replace(fresh, id=made), True
    which = (entry.c.source_id == new.source_id) & (entry.c.key == new.key)
    values = {"last_seen_at": now, "title": new.title, "url": new.url}
    row = conn.execute(update(entry).where(which).values(**values).returning(entry)).mappings().one()
    return noun(Entry, row), False


def attach(conn: Connection, entry_id: int, document_id: int) -> None:
    """Say which document an entry is about."""
    conn.execute(update(entry).where(entry.c.id == entry_id).values(document_id=document_id))


def of_document(conn: Connection, document_id: int) -> tuple[Entry, ...]:
    """Return what sources said of a document, first sighting first."""
    statement = select(entry).where(entry.c.document_id == document_id).order_by(entry.c.first_seen_at)
    return tuple(noun(Entry, row) for row in conn.execute(statement).mappings())
