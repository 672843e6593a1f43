"""A database of PostgreSQL as of one moment: every table as lines of COPY in the order of its key, of any schema.

The lines are what PostgreSQL itself writes, so that every value comes back as it was; pg_dump is not needed.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import psycopg
from psycopg import sql
from sqlalchemy import Connection, String, inspect, text

from monitor.errors import DatabaseError
from monitor.store.dialects import open_engine
from monitor.store.troubles import plain_errors

# What shapes the text of a value, whatever the server's defaults are; and a long copy is no idle transaction.
_FORMS = (
    "SET LOCAL datestyle = 'ISO, YMD'",
    "SET LOCAL intervalstyle = 'postgres'",
    "SET LOCAL bytea_output = 'hex'",
    "SET LOCAL extra_float_digits = 1",
    "SET LOCAL idle_in_transaction_session_timeout = 0",
    "SET LOCAL statement_timeout = 0",
)


@dataclass(frozen=True, slots=True)
class TableShape:
    """A table: its columns, those of its key first, without those that the database computes; `texts` are of text."""

    name: str
    columns: tuple[str, ...]
    key: int
    texts: frozenset[str] = frozenset()

    def key_of(self, line: bytes) -> bytes:
        """Return the key that a line begins with."""
        return b"\t".join(line.split(b"\t", self.key)[: self.key])


@contextmanager
def moment(url: str, patience_s: float) -> Iterator[Connection]:
    """Give a connection that sees the database as it is now and changes nothing. Raises DatabaseError."""
    engine = open_engine(url, patience_s, read_only=True, pool_size=1)
    try:
        with plain_errors(url), engine.connect().execution_options(isolation_level="REPEATABLE READ") as conn:
            _set_forms(conn)
            yield conn
    finally:
        engine.dispose()


def _set_forms(conn: Connection) -> None:
    for statement in _FORMS:
        conn.exec_driver_sql(statement)


def shapes(conn: Connection) -> tuple[TableShape, ...]:
    """Return the tables, each after those that it refers to. Raises DatabaseError for tables in a circle."""
    asking = inspect(conn)
    order = asking.get_sorted_table_and_fkc_names()
    if any(name is None and keys for name, keys in order):
        raise DatabaseError("tables refer to each other in a circle", hint="this is no archive of monitor")
    return tuple(_shape(conn, name) for name, _ in order if name is not None)


def _shape(conn: Connection, name: str) -> TableShape:
    asking = inspect(conn)
    described = [one for one in asking.get_columns(name) if not one.get("computed")]
    every = [one["name"] for one in described]
    texts = frozenset(one["name"] for one in described if isinstance(one["type"], String))
    key = asking.get_pk_constraint(name)["constrained_columns"] or every[:1]
    return TableShape(name, (*key, *(one for one in every if one not in key)), len(key), texts)


def lines(conn: Connection, shape: TableShape) -> Iterator[bytes]:
    """Yield the rows of a table in the order of its key, each as a line of COPY."""
    query = sql.SQL("COPY (SELECT {columns} FROM {table} ORDER BY {key}) TO STDOUT (ENCODING 'UTF8')").format(
        columns=_named(shape.columns), table=sql.Identifier(shape.name), key=_order(shape)
    )
    with _cursor(conn).copy(query) as copy:
        rest = b""
        for block in copy:
            *whole, rest = (rest + bytes(block)).split(b"\n")
            yield from (line + b"\n" for line in whole)


def sequences(conn: Connection) -> Mapping[str, int]:
    """Return the last number that each sequence gave, by its name."""
    asked = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = current_schema()"
    return {row[0]: row[1] for row in conn.execute(text(asked)) if row[1] is not None}


def size(conn: Connection) -> int:
    """Return about how many bytes the rows of all tables have, by which progress is told."""
    asked = "SELECT coalesce(sum(pg_table_size(oid)), 0) FROM pg_class WHERE relkind = 'r'"
    return int(conn.execute(text(f"{asked} AND relnamespace = current_schema()::regnamespace")).scalar_one())


def make_ready_to_fill(conn: Connection) -> None:
    """Empty tables that were just made, of what the migrations put there; they are filled in the same transaction."""
    _set_forms(conn)
    every = sql.SQL(", ").join(sql.Identifier(name) for name in inspect(conn).get_table_names())
    _cursor(conn).execute(sql.SQL("TRUNCATE {}").format(every))


def fill(conn: Connection, shape: TableShape, blocks: Iterable[bytes]) -> None:
    """Put lines into a table."""
    query = sql.SQL("COPY {table} ({columns}) FROM STDIN (ENCODING 'UTF8')").format(
        table=sql.Identifier(shape.name), columns=_named(shape.columns)
    )
    try:
        with _cursor(conn).copy(query) as copy:
            for block in blocks:
                copy.write(block)
    except psycopg.DataError as error:
        raise DatabaseError(f"the table {shape.name}: {str(error).splitlines()[0]}") from error


def set_sequences(conn: Connection, last: Mapping[str, int]) -> None:
    """Go on numbering behind the last numbers that were given."""
    known = set(inspect(conn).get_sequence_names())
    for name in known & set(last):
        conn.execute(text("SELECT setval(CAST(:name AS regclass), :last)"), {"name": f'"{name}"', "last": last[name]})


def _order(shape: TableShape) -> sql.Composed:
    """Order by the key, texts by their bytes: another server may have another order of letters."""
    bytewise, plain = sql.SQL('{} COLLATE "C"'), sql.SQL("{}")
    keys = shape.columns[: shape.key]
    return sql.SQL(", ").join((bytewise if one in shape.texts else plain).format(sql.Identifier(one)) for one in keys)


def _named(columns: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


def _cursor(conn: Connection) -> Any:
    return cast("Any", conn.connection.driver_connection).cursor()
