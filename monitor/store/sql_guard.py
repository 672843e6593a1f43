"""Keep somebody else's statements to reading, and away from what holds secrets.

On SQLite its authorizer sees every table, column and function that a statement touches, and refuses it before it runs.
PostgreSQL refuses to write (its transaction is read-only) and takes one statement at a time; in front of its tables
with secrets stand others of that name, whose secrets are an error once they are read. That is a guard against
accidents: who may connect may read with psql.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection

from monitor.store.dialects import is_sqlite
from monitor.store.schema import metadata

SECRETS = frozenset(
    {
        *(("source", "headers"), ("source", "proxy")),
        *(("subscription", "token"), ("subscription", "secret")),
        ("token", "secret_sha256"),
    }
)
LONGEST = 100_000_000  # bytes of one value: no statement may fill the memory with one

_HARMLESS = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE}
_FUNCTIONS = {"load_extension", "readfile", "writefile", "edit", "fts3_tokenizer", "sqlite_dbpage", "sqlite_dbdata"}
_PRAGMAS = {
    *("table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo", "foreign_key_list"),
    *("function_list", "compile_options", "collation_list", "data_version"),
}
_RAW_PAGES = {"sqlite_dbpage", "sqlite_dbdata", "sqlite_dbptr"}
_TABLES = sorted({table for table, _ in SECRETS})
_NAMES = {column for _, column in SECRETS if column not in _TABLES}  # a token is a table as well
_SECRET_WORDS = re.compile(rf"\b({'|'.join(sorted(_NAMES))})\b", re.IGNORECASE)
_QUALIFIED = re.compile(rf"\.\s*\"?({'|'.join(_TABLES)})\b", re.IGNORECASE)
_QUOTED = re.compile(r"'(?:[^']|'')*'|\$(\w*)\$.*?\$\1\$|--[^\n]*|/\*.*?\*/", re.DOTALL)
_READ = re.compile(r'unrecognized configuration parameter "secret\.(\w+\.\w+)"')


@contextmanager
def guarded(conn: Connection) -> Iterator[list[str]]:
    """Let statements inside only read; why one was refused is appended to the list that is given."""
    refused: list[str] = []
    driver: Any = conn.connection.driver_connection
    if is_sqlite(conn):
        with _authorized(driver, refused):
            yield refused
        return
    threshold, driver.prepare_threshold = driver.prepare_threshold, 0  # only one statement can be prepared at a time
    try:
        yield refused
    finally:
        driver.prepare_threshold = threshold


@contextmanager
def _authorized(driver: Any, refused: list[str]) -> Iterator[None]:
    def judge(action: int, one: str | None, other: str | None, _database: str | None, _inner: str | None) -> int:
        reason = _reason(action, one or "", other or "")
        if reason is None:
            return sqlite3.SQLITE_OK
        refused.append(reason)
        return sqlite3.SQLITE_DENY

    longest = driver.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)
    driver.set_authorizer(judge)
    try:
        yield
    finally:
        driver.set_authorizer(None)
        driver.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, longest)


def _reason(action: int, one: str, other: str) -> str | None:
    """Return why SQLite shall refuse this, None for what may be."""
    if action == sqlite3.SQLITE_READ:
        secret = (one.lower(), other.lower()) in SECRETS
        return f"{one}.{other} holds secrets" if secret else _raw(one)
    if action == sqlite3.SQLITE_FUNCTION:
        return f"{other}() reaches beyond the archive" if other.lower() in _FUNCTIONS else None
    if action == sqlite3.SQLITE_PRAGMA:
        return None if one.lower() in _PRAGMAS else f"PRAGMA {one} does more than read"
    return None if action in _HARMLESS else "sql only reads"


def _raw(table: str) -> str | None:
    return f"{table} shows what lies in the file, secrets included" if table.lower() in _RAW_PAGES else None


def secret_named(conn: Connection, statement: str) -> str | None:
    """Return the name of a column with secrets that a statement for PostgreSQL names, None where it names none."""
    if is_sqlite(conn):
        return None  # the authorizer knows
    words = _QUOTED.sub(" ", statement)
    found = _SECRET_WORDS.search(words) or _QUALIFIED.search(words)
    return found[1] if found else None


def without_secrets(statement: str) -> str:
    """Return a query for PostgreSQL to which the tables with secrets are ours, which are like them but for those."""
    return f"WITH {_IN_FRONT} {statement}"


def _in_front(table: str) -> str:
    """Return a table whose secrets are an error (an unknown setting) where they are read, and nothing where not."""
    every = (column.name for column in metadata.tables[table].columns)
    shown = (f"current_setting('secret.{table}.{name}') AS {name}" if (table, name) in SECRETS else name
             for name in every)  # fmt: skip
    return f"{table} AS NOT MATERIALIZED (SELECT {', '.join(shown)} FROM {table})"


_IN_FRONT = ", ".join(map(_in_front, _TABLES))


def secret_read(said: str) -> str | None:
    """Return the column with secrets that a statement for PostgreSQL read, by what the database said."""
    found = _READ.search(said)
    return found[1] if found else None


def secret_among(conn: Connection, columns: Iterable[str]) -> str | None:
    """Return the column with secrets that PostgreSQL's answer would show, None where it shows none."""
    return None if is_sqlite(conn) else next((name for name in columns if name in _NAMES), None)
