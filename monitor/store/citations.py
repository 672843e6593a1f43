"""Citations: what corpus texts name, and where."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Connection, insert, select, update

from monitor.model import Citation
from monitor.store.schema import citation
from monitor.store.types import columns_of, nouns


def add(conn: Connection, revision_id: int, new: Iterable[Citation]) -> None:
    """Store the citations of a text, those that are not there yet."""
    known = _spans(conn, revision_id)
    rows = [columns_of(one) | {"revision_id": revision_id} for one in new if (one.start, one.end) not in known]
    if rows:
        conn.execute(insert(citation), rows)


def repoint(conn: Connection, revision_id: int, document_id: int, to: int) -> None:
    """Say that the citations of one revision are those of another, of that document; what it has already stays."""
    known = _spans(conn, to) if to != revision_id else set()
    rows = conn.execute(select(citation.c.id, citation.c.start, citation.c.end).where(_of(revision_id))).all()
    wanted = [row.id for row in rows if (row.start, row.end) not in known]
    values = {"document_id": document_id, "revision_id": to}
    conn.execute(update(citation).where(citation.c.id.in_(wanted)).values(**values))


def _spans(conn: Connection, revision_id: int) -> set[tuple[int, int]]:
    rows = conn.execute(select(citation.c.start, citation.c.end).where(_of(revision_id)))
    return {(row.start, row.end) for row in rows}


def _of(revision_id: int) -> ColumnElement[bool]:
    return citation.c.revision_id == revision_id


def of_document(conn: Connection, document_id: int) -> tuple[Citation, ...]:
    """Return a document's citations in order of position."""
    statement = select(citation).where(citation.c.document_id == document_id)
    return nouns(Citation, conn.execute(statement.order_by(citation.c.revision_id, citation.c.start)))
