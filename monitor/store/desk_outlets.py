"""Outlets in figures: how much is kept of each, and what is new, edited and removed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, Subquery, case, func, select

from monitor.model import ChangeKind, Document, SourceState, Standing
from monitor.store.schema import change, document, source
from monitor.store.types import nouns

EDITS = (ChangeKind.HEADLINE, ChangeKind.BODY, ChangeKind.BOTH)
STANDS = func.coalesce(change.c.standing, "") != Standing.FLICKER

Keys = Collection[str] | None


@dataclass(frozen=True, slots=True)
class Held:
    """How many documents of an outlet were read, and when the newest was first seen."""

    documents: int
    newest_at: datetime | None


@dataclass(frozen=True, slots=True)
class Changed:
    """How many documents of an outlet were edited, how many were removed, and how many of them there are."""

    edited: int
    removed: int
    documents: int


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


def changed(conn: Connection, since: datetime, keys: Keys = None) -> dict[str, Changed]:
    """Return what happened to documents of outlets since then and was no flicker; without any an outlet is left out."""
    kinds = (*EDITS, ChangeKind.REMOVED)
    flags = (func.max(case((change.c.kind.in_(which), 1), else_=0)) for which in (EDITS, (ChangeKind.REMOVED,)))
    some = select(
        change.c.document_id, *(one.label(name) for one, name in zip(flags, ("edited", "removed"), strict=True))
    )
    some = some.where(change.c.at >= since, change.c.kind.in_(kinds), STANDS).group_by(change.c.document_id)
    counted = _counted(some.subquery("changed"), keys)
    return {row[0]: Changed(*map(int, row[1:])) for row in conn.execute(counted)}


def _counted(some: Subquery, keys: Keys) -> Select[Any]:
    """Count changed documents by outlet: looked up one by one for all outlets, since PostgreSQL would read them all."""
    happened = (some.c.edited, some.c.removed)
    its = select(document.c.outlet).where(document.c.id == some.c.document_id).scalar_subquery().label("outlet")
    if keys is None:
        found = select(its, *happened).subquery("found")
    else:
        mine = select(document.c.outlet, *happened).join_from(some, document, document.c.id == some.c.document_id)
        found = mine.where(document.c.outlet.in_(list(keys))).subquery("found")
    counted = select(found.c.outlet, func.sum(found.c.edited), func.sum(found.c.removed), func.count())
    return counted.where(found.c.outlet.is_not(None)).group_by(found.c.outlet)


def _of(statement: Select[Any], outlet: Any, keys: Keys) -> Select[Any]:
    return statement.where(outlet.is_not(None)) if keys is None else statement.where(outlet.in_(list(keys)))


def _pairs(conn: Connection, statement: Select[Any]) -> list[tuple[str, int]]:
    return [(row[0], row[1]) for row in conn.execute(statement)]


def newest_documents(conn: Connection, key: str, limit: int) -> tuple[Document, ...]:
    """Return an outlet's documents that were first seen last and have been read, newest first."""
    which = (document.c.outlet == key) & document.c.revision_id.is_not(None)
    newest = select(document).where(which).order_by(document.c.first_seen_at.desc(), document.c.id.desc())
    return nouns(Document, conn.execute(newest.limit(limit)))
