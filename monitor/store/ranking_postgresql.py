"""Rank what words find on PostgreSQL, or sort it by time, and put together the words of few texts for it.

What the index says is narrowed by all that costs less first, and sorted; then words are looked at one text after the
other, once each, until there are enough. That the parts of a statement are run in this order is what OFFSET 0 is for.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Subquery, select

from monitor.answers import DocumentFilter
from monitor.core.query import Query
from monitor.store.fulltext_postgresql import at_hand, exact, fenced, fits, numbered, possible, rank
from monitor.store.ranking_order import How, in_order, joined, wanted
from monitor.store.schema import document

_BY_KEY = 400  # texts that are looked at rather than all that the index knows


def best(conn: Connection, words: Query, which: DocumentFilter, how: How, most: int | None) -> Sequence[Row[Any]]:
    """Return the best by rank of the newest so many that match and that a filter lets through."""
    found = _ranked(conn, words, which, how, most)
    columns = (found.c.document, found.c.id.label("revision"), found.c.id.label("number"), found.c.rank)
    statement = in_order(select(*columns, found.c.rank.label("key")), found.c.rank, found.c.id, how)
    return conn.execute(statement.limit(which.limit)).all()


def _ranked(conn: Connection, words: Query, which: DocumentFilter, how: How, most: int | None) -> Subquery:
    """Return a subquery of `(document, id, rank)`. Without a filter the newest are taken before they are joined."""
    held, number = possible(conn, words), document.c.id.label("document")
    if which == DocumentFilter(limit=which.limit):
        newest = _newest(select(held.c.id, held.c.words), words, most)
        found = joined(select(number, newest.c.id, _rank(newest, words)), newest, how).where(*wanted(conn, which))
    else:
        narrowed = joined(select(number, held.c.id, held.c.words), held, how).where(*wanted(conn, which))
        newest = _newest(narrowed, words, most)
        found = select(newest.c.document, newest.c.id, _rank(newest, words))
    return fenced(found)


def _newest(rows: Select[Any], words: Query, most: int | None) -> Subquery:
    """Return the newest of rows with an `id` and `words` that match: with a `rank` where words had to be looked at."""
    rows = rows.order_by(rows.selected_columns.id.desc())
    if exact(words):
        return fenced(rows.limit(most))
    by_number = fenced(rows)
    others = [one for one in by_number.c if one.key != "words"]
    there = fenced(select(*others, at_hand(by_number.c.words).label("words")).order_by(by_number.c.id.desc()))
    fitting = select(*(there.c[one.key] for one in others), _rank(there, words)).where(fits(there.c.words, words))
    return fenced(fitting.order_by(there.c.id.desc()).limit(most))


def _rank(rows: Subquery, words: Query) -> ColumnElement[float]:
    return (rows.c.rank if "rank" in rows.c else rank(rows.c.words, words)).label("rank")


def may_be_more_than(conn: Connection, words: Query, many: int) -> bool:
    """Tell whether more than so many texts may match."""
    held = possible(conn, words)
    return conn.execute(select(held.c.id).limit(1).offset(many)).scalar() is not None


def by_time(conn: Connection, words: Query, which: DocumentFilter, how: How) -> Sequence[Row[Any]]:
    """Return the newest, or the oldest, that match."""
    held = possible(conn, words)
    number: ColumnElement[Any] = held.c.id if how.every_revision else document.c.id
    columns = (document.c.id.label("document"), held.c.id.label("revision"), number.label("number"))
    rows = joined(select(*columns, document.c.newest_at.label("key"), held.c.words), held, how)
    there = fenced(in_order(rows.where(*wanted(conn, which)), document.c.newest_at, number, how))
    found = select(there.c.document, there.c.revision, there.c.number, there.c.key)
    if not exact(words):
        found = found.where(fits(there.c.words, words))
    return conn.execute(in_order(found, there.c.key, there.c.number, how._replace(after=None)).limit(which.limit)).all()


def among(conn: Connection, words: Query, numbers: Sequence[int]) -> set[int]:
    """Return those of these revisions that match; where they are many, only of those are words looked at that may."""
    if len(numbers) <= _BY_KEY:
        held = numbered(numbers)
        return set(conn.execute(select(held.c.id).where(fits(held.c.words, words))).scalars())
    held = possible(conn, words)
    there = fenced(select(held).where(held.c.id.in_(numbers)))
    found = select(there.c.id) if exact(words) else select(there.c.id).where(fits(there.c.words, words))
    return set(conn.execute(found).scalars())
