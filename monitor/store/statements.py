"""Ask the database what somebody wrote in SQL, and say in words what is wrong with it."""

import re
import sqlite3
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any

from sqlalchemy import Connection, CursorResult, inspect, text
from sqlalchemy.exc import DataError, DBAPIError, NotSupportedError, ProgrammingError, StatementError

from monitor.errors import UsageError
from monitor.store.dialects import is_sqlite, was_stopped
from monitor.store.sql_guard import SECRETS, guarded, secret_among, secret_named, secret_read, without_secrets
from monitor.telling_answers import SqlAnswer, SqlTable

READS = {"select", "with", "values", "table", "explain", "show", "pragma"}
_WRAPPED = {"select", "with", "values", "table"}
_LEAD = re.compile(r"(?:\s|--[^\n]*(?:\n|$)|/\*.*?\*/|\()*(\w*)", re.DOTALL)
_COMMENT = re.compile(r"('(?:[^']|'')*'|\"[^\"]*\"|\$(\w*)\$.*?\$\2\$)|--[^\n]*|/\*.*?\*/", re.DOTALL)
_OWN = re.compile(r"revision_search|alembic_version|sqlite_")  # of the machinery
_UNKNOWN = (
    re.compile(r"no such (column|table): (?:\w+\.)?(?P<name>\S+)"),
    re.compile(r"(column|relation) \"?(?:\w+\.)?(?P<name>[^\s\"]+)\"? does not exist"),
)
_MISTAKES = {"42", "22", "21", "25", "0A", "2F", "54"}  # classes of PostgreSQL's errors
_SQLITE_MISTAKES = {
    *(None, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_AUTH, sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_MISMATCH),
    *(sqlite3.SQLITE_RANGE, sqlite3.SQLITE_MISUSE),
}
HINT = "`monitor sql --tables` lists what can be asked; docs/querying.md has examples"


class UnknownNameError(UsageError):
    """A statement names a table or column that there is none of."""

    def __init__(self, message: str, name: str) -> None:
        super().__init__(message, hint=HINT)
        self.name = name


def ask(conn: Connection, statement: str, parameters: Mapping[str, Any] | None, limit: int) -> SqlAnswer:
    """Return the first `limit` rows of a statement's answer. Raises UsageError for what is wrong with it.

    To be called on a connection that only reads.
    """
    wanted = _checked(conn, statement)
    with guarded(conn) as refused:
        try:
            result = _executed(conn, wanted, parameters, limit)
            rows = result.fetchmany(limit + 1) if result.returns_rows else []
        except (DBAPIError, sqlite3.Warning) as error:
            raise _told(error, refused) from error
        except (ValueError, OverflowError, StatementError) as error:
            said = str(error.orig if isinstance(error, StatementError) else error)  # a parameter that was not given
            raise UsageError(f"the statement cannot be asked: {said.partition(' (Backgr')[0]}", hint=HINT) from error
        columns = tuple(result.keys()) if result.returns_rows else ()
        result.close()
    if (secret := secret_among(conn, columns)) is not None:
        raise _secret(f"{secret} holds secrets")
    return SqlAnswer(columns, tuple(tuple(map(_plain, row)) for row in rows[:limit]), len(rows) > limit)


def _checked(conn: Connection, statement: str) -> str:
    """Return a statement without its last semicolon. Raises UsageError for one that is not for reading."""
    wanted = _without_end(statement)
    found = _LEAD.match(wanted)
    word = found[1] if found else ""
    if not word:
        raise UsageError("there is no statement", hint=HINT)
    if word.lower() not in READS:
        raise UsageError(f"sql only reads, and {word.upper()} is not for reading", hint="ask with SELECT")
    if (secret := secret_named(conn, wanted)) is not None:
        raise _secret(f"{secret} holds secrets")
    return wanted


def _without_end(statement: str) -> str:
    """Return a statement without its last semicolon, and without comments where one stands behind that."""
    wanted = statement.strip().rstrip(";").rstrip()
    if ";" not in wanted:
        return wanted
    return _COMMENT.sub(lambda found: found[1] or " ", wanted).rstrip().rstrip(";").rstrip()


def _executed(
    conn: Connection, statement: str, parameters: Mapping[str, Any] | None, limit: int
) -> CursorResult[tuple[Any, ...]]:
    if not is_sqlite(conn) and _word(statement) in _WRAPPED:
        limited = f"SELECT * FROM (\n{statement}\n) AS asked LIMIT {limit + 1}"  # psycopg reads an answer whole
        statement = without_secrets(limited)
    if parameters:
        return conn.execute(text(statement), dict(parameters))
    return conn.exec_driver_sql(statement, execution_options={"no_parameters": True})


def _word(statement: str) -> str:
    found = _LEAD.match(statement)
    return found[1].lower() if found else ""


def _told(error: Exception, refused: list[str]) -> Exception:
    """Return what is wrong with a statement, or the error itself when it is no fault of the statement."""
    if isinstance(error, DBAPIError) and (was_stopped(error) or not _is_mistake(error)):
        return error
    if refused:
        return _secret(refused[-1]) if "secrets" in refused[-1] else UsageError(refused[-1], hint="ask with SELECT")
    said = str(error.orig if isinstance(error, DBAPIError) else error).strip().splitlines()[0]
    if (secret := secret_read(said)) is not None:
        return _secret(f"{secret} holds secrets")
    for pattern in _UNKNOWN:
        if found := pattern.search(said):
            return UnknownNameError(said, found["name"])
    if "one statement" in said or "multiple commands" in said:
        return UsageError("there are several statements", hint="ask one at a time")
    if "read-only" in said or "readonly" in said:
        return UsageError(f"sql only reads: {said}", hint="ask with SELECT")
    return UsageError(f"the database does not understand: {said}", hint=HINT)


def _is_mistake(error: DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return str(state)[:2] in _MISTAKES
    if isinstance(error.orig, sqlite3.Error):
        return getattr(error.orig, "sqlite_errorcode", None) in _SQLITE_MISTAKES
    return isinstance(error, ProgrammingError | DataError | NotSupportedError)


def _secret(message: str) -> UsageError:
    return UsageError(message, hint="name the columns that you want, or ask v_sources")


def _plain(value: Any) -> object:
    """Return a value in the form that it has on both databases: times as text, numbers as int or float."""
    if isinstance(value, datetime):
        moment = value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
        return moment.isoformat(timespec="microseconds")[:-6] + "Z"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        return int(value) if exponent == 0 else float(value)
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, memoryview | bytearray):
        return bytes(value)
    if isinstance(value, float) and not isfinite(value):
        return str(value)  # JSON has no form for it
    return value if value is None or isinstance(value, int | float | str | bytes) else str(value)


def tables(conn: Connection) -> tuple[SqlTable, ...]:
    """Return what can be asked: the views, then the tables, with their columns; those with secrets are left out."""
    found = inspect(conn)
    named = [(name, True) for name in sorted(found.get_view_names())]
    named += [(name, False) for name in sorted(found.get_table_names()) if not _OWN.match(name)]
    return tuple(SqlTable(name, _columns(conn, name), is_view) for name, is_view in named)


def _columns(conn: Connection, table: str) -> tuple[str, ...]:
    named = conn.execute(text(f'SELECT * FROM "{table}" LIMIT 0')).keys()
    return tuple(column for column in named if (table, column) not in SECRETS)
