"""What the drivers raise, as errors of ours: who holds the database, what passes, and what a person can do."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError

from monitor.errors import DatabaseBusyError, DatabaseError, SchemaError, StatementError
from monitor.store.dialects import shown

BEYOND_LIMITS = "54"  # PostgreSQL's class of errors for what is too large for it
# PostgreSQL's errors of a connection that ends, or is not to be had just now: 08 are those of connections, 57P0x of a
# server that stops, died or begins, 57P05 and 25P03 of one that ends what is idle; 53300 has too many of them.
_LOST = frozenset({"57P01", "57P02", "57P03", "57P05", "25P03", "53300"})
# What a server says at the door that waiting does not change; these errors come without a code.
_REFUSED = ("authentication failed", "no password supplied", "pg_hba.conf", "does not exist")


class DatabaseLostError(DatabaseBusyError):
    """The connection to the database ended, or none is to be had: a server that is restarted, a network that is cut.

    It passes, as a lock of somebody else's does: what was under way is undone or was committed, and is to be tried
    again.
    """


def was_lost(error: DBAPIError) -> bool:
    """Say whether it was the connection to PostgreSQL that failed, and not what was asked through it."""
    if not isinstance(error, OperationalError | InternalError) or not hasattr(error.orig, "sqlstate"):
        return False
    state, said = str(getattr(error.orig, "sqlstate", None) or ""), str(error.orig)
    if isinstance(error, InternalError):  # which 25P03 is to the driver
        return state in _LOST
    if state:
        return state.startswith("08") or state in _LOST
    return not any(word in said for word in _REFUSED)


@contextmanager
def plain_errors(url: str) -> Iterator[None]:
    """Turn the driver's errors into ours: busy, no database, out of reach; others pass as DatabaseError."""
    try:
        yield
    except DBAPIError as error:
        raise plain(error, url) from error


def plain(error: DBAPIError, url: str) -> DatabaseError:
    """Return a driver's error as one of ours."""
    where = shown(url)
    said = _said(error)
    if "database is locked" in said or "lock timeout" in said:
        return DatabaseBusyError(
            f"{where} is locked by another process", hint="try again; database.patience says how long to wait"
        )
    if "file is not a database" in said or "malformed" in said:
        return SchemaError(f"{where} is not a database, or is damaged: {said}", hint="check database.url and data_dir")
    if "unable to open database file" in said:
        return DatabaseError(f"{where} cannot be opened", hint="does the folder exist, and may you write there?")
    if "readonly" in said or "read-only" in said:
        return DatabaseError(f"{where} cannot be written: {said}", hint="whose is the folder? see data_dir")
    if "disk is full" in said:
        return DatabaseError(f"{where} cannot be written: {said}", hint="make room, and start again: nothing is lost")
    if "disk I/O error" in said:
        return DatabaseError(
            f"{where} cannot be used: {said}", hint="look at the disk and the kernel's log; what was recorded stays"
        )
    if str(getattr(error.orig, "sqlstate", "")).startswith(BEYOND_LIMITS):
        return StatementError(f"{where} cannot store this: {said}")
    if "authentication failed" in said or "no password supplied" in said:
        return DatabaseError(f"{where} cannot be used: {said}", hint=_PASSWORD)
    if isinstance(error, OperationalError | InterfaceError | InternalError):
        kind = DatabaseLostError if was_lost(error) else DatabaseError
        return kind(f"{where} cannot be used: {said}", hint="is the server running, and database.url right?")
    return StatementError(f"{where} refused a statement: {said}")


def _said(error: DBAPIError) -> str:
    """Return what the driver said, as one line: the last of several addresses that it tried, or else the first."""
    lines = [line.strip() for line in str(error.orig).splitlines() if line.strip()]
    if not lines:
        return type(error.orig).__name__
    tried = [line for line in lines if line.startswith("- host")]
    return tried[-1].removeprefix("- ") if tried else lines[0]


_PASSWORD = (
    "the password belongs into ~/.pgpass of the user that monitor runs as, of mode 0600 and with lines like"
    " HOST:PORT:DATABASE:USER:PASSWORD; or into database.url, as a credential: docs/service.md"
)
