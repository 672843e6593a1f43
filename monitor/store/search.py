"""Full-text search, the same answers on both databases."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from monitor.answers import DocumentFilter
from monitor.core.query import Query
from monitor.model import Document, Revision
from monitor.store import dialects, documents
from monitor.store.schema import document, revision
from monitor.store.types import noun


@dataclass(frozen=True, slots=True)
class Found:
    """A revision that matches, with its document; a lower rank is better."""

    document: Document
    revision: Revision
    rank: float


def find(conn: Connection, query: Query, which: DocumentFilter, *, every_revision: bool = False) -> tuple[Found, ...]:
    """Return the best matches of a query among the documents that a filter lets through, best first."""
    matches = dialects.matches(conn, query)
    statement = (
        select(revision, matches.c.rank)
        .join(matches, matches.c.id == revision.c.id)
        .join(document, document.c.id == revision.c.document_id)
    )
    if not every_revision:
        statement = statement.where(document.c.revision_id == revision.c.id)
    best = (matches.c.rank, revision.c.first_seen_at.desc(), revision.c.id)
    rows = conn.execute(documents.filtered(statement, which).order_by(*best).limit(which.limit)).mappings().all()
    about = documents.by_ids(conn, [row["document_id"] for row in rows])
    return tuple(Found(about[row["document_id"]], noun(Revision, row), row["rank"]) for row in rows)
