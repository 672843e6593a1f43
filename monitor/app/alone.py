"""Make sure that nobody else works on an archive, before what must not happen beside a daemon."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from monitor.app.leases import dead_among
from monitor.app.workers import BEATS
from monitor.edges.clock import SystemClock
from monitor.errors import DatabaseBusyError
from monitor.settings import Settings
from monitor.store import alone as store
from monitor.store.dialects import open_to_look, present
from monitor.store.troubles import plain_errors

AGAIN_S = 0.2  # between two looks whether others are gone
STOP = "stop it first (`systemctl stop monitor`), and then every other command that is still at work"


@contextmanager
def turn(url: str, told: Callable[[], None] | None = None) -> Iterator[None]:
    """Wait until no other process of this machine has its turn with a file of SQLite; `told` once it has to wait."""
    path = store.path_of(url)
    if path is None or not path.parent.is_dir():
        yield
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        _lock(folder, told)
        yield
    finally:
        os.close(folder)


def _lock(folder: int, told: Callable[[], None] | None) -> None:
    """Lock a folder; the file itself is locked by others in ways of their own."""
    first = True
    while True:
        try:
            return fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if first and told is not None:
                told()
            first = False
            time.sleep(AGAIN_S)


@contextmanager
def opened(settings: Settings) -> Iterator[Engine]:
    """Give an engine that has the archive to itself on SQLite, until it is left.

    Raises DatabaseBusyError when another process has it open for longer than `database.patience`.
    """
    url = settings.database_url
    engine = store.open_alone(url, settings.database.patience)
    try:
        with plain_errors(url):
            _first_use(engine)
            yield engine
    finally:
        engine.dispose()


def _first_use(engine: Engine) -> None:
    try:
        engine.connect().close()
    except OperationalError as error:
        if "locked" in str(error.orig):
            raise DatabaseBusyError("another process has the archive open, perhaps a daemon", hint=STOP) from error
        raise


def look(settings: Settings) -> None:
    """Raise DatabaseBusyError as `check` does, for what is said in rows: at once, without waiting for any lock."""
    engine = open_to_look(settings.database_url, settings.database.patience)
    if engine is None:
        return
    try:
        with plain_errors(settings.database_url), engine.begin() as conn:
            check(conn, settings, sessions=False)
    finally:
        engine.dispose()


def check(conn: Connection, settings: Settings, *, sessions: bool = True) -> None:
    """Raise DatabaseBusyError where a daemon, or a command that visits hosts, is at work on the archive.

    A worker on this machine is looked for by its process, one elsewhere by its last sign of life. On PostgreSQL any of
    the `sessions` of this program counts too, but is waited for as for a lock: a command that only reads ends soon.
    """
    now, silence = present(conn) or SystemClock().now(), timedelta(seconds=settings.daemon.beat * BEATS)
    signs = [one for one in store.signs(conn) if one.is_fresh(now, silence)]
    dead = dead_among(one.owner for one in signs)
    for sign in signs:
        if sign.owner not in dead:
            machine, number = (*sign.owner.partition("#")[0].rsplit(":", 2), "")[:2]
            raise DatabaseBusyError(f"process {number} on {machine.partition('/')[0]} works on it", hint=STOP)
    if sessions:
        _wait_for_sessions(conn, time.monotonic() + settings.database.patience)


def _wait_for_sessions(conn: Connection, deadline: float) -> None:
    while others := store.connections(conn):
        if time.monotonic() > deadline:
            what = "another session of monitor has" if others == 1 else f"{others} other sessions of monitor have"
            raise DatabaseBusyError(f"{what} this database open, perhaps of a daemon", hint=STOP)
        time.sleep(AGAIN_S)
