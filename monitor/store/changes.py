"""Changes: the steps between revisions, and of state."""

from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from monitor.answers import ChangeView
from monitor.model import Change, ChangeKind
from monitor.store import documents
from monitor.store.schema import change, document
from monitor.store.types import columns_of, noun


def add(conn: Connection, new: Change) -> int:
    """Append a change; return its number."""
    made = conn.execute(insert(change).values(**columns_of(new))).inserted_primary_key
    assert made is not None
    return int(made[0])


def of_document(conn: Connection, document_id: int) -> tuple[Change, ...]:
    """Return a document's changes, first first."""
    statement = select(change).where(change.c.document_id == document_id).order_by(change.c.id)
    return tuple(noun(Change, row) for row in conn.execute(statement).mappings())


def listed(
    conn: Connection,
    since: datetime | None = None,
    outlet: str | None = None,
    kind: ChangeKind | None = None,
    limit: int = 100,
) -> tuple[ChangeView, ...]:
    """Return changes with their documents, newest first."""
    statement = select(change).join(document, document.c.id == change.c.document_id)
    if since is not None:
        statement = statement.where(change.c.at >= since)
    if outlet is not None:
        statement = statement.where(document.c.outlet == outlet)
    if kind is not None:
        statement = statement.where(change.c.kind == kind)
    rows = conn.execute(statement.order_by(change.c.at.desc(), change.c.id.desc()).limit(limit)).mappings().all()
    about = documents.by_ids(conn, [row["document_id"] for row in rows])
    return tuple(ChangeView(noun(Change, row), about[row["document_id"]]) for row in rows)


def count(conn: Connection) -> int:
    """Count all changes."""
    return conn.execute(select(func.count()).select_from(change)).scalar_one()
