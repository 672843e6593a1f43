"""What a clock that was ahead has put into the future: plans and waits that no right clock leaves there.

Found by the rows themselves, a piece of a table at a time, so that no statement takes long. The newest fetches tell
sooner that there is something to be found, and which hosts were asked since.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, and_, bindparam, func, or_, select, update

from monitor.core.robots import RETRY_UNREACHABLE
from monitor.model import SourceState
from monitor.store import hosts
from monitor.store.schema import document, fetch, host, notification, source, subscription

Key = int | str

PIECE = 2_000  # rows looked at by one statement
FEW = 200  # rows mended in one transaction, which takes a tenth of a second, lest others wait
SLACK = timedelta(minutes=2)  # by which a clock may be ahead without harm: what is due is late by as much
WHY = "planned while the clock was wrong"
# What is looked through, and what comes before all its keys.
TABLES: dict[Table, Key] = {source: 0, document: 0, host: "", subscription: 0, notification: 0}
INACTIVE = (SourceState.PAUSED, SourceState.REMOVED)
# Of each table with plans: since when a row is there. It counts where nothing was checked yet.
_SINCE = {source: source.c.added_at, document: document.c.first_seen_at}
# From these is reckoned, at the next check or before it.
_MARKS = ("last_checked_at", "missed_since", "doubted_since", "moved_since")


class Ahead(NamedTuple):
    """How far a clock was ahead: the latest time that a fetch bears, and that of the last fetch of each host."""

    until: datetime
    asked: Mapping[str, datetime]


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long hosts are held: no longer than `longest`, else for `gap`, or for `patience` where they have failed.

    `lease` is for how long one is leased, where its lease would last longer than `longest`. Where fetches tell how far
    the clock was `ahead`, a host waits for as long as it had to at the end of that time.
    """

    gap: timedelta
    patience: timedelta
    longest: timedelta
    lease: timedelta
    ahead: Ahead | None = None


def asked(conn: Connection, after: int | None) -> tuple[Ahead | None, int]:
    """Return what the fetches that follow a number tell, and the number of the last; None begins with the newest.

    There are none left to be asked for when the first is None. At most `PIECE` of them are looked at.
    """
    if after is None:
        after = max(0, (conn.execute(select(func.max(fetch.c.id))).scalar() or 0) - PIECE)
    columns = (fetch.c.id, fetch.c.started_at, fetch.c.url, fetch.c.final_url)
    rows = conn.execute(select(*columns).where(fetch.c.id > after).order_by(fetch.c.id).limit(PIECE)).all()
    if not rows:
        return None, after
    last = {urlsplit(url).netloc: at for _, at, *urls in rows for url in urls if url}
    return Ahead(max(row.started_at for row in rows), last), rows[-1].id


def misdated(conn: Connection, table: Table, after: Key, now: datetime, bounds: Bounds) -> tuple[list[Key], Key | None]:
    """Return the keys of the misdated rows of the piece behind a key, and the last key of it; None behind the end."""
    key = table.primary_key.columns[0]
    some = select(key).where(key > after).order_by(key).limit(PIECE).subquery()
    last = conn.execute(select(func.max(some.c[0]))).scalar()
    if last is None:
        return [], None
    found: list[Key] = list(conn.execute(of_piece(table, after, last, now, bounds)).scalars())
    if table is host:
        found += [one.name for one, _ in _held(conn, (key > after) & (key <= last), now, bounds)]
    return found, last


def of_piece(table: Table, after: Key, last: Key, now: datetime, bounds: Bounds) -> Select[Any]:
    """Return how the misdated rows are found whose keys lie behind one and go up to another."""
    key = table.primary_key.columns[0]
    return select(key).where(key > after, key <= last, _is_misdated(table, now, bounds))


def mend(conn: Connection, table: Table, keys: Collection[Key], now: datetime, bounds: Bounds) -> Counter[str]:
    """Mend a few rows that are still misdated; return how many of which table were. May be done again."""
    if table in _SINCE:
        return _mend_plans(conn, table, keys, now, bounds)
    if table is host:
        hosts.lock(conn, {str(key) for key in keys})
    values: dict[Table, dict[str, datetime]] = {
        host: {"lease_until": now + bounds.lease},
        subscription: {"renew_at": now},
        notification: {"next_try_at": now},
    }
    which = table.primary_key.columns[0].in_(keys) & _is_misdated(table, now, bounds)
    mended = conn.execute(update(table).where(which).values(**values[table])).rowcount
    if table is host:
        mended += _let_go(conn, {str(key) for key in keys}, now, bounds)
    return Counter({f"{table.name}s": mended})


def _is_misdated(table: Table, now: datetime, bounds: Bounds) -> ColumnElement[bool]:
    """Say what a right clock leaves in no row; of hosts by their leases alone (see `_held`)."""
    at, later, too_late = table.c, now + SLACK, now + bounds.longest
    if table is host:
        return and_(at.lease_owner.is_not(None), at.lease_until > too_late)
    if table is subscription:
        return and_(at.renew_at > now, at.requested_at > later)
    if table is notification:
        return and_(at.next_try_at > now, at.made_at > later)
    never = and_(at.last_checked_at.is_(None), at.next_check_at > now)  # such as what was put off, and never asked
    wrong = or_(at.last_checked_at > later, and_(never, or_(_SINCE[table] > later, at.next_check_at > too_late)))
    # Not `state = 'active'`: by that index SQLite would look through all sources for each piece.
    return and_(wrong, at.state.not_in(INACTIVE)) if table is source else wrong


def _mend_plans(conn: Connection, table: Table, ids: Collection[Key], now: datetime, bounds: Bounds) -> Counter[str]:
    """Have rows checked now, and let their hosts go, which were asked when they were, if they were not asked since."""
    which = table.c.id.in_(ids) & _is_misdated(table, now, bounds)
    found = conn.execute(select(table.c.id, table.c.host).where(which)).all()
    names = {row.host for row in found if row.host}
    hosts.lock(conn, names)
    conn.execute(update(table).where(which, table.c.next_check_at > now).values(next_check_at=now, plan_reason=WHY))
    for mark in (table.c[name] for name in _MARKS if name in table.c):
        conn.execute(update(table).where(table.c.id.in_([row.id for row in found]), mark > now).values({mark: now}))
    return Counter({f"{table.name}s": len(found), "hosts": _let_go(conn, names, now, bounds, misdated=True)})


def _let_go(conn: Connection, names: set[str], now: datetime, bounds: Bounds, *, misdated: bool = False) -> int:
    """Shorten for how long hosts are held, what was put off until then included; return how many that were."""
    held = [
        {"who": one.name, "again": again, "turn": one.next_allowed_at, "rules": _rules_asked(one.robots_fetched_at)}
        for one, again in _held(conn, host.c.name.in_(names), now, bounds, misdated=misdated)
    ]
    if held:
        conn.execute(_LET_GO, held)
        for put_off in _PUT_OFF:
            conn.execute(put_off, held)
    hosts.refresh_due(conn, names)
    return len(held)


def _rules_asked(fetched_at: datetime | None) -> datetime | None:
    return fetched_at + RETRY_UNREACHABLE if fetched_at else None


_AGAIN = bindparam("again", type_=host.c.next_allowed_at.type)
_LET_GO = update(host).where(host.c.name == bindparam("who")).values(next_allowed_at=_AGAIN)
_PUT_OFF = tuple(
    update(table)
    .where(table.c.host == bindparam("who"))
    .where(or_(table.c.next_check_at == bindparam("turn"), table.c.next_check_at == bindparam("rules")))
    .values(next_check_at=_AGAIN, plan_reason=WHY)
    for table in _SINCE
)


def _held(
    conn: Connection, which: ColumnElement[bool], now: datetime, bounds: Bounds, *, misdated: bool = False
) -> Iterator[tuple[Row[Any], datetime]]:
    """Yield the hosts that are held wrongly, and when each may be asked again.

    By its last fetch a host was asked while the clock was ahead, and held by that clock; of one whose last fetch is not
    known, plans that are `misdated` tell. What a host said since then stands, unless nothing holds one for so long.
    """
    columns = ("name", "next_allowed_at", "failures", "delay_s", "robots_fetched_at")
    held = select(*(host.c[name] for name in columns)).where(which, host.c.next_allowed_at > now + SLACK)
    for one in conn.execute(held).all():
        again = allowed = one.next_allowed_at
        last = bounds.ahead.asked.get(one.name, allowed if misdated else now) if bounds.ahead else now
        if bounds.ahead and now + SLACK < last <= allowed:
            again = max(now, now + (allowed - bounds.ahead.until))
        if again > now + bounds.longest:
            least = bounds.patience if one.failures else bounds.gap
            again = now + max(least, timedelta(seconds=one.delay_s or 0.0))
        if again < allowed:
            yield one, again
