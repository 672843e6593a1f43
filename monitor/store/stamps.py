"""Stamps: what others, or the operator's key, said of seals."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from monitor.model import Seal, Stamp, StampMethod
from monitor.store.schema import seal, stamp
from monitor.store.types import columns_of, first, noun


def add(conn: Connection, new: Stamp) -> int:
    """Append a stamp; return its number."""
    made = conn.execute(insert(stamp).values(columns_of(new))).inserted_primary_key
    assert made is not None
    return int(made[0])


def answer(conn: Connection, seen: Stamp, now: Stamp) -> bool:
    """Give a stamp its token, or a fuller one; False when somebody else has done so since it was `seen`."""
    same = stamp.c.token.is_(None) if seen.token is None else stamp.c.token == seen.token
    statement = update(stamp).where(stamp.c.id == seen.id, same).values(columns_of(now))
    return conn.execute(statement).rowcount == 1


def every(conn: Connection, method: StampMethod | None = None) -> tuple[tuple[Seal, Stamp], ...]:
    """Return all stamps with their seals, in the order of the chain; of one method where told.

    One whose seal was deleted is left out; a check of the chain tells of it.
    """
    return _joined(conn) if method is None else _joined(conn, stamp.c.method == method)


def _joined(conn: Connection, *which: ColumnElement[bool]) -> tuple[tuple[Seal, Stamp], ...]:
    """Return stamps with their seals: two statements, since both tables have columns of the same names."""
    rows = conn.execute(select(stamp).where(*which).order_by(stamp.c.seal, stamp.c.id)).mappings().all()
    of = select(seal).where(seal.c.number.in_(select(stamp.c.seal).where(*which)))
    seals = {row["number"]: noun(Seal, row) for row in conn.execute(of).mappings()}
    return tuple((seals[row["seal"]], noun(Stamp, row)) for row in rows if row["seal"] in seals)


def last_made(conn: Connection, method: StampMethod) -> datetime | None:
    """Return when the newest stamp of a method that has its answer was made, or None."""
    answered = (stamp.c.method == method) & stamp.c.token.is_not(None)
    at: datetime | None = conn.execute(select(func.max(stamp.c.made_at)).where(answered)).scalar()
    return at


def seal_of(conn: Connection, digest: str) -> Seal | None:
    """Return the seal that has a hash (hex), or None."""
    return first(Seal, conn.execute(select(seal).where(seal.c.hash == digest)))
