"""What the checks of `doctor` work with: the settings, the present, and the database as far as it can be read."""

import contextlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, inspect
from sqlalchemy.exc import DBAPIError

from monitor.edges.clock import DrivenClock, SystemClock
from monitor.errors import MonitorError
from monitor.running_answers import Finding, Grade
from monitor.settings import Settings
from monitor.store import figures
from monitor.store.dialects import open_to_look
from monitor.store.schema import SCHEMA
from monitor.store.troubles import plain

P = ParamSpec("P")
T = TypeVar("T")

PATIENCE_S = 5.0  # with a database that another process holds


@dataclass(frozen=True, slots=True)
class Patient:
    """Who is looked over. `engine` reads the database; None where there is none, or none that can be reached.

    `schema` is what the database says it is, None where it does not; `trouble` is why it cannot be reached.
    """

    settings: Settings
    now: datetime
    deep: bool = False
    network: bool = False
    engine: Engine | None = None
    schema: str | None = None
    is_empty: bool = True
    trouble: MonitorError | None = None

    @property
    def is_readable(self) -> bool:
        """Say whether the database is an archive that this program can read."""
        return self.engine is not None and self.schema == SCHEMA

    @property
    def unread(self) -> str:
        """Return why the database is not asked, where it is none that this program can read."""
        if self.trouble is None and self.is_empty:
            return "there is no archive to look at"
        return "the database cannot be read as an archive of this program"

    def ask(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what `fn(conn, ...)` reads. Raises DatabaseError."""
        assert self.engine is not None  # is_readable
        try:
            with self.engine.begin() as conn:
                return fn(conn, *args, **kwargs)
        except DBAPIError as error:
            raise plain(error, self.settings.database_url) from error


@contextmanager
def open_patient(settings: Settings, *, deep: bool, network: bool) -> Iterator[Patient]:
    """Open what can be opened, changing nothing: not even a journal's mode."""
    engine: Engine | None = None
    schema, empty, trouble = None, True, None
    try:
        engine = open_to_look(settings.database_url, PATIENCE_S)
        if engine is not None:
            schema, empty = _told(engine, settings)
    except MonitorError as error:
        trouble = error
    try:
        yield Patient(settings, _now(settings), deep, network, engine, schema, empty, trouble)
    finally:
        if engine is not None:
            engine.dispose()


def _told(engine: Engine, settings: Settings) -> tuple[str | None, bool]:
    try:
        with engine.begin() as conn:
            tables = inspect(conn).get_table_names()
            return (figures.schema_version(conn) if "alembic_version" in tables else None), not tables
    except DBAPIError as error:
        raise plain(error, settings.database_url) from error


def _now(settings: Settings) -> datetime:
    if settings.daemon.clock_file:
        with contextlib.suppress(MonitorError):  # the check of the configuration says so
            return DrivenClock(Path(settings.daemon.clock_file)).now()
    return SystemClock().now()


def good(about: str, detail: str) -> Finding:
    """Return that something is well."""
    return Finding(about, Grade.GOOD, detail)


def warn(about: str, detail: str, advice: str) -> Finding:
    """Return that something should be looked at."""
    return Finding(about, Grade.WARNING, detail, advice)


def bad(about: str, detail: str, advice: str) -> Finding:
    """Return that something keeps the archive from its work, or puts what is kept at risk."""
    return Finding(about, Grade.BAD, detail, advice)


def skipped(about: str, detail: str) -> Finding:
    """Return that something could not be asked here."""
    return Finding(about, Grade.SKIPPED, detail)
