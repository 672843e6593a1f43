"""Changes: the steps between revisions, and of state."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select, update

from monitor.answers import ChangeView
from monitor.model import Change, ChangeKind
from monitor.store import documents
from monitor.store.schema import change, document
from monitor.store.sightings import seen as seen
from monitor.store.sightings import seen_all as seen_all
from monitor.store.types import columns_of, noun, nouns

NO_EDITS = (ChangeKind.FURNITURE, ChangeKind.REEXTRACTED)  # told only to who asks for them


def add(conn: Connection, new: Change) -> int:
    """Append a change; return its number."""
    made = conn.execute(insert(change).values(**columns_of(new))).inserted_primary_key
    assert made is not None
    return int(made[0])


def set_fields(conn: Connection, change_id: int, /, **values: Any) -> None:
    """Change columns of a change: how it stands, or how it is judged now."""
    conn.execute(update(change).where(change.c.id == change_id).values(**values))


def last_of(conn: Connection, document_id: int, kinds: Iterable[ChangeKind]) -> Change | None:
    """Return a document's newest change of these kinds, or None."""
    return next(iter(newest_of(conn, document_id, kinds, 1)), None)


def newest_of(conn: Connection, document_id: int, kinds: Iterable[ChangeKind], limit: int) -> tuple[Change, ...]:
    """Return a document's newest changes of these kinds, newest first."""
    statement = select(change).where(change.c.document_id == document_id, change.c.kind.in_(tuple(kinds)))
    return nouns(Change, conn.execute(statement.order_by(change.c.at.desc(), change.c.id.desc()).limit(limit)))


def of_document(conn: Connection, document_id: int) -> tuple[Change, ...]:
    """Return a document's changes, first first."""
    statement = select(change).where(change.c.document_id == document_id).order_by(change.c.at, change.c.id)
    return nouns(Change, conn.execute(statement))


def listed(
    conn: Connection,
    since: datetime | None = None,
    outlet: str | None = None,
    kind: ChangeKind | None = None,
    limit: int = 100,
    without: Iterable[ChangeKind] = (),
    at_least: float = 0.0,
) -> tuple[ChangeView, ...]:
    """Return changes with their documents, newest first, without those of some kinds or of less weight."""
    statement = _narrowed(select(change), since, outlet).where(change.c.significance >= at_least)
    if kind is not None:
        statement = statement.where(change.c.kind == kind)
    statement = statement.where(change.c.kind.not_in(tuple(without)))
    rows = conn.execute(statement.order_by(change.c.at.desc(), change.c.id.desc()).limit(limit)).mappings().all()
    about = documents.by_ids(conn, [row["document_id"] for row in rows])
    return seen_all(conn, [noun(Change, row) for row in rows], about)


def tally(conn: Connection, since: datetime | None, outlet: str | None) -> dict[ChangeKind, int]:
    """Count changes by kind."""
    counted = _narrowed(select(change.c.kind, func.count()), since, outlet).group_by(change.c.kind)
    return {row[0]: row[1] for row in conn.execute(counted)}


def _narrowed(statement: Select[Any], since: datetime | None, outlet: str | None) -> Select[Any]:
    if since is not None:
        statement = statement.where(change.c.at >= since)
    if outlet is not None:
        statement = statement.join(document, document.c.id == change.c.document_id)
        statement = statement.where(document.c.outlet == outlet)
    return statement


def count(conn: Connection) -> int:
    """Count all changes."""
    return conn.execute(select(func.count()).select_from(change)).scalar_one()
