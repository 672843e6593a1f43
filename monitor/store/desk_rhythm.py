"""When things happened, counted by the hour: articles, edits, fetches, of an outlet or of a source."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, String, case, cast, func, select

from monitor.model import ChangeKind, Origin, Outcome
from monitor.store.desk_outlets import EDITS, STANDS
from monitor.store.schema import change, document, entry, fetch

MOST = 10_000  # articles whose lag is looked at, the newest
GOOD = (Outcome.OK, Outcome.NOT_MODIFIED)

# A time as text is the same to the hour on both databases, `2026-11-16T14` and `2026-11-16 14`: the zone is UTC.
DAY, HOUR, CLOCK = (1, 10), (12, 2), (12, 8)


class Counted(NamedTuple):
    """How much happened on a day in an hour; `mark` tells kinds apart: of no known hour, removed, failed."""

    day: str
    hour: str
    mark: bool
    times: int


class Lag(NamedTuple):
    """When an article was published and first seen, and which source told of it first."""

    published_at: datetime
    first_seen_at: datetime
    source_id: int | None


def published_of_outlet(conn: Connection, key: str, since: datetime) -> list[Counted]:
    """Count an outlet's articles by when they were published; marked are those of which only the day is known."""
    return _counted(conn, document.c.published_at, _of_day(document.c.published_at), _new(key, since))


def published_of_source(conn: Connection, source_id: int, since: datetime) -> list[Counted]:
    """Count what a source told of by when it was published; marked is that of which only the day is known."""
    which = (entry.c.source_id == source_id) & (entry.c.first_seen_at >= since) & (entry.c.published_at >= since)
    return _counted(conn, entry.c.published_at, _of_day(entry.c.published_at), which)


def changed_of_outlet(conn: Connection, key: str, since: datetime) -> list[Counted]:
    """Count the edits of an outlet's articles by when they were noticed; marked are removals."""
    mine = select(document.c.id).where(document.c.outlet == key, document.c.id == change.c.document_id).exists()
    return _changed(conn, since, mine)


def changed_of_source(conn: Connection, source_id: int, since: datetime) -> list[Counted]:
    """Count the edits of what a source told of by when they were noticed; marked are removals."""
    told = (entry.c.document_id == change.c.document_id) & (entry.c.source_id == source_id)
    return _changed(conn, since, select(entry.c.id).where(told).exists())


def fetched(conn: Connection, source_ids: Collection[int], since: datetime) -> list[Counted]:
    """Count the checks of sources; marked are those that failed."""
    which = fetch.c.source_id.in_(list(source_ids)) & (fetch.c.started_at >= since)
    return _counted(conn, fetch.c.started_at, fetch.c.outcome.not_in(GOOD), which)


def lags_of_outlet(conn: Connection, key: str, since: datetime) -> list[Lag]:
    """Return when an outlet's newest articles were published and first seen."""
    columns = (document.c.published_at, document.c.first_seen_at, document.c.source_id)
    return _lags(conn, select(*columns).where(_new(key, since)).order_by(document.c.first_seen_at.desc()))


def lags_of_source(conn: Connection, source_id: int, since: datetime) -> list[Lag]:
    """Return when the newest articles of a source were published, and when it first told of them."""
    columns = (entry.c.published_at, entry.c.first_seen_at, entry.c.source_id)
    which = (entry.c.source_id == source_id) & (entry.c.first_seen_at >= since) & entry.c.published_at.is_not(None)
    return _lags(conn, select(*columns).where(which).order_by(entry.c.first_seen_at.desc()))


def _new(key: str, since: datetime) -> ColumnElement[bool]:
    mine = (document.c.outlet == key) & (document.c.origin == Origin.WEB)
    return mine & (document.c.first_seen_at >= since) & (document.c.published_at >= since)


def _changed(conn: Connection, since: datetime, mine: ColumnElement[bool]) -> list[Counted]:
    which = (change.c.at >= since) & change.c.kind.in_((*EDITS, ChangeKind.REMOVED)) & STANDS & mine
    return _counted(conn, change.c.at, change.c.kind == ChangeKind.REMOVED, which)


def _counted(conn: Connection, at: Any, mark: ColumnElement[bool], which: ColumnElement[bool]) -> list[Counted]:
    day, hour, marked = _part(at, DAY), _part(at, HOUR), case((mark, 1), else_=0)
    statement = select(day, hour, marked, func.count()).where(which).group_by(day, hour, marked)
    return [Counted(row[0], row[1], bool(row[2]), row[3]) for row in conn.execute(statement)]


def _of_day(at: Any) -> ColumnElement[bool]:
    """Say whether midnight to the second tells that only the day is known."""
    return _part(at, CLOCK) == "00:00:00"


def _part(at: Any, place: tuple[int, int]) -> ColumnElement[str]:
    return func.substr(cast(at, String), *place, type_=String)


def _lags(conn: Connection, statement: Select[Any]) -> list[Lag]:
    return [Lag(*row) for row in conn.execute(statement.limit(MOST))]
