"""Say when things happen: by hour, by day, and how soon they were seen. Times are UTC."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import Connection

from monitor.desk_answers import DayCount, Rhythm
from monitor.store import desk_rhythm as store
from monitor.store import desk_sources
from monitor.store.desk_rhythm import Counted, Lag

DAYS = 30
# Sources are polled about every quarter of an hour to every day: finer would measure nothing, coarser would hide it.
LAGS = (
    ("under 5 min", timedelta(minutes=5)),
    ("5 to 15 min", timedelta(minutes=15)),
    ("15 min to 1 h", timedelta(hours=1)),
    ("1 to 3 h", timedelta(hours=3)),
    ("3 to 12 h", timedelta(hours=12)),
    ("12 h to 1 d", timedelta(days=1)),
    ("later", timedelta.max),
)
AHEAD = timedelta(hours=1)  # a clock that is this far ahead is wrong; what it says tells no lag


def of_outlet(conn: Connection, key: str, source_ids: Sequence[int], now: datetime) -> Rhythm:
    """Return the rhythm of an outlet, and of the checks of its sources."""
    since = beginning(now)
    lags = store.lags_of_outlet(conn, key, since)
    told = desk_sources.first_told(conn, sorted({one.source_id for one in lags if one.source_id}))
    return _rhythm(
        now,
        store.published_of_outlet(conn, key, since),
        store.changed_of_outlet(conn, key, since),
        store.fetched(conn, source_ids, since),
        histogram(lags, told),
    )


def of_source(conn: Connection, source_id: int, now: datetime) -> Rhythm:
    """Return the rhythm of what a source tells of, and of its checks."""
    since = beginning(now)
    return _rhythm(
        now,
        store.published_of_source(conn, source_id, since),
        store.changed_of_source(conn, source_id, since),
        store.fetched(conn, [source_id], since),
        histogram(store.lags_of_source(conn, source_id, since), desk_sources.first_told(conn, [source_id])),
    )


def beginning(now: datetime) -> datetime:
    """Return the first moment of the days that are counted, of which today is the last."""
    return datetime.combine(now.date() - timedelta(days=DAYS - 1), time.min, now.tzinfo)


def _rhythm(
    now: datetime,
    published: Iterable[Counted],
    changed: Sequence[Counted],
    fetched: Sequence[Counted],
    lags: tuple[tuple[str, int], ...],
) -> Rhythm:
    issued = tuple(published)
    edited = [one for one in changed if not one.mark]
    by_day = [
        _by_day(some)
        for some in (
            issued,
            edited,
            [one for one in changed if one.mark],
            fetched,
            [one for one in fetched if one.mark],
        )
    ]
    days = (now.date() - timedelta(days=DAYS - 1 - number) for number in range(DAYS))
    return Rhythm(
        published_by_hour=_by_hour(one for one in issued if not one.mark),  # where only the day is known: no hour
        edited_by_hour=_by_hour(edited),
        days=tuple(DayCount(day, *(counted[day.isoformat()] for counted in by_day)) for day in days),
        lags=lags,
    )


def _by_hour(counted: Iterable[Counted]) -> tuple[int, ...]:
    hours: Counter[int] = Counter()
    for one in counted:
        hours[int(one.hour)] += one.times
    return tuple(hours[hour] for hour in range(24))


def _by_day(counted: Iterable[Counted]) -> Counter[str]:
    days: Counter[str] = Counter()
    for one in counted:
        days[one.day] += one.times
    return days


def histogram(lags: Iterable[Lag], first_told: Mapping[int, datetime]) -> tuple[tuple[str, int], ...]:
    """Count articles by how long after their publication they were first seen.

    Left out is what a source told of when it was first read, what states no time of day, and what is far ahead of us.
    """
    counts = Counter(
        _label(max(timedelta(0), one.first_seen_at - one.published_at)) for one in lags if _tells(one, first_told)
    )
    return tuple((label, counts[label]) for label, _ in LAGS)


def _tells(lag: Lag, first_told: Mapping[int, datetime]) -> bool:
    first = first_told.get(lag.source_id) if lag.source_id else None
    if first is not None and lag.first_seen_at <= first:
        return False
    return lag.published_at.time() != time.min and lag.published_at - lag.first_seen_at <= AHEAD


def _label(lag: timedelta) -> str:
    return next(label for label, below in LAGS if lag < below)
