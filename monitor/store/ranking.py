"""Rank what words find, or sort it by time, quickly also where a word is in nearly every text."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, literal, or_, select, tuple_

from monitor.answers import DocumentFilter
from monitor.core.query import Query
from monitor.model import Order
from monitor.store import conditions, documents, fulltext
from monitor.store.schema import document, revision

MANY = 5_000  # matches that are ranked; for each it takes a microsecond and more
_AT_ONCE = 100  # documents looked at for a word that many have, and then four times as many
_MOST_AT_ONCE = 6_400


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


def best(conn: Connection, words: Query, which: DocumentFilter, how: How) -> Sequence[Row[Any]]:
    """Return the best by rank; where a filter lets more than MANY through that match, the best of the newest of these.

    A word that is in so many texts tells little of any, and to rank 100,000 takes a tenth of a second and more.
    """
    found = fulltext.matches(conn, words, ranked=True)
    columns = (document.c.id.label("document"), found.c.id.label("revision"), found.c.id.label("number"))
    chosen = select(*columns, found.c.rank.label("rank"), found.c.rank.label("key"))
    statement = _narrowed(conn, _joined(chosen, found, how), found, words, which, how)
    return conn.execute(in_order(statement, found.c.rank, found.c.id, how).limit(which.limit)).all()


def _narrowed(
    conn: Connection, statement: Select[Any], found: Any, words: Query, which: DocumentFilter, how: How
) -> Select[Any]:
    statement = statement.where(*_wanted(conn, which))
    first = _newest_from(conn, words, None, how)
    if not first or which == DocumentFilter(limit=which.limit):
        return statement.where(found.c.place >= first) if first else statement
    if _lets_few(conn, which):
        numbers = select(revision.c.id if how.every_revision else document.c.revision_id)
        numbers = numbers.join(document, document.c.id == revision.c.document_id) if how.every_revision else numbers
        return statement.where(found.c.id.in_(documents.filtered(numbers, which)))
    return statement.where(found.c.place >= _newest_from(conn, words, which, how))


def _joined(statement: Select[Any], found: Any, how: How) -> Select[Any]:
    if not how.every_revision:
        return statement.join_from(found, document, document.c.revision_id == found.c.id)
    statement = statement.join_from(found, revision, revision.c.id == found.c.id)
    return statement.join(document, document.c.id == revision.c.document_id)


def _wanted(conn: Connection, which: DocumentFilter) -> list[ColumnElement[bool]]:
    """Return what a filter wants of documents that matches were joined with: by their numbers, and by nothing else."""
    return [fulltext.unindexed(conn, one, ("id", "revision_id")) for one in conditions.wanted(which)]


def _newest_from(conn: Connection, words: Query, which: DocumentFilter | None, how: How) -> int:
    """Return the number from which on there are MANY matches that a filter lets through, 0 where there are no more."""
    found = fulltext.matches(conn, words)
    statement = select(found.c.place)
    if which is not None:
        statement = _joined(statement, found, how).where(*_wanted(conn, which))
    return int(conn.execute(statement.order_by(found.c.place.desc()).limit(1).offset(MANY)).scalar() or 0)


def _lets_few(conn: Connection, which: DocumentFilter) -> bool:
    """Tell whether a filter lets fewer documents through than are ranked."""
    some = documents.filtered(select(document.c.id), which).limit(MANY).subquery()
    return int(conn.execute(select(func.count()).select_from(some)).scalar_one()) < MANY


def by_time(conn: Connection, words: Query, which: DocumentFilter, how: How) -> Sequence[Row[Any]]:
    """Return the newest, or the oldest, that match."""
    if not how.every_revision and _newest_from(conn, words, None, how):
        return _walk(conn, words, which, how)
    found = fulltext.matches(conn, words)
    number: ColumnElement[Any] = found.c.id if how.every_revision else document.c.id
    columns = (document.c.id.label("document"), found.c.id.label("revision"), number.label("number"))
    statement = _joined(select(*columns, document.c.newest_at.label("key")), found, how).where(*_wanted(conn, which))
    return conn.execute(in_order(statement, document.c.newest_at, number, how).limit(which.limit)).all()


def _walk(conn: Connection, words: Query, which: DocumentFilter, how: How) -> Sequence[Row[Any]]:
    """Look through documents in their order until enough of them match; of a common word that is soon."""
    columns = (document.c.id.label("document"), document.c.revision_id.label("revision"), document.c.id.label("number"))
    statement = documents.filtered(select(*columns, document.c.newest_at.label("key")), which)
    taken, most = list[Row[Any]](), _AT_ONCE
    while len(taken) < which.limit:
        rows = conn.execute(in_order(statement, document.c.newest_at, document.c.id, how).limit(most)).all()
        there = _among(conn, words, [row.revision for row in rows if row.revision is not None])
        taken += [row for row in rows if row.revision in there]
        if len(rows) < most:
            break
        how, most = how._replace(after=(rows[-1].key, rows[-1].number)), min(4 * most, _MOST_AT_ONCE)
    return taken[: which.limit]


def _among(conn: Connection, words: Query, numbers: Sequence[int]) -> set[int]:
    """Return those of these revisions that match. They lie near each other, and a stretch of the index holds them."""
    if not numbers:
        return set()
    found = fulltext.matches(conn, words)
    stretch = found.c.place.between(min(numbers), max(numbers))
    return set(conn.execute(select(found.c.id).where(stretch, found.c.id.in_(numbers))).scalars())
