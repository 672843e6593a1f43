"""Find documents by their words and by fields, the same on both databases."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select

from monitor.answers import DocumentFilter
from monitor.core.query import Query
from monitor.model import Document, Order, Revision
from monitor.store import documents, ranking
from monitor.store.fitting import first_documents, fitting
from monitor.store.ranking_order import BEST, How, in_order
from monitor.store.schema import document, revision
from monitor.store.search_changes import changes_found as changes_found
from monitor.store.search_changes import changes_newest as changes_newest
from monitor.store.types import noun


@dataclass(frozen=True, slots=True)
class Found:
    """A document that fits, with the revision that does (None: it was not read); a lower rank is better.

    `key` is what it is sorted by.
    """

    document: Document
    revision: Revision | None
    rank: float
    key: tuple[float | datetime, int]


def find(conn: Connection, words: Query | None, which: DocumentFilter, how: How = BEST) -> tuple[Found, ...]:
    """Return at most `which.limit` documents, or revisions, that words and a filter let through, in the order asked.

    Without words to find there is no relevance, and the newest come first. See `ranking.best` for very common words.
    """
    if words is None or not words.groups:
        return _by_fields(conn, words, which, how)
    if how.order is Order.RELEVANCE:
        return _read(conn, ranking.best(conn, words, which, how))
    return _read(conn, ranking.by_time(conn, words, which, how))


def _by_fields(conn: Connection, words: Query | None, which: DocumentFilter, how: How) -> tuple[Found, ...]:
    """Return documents, or revisions, that a filter lets through and no excluded word is in, by time."""
    how = how if how.order is Order.OLDEST else how._replace(order=Order.NEWEST)
    number: ColumnElement[Any] = revision.c.id if how.every_revision else document.c.id
    text = number if how.every_revision else document.c.revision_id
    columns = (document.c.id.label("document"), text.label("revision"), number.label("number"))
    statement: Any = select(*columns, document.c.newest_at.label("key")).select_from(document)
    if how.every_revision:
        statement = statement.join(revision, revision.c.document_id == document.c.id)
    statement = documents.filtered(fitting(conn, statement, words, text), which)
    return _read(conn, conn.execute(in_order(statement, document.c.newest_at, number, how).limit(which.limit)).all())


def _read(conn: Connection, rows: Any) -> tuple[Found, ...]:
    """Read what rows of `(document, revision, number, key)` name, and `rank` where they have one."""
    found: list[Row[Any]] = list(rows)
    about = documents.by_ids(conn, {row.document for row in found})
    ids = {row.revision for row in found if row.revision is not None}
    texts = conn.execute(select(revision).where(revision.c.id.in_(ids))).mappings() if ids else ()
    by_id = {row["id"]: noun(Revision, row) for row in texts}
    return tuple(
        Found(about[row.document], by_id.get(row.revision), getattr(row, "rank", 0.0), (row.key, row.number))
        for row in found
    )


def document_ids(
    conn: Connection, words: Query | None, which: DocumentFilter, after_id: int, limit: int
) -> tuple[int, ...]:
    """Return the numbers of documents that fit and lie behind `after_id`, at most `limit` and ascending."""
    statement = documents.filtered(select(document.c.id).where(document.c.id > after_id), which)
    return first_documents(conn, statement, words, limit)
