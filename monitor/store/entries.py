"""Entries: what sources said about articles."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from monitor.model import Entry
from monitor.store import dialects
from monitor.store.schema import entry
from monitor.store.types import columns_of, noun

CHUNK = 500  # keys in one statement; databases limit their parameters


def add(conn: Connection, new: Entry, now: datetime) -> Entry | None:
    """Record an entry at its first sighting; None when another process has just done so."""
    fresh = replace(new, first_seen_at=now, last_seen_at=now)
    made = dialects.insert_new(conn, entry, columns_of(fresh), ["source_id", "key"])
    return None if made is None else replace(fresh, id=made)


def by_key(conn: Connection, source_id: int, keys: Sequence[str]) -> dict[str, Entry]:
    """Return those of a source's entries that have one of these keys."""
    found: dict[str, Entry] = {}
    for some in _chunks(keys):
        which = (entry.c.source_id == source_id) & entry.c.key.in_(some)
        found |= {row["key"]: noun(Entry, row) for row in conn.execute(select(entry).where(which)).mappings()}
    return found


def sight(conn: Connection, source_id: int, keys: Sequence[str], now: datetime) -> None:
    """Say that a source told of these entries again."""
    for some in _chunks(keys):
        which = (entry.c.source_id == source_id) & entry.c.key.in_(some)
        conn.execute(update(entry).where(which).values(last_seen_at=now))


def sight_unchanged(conn: Connection, source_id: int, now: datetime) -> None:
    """Say that a source still tells of all that it told at its last change: its answer was the same."""
    newest = select(func.max(entry.c.last_seen_at)).where(entry.c.source_id == source_id).scalar_subquery()
    which = (entry.c.source_id == source_id) & (entry.c.last_seen_at == newest)
    conn.execute(update(entry).where(which).values(last_seen_at=now))


def set_fields(conn: Connection, entry_id: int, /, **values: Any) -> None:
    """Change columns of an entry."""
    conn.execute(update(entry).where(entry.c.id == entry_id).values(**values))


def of_document(conn: Connection, document_id: int) -> tuple[Entry, ...]:
    """Return what sources said of a document, first sighting first."""
    statement = select(entry).where(entry.c.document_id == document_id).order_by(entry.c.first_seen_at)
    return tuple(noun(Entry, row) for row in conn.execute(statement).mappings())


def _chunks(keys: Iterable[str]) -> Iterator[list[str]]:
    wanted = list(dict.fromkeys(keys))
    return (wanted[start : start + CHUNK] for start in range(0, len(wanted), CHUNK))
