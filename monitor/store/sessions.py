"""Sessions of PostgreSQL that stay open, and what belongs to them: advisory locks, and listening."""

from typing import Any

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from monitor.store.dialects import ALIVE, is_sqlite


def open_session(url: str, patience_s: float) -> Connection | None:
    """Return a connection of its own that stays open, each statement its own transaction; None on SQLite.

    What belongs to a session lasts as long as it does: advisory locks, and listening.
    """
    if make_url(url).get_backend_name() != "postgresql":
        return None
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        connect_args={"options": "-c timezone=UTC", "connect_timeout": max(2, int(patience_s)), **ALIVE},
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
    )
    return engine.connect()


def end_session(conn: Connection) -> None:
    """Close such a connection, also one that is lost; the server then frees what belonged to the session."""
    conn.invalidate()  # else it is asked to roll back what there is none of, which fails where it is lost
    conn.close()
    conn.engine.dispose()


# Of all advisory locks of a database those with this first number are ours.
_LOCK = {"space": 1_836_019_561}


def try_lock(conn: Connection, name: str) -> bool:
    """Take an advisory lock for this session unless another has it; say whether it is ours (PostgreSQL only)."""
    taken = text("SELECT pg_try_advisory_lock(:space, hashtext(:name))")
    return bool(conn.execute(taken, {**_LOCK, "name": name}).scalar())


def unlock(conn: Connection, name: str) -> None:
    """Give an advisory lock of this session back."""
    conn.execute(text("SELECT pg_advisory_unlock(:space, hashtext(:name))"), {**_LOCK, "name": name}).close()


def notify(conn: Connection, channel: str) -> None:
    """Tell whoever listens once this transaction is committed, at most once a transaction; nothing on SQLite."""
    if not is_sqlite(conn):
        conn.execute(text("SELECT pg_notify(:channel, '')"), {"channel": channel}).close()


def listen(conn: Connection, channel: str) -> int:
    """Listen on a channel; return the descriptor of the socket, which can be read when something came.

    Raises ConnectionError when the session is over already, and DBAPIError.
    """
    from psycopg import Error  # not to be had, or needed, where there is only SQLite

    conn.exec_driver_sql(f'LISTEN "{channel}"')
    driver: Any = conn.connection.driver_connection
    try:
        return int(driver.fileno())
    except Error as error:
        raise ConnectionError(str(error).strip()) from error


def heard(conn: Connection) -> int:
    """Take in, without waiting, what came to a session that listens; return how many times it was told.

    Raises ConnectionError when the session is over.
    """
    from psycopg import Error  # not to be had, or needed, where there is only SQLite

    driver: Any = conn.connection.driver_connection
    try:
        driver.pgconn.consume_input()
    except Error as error:
        raise ConnectionError(str(error).strip()) from error
    return sum(1 for _ in iter(driver.pgconn.notifies, None))
