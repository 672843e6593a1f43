"""Write a database anew without what was deleted from it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, text

from monitor.store.dialects import is_sqlite, open_engine
from monitor.store.troubles import plain_errors


def scrub(url: str, patience_s: float, tables: Sequence[str]) -> bool:
    """Write a database anew without what was deleted from it; False where somebody reads it and old pages stay.

    SQLite keeps deleted bytes in free pages and in its log; all of the file is written. On PostgreSQL it is the
    `tables` named and the full-text table (VACUUM FULL: each is locked meanwhile); its log and backups are not ours.
    Raises DatabaseError where another process is in the way, or the disk is full.
    """
    engine = open_engine(url, patience_s, pool_size=1)
    try:
        with plain_errors(url), engine.connect() as conn:
            return _scrub_sqlite(conn) if is_sqlite(conn) else _scrub_postgresql(conn, tables)
    finally:
        engine.dispose()


def _scrub_sqlite(conn: Connection) -> bool:
    conn.execute(text("INSERT INTO revision_search (revision_search) VALUES ('optimize')"))  # one tree, nothing deleted
    conn.commit()
    driver: Any = conn.connection.driver_connection
    driver.execute("VACUUM").close()  # cannot be done in a transaction
    busy, *_ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def _scrub_postgresql(conn: Connection, tables: Sequence[str]) -> bool:
    outside = conn.execution_options(isolation_level="AUTOCOMMIT")
    for name in (*tables, "revision_search"):
        outside.exec_driver_sql(f'VACUUM FULL "{name}"')
    return True
