"""The only file that knows which database it is: engines, inserts that tolerate a twin, what it checks."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from sqlite3 import SQLITE_INTERRUPT
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    Connection,
    Engine,
    Executable,
    Table,
    case,
    create_engine,
    event,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import NullPool

from monitor.errors import DatabaseError

STEPS = 20_000  # of SQLite's machine between two questions whether to go on
LONGEST_S = 86400.0 * 24  # that a time limit may be told to PostgreSQL, in milliseconds of 32 bits
STOPPING_S = 5.0  # that telling PostgreSQL to end a statement may take


def open_engine(url: str, patience_s: float, *, read_only: bool = False, pool_size: int = 4) -> Engine:
    """Return an engine for that URL; `patience_s` seconds are spent waiting for another process's lock.

    Raises DatabaseError for a URL of no database that we know.
    """
    kind = _kind(url)
    if kind == "sqlite":
        return _open_sqlite(url, patience_s, read_only=read_only, pool_size=pool_size)
    if kind == "postgresql":
        return _open_postgresql(url, patience_s, read_only=read_only, pool_size=pool_size)
    raise DatabaseError(f"no support for {kind} databases", hint="use sqlite:///… or postgresql://…")


def _kind(url: str) -> str:
    try:
        return make_url(url).get_backend_name()
    except (ArgumentError, ValueError) as error:  # its text repeats the URL, and with it the password
        raise DatabaseError("database.url is no database URL", hint="use sqlite:///… or postgresql://…") from error


def _open_sqlite(url: str, patience_s: float, *, read_only: bool, pool_size: int) -> Engine:
    path = no_folder(make_url(url).database or "")
    if not path or path == ":memory:":
        raise DatabaseError("an archive in memory would be lost", hint="name a file: sqlite:///archive.db")
    if not read_only:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    mode = "ro" if read_only else "rwc"
    engine = create_engine(
        make_url("sqlite://").set(database=f"file:{_quoted(path)}", query={"mode": mode, "uri": "true"}),
        connect_args={"timeout": patience_s, "check_same_thread": False, "isolation_level": None},
        pool_size=pool_size,
        max_overflow=0,
    )
    event.listen(engine, "connect", _prepare_reader if read_only else _prepare_writer)
    event.listen(engine, "begin", _begin_read if read_only else _begin_write)
    return engine


def open_to_look(url: str, patience_s: float) -> Engine | None:
    """Return an engine that changes nothing by opening, not even a journal's mode; None without a database file yet."""
    kind, path = _kind(url), make_url(url).database or ""
    if kind == "postgresql":
        return _open_postgresql(url, patience_s, read_only=True, pool_size=1)
    if kind != "sqlite" or not Path(no_folder(path)).is_file():
        return None
    engine = create_engine(
        make_url("sqlite://").set(database=f"file:{_quoted(path)}", query={"mode": "rw", "uri": "true"}),
        connect_args={"timeout": patience_s, "isolation_level": None},
        poolclass=NullPool,
    )
    event.listen(engine, "begin", _begin_read)
    return engine


def no_folder(path: str) -> str:
    """Return a path. Raises DatabaseError where a folder has that name."""
    if path and Path(path).is_dir():
        raise DatabaseError(
            f"{path} is a folder, and should be the database's file",
            hint="database.url names the file (sqlite:///FOLDER/archive.db), data_dir the folder; or move it away",
        )
    return path


def _quoted(path: str) -> str:
    """Escape what a file: URI gives a meaning."""
    return path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")


# What a long reading let the write-ahead log grow to is given back to the disk at the next checkpoint.
_WAL_LIMIT = "journal_size_limit = 67108864"


def _prepare_writer(connection: Any, _record: object) -> None:
    # FULL costs nothing at our rates and lost no acknowledged item in simulated power cuts.
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "cache_size = -32768", _WAL_LIMIT):
        connection.execute(f"PRAGMA {pragma}").close()


def _prepare_reader(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA query_only = ON").close()


def _begin_write(connection: Connection) -> None:
    # The default, a deferred transaction, silently lost updates between processes.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_read(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _open_postgresql(url: str, patience_s: float, *, read_only: bool, pool_size: int) -> Engine:
    options = f"-c timezone=UTC -c lock_timeout={int(patience_s * 1000)}"
    if read_only:
        options += " -c default_transaction_read_only=on"
    else:
        options += f" -c idle_in_transaction_session_timeout={int(patience_s * RESTING * 1000)}"
    return create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        connect_args={"options": options, "connect_timeout": max(2, int(patience_s)), **ALIVE},
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=patience_s,
        pool_pre_ping=True,
        execution_options={"postgresql_readonly": True} if read_only else {},  # a session's default can be set anew
    )


# Of the patience for a lock, the share for which a transaction that writes may rest; those who wait get what is left. A
# process that was frozen, or whose machine was cut off, in the middle of one would keep its rows until it is back: four
# workers on 10,000 hosts of one site all stood still for as long as one of them was frozen.
RESTING = 2 / 3

# A server that is gone without a word is noticed within a minute, not after the hours that TCP gives it.
ALIVE = {
    "application_name": "monitor",
    "keepalives_idle": 20,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}


def present(conn: Connection) -> datetime | None:
    """Return the present by the database's own clock; None on SQLite, which has the machine's."""
    return None if is_sqlite(conn) else cast(datetime, conn.execute(text("SELECT clock_timestamp()")).scalar_one())


def is_sqlite(conn: Connection) -> bool:
    """Say whether this is SQLite."""
    return conn.dialect.name == "sqlite"


def overwrite_deleted(conn: Connection) -> None:
    """Have SQLite overwrite with zeros what is deleted from now on through this connection."""
    if is_sqlite(conn):
        conn.exec_driver_sql("PRAGMA secure_delete = ON")


class Integrity(NamedTuple):
    """What a database says of itself: what is damaged, the revisions its full-text index lacks, what was not asked."""

    damage: tuple[str, ...]
    unindexed: tuple[int, ...]
    notes: tuple[str, ...]


def integrity(conn: Connection, limit: int) -> Integrity:
    """Have the database check itself, by what it offers for that; at most `limit` lines of each kind."""
    if is_sqlite(conn):
        said = (str(row[0]) for row in conn.execute(text(f"PRAGMA integrity_check({limit:d})")))
        damage, notes = [line for line in said if line != "ok"], list[str]()
        indexed = "revision_search_docsize"
    else:
        damage, notes = _amcheck(conn, limit)
        indexed = "revision_search"
    words = f"SELECT 1 FROM {indexed} AS words WHERE words.id = revision.id"
    lacking = (
        "SELECT revision.id FROM revision JOIN document ON document.id = revision.document_id"
        f" WHERE document.state <> 'redacted' AND NOT EXISTS ({words}) ORDER BY revision.id LIMIT :most"
    )
    unindexed = () if damage else conn.execute(text(lacking), {"most": limit}).scalars()
    return Integrity(tuple(damage), tuple(unindexed), tuple(notes))


def _amcheck(conn: Connection, limit: int) -> tuple[list[str], list[str]]:
    """Check the indexes of PostgreSQL; its tables it checks as they are read, where its checksums are on."""
    unasked, damage = list[str](), list[str]()
    if conn.execute(text("SHOW data_checksums")).scalar() != "on":
        unasked.append("PostgreSQL keeps no checksums of its pages (data_checksums is off)")
    if conn.execute(text("SELECT 1 FROM pg_extension WHERE extname = 'amcheck'")).scalar() is None:
        return [], [*unasked, "the indexes were not checked: PostgreSQL needs its extension amcheck for that"]
    for row in conn.execute(text(_BTREES)).all():
        try:
            with conn.begin_nested():
                conn.execute(text("SELECT bt_index_check(CAST(:oid AS oid))"), {"oid": row.oid})
        except DBAPIError as error:
            told = f"index {row.relname}: {str(error.orig).strip().splitlines()[0]}"
            (unasked if getattr(error.orig, "sqlstate", None) == "42501" else damage).append(told)
    return damage[:limit], unasked


_BTREES = (
    "SELECT i.indexrelid AS oid, c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
    " JOIN pg_am a ON a.oid = c.relam AND a.amname = 'btree'"
    " WHERE c.relnamespace = current_schema()::regnamespace AND i.indisvalid ORDER BY c.relname"
)


def insert_new(conn: Connection, table: Table, values: Mapping[str, Any], unique: Sequence[str]) -> int | None:
    """Insert a row unless its twin in the `unique` columns is there; return the new id, or None for a twin."""
    found = conn.execute(_insert_new(is_sqlite(conn), table, tuple(unique)), dict(values)).scalar()
    return int(found) if isinstance(found, int) else (0 if found is not None else None)


@cache
def _insert_new(on_sqlite: bool, table: Table, unique: tuple[str, ...]) -> Executable:
    make = sqlite.insert if on_sqlite else postgresql.insert
    key = next(iter(table.primary_key.columns))
    return make(table).on_conflict_do_nothing(index_elements=unique).returning(key)


def insert_or_lift(
    conn: Connection, table: Table, values: Mapping[str, Any], unique: Sequence[str], lifted: str
) -> None:
    """Insert a row, or lift its `lifted` column to the given value where that is larger."""
    conn.execute(_insert_or_lift(is_sqlite(conn), table, tuple(unique), lifted), dict(values))


@cache
def _insert_or_lift(on_sqlite: bool, table: Table, unique: tuple[str, ...], lifted: str) -> Executable:
    statement = (sqlite.insert if on_sqlite else postgresql.insert)(table)
    column, new = table.c[lifted], statement.excluded[lifted]
    return statement.on_conflict_do_update(index_elements=unique, set_={lifted: new}, where=new > column)


def insert_or_count(
    conn: Connection, table: Table, rows: Sequence[Mapping[str, Any]], unique: Sequence[str], counted: str, by: str
) -> None:
    """Insert rows, or count one more in the `counted` column of those there, unless `by` is what it was last time.

    The other columns of a row there are left alone, but for `last_...`, which become the given ones.
    """
    conn.execute(_insert_or_count(is_sqlite(conn), table, tuple(unique), counted, by), list(rows))


@cache
def _insert_or_count(on_sqlite: bool, table: Table, unique: tuple[str, ...], counted: str, by: str) -> Executable:
    statement = (sqlite.insert if on_sqlite else postgresql.insert)(table)
    again = case((table.c[by] == statement.excluded[by], 0), else_=1)
    newest = {one.name: statement.excluded[one.name] for one in table.columns if one.name.startswith("last_")}
    return statement.on_conflict_do_update(index_elements=unique, set_={**newest, counted: table.c[counted] + again})


def is_in_transaction(conn: Connection) -> bool:
    """Say whether the transaction still stands.

    A full disk or an I/O error makes SQLite undo all of it; on PostgreSQL it is gone with its connection.
    """
    if conn.invalidated:
        return False
    driver = conn.connection.driver_connection
    return bool(driver.in_transaction) if is_sqlite(conn) and driver is not None else conn.in_transaction()


def shown(url: str) -> str:
    """Return a URL as a person writes it and as it may be printed: passwords stand in the query too."""
    made = make_url(url)
    return made.set(drivername=made.get_backend_name(), query={}).render_as_string(hide_password=True)


def lock_schema(conn: Connection) -> None:
    """Keep other processes from changing the schema until this transaction ends."""
    if not is_sqlite(conn):  # on SQLite BEGIN IMMEDIATE has done it
        conn.execute(text("SELECT pg_advisory_xact_lock(hashtext('monitor schema'))"))


def was_sacrificed(error: DBAPIError) -> bool:
    """Say whether a transaction was undone only because of others beside it (40P01 deadlock, 40001 serialization)."""
    return getattr(error.orig, "sqlstate", None) in {"40P01", "40001"}


@contextmanager
def stoppable(conn: Connection, seconds: float, is_over: Callable[[], bool]) -> Iterator[None]:
    """Have every statement inside end with an error after `seconds`, on SQLite also once `is_over` says so.

    It is asked every 20,000 steps of SQLite's machine: a few milliseconds, and too seldom to be felt.
    """
    if not is_sqlite(conn):
        conn.exec_driver_sql(f"SET LOCAL statement_timeout = {max(1, int(min(seconds, LONGEST_S) * 1000))}")
        yield
        return
    driver: Any = conn.connection.driver_connection
    driver.set_progress_handler(is_over, STEPS)
    try:
        yield
    finally:
        driver.set_progress_handler(None, 0)


def stop(conn: Connection) -> None:
    """End what a connection is busy with, from another thread; its statement fails as `was_stopped` tells."""
    driver: Any = conn.connection.driver_connection
    if is_sqlite(conn):
        driver.interrupt()
    else:
        driver.cancel_safe(timeout=STOPPING_S)


def was_stopped(error: DBAPIError) -> bool:
    """Say whether a statement was ended before its end: by its time limit, or by `stop`."""
    interrupted = getattr(error.orig, "sqlite_errorcode", None) == SQLITE_INTERRUPT
    return interrupted or getattr(error.orig, "sqlstate", None) == "57014"
