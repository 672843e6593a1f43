"""Whole tables as rows of plain values, the same from both databases: to move, to keep, and to compare archives.

A row is canonical: a tuple of what JSON has, in the order of `columns(table)`. Times are ISO 8601 UTC with microseconds
and a Z, bytes are base64, words are their text, lists are lists. Computed columns are left out, since every database
makes its own; so is the full-text table, which is made of the texts (store/indexing_anew.py).
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from itertools import islice
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    LargeBinary,
    MetaData,
    Select,
    String,
    Table,
    Text,
    func,
    inspect,
    select,
    text,
    type_coerce,
)
from sqlalchemy.exc import DBAPIError

from monitor.errors import StatementError
from monitor.store.dialects import is_sqlite
from monitor.store.schema import metadata
from monitor.store.types import Numbers, Strings, UtcTime, Word

Row = tuple[Any, ...]

BATCH = 500  # rows in memory at a time
HEAVY = 16  # of a table of files, whose rows may have megabytes each


def tables_in_order(conn: Connection | None = None) -> tuple[Table, ...]:
    """Return the tables, each after those that it refers to: the order to fill them in.

    With a connection only what is in that database, tables and columns: an archive of an earlier schema has fewer.
    """
    every = tuple(metadata.sorted_tables)
    if conn is None:
        return every
    there = set(inspect(conn).get_table_names())
    return tuple(_as_it_is(conn, table) for table in every if table.name in there)


def _as_it_is(conn: Connection, table: Table) -> Table:
    """Return a table with the columns that it has in this database."""
    has = {one["name"] for one in inspect(conn).get_columns(table.name)}
    if has >= {one.name for one in columns(table)}:
        return table
    kept = (Column(one.name, one.type, primary_key=one.primary_key) for one in columns(table) if one.name in has)
    return Table(table.name, MetaData(), *kept)


def columns(table: Table) -> tuple[Column[Any], ...]:
    """Return the columns whose values a canonical row has, in its order."""
    return tuple(one for one in table.columns if one.computed is None)


def batches(conn: Connection, table: Table) -> Iterator[list[Row]]:
    """Yield all canonical rows of a table ordered by their key, some hundred at a time; memory stays bounded.

    Texts are ordered by their bytes, on both databases.
    The transaction must stay open meanwhile. On SQLite, and on PostgreSQL with REPEATABLE READ, tables read one after
    the other in one transaction are of one moment.
    """
    size = _batch(table)
    wanted = _select(table, is_sqlite(conn)).execution_options(stream_results=True, yield_per=size)
    with conn.execute(wanted) as found:
        for part in found.partitions(size):
            yield [_canonical(table, row) for row in part]


def _batch(table: Table) -> int:
    return HEAVY if any(isinstance(one.type, LargeBinary) for one in table.columns) else BATCH


def line(row: Sequence[Any]) -> bytes:
    """Return a canonical row as a line of JSON: what digests are made of, and files may hold."""
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def digest(conn: Connection, table: Table, told: Callable[[int], None] | None = None) -> tuple[int, str]:
    """Return how many rows a table has, and the SHA-256 (in hex) of their lines in the order of their keys.

    Equal tables have equal digests, whichever database they are in. `told` hears of every some hundred rows.
    """
    count, seen = 0, sha256()
    for part in batches(conn, table):
        for row in part:
            seen.update(line(row))
        count += len(part)
        if told is not None:
            told(len(part))
    return count, seen.hexdigest()


def count(conn: Connection, table: Table) -> int:
    """Return how many rows a table has."""
    return conn.execute(select(func.count()).select_from(table)).scalar_one()


def put(conn: Connection, table: Table, some: Iterable[Sequence[Any]]) -> int:
    """Put canonical rows into a table, by COPY on PostgreSQL; return how many.

    The tables that it refers to must have been filled before (`tables_in_order`). Call `set_sequences` once all are.
    Raises StatementError for what the database does not take.
    """
    takers, given, done = _takers(table, conn), iter(some), 0
    store = _insert if is_sqlite(conn) else _copy
    while part := [_taken(row, takers) for row in islice(given, _batch(table))]:
        store(conn, table, part)
        done += len(part)
    return done


def set_sequences(conn: Connection) -> None:
    """Have PostgreSQL number new rows from behind those that were put in; SQLite does so by itself."""
    if is_sqlite(conn):
        return
    for table in metadata.sorted_tables:
        sequence = conn.execute(_SEQUENCE, {"table": f'"{table.name}"', "key": _key(table)}).scalar()
        if sequence is not None:
            key = next(iter(table.primary_key.columns))
            last = conn.execute(select(func.max(key))).scalar()
            conn.execute(text("SELECT setval(CAST(:of AS regclass), :at, :used)"), _at(sequence, last))


_SEQUENCE = text("SELECT pg_get_serial_sequence(:table, :key)")


def _at(sequence: str, last: int | None) -> dict[str, Any]:
    return {"of": sequence, "at": last or 1, "used": last is not None}


def _key(table: Table) -> str:
    return next(iter(table.primary_key.columns)).name


@cache
def _select(table: Table, on_sqlite: bool) -> Select[Any]:
    return select(*(_plain(one) for one in columns(table))).order_by(*_order(table, on_sqlite))


def _plain(one: Column[Any]) -> ColumnElement[Any]:
    """Read a word as its text: what this release does not know is no reason to lose it."""
    return type_coerce(one, Text()).label(one.name) if isinstance(one.type, Word) else one


def _order(table: Table, on_sqlite: bool) -> list[ColumnElement[Any]]:
    """Order texts by their bytes on PostgreSQL too, whatever its collation."""
    keys = table.primary_key.columns
    return [one if on_sqlite or not isinstance(one.type, String) else one.collate("C") for one in keys]


@cache
def _givers(table: Table) -> tuple[tuple[int, Callable[[Any], Any]], ...]:
    """Return by place how values become canonical, where they are not so already."""
    found = ((place, _giver(one)) for place, one in enumerate(columns(table)))
    return tuple((place, give) for place, give in found if give is not None)


def _giver(one: Column[Any]) -> Callable[[Any], Any] | None:
    if isinstance(one.type, UtcTime):
        return _told
    if isinstance(one.type, LargeBinary):
        return lambda value: b64encode(value).decode("ascii")
    return list if isinstance(one.type, Strings | Numbers) else None


def _told(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def _canonical(table: Table, row: Sequence[Any]) -> Row:
    values = list(row)
    for place, give in _givers(table):
        if values[place] is not None:
            values[place] = give(values[place])
    return tuple(values)


Taker = tuple[int, Callable[[Any], Any]]


def _takers(table: Table, conn: Connection) -> tuple[Taker, ...]:
    """Return by place how canonical values become what the driver takes."""
    return tuple((place, take) for place, one in enumerate(columns(table)) for take in _steps(one, conn))


def _steps(one: Column[Any], conn: Connection) -> Iterator[Callable[[Any], Any]]:
    """Yield what turns a canonical value into Python's, then into the driver's; a word is its text on all sides."""
    if isinstance(one.type, UtcTime):
        yield datetime.fromisoformat
    if isinstance(one.type, LargeBinary):
        yield b64decode
    bound = None if isinstance(one.type, Word) else one.type.dialect_impl(conn.dialect).bind_processor(conn.dialect)
    if bound is not None:
        yield bound


def _taken(row: Sequence[Any], takers: Sequence[Taker]) -> list[Any]:
    values = list(row)
    for place, take in takers:
        if values[place] is not None:
            values[place] = take(values[place])
    return values


def _names(table: Table) -> str:
    return ", ".join(f'"{one.name}"' for one in columns(table))


def _insert(conn: Connection, table: Table, some: list[list[Any]]) -> None:
    places = ", ".join("?" for _ in columns(table))
    sql = f'INSERT INTO "{table.name}" ({_names(table)}) VALUES ({places})'
    with _refused(conn, table):
        conn.exec_driver_sql(sql, [tuple(row) for row in some])


def _copy(conn: Connection, table: Table, some: list[list[Any]]) -> None:
    driver: Any = conn.connection.driver_connection
    sql = f'COPY "{table.name}" ({_names(table)}) FROM STDIN'
    with _refused(conn, table), driver.cursor() as cursor, cursor.copy(sql) as copying:
        for row in some:
            copying.write_row(row)


@contextmanager
def _refused(conn: Connection, table: Table) -> Iterator[None]:
    """Tell of which table it was what the database did not take."""
    driver: Any = conn.dialect.loaded_dbapi
    try:
        yield
    except (DBAPIError, driver.Error) as error:
        said = str(error.orig if isinstance(error, DBAPIError) else error).strip()
        raise StatementError(f"the table {table.name}: {' '.join(said.split())}") from error
