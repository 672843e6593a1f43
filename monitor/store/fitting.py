"""Narrow statements to the revisions that the words of a query let through."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, or_, select

from monitor.core.query import Query
from monitor.store import fulltext


def fitting(conn: Connection, statement: Select[Any], words: Query | None, number: ColumnElement[Any]) -> Select[Any]:
    """Narrow a statement to the rows whose revision, `number`, has the words that are sought and none excluded.

    Where only words are excluded, rows without a revision stay.
    """
    if words is not None and words.groups:
        return statement.where(number.in_(select(fulltext.matches(conn, words).c.id)))
    if words is not None and words.excluded:
        excluded = select(fulltext.matches(conn, Query((words.excluded,))).c.id)
        return statement.where(or_(number.is_(None), number.not_in(excluded)))
    return statement
