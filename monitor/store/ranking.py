"""Rank what words find, or sort it by time, quickly also where a word is in nearly every text."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, select

from monitor.answers import DocumentFilter
from monitor.core.query import Query
from monitor.store import documents, fulltext, ranking_postgresql
from monitor.store.dialects import is_sqlite
from monitor.store.ranking_order import BEST as BEST
from monitor.store.ranking_order import How as How
from monitor.store.ranking_order import in_order, joined, wanted
from monitor.store.schema import document, revision

MANY = 5_000  # matches that are ranked; for each it takes a microsecond and more
_AT_ONCE = 100  # documents looked at for a word that many have, and then four times as many
_MOST_AT_ONCE = 6_400


def best(conn: Connection, words: Query, which: DocumentFilter, how: How) -> Sequence[Row[Any]]:
    """Return the best by rank; where a filter lets more than MANY through that match, the best of the newest of these.

    A word that is in so many texts tells little of any, and to rank 100,000 takes a tenth of a second and more.
    """
    if not is_sqlite(conn):
        most = None if _ranks_all(conn, which, how) else MANY + 1
        return ranking_postgresql.best(conn, words, which, how, most)
    found = fulltext.ranked(words)
    columns = (document.c.id.label("document"), found.c.id.label("revision"), found.c.id.label("number"))
    chosen = select(*columns, found.c.rank.label("rank"), found.c.rank.label("key"))
    statement = _narrowed(conn, joined(chosen, found, how), found, words, which, how)
    return conn.execute(in_order(statement, found.c.rank, found.c.id, how).limit(which.limit)).all()


def _narrowed(
    conn: Connection, statement: Select[Any], found: Any, words: Query, which: DocumentFilter, how: How
) -> Select[Any]:
    statement = statement.where(*wanted(conn, which))
    first = _newest_from(conn, words, None, how)
    if not first or which == DocumentFilter(limit=which.limit):
        return statement.where(found.c.place >= first) if first else statement
    if _lets_few(conn, which):
        numbers = select(revision.c.id if how.every_revision else document.c.revision_id)
        numbers = numbers.join(document, document.c.id == revision.c.document_id) if how.every_revision else numbers
        return statement.where(found.c.id.in_(documents.filtered(numbers, which)))
    return statement.where(found.c.place >= _newest_from(conn, words, which, how))


def _newest_from(conn: Connection, words: Query, which: DocumentFilter | None, how: How) -> int:
    """Return the number from which on there are MANY matches that a filter lets through, 0 where there are no more."""
    found = fulltext.matches(conn, words)
    statement = select(found.c.place)
    if which is not None:
        statement = joined(statement, found, how).where(*wanted(conn, which))
    return int(conn.execute(statement.order_by(found.c.place.desc()).limit(1).offset(MANY)).scalar() or 0)


def _ranks_all(conn: Connection, which: DocumentFilter, how: How) -> bool:
    """Tell whether all are ranked, however many they are: all texts of few documents."""
    return how.every_revision and which != DocumentFilter(limit=which.limit) and _lets_few(conn, which)


def _lets_few(conn: Connection, which: DocumentFilter) -> bool:
    """Tell whether a filter lets fewer documents through than are ranked."""
    some = documents.filtered(select(document.c.id), which).limit(MANY).subquery()
    return int(conn.execute(select(func.count()).select_from(some)).scalar_one()) < MANY


def by_time(conn: Connection, words: Query, which: DocumentFilter, how: How) -> Sequence[Row[Any]]:
    """Return the newest, or the oldest, that match."""
    if not how.every_revision and _are_many(conn, words, how):
        return _walk(conn, words, which, how)
    if not is_sqlite(conn):
        return ranking_postgresql.by_time(conn, words, which, how)
    found = fulltext.matches(conn, words)
    number: ColumnElement[Any] = found.c.id if how.every_revision else document.c.id
    columns = (document.c.id.label("document"), found.c.id.label("revision"), number.label("number"))
    statement = joined(select(*columns, document.c.newest_at.label("key")), found, how).where(*wanted(conn, which))
    return conn.execute(in_order(statement, document.c.newest_at, number, how).limit(which.limit)).all()


def _are_many(conn: Connection, words: Query, how: How) -> bool:
    if is_sqlite(conn):
        return bool(_newest_from(conn, words, None, how))
    return ranking_postgresql.may_be_more_than(conn, words, MANY)


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
    if not is_sqlite(conn):
        return ranking_postgresql.among(conn, words, numbers)
    found = fulltext.matches(conn, words)
    stretch = found.c.place.between(min(numbers), max(numbers))
    return set(conn.execute(select(found.c.id).where(stretch, found.c.id.in_(numbers))).scalars())
