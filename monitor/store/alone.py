"""An archive to oneself: for what must not happen beside a daemon, or beside a second one who does the same."""

from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from sqlite3 import Error as SqliteError
from sqlite3 import connect
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from monitor.errors import DatabaseError
from monitor.progress import Progress
from monitor.store.dialects import is_sqlite, lock_schema, open_engine, shown
from monitor.store.snapshots_sqlite import not_copied
from monitor.store.types import UtcTime

ALONE = "monitor alone"  # what PostgreSQL calls such a session
PAGES = 2_000  # of SQLite, copied between two reports


class Sign(NamedTuple):
    """Somebody said of himself that he works on the archive: by a row of a worker, or by hosts that he holds."""

    owner: str
    beat_at: datetime | None
    lease_until: datetime | None

    def is_fresh(self, now: datetime, silence: timedelta) -> bool:
        """Say whether that may still hold: said within the time of `silence`, or the lease goes on."""
        beats = self.beat_at is not None and self.beat_at > now - silence
        return beats or (self.lease_until is not None and self.lease_until > now)


def open_alone(url: str, patience_s: float) -> Engine:
    """Return an engine for one connection, beside which on SQLite no other may so much as read.

    The first use waits `patience_s` seconds for others to be gone and raises OperationalError when they are not; the
    file stays locked until the engine is disposed of. On PostgreSQL see `connections`.
    """
    engine = open_engine(url, patience_s, pool_size=1)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _lock_out, insert=True)
    else:
        event.listen(engine, "connect", _settle_in)
    return engine


def _lock_out(connection: Any, _record: object) -> None:
    """Lock the file at once, and for as long as this connection is open (sqlite.org/pragma, locking_mode)."""
    try:
        for statement in ("PRAGMA locking_mode = EXCLUSIVE", "BEGIN IMMEDIATE", "ROLLBACK"):
            connection.execute(statement).close()
    except connection.OperationalError as error:
        raise OperationalError(None, None, error) from error


def _settle_in(connection: Any, _record: object) -> None:
    """Tell who it is, and have no time limit of the server's end what may rest for long while the other side works."""
    connection.execute(f"SET application_name = '{ALONE}'")
    for limit in ("idle_in_transaction_session_timeout", "statement_timeout"):
        connection.execute(f"SET {limit} = 0")
    connection.commit()


def wait_turn(conn: Connection, patience_s: float) -> None:
    """Wait, however long it takes, for whoever else changes the schema (PostgreSQL; on SQLite the file is locked)."""
    if not is_sqlite(conn):
        conn.exec_driver_sql("SET LOCAL lock_timeout = 0")
        lock_schema(conn)
        conn.exec_driver_sql(f"SET LOCAL lock_timeout = {int(patience_s * 1000)}")


def connections(conn: Connection) -> int:
    """Return how many other sessions of this program PostgreSQL has here; those that want to be alone are not counted.

    0 on SQLite, whose lock says it.
    """
    if is_sqlite(conn):
        return 0
    conn.exec_driver_sql("SELECT pg_stat_clear_snapshot()")  # else a transaction sees for ever what it saw first
    return int(conn.execute(_SESSIONS, {"alone": ALONE}).scalar_one())


def stop_writers(conn: Connection, tables: Sequence[str]) -> None:
    """Let nobody write to tables of PostgreSQL until this transaction ends; waits for those who do.

    Must be the first that a REPEATABLE READ transaction does: what it sees is of the moment of the statement after.
    """
    if not is_sqlite(conn):
        named = ", ".join(f'"{name}"' for name in tables)
        conn.exec_driver_sql(f"LOCK TABLE {named} IN SHARE MODE")


def need_every_script(conn: Connection, url: str) -> None:
    """Raise DatabaseError for a database of PostgreSQL that cannot keep texts of every script."""
    encoding = "UTF8" if is_sqlite(conn) else conn.exec_driver_sql("SHOW server_encoding").scalar_one()
    if encoding != "UTF8":
        hint = "make one in UTF-8: CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0"
        raise DatabaseError(f"{shown(url)} is in {encoding}, which has no letters for most texts", hint=hint)


_SESSIONS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND application_name LIKE 'monitor%' AND application_name <> :alone"
)


def signs(conn: Connection) -> tuple[Sign, ...]:
    """Return who says that he works on the archive, and did not say goodbye; of an archive of any schema."""
    tables = set(inspect(conn).get_table_names())
    workers = conn.execute(_WORKERS) if "worker" in tables else ()
    leases = conn.execute(_LEASES) if "host" in tables else ()
    return tuple(Sign(row.owner, row.beat_at, row.lease_until) for some in (workers, leases) for row in some)


_TIMES = {"beat_at": UtcTime, "lease_until": UtcTime}
_WORKERS = text("SELECT owner, beat_at, NULL AS lease_until FROM worker WHERE stopped_at IS NULL ORDER BY id").columns(
    **_TIMES
)
_LEASES = text(
    "SELECT lease_owner AS owner, NULL AS beat_at, max(lease_until) AS lease_until FROM host"
    " WHERE lease_owner IS NOT NULL GROUP BY lease_owner ORDER BY lease_owner"
).columns(**_TIMES)


def size(conn: Connection) -> int:
    """Return the bytes that a database takes up."""
    if is_sqlite(conn):
        return int(conn.exec_driver_sql("PRAGMA page_count").scalar_one()) * _page(conn)
    return int(conn.execute(text("SELECT pg_database_size(current_database())")).scalar_one())


def _page(conn: Connection) -> int:
    return int(conn.exec_driver_sql("PRAGMA page_size").scalar_one())


def copy_to(engine: Engine, path: Path, told: Progress | None = None) -> None:
    """Copy a database of SQLite that one has to oneself into a new file, page by page; `told` of pages done and all.

    Raises DatabaseError.
    """
    try:
        with closing(engine.raw_connection()) as source, closing(connect(path)) as target:
            driver: Any = source.driver_connection
            driver.backup(target, pages=PAGES, progress=lambda _, left, every: told and told(every - left, every))
    except SqliteError as error:
        raise not_copied(path, error) from error


def path_of(url: str) -> Path | None:
    """Return the file of a database of SQLite; None for one on a server."""
    made = make_url(url)
    return Path(made.database or "") if made.get_backend_name() == "sqlite" else None
