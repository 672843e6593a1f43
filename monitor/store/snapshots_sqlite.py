"""A database of SQLite as of one moment, page by page, while others go on writing to it."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from monitor.errors import DatabaseBusyError, DatabaseError, NotFoundError
from monitor.progress import Progress
from monitor.store.dialects import no_folder

PAGES = 4096  # copied between two reports of progress: 16 MB


def file_of(url: str) -> Path:
    """Return the file of a database. Raises NotFoundError where there is none, DatabaseError for a folder."""
    path = Path(no_folder(make_url(url).database or ""))
    if not path.is_file():
        raise NotFoundError(f"there is no archive at {path}", hint="see data_dir and database.url")
    return path


def copy(path: Path, to: Path, patience_s: float, progress: Progress | None = None) -> None:
    """Copy a database as it is now into a new file; its pages keep their places, so that copies have much in common.

    A read transaction holds the moment: without one a copy in several steps begins again at every write, and never
    ends. VACUUM INTO would do as well, but moves nearly every page. Raises DatabaseError.
    """

    def told(_status: int, left: int, every: int) -> None:
        if progress is not None:
            progress(every - left, every)

    try:
        with (
            closing(sqlite3.connect(f"file:{_quoted(path)}?mode=rw", uri=True, timeout=patience_s)) as source,
            closing(sqlite3.connect(to, isolation_level=None)) as target,
        ):
            for pragma in ("journal_mode = OFF", "synchronous = OFF"):  # what is left of a failure is thrown away
                target.execute(f"PRAGMA {pragma}").close()
            source.execute("PRAGMA query_only = ON").close()
            source.execute("BEGIN").close()
            source.execute("SELECT 1 FROM sqlite_master").close()
            source.backup(target, pages=PAGES, progress=told)
    except sqlite3.Error as error:
        raise not_copied(to, error, path) from error


def not_copied(to: Path, error: sqlite3.Error, path: Path | None = None) -> DatabaseError:
    """Return what to say of a copy that failed."""
    if "locked" in str(error):
        busy = f"{path or 'the archive'} is locked: another command has it to itself"
        return DatabaseBusyError(busy, hint="is `monitor migrate` or `migrate-to` at work? try again after it")
    return DatabaseError(
        f"the database cannot be copied to {to}: {error}", hint=f"is the disk of the copy full? else {_DAMAGED}"
    )


_DAMAGED = "the archive may be damaged: `monitor doctor`, and `monitor restore` from a backup"


@contextmanager
def looked_into(path: Path) -> Iterator[Connection]:
    """Give a connection to a file that nobody writes, and that is not changed by looking: no journal, no locks."""
    address = f"file:{_quoted(path)}?mode=ro&immutable=1"
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(address, uri=True), poolclass=NullPool)
    try:
        with engine.connect() as conn:
            yield conn
    finally:
        engine.dispose()


def change(path: Path, work: Callable[[Connection], None]) -> None:
    """Change a file that nobody else has open, in one transaction that is on disk when this returns."""
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(path), poolclass=NullPool)
    try:
        with engine.begin() as conn:
            work(conn)
    finally:
        engine.dispose()


def _quoted(path: Path) -> str:
    """Escape what a file: URI gives a meaning."""
    return str(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
