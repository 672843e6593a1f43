"""Named numbers: what is counted, how far something has come, and what one transaction at a time may do."""

from sqlalchemy import Connection, bindparam, select, update

from monitor.store import dialects
from monitor.store.schema import counter

_NAMED = select(counter.c.value).where(counter.c.name == bindparam("named"))
_TURN = _NAMED.with_for_update()


def get(conn: Connection, name: str) -> int:
    """Return the value of a counter, 0 for one that was never set."""
    return int(conn.execute(_NAMED, {"named": name}).scalar() or 0)


def put(conn: Connection, name: str, value: int) -> None:
    """Set a counter."""
    _begin(conn, name)
    conn.execute(update(counter).where(counter.c.name == name).values(value=value))


def add_one(conn: Connection, name: str) -> None:
    """Count one more."""
    _begin(conn, name)
    conn.execute(update(counter).where(counter.c.name == name).values(value=counter.c.value + 1))


def clear(conn: Connection, name: str, seen: int) -> None:
    """Set a counter to 0, unless another transaction changed it since so much was `seen`."""
    conn.execute(update(counter).where(counter.c.name == name, counter.c.value == seen).values(value=0))


def take_turn(conn: Connection, name: str) -> None:
    """Wait until no other transaction has this turn, and have it until this one ends.

    On SQLite one transaction writes at a time anyway.
    """
    if not dialects.is_sqlite(conn) and conn.execute(_TURN, {"named": name}).first() is None:
        _begin(conn, name)
        conn.execute(_TURN, {"named": name}).close()


def _begin(conn: Connection, name: str) -> None:
    dialects.insert_new(conn, counter, {"name": name, "value": 0}, ["name"])
