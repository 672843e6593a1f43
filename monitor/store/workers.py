"""The daemons at work on this archive: their rows, their signs of life, and the clock that they share."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, func, insert, or_, select, update

from monitor.model import Worker
from monitor.store import dialects
from monitor.store.schema import host
from monitor.store.schema_running import worker
from monitor.store.types import columns_of, nouns

READINGS = 3  # of the clock at once, the quickest of which counts
AHEAD = timedelta(minutes=5)  # a sign from further in the future was given while the clock was wrong


class Reading(NamedTuple):
    """What the database's clock said, and the steady seconds when it was asked and had answered."""

    said: datetime
    asked: float
    answered: float


def read_clock(conn: Connection, steady: Callable[[], float]) -> Reading | None:
    """Read the database's clock a few times, and return the reading that was quickest; None on SQLite."""
    found = [one for _ in range(READINGS) if (one := _reading(conn, steady)) is not None]
    return min(found, key=lambda one: one.answered - one.asked, default=None)


def _reading(conn: Connection, steady: Callable[[], float]) -> Reading | None:
    asked = steady()
    said = dialects.present(conn)
    return None if said is None else Reading(said, asked, steady())


def register(conn: Connection, new: Worker) -> None:
    """Add a worker that begins; one of that name that is there begins anew."""
    conn.execute(delete(worker).where(worker.c.owner == new.owner))
    conn.execute(insert(worker).values(**columns_of(new)))
    _mend_signs(conn, new.beat_at)


def _mend_signs(conn: Connection, now: datetime) -> None:
    """Take signs of life from the future for signs of now: the living soon give another, and the dead do not.

    Else one that died while the clock was ahead would live, and be the first of all, until that time has come.
    """
    conn.execute(update(worker).where(worker.c.beat_at > now + AHEAD).values(beat_at=now))


_BEAT = (
    update(worker)
    .where(worker.c.owner == bindparam("who"))
    .values({name: bindparam(name) for name in ("beat_at", "hosts", "visits", "fetches")})
    .values(stopped_at=None)
)


def beat(conn: Connection, owner: str, now: datetime, hosts: int, visits: int, fetches: int) -> bool:
    """Note that a worker lives, and what it does; False when it has no row any more."""
    _mend_signs(conn, now)
    values = {"beat_at": now, "hosts": hosts, "visits": visits, "fetches": fetches}
    return conn.execute(_BEAT, {"who": owner, **values}).rowcount == 1


def is_first(conn: Connection, owner: str, since: datetime) -> bool:
    """Say whether no worker that gave a sign since then began before this one."""
    own = select(worker.c.id).where(worker.c.owner == owner).scalar_subquery()
    alive = worker.c.stopped_at.is_(None) & (worker.c.beat_at >= since)
    return conn.execute(select(worker.c.id).where(alive, worker.c.id < own).limit(1)).first() is None


def stop(conn: Connection, owner: str, now: datetime) -> None:
    """Note that a worker has ended."""
    ended = update(worker).where(worker.c.owner == owner, worker.c.stopped_at.is_(None))
    conn.execute(ended.values(stopped_at=now, hosts=0))


def every(conn: Connection) -> tuple[Worker, ...]:
    """Return the workers that are known, those that began first first."""
    return nouns(Worker, conn.execute(select(worker).order_by(worker.c.started_at, worker.c.id)))


def silent(conn: Connection, machine: str, since: datetime) -> tuple[str, ...]:
    """Return the owner names of a machine's workers that gave no sign since then, and did not say goodbye."""
    quiet = select(worker.c.owner).where(worker.c.stopped_at.is_(None), worker.c.beat_at < since)
    return tuple(conn.execute(quiet.where(worker.c.machine == machine)).scalars())


def leases(conn: Connection) -> dict[str, int]:
    """Return how many hosts each owner holds, with leases valid or run out."""
    held = select(host.c.lease_owner, func.count()).where(host.c.lease_owner.is_not(None))
    return {str(owner): int(count) for owner, count in conn.execute(held.group_by(host.c.lease_owner)).all()}


def prune(conn: Connection, before: datetime) -> int:
    """Forget workers that have stopped, or fell silent, before a time; return how many."""
    gone = or_(worker.c.stopped_at < before, worker.c.beat_at < before)
    return conn.execute(delete(worker).where(gone)).rowcount
