"""Narrow statements to the revisions that the words of a query let through."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, or_, select

from monitor.core.query import Query
from monitor.store import fulltext, fulltext_postgresql
from monitor.store.dialects import is_sqlite
from monitor.store.fulltext_postgresql import fenced
from monitor.store.schema import document


def fitting(conn: Connection, statement: Select[Any], words: Query | None, number: ColumnElement[Any]) -> Select[Any]:
    """Narrow a statement to the rows whose revision, `number`, has the words that are sought and none excluded.

    Where only words are excluded, rows without a revision stay.
    """
    if words is not None and words.groups:
        return _matching(conn, statement, words, number)
    if words is not None and words.excluded:
        excluded = select(fulltext.matches(conn, Query((words.excluded,))).c.id)
        return statement.where(or_(number.is_(None), number.not_in(excluded)))
    return statement


def _matching(conn: Connection, statement: Select[Any], words: Query, number: ColumnElement[Any]) -> Select[Any]:
    if is_sqlite(conn) or fulltext_postgresql.exact(words):
        return statement.where(number.in_(select(fulltext.matches(conn, words).c.id)))
    # Joined, and the words of those rows alone looked at that fit otherwise: hence the number in the second condition.
    held = fulltext_postgresql.possible(conn, words)
    return statement.where(held.c.id == number, case((number > 0, fulltext_postgresql.fits(held.c.words, words))))


def first_documents(conn: Connection, statement: Select[Any], words: Query | None, limit: int) -> tuple[int, ...]:
    """Return the first `document.id` that a statement selects, ascending, of those whose current revision fits.

    PostgreSQL looks at the words of these alone, in this order.
    """
    number, current = document.c.id, document.c.revision_id
    if is_sqlite(conn) or words is None or not words.groups or fulltext_postgresql.exact(words):
        rows = fitting(conn, statement, words, current).order_by(number)
    else:
        held = fulltext_postgresql.possible(conn, words)
        there = fenced(statement.add_columns(held.c.words).where(held.c.id == current).order_by(number))
        rows = select(there.c.id).where(fulltext_postgresql.fits(there.c.words, words)).order_by(there.c.id)
    return tuple(conn.execute(rows.limit(limit)).scalars())
