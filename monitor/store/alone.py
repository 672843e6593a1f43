"""An archive to oneself: for what must not happen beside a daemon, or beside a second one who does the same."""

from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from sqlite3 import connect
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from monitor.store.dialects import is_sqlite, lock_schema, open_engine
from monitor.store.types import UtcTime

ALONE = "monitor alone"  # what PostgreSQL calls such a session
PAGES = 2_000  # of SQLite, copied between two reports

Progress = Callable[[int, int], None]


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
        event.listen(engine, "connect", _name)
    return engine


def _lock_out(connection: Any, _record: object) -> None:
    """Lock the file at once, and for as long as this connection is open (sqlite.org/pragma, locking_mode)."""
    try:
        for statement in ("PRAGMA locking_mode = EXCLUSIVE", "BEGIN IMMEDIATE", "ROLLBACK"):
            connection.execute(statement).close()
    except connection.OperationalError as error:
        raise OperationalError(None, None, error) from error


def _name(connection: Any, _record: object) -> None:
    connection.execute(f"SET application_name = '{ALONE}'")
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
    return 0 if is_sqlite(conn) else int(conn.execute(_SESSIONS, {"alone": ALONE}).scalar_one())


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
    """Copy a database of SQLite that one has to oneself into a new file, page by page; `told` of pages done and all."""
    with closing(engine.raw_connection()) as source, closing(connect(path)) as target:
        driver: Any = source.driver_connection
        driver.backup(target, pages=PAGES, progress=lambda _, left, every: told and told(every - left, every))


def path_of(url: str) -> Path | None:
    """Return the file of a database of SQLite; None for one on a server."""
    made = make_url(url)
    return Path(made.database or "") if made.get_backend_name() == "sqlite" else None
