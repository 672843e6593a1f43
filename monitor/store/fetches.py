"""Fetches: every attempt, appended and never changed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from monitor.model import Fetch, Outcome
from monitor.store.schema import fetch
from monitor.store.types import columns_of, nouns

_ADD = insert(fetch)


def add(conn: Connection, new: Fetch) -> int:
    """Append a fetch; return its number."""
    made = conn.execute(_ADD, columns_of(new)).inserted_primary_key
    assert made is not None
    return int(made[0])


def last_detail(conn: Connection, url: str) -> str | None:
    """Return what was said of the newest fetch of a URL, or None."""
    newest = select(fetch.c.detail).where(fetch.c.url == url).order_by(fetch.c.id.desc()).limit(1)
    return conn.execute(newest).scalar()


def of_document(conn: Connection, document_id: int, limit: int = 50) -> tuple[Fetch, ...]:
    """Return a document's newest fetches, newest first."""
    statement = select(fetch).where(fetch.c.document_id == document_id).order_by(fetch.c.id.desc()).limit(limit)
    return nouns(Fetch, conn.execute(statement))


def of_source(conn: Connection, source_id: int, limit: int = 50) -> tuple[Fetch, ...]:
    """Return a source's newest fetches, newest first."""
    statement = select(fetch).where(fetch.c.source_id == source_id).order_by(fetch.c.id.desc()).limit(limit)
    return nouns(Fetch, conn.execute(statement))


def last_good(conn: Connection, urls: Sequence[str]) -> dict[str, datetime]:
    """Return when URLs were last fetched well, those that ever were."""
    which = fetch.c.url.in_(list(urls)) & fetch.c.outcome.in_([Outcome.OK, Outcome.NOT_MODIFIED])
    rows = conn.execute(select(fetch.c.url, func.max(fetch.c.started_at)).where(which).group_by(fetch.c.url))
    return {row[0]: row[1] for row in rows}


def gone_since(conn: Connection, source_id: int) -> datetime | None:
    """Return when the first of the 410s was said that a source's fetches end with, or None when they do not."""
    mine = fetch.c.source_id == source_id
    other = select(func.max(fetch.c.id)).where(mine, fetch.c.outcome != Outcome.GONE).scalar_subquery()
    since = select(func.min(fetch.c.started_at)).where(mine, fetch.c.id > func.coalesce(other, 0))
    return conn.execute(since).scalar()


def outcomes_of(conn: Connection, source_id: int) -> tuple[tuple[Outcome, int], ...]:
    """Return how often a source's fetches ended in which way, the most frequent first."""
    number = func.count()
    statement = select(fetch.c.outcome, number).where(fetch.c.source_id == source_id).group_by(fetch.c.outcome)
    return tuple((row[0], row[1]) for row in conn.execute(statement.order_by(number.desc(), fetch.c.outcome)))
