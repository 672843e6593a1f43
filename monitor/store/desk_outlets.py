"""Outlets in figures: how much is kept of each, and what is new, edited and removed."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from monitor.model import ChangeKind, Document, SourceState, Standing
from monitor.store.schema import change, document, source
from monitor.store.types import noun

EDITS = (ChangeKind.HEADLINE, ChangeKind.BODY, ChangeKind.BOTH)
STANDS = func.coalesce(change.c.standing, "") != Standing.FLICKER

Keys = Collection[str] | None


@dataclass(frozen=True, slots=True)
class Held:
    """How many documents of an outlet were read, and when the newest was first seen."""

    documents: int
    newest_at: datetime | None


def held(conn: Connection, keys: Keys = None) -> dict[str, Held]:
    """Return what is kept of outlets, of all without `keys`.

    Two indexes answer: all documents by outlet, without those that have no text; the rows would take ten times as long.
    """
    every = select(document.c.outlet, func.count(), func.max(document.c.first_seen_at)).group_by(document.c.outlet)
    unread = select(document.c.outlet, func.count()).where(document.c.revision_id.is_(None)).group_by(document.c.outlet)
    without = dict(_pairs(conn, _of(unread, document.c.outlet, keys)))
    rows = conn.execute(_of(every, document.c.outlet, keys))
    return {row[0]: Held(row[1] - without.get(row[0], 0), row[2]) for row in rows}


def watched(conn: Connection, keys: Keys = None) -> dict[str, int]:
    """Return how many sources are watched of outlets."""
    statement = select(source.c.outlet, func.count()).where(source.c.state != SourceState.REMOVED)
    return dict(_pairs(conn, _of(statement.group_by(source.c.outlet), source.c.outlet, keys)))


def new(conn: Connection, since: datetime, keys: Keys = None) -> dict[str, int]:
    """Return how many documents of outlets were first seen since then and have been read."""
    which = (document.c.first_seen_at >= since) & document.c.revision_id.is_not(None)
    # Grouped by an expression, since to group by the column SQLite would walk the index of all documents by outlet.
    outlet: Any = func.coalesce(document.c.outlet, "")
    return dict(_pairs(conn, _of(select(outlet, func.count()).where(which).group_by(outlet), document.c.outlet, keys)))


def changed(conn: Connection, since: datetime, kinds: Iterable[ChangeKind], keys: Keys = None) -> dict[str, int]:
    """Return how many documents of outlets had a change of these kinds since then that was no flicker."""
    which = (change.c.at >= since) & change.c.kind.in_(tuple(kinds)) & STANDS
    statement = select(document.c.outlet, func.count(change.c.document_id.distinct())).select_from(change)
    statement = statement.join(document, document.c.id == change.c.document_id).where(which)
    return dict(_pairs(conn, _of(statement.group_by(document.c.outlet), document.c.outlet, keys)))


def _of(statement: Select[Any], outlet: Any, keys: Keys) -> Select[Any]:
    return statement.where(outlet.is_not(None)) if keys is None else statement.where(outlet.in_(list(keys)))


def _pairs(conn: Connection, statement: Select[Any]) -> list[tuple[str, int]]:
    return [(row[0], row[1]) for row in conn.execute(statement)]


def newest_documents(conn: Connection, key: str, limit: int) -> tuple[Document, ...]:
    """Return an outlet's documents that were first seen last and have been read, newest first."""
    which = (document.c.outlet == key) & document.c.revision_id.is_not(None)
    newest = select(document).where(which).order_by(document.c.first_seen_at.desc(), document.c.id.desc())
    return tuple(noun(Document, row) for row in conn.execute(newest.limit(limit)).mappings())
