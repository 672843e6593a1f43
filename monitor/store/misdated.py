"""What a clock that was ahead has put into the future: plans and leases that no right clock leaves there.

A net below app/timekeeping.py, which sees by the newest fetches that a clock was set back, and knows what hosts asked
for. This finds the rest by the rows themselves, a piece of a table at a time, so that no statement takes long: what was
added and never checked, what a busy archive's newest fetches tell no more of, hosts that were only led to.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, and_, func, or_, select, update

from monitor.store import hosts
from monitor.store.schema import document, host, notification, source, subscription

PIECE = 2_000  # rows looked at by one statement
SLACK = timedelta(minutes=5)  # by which clocks may differ, or drift, without harm
WHY = "planned while the clock was wrong"
# Of each table with plans: since when a row is there. It counts where nothing was checked yet.
SINCE = {source: "added_at", document: "first_seen_at"}


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long hosts are held: no longer than `longest`, else for `gap`, or for `patience` where they have failed.

    `lease` is for how long one is leased, where its lease would last longer than `longest`.
    """

    gap: timedelta
    patience: timedelta
    longest: timedelta
    lease: timedelta


class Piece(NamedTuple):
    """The misdated rows of a piece of a table, and its last key; None behind the end."""

    rows: tuple[int, ...]
    last: int | None


def plans(conn: Connection, table: Table, after: int, now: datetime) -> Piece:
    """Return the rows after a number whose plan was made in what is the future."""
    some = select(table.c.id).where(table.c.id > after).order_by(table.c.id).limit(PIECE).subquery()
    last = conn.execute(select(func.max(some.c.id))).scalar()
    if last is None:
        return Piece((), None)
    which = table.c.id.between(after + 1, last) & _misdated(table, now)
    return Piece(tuple(conn.execute(select(table.c.id).where(which)).scalars()), int(last))


def _misdated(table: Table, now: datetime) -> ColumnElement[bool]:
    done = func.coalesce(table.c.last_checked_at, table.c[SINCE[table]])
    return or_(table.c.last_checked_at > now + SLACK, and_(table.c.next_check_at > now, done > now + SLACK))


def mend_plans(conn: Connection, table: Table, rows: Collection[int], now: datetime) -> int:
    """Have rows of a piece checked now; return how many were still misdated. What their hosts asked for stands."""
    which = table.c.id.in_(rows) & _misdated(table, now)
    found = conn.execute(select(table.c.id, table.c.host).where(which)).all()
    names = {row.host for row in found if row.host}
    hosts.lock(conn, names)
    conn.execute(update(table).where(which, table.c.next_check_at > now).values(next_check_at=now, plan_reason=WHY))
    # Else what is planned from it later would be in the future again.
    conn.execute(update(table).where(table.c.id.in_(rows), table.c.last_checked_at > now).values(last_checked_at=now))
    hosts.refresh_due(conn, names)
    return len(found)


def _hold(conn: Connection, which: ColumnElement[bool], now: datetime, bounds: Bounds) -> int:
    """Shorten for how long hosts are held; return how many that were."""
    count = 0
    for some, least in (
        (host.c.failures == 0, bounds.gap),
        (host.c.failures > 0, bounds.patience),
    ):
        own = func.coalesce(host.c.delay_s, 0.0) > least.total_seconds()
        until = now + least
        held = update(host).where(which, some, ~own, host.c.next_allowed_at > until)
        count += conn.execute(held.values(next_allowed_at=until)).rowcount
        for name, delay_s in conn.execute(select(host.c.name, host.c.delay_s).where(which, some, own)).all():
            until = now + timedelta(seconds=delay_s)
            one = update(host).where(host.c.name == name, host.c.next_allowed_at > until)
            count += conn.execute(one.values(next_allowed_at=until)).rowcount
    return count


class Names(NamedTuple):
    """As `Piece`, of hosts."""

    rows: tuple[str, ...]
    last: str | None


def held(conn: Connection, after: str, now: datetime, bounds: Bounds) -> Names:
    """Return the hosts after a name that are held for longer than anything may hold them."""
    some = select(host.c.name).where(host.c.name > after).order_by(host.c.name).limit(PIECE).subquery()
    last = conn.execute(select(func.max(some.c.name))).scalar()
    if last is None:
        return Names((), None)
    which = (host.c.name > after) & (host.c.name <= last) & (host.c.next_allowed_at > now + bounds.longest)
    return Names(tuple(conn.execute(select(host.c.name).where(which)).scalars()), str(last))


def mend_held(conn: Connection, names: Collection[str], now: datetime, bounds: Bounds) -> int:
    """Let hosts be asked soon that are held for too long; return how many still were."""
    hosts.lock(conn, names)
    return _hold(conn, host.c.name.in_(names) & (host.c.next_allowed_at > now + bounds.longest), now, bounds)


def mend_others(conn: Connection, now: datetime, bounds: Bounds) -> int:
    """Mend what there is little of: leases, subscriptions, tries to tell somebody; return how many rows."""
    later = now + SLACK
    leases = update(host).where(host.c.lease_owner.is_not(None), host.c.lease_until > now + bounds.longest)
    renewals = update(subscription).where(subscription.c.renew_at > now, subscription.c.requested_at > later)
    tries = update(notification).where(notification.c.next_try_at > now, notification.c.made_at > later)
    return sum(
        conn.execute(one).rowcount
        for one in (
            leases.values(lease_until=now + bounds.lease),
            renewals.values(renew_at=now),
            tries.values(next_try_at=now),
        )
    )
