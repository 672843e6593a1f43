"""Citations: what corpus texts name, and where."""

from collections.abc import Iterable

from sqlalchemy import Connection, insert, select

from monitor.model import Citation
from monitor.store.schema import citation
from monitor.store.types import columns_of, noun


def add(conn: Connection, new: Iterable[Citation]) -> None:
    """Store the citations of a text."""
    rows = [columns_of(one) for one in new]
    if rows:
        conn.execute(insert(citation), rows)


def of_document(conn: Connection, document_id: int) -> tuple[Citation, ...]:
    """Return a document's citations in order of position."""
    statement = select(citation).where(citation.c.document_id == document_id)
    rows = conn.execute(statement.order_by(citation.c.revision_id, citation.c.start)).mappings()
    return tuple(noun(Citation, row) for row in rows)
