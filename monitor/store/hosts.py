"""Hosts: who may be visited now, and by whom. The unit of claiming, so that politeness holds across processes."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    ScalarSelect,
    bindparam,
    func,
    or_,
    select,
    union_all,
    update,
)

from monitor.model import Host, SourceState
from monitor.store import dialects
from monitor.store.schema import document, host, source
from monitor.store.types import first, noun, nouns

# What is learned of a host while it is visited.
MANNERS = ("next_allowed_at", "failures", "asked_for_patience", "kills")

# Nobody waits longer than this for a turn; looking further would mean to look through all hosts.
AHEAD = timedelta(minutes=5)


def ensure(conn: Connection, name: str) -> None:
    """Make sure that a host has its row."""
    dialects.insert_new(conn, host, {"name": name, "failures": 0}, ["name"])


_LOCK = (
    select(host.c.name)
    .where(host.c.name.in_(bindparam("names", expanding=True)))
    .order_by(host.c.name)
    .with_for_update()
)


def lock(conn: Connection, names: Iterable[str | None], leased: str | None = None) -> None:
    """Take the rows of hosts, made if need be, before anything else is written.

    Two visits may write to each other's hosts. In one order, and before the row of the evidence file, they wait for
    each other and never deadlock; and what `refresh_due` then reads is not older than what the other wrote. SQLite
    has one writer at a time anyway, so there nothing is to be done for the one that is `leased`: its row is there.
    """
    wanted = sorted({name for name in (*names, leased) if name})
    if wanted == [leased] and dialects.is_sqlite(conn):
        return
    known = conn.execute(_LOCK, {"names": wanted}).scalars().all()
    if len(known) == len(wanted):
        return
    for name in wanted:
        ensure(conn, name)
    conn.execute(_LOCK, {"names": wanted}).all()


def get(conn: Connection, name: str) -> Host | None:
    """Return a host, or None."""
    return first(Host, conn.execute(select(host).where(host.c.name == name)))


def claim_due(
    conn: Connection,
    now: datetime,
    due: datetime,
    owner: str,
    lease_s: float,
    limit: int,
    besides: tuple[str, ...] = (),
) -> tuple[Host, ...]:
    """Lease up to `limit` hosts that are due at `due`, allowed and free, those that have been so longest first.

    A host is in line from when it was due and might be asked (`ready_at`): one with much to do goes to the end of the
    line after each visit, and those that must wait cost nothing, however many they are.

    `besides` are in hand already: their lease may run out under us while a visit is long.
    """
    names = (
        select(host.c.name)
        .where(host.c.ready_at <= now, host.c.due_at <= due, _free(now), host.c.name.not_in(besides))
        .order_by(host.c.ready_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("chosen")  # run once, whatever the planner does: as a subquery it may be run again and pass the limit
    )
    return _lease(conn, host.c.name.in_(select(names.c.name)), now, owner, lease_s)


def claim(conn: Connection, name: str, now: datetime, owner: str, lease_s: float) -> Host | None:
    """Lease one host, due or not; None when another worker holds it."""
    return next(iter(_lease(conn, (host.c.name == name) & _free(now), now, owner, lease_s)), None)


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(host.c.lease_until.is_(None), host.c.lease_until <= now)


def _lease(conn: Connection, which: ColumnElement[bool], now: datetime, owner: str, lease_s: float) -> tuple[Host, ...]:
    statement = update(host).where(which).values(lease_owner=owner, lease_until=now + timedelta(seconds=lease_s))
    rows = conn.execute(statement.returning(host)).mappings().all()
    return tuple(sorted((noun(Host, row) for row in rows), key=lambda one: (one.due_at or now, one.name)))


def next_turn(conn: Connection, now: datetime, due: datetime, within: timedelta = AHEAD) -> datetime | None:
    """Return when the first due host that nobody holds may be asked again, or None when none may be `within` that."""
    turn = select(func.min(host.c.ready_at)).where(host.c.ready_at <= now + within, host.c.due_at <= due, _free(now))
    return conn.execute(turn).scalar()


def renew(conn: Connection, name: str, owner: str, until: datetime) -> bool:
    """Keep a lease for longer; False when it is no longer ours."""
    statement = update(host).where(host.c.name == name, host.c.lease_owner == owner).values(lease_until=until)
    return conn.execute(statement).rowcount == 1


_RELEASE = (
    update(host)
    .where(host.c.name == bindparam("host_name"), host.c.lease_owner == bindparam("holder"))
    .values(lease_owner=None, lease_until=None, **{name: bindparam(name) for name in MANNERS})
)


def release(conn: Connection, one: Host, owner: str, until: datetime | None = None) -> None:
    """Give a host back with what was learned of it; one that is no longer ours is left as it is.

    So is one that we lease anew meanwhile, for longer than `until`, where that is told.
    """
    statement = _RELEASE if until is None else _RELEASE.where(host.c.lease_until <= until)
    conn.execute(statement, {"host_name": one.name, "holder": owner, **_manners(one)})


def lease_owners(conn: Connection) -> tuple[str, ...]:
    """Return everybody who holds a lease, valid or run out."""
    statement = select(host.c.lease_owner).where(host.c.lease_owner.is_not(None)).distinct()
    return tuple(owner for owner in conn.execute(statement).scalars() if owner)


def held_by(conn: Connection, owners: Iterable[str]) -> tuple[Host, ...]:
    """Return the hosts that these owners hold, with leases valid or run out."""
    theirs = select(host).where(host.c.lease_owner.in_(list(owners))).order_by(host.c.name).with_for_update()
    return nouns(Host, conn.execute(theirs))


def release_all(conn: Connection, owners: Iterable[str]) -> int:
    """Give back what these owners hold, who ask none of them any more; return how many hosts that were."""
    theirs = host.c.lease_owner.in_(list(owners))
    return conn.execute(update(host).where(theirs).values(lease_owner=None, lease_until=None)).rowcount


# Whoever has lost the lease must not undo what the next holder learns.
_HELD = (host.c.name == bindparam("host_name")) & host.c.lease_owner.is_not_distinct_from(bindparam("holder"))

_SET_MANNERS = update(host).where(_HELD).values({name: bindparam(name) for name in MANNERS})


def set_manners(conn: Connection, one: Host) -> None:
    """Record when a host may be asked again, and what it did to deserve it; nothing once its lease is lost."""
    conn.execute(_SET_MANNERS, {"host_name": one.name, "holder": one.lease_owner, **_manners(one)})


def _manners(one: Host) -> dict[str, object]:
    return {name: getattr(one, name) for name in MANNERS}


def set_robots(conn: Connection, name: str, text: str | None, status: int | None, fetched_at: datetime | None) -> None:
    """Keep a host's robots.txt."""
    values = {"robots_text": text, "robots_status": status, "robots_fetched_at": fetched_at}
    conn.execute(update(host).where(host.c.name == name).values(**values))


def _earliest() -> ScalarSelect[datetime]:
    """Return when the earliest source or document of the host `host_name` is due."""
    name: BindParameter[str] = bindparam("host_name")
    at = source.c.next_check_at
    sources = select(func.min(at).label("at")).where(source.c.host == name, source.c.state == SourceState.ACTIVE)
    documents = select(func.min(document.c.next_check_at).label("at")).where(document.c.host == name)
    both = union_all(sources, documents).subquery()
    return select(func.min(both.c.at)).scalar_subquery()


_REFRESH_DUE = (
    update(host).where(host.c.name == bindparam("host_name")).values(due_at=_earliest()).returning(host.c.due_at)
)


_SETTLE = (
    update(host)
    .where(_HELD)
    .values(due_at=_earliest(), **{name: bindparam(name) for name in MANNERS})
    .returning(host.c.due_at)
)


def settle(conn: Connection, one: Host) -> datetime | None:
    """Do what `set_manners` and `refresh_due` do for a host; return when it is due."""
    row = conn.execute(_SETTLE, {"host_name": one.name, "holder": one.lease_owner, **_manners(one)}).first()
    return row.due_at if row else refresh_due(conn, [one.name])[one.name]


def refresh_due(conn: Connection, names: Iterable[str]) -> dict[str, datetime | None]:
    """Set when hosts are due, after anything on them was planned anew; return it."""
    # In one order, so that two visits do not wait for each other in a ring.
    return {name: conn.execute(_REFRESH_DUE, {"host_name": name}).scalar() for name in sorted(set(names))}
