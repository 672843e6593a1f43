"""What alarms are judged by, asked so that it costs the same at any size: by indexes, and the newest rows only."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, case, func, select, true, union

from monitor.model import Outcome, Quality, Source, SourceState
from monitor.store.desk_sources import RANKS
from monitor.store.schema import capture, document, entry, fetch, host, source
from monitor.store.types import noun

FAILING, SILENT = RANKS[:2]
GOOD = (Outcome.OK, Outcome.NOT_MODIFIED)
# What an extractor should have read and did not; walls of payment and the like are the outlet's own.
UNREAD = frozenset({Quality.FAILED, Quality.EMPTY, Quality.COLLAPSED, Quality.TOO_DEEP})
NEWEST = 10_000  # fetches looked at, from the newest on
ARTICLES = 5_000  # captures of articles
DUE = 10_000  # hosts that are counted; more are told as so many
OUTLETS = 200  # candidates for silence in one look
SOURCES = 50  # of one outlet, whose times are looked at
TIMES = 200  # of each
LATE = timedelta(hours=1)  # a source that should have been polled before that tells nothing of silence


@dataclass(frozen=True, slots=True)
class Line:
    """The hosts that are due and free: how many (at most DUE are counted), and since when the first."""

    hosts: int
    since: datetime | None


def line(conn: Connection, now: datetime) -> Line:
    """Return how long the line of hosts is that are due, may be asked, and are visited by nobody."""
    free = host.c.lease_until.is_(None) | (host.c.lease_until <= now)
    first = select(host.c.ready_at).where(host.c.ready_at <= now, free).order_by(host.c.ready_at).limit(DUE).subquery()
    row = conn.execute(select(func.count(), func.min(first.c.ready_at)).select_from(first)).one()
    return Line(row[0], row[1])


def last_success(conn: Connection) -> tuple[datetime | None, int]:
    """Return when a fetch was last answered well, and how many were made since; looks at the newest NEWEST only.

    None where none of these was, or none was made.
    """
    newest = conn.execute(select(func.max(fetch.c.id))).scalar() or 0
    recent = fetch.c.id > newest - NEWEST
    good = select(fetch.c.id, fetch.c.started_at).where(recent, fetch.c.outcome.in_(GOOD))
    row = conn.execute(good.order_by(fetch.c.id.desc()).limit(1)).first()
    after = row.id if row else newest - NEWEST
    return (row.started_at if row else None), conn.execute(
        select(func.count()).select_from(fetch).where(fetch.c.id > after)
    ).scalar_one()


def first_of_newest(conn: Connection) -> datetime | None:
    """Return when the oldest of the newest NEWEST fetches was made, or None where there are none."""
    newest = conn.execute(select(func.max(fetch.c.id))).scalar() or 0
    oldest = select(fetch.c.started_at).where(fetch.c.id > newest - NEWEST).order_by(fetch.c.id).limit(1)
    return conn.execute(oldest).scalar()


def failing_since(conn: Connection, checked: datetime, worked: datetime, most: int) -> int:
    """Return how many sources failed at checks after one time that had worked after another; counts up to `most`."""
    which = (source.c.state == SourceState.ACTIVE) & (source.c.failures > 0)
    lately = which & (source.c.last_checked_at > checked) & (source.c.confirmed_at > worked)
    return conn.execute(
        select(func.count()).select_from(select(source.c.id).where(lately).limit(most).subquery())
    ).scalar_one()


def active(conn: Connection, most: int) -> int:
    """Count the sources that are polled, up to `most`."""
    some = select(source.c.id).where(source.c.state == SourceState.ACTIVE).limit(most).subquery()
    return conn.execute(select(func.count()).select_from(some)).scalar_one()


def read_lately(conn: Connection, since: datetime) -> tuple[Counter[str], Counter[str]]:
    """Return how many articles were looked at since a time, and how many of them could not be read, by outlet.

    Of the newest ARTICLES captures; what has no outlet counts for its host.
    """
    newest = conn.execute(select(func.max(capture.c.id))).scalar() or 0
    outlet = func.coalesce(document.c.outlet, document.c.host, "")
    bad = func.sum(case((capture.c.quality.in_(UNREAD), 1), else_=0))
    statement = select(outlet, func.count(), bad).join(document, document.c.id == capture.c.document_id)
    recent = (capture.c.id > newest - ARTICLES) & capture.c.quality.is_not(None) & (capture.c.captured_at >= since)
    rows = conn.execute(statement.where(recent).group_by(outlet)).all()
    return Counter({row[0]: row[1] for row in rows}), Counter({row[0]: int(row[2]) for row in rows})


def maybe_silent(conn: Connection, now: datetime, after: str = "") -> tuple[str, ...]:
    """Return outlets with a source that is silent or fails, by name, after a name; at most OUTLETS.

    Not those whose sources wait to be polled for long: nobody has looked whether there is anything new.
    """
    whose = func.coalesce(source.c.outlet, source.c.host)
    mine = (source.c.verified == true()) & (source.c.next_check_at > now - LATE) & (whose > after)
    # Two questions of one index: as one with OR they would be answered by all sources there are.
    found = (select(whose.label("name")).where(rank & mine) for rank in (FAILING, SILENT))
    names = union(*found).subquery()
    return tuple(conn.execute(select(names.c.name).order_by(names.c.name).limit(OUTLETS)).scalars())


def of_outlet(conn: Connection, name: str) -> tuple[Source, ...]:
    """Return the sources of an outlet that are polled, or of a host where they have no outlet; at most SOURCES."""
    of_host = source.c.outlet.is_(None) & (source.c.host == name)
    found: list[Source] = []
    for which in (source.c.outlet == name, of_host):
        rows = conn.execute(select(source).where(which).limit(SOURCES)).mappings()
        found += [noun(Source, row) for row in rows if row["state"] is SourceState.ACTIVE]
    return tuple(sorted(found, key=lambda one: one.id)[:SOURCES])


def appeared(conn: Connection, sources: Sequence[int]) -> tuple[datetime, ...]:
    """Return when the newest entries of some sources appeared in them, at most TIMES of all, newest first."""
    mine = entry.c.source_id.in_(list(sources)) & entry.c.appeared_at.is_not(None)
    times = select(entry.c.appeared_at).where(mine).order_by(entry.c.appeared_at.desc()).limit(TIMES)
    return tuple(conn.execute(times).scalars())
