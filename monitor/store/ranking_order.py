"""The order in which what words find is told, and how it is joined with documents; the same on both databases."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, literal, or_, tuple_

from monitor.answers import DocumentFilter
from monitor.model import Order
from monitor.store import conditions, fulltext
from monitor.store.schema import document, revision


class How(NamedTuple):
    """How what is found is sorted, and the sort key with which the page before ended."""

    order: Order = Order.RELEVANCE
    every_revision: bool = False
    after: tuple[float | datetime, int] | None = None


BEST = How()


def in_order(statement: Select[Any], key: ColumnElement[Any], number: ColumnElement[Any], how: How) -> Select[Any]:
    """Sort by a rank, the least first, or by a time; among equals what has the higher number comes first.

    The oldest come with the lower number first. What lies before the place to go on from is left out.
    """
    falls, up = how.order is Order.NEWEST, how.order is Order.OLDEST
    if how.after is not None:
        at, last = how.after
        here, there = tuple_(key, number), tuple_(literal(at, key.type), literal(last, number.type))
        by_rank = or_(key > at, and_(key == at, number < last))
        statement = statement.where(here < there if falls else here > there if up else by_rank)
    return statement.order_by(key.desc() if falls else key.asc(), number.asc() if up else number.desc())


def joined(statement: Select[Any], found: Any, how: How) -> Select[Any]:
    """Join what was found, by its `id`, with the documents whose current text it is, or of which it is any text."""
    if not how.every_revision:
        return statement.join_from(found, document, document.c.revision_id == found.c.id)
    statement = statement.join_from(found, revision, revision.c.id == found.c.id)
    return statement.join(document, document.c.id == revision.c.document_id)


def wanted(conn: Connection, which: DocumentFilter) -> list[ColumnElement[bool]]:
    """Return what a filter wants of documents that matches were joined with: by their numbers, and by nothing else."""
    return [fulltext.unindexed(conn, one, ("id", "revision_id")) for one in conditions.wanted(which)]
