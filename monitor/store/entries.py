"""Entries: what sources said about articles."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, select, type_coerce, update

from monitor.model import DocumentState, Entry
from monitor.store import dialects
from monitor.store.batches import batches
from monitor.store.schema import document, entry, source
from monitor.store.types import columns_of, noun


def add(conn: Connection, new: Entry, now: datetime) -> Entry | None:
    """Record an entry at its first sighting; None when another process has just done so."""
    fresh = replace(new, first_seen_at=now, last_seen_at=now)
    made = dialects.insert_new(conn, entry, columns_of(fresh), ["source_id", "key"])
    return None if made is None else replace(fresh, id=made)


def by_key(conn: Connection, source_id: int, keys: Sequence[str]) -> dict[str, Entry]:
    """Return those of a source's entries that have one of these keys."""
    found: dict[str, Entry] = {}
    for some in batches(keys):
        which = (entry.c.source_id == source_id) & entry.c.key.in_(some)
        found |= {row["key"]: noun(Entry, row) for row in conn.execute(select(entry).where(which)).mappings()}
    return found


def sight(conn: Connection, source_id: int, keys: Sequence[str], now: datetime) -> None:
    """Say that a source told of these entries again."""
    for some in batches(keys):
        which = (entry.c.source_id == source_id) & entry.c.key.in_(some)
        conn.execute(update(entry).where(which).values(last_seen_at=now))


def set_fields(conn: Connection, entry_id: int, /, **values: Any) -> None:
    """Change columns of an entry."""
    conn.execute(_SET, {"wanted": entry_id, **values})


_SET = update(entry).where(entry.c.id == bindparam("wanted"))
_TOLD = (
    select(entry.c.title)
    .where(entry.c.document_id == bindparam("of"), entry.c.title != "")
    .order_by(entry.c.first_seen_at, entry.c.id)
    .limit(1)
)


def told_title(conn: Connection, document_id: int) -> str | None:
    """Return the title by which the source that first told of a document calls it, or None.

    That of another source would be another voice in the vote for its headline from one check to the next.
    """
    return conn.execute(_TOLD, {"of": document_id}).scalar()


def repoint(conn: Connection, document_id: int, to: int) -> None:
    """Say that what sources told of one document is about another."""
    conn.execute(update(entry).where(entry.c.document_id == document_id).values(document_id=to))


def of_document(conn: Connection, document_id: int) -> tuple[Entry, ...]:
    """Return what sources said of a document, first sighting first.

    What was in the last body read was still there whenever that body was said to hold: a 304 writes no entries.
    """
    still = (entry.c.last_seen_at >= source.c.read_at) & (source.c.confirmed_at > entry.c.last_seen_at)
    seen = case((still, source.c.confirmed_at), else_=entry.c.last_seen_at)
    statement = select(entry, type_coerce(seen, entry.c.last_seen_at.type).label("seen_at")).join(source)
    statement = statement.where(entry.c.document_id == document_id).order_by(entry.c.first_seen_at)
    return tuple(replace(noun(Entry, row), last_seen_at=row["seen_at"]) for row in conn.execute(statement).mappings())


def count_of(conn: Connection, source_id: int) -> int:
    """Count what a source told of."""
    return conn.execute(select(func.count()).select_from(entry).where(entry.c.source_id == source_id)).scalar_one()


def link_lessons(conn: Connection, source_id: int, limit: int = 400) -> tuple[tuple[str, str], ...]:
    """Return what a page's links turned out to be, newest first: pairs of `article` or `no_article` and the address.

    An article is what a text was read of; no article what was fetched and had none to keep.
    """
    read = document.c.revision_count > 0
    lesson = case((read, "article"), else_="no_article")
    statement = select(lesson, entry.c.url).join(document, entry.c.document_id == document.c.id)
    tried = read | (document.c.last_checked_at.is_not(None) & (document.c.state == DocumentState.PENDING))
    which = (entry.c.source_id == source_id) & tried
    rows = conn.execute(statement.where(which).order_by(entry.c.appeared_at.desc()).limit(limit))
    return tuple((row[0], row[1]) for row in rows)
