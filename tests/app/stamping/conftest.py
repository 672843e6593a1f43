"""An authority and a calendar on the loopback, a key, and an archive that has the newest seal stamped by them."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.app.context import Context, Seams
from monitor.core.outlets import Registry
from monitor.edges.clock import FixedClock
from monitor.settings import Settings
from monitor.store.database import Database
from tests.app.conftest import never
from tests.app.stamping.rig import Opened
from tests.blank import blank_sqlite
from tests.edges.authority import Authority, openssl
from tests.edges.calendar import Calendar


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """The keys of an authority."""
    return Authority.make(tmp_path_factory.mktemp("authority") / "a")


@pytest.fixture
async def authority(keys: Authority) -> AsyncIterator[Authority]:
    """An authority that answers on the loopback."""
    async with replace(keys, asked=[], types=[]).running() as running:
        yield running


@pytest.fixture
async def calendar() -> AsyncIterator[Calendar]:
    """A calendar that answers on the loopback."""
    async with Calendar.start() as running:
        yield running


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """The operator's key."""
    made = tmp_path / "stamp.key"
    openssl("genpkey", "-algorithm", "ed25519", "-out", str(made))
    made.chmod(0o600)
    return made


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    """Open one archive with the settings of [stamp] given; the authority's clock is the system's, so is ours."""
    db = Database.open(f"sqlite:///{blank_sqlite(tmp_path / 'archive.db')}", patience_s=5.0)

    def context(*, now: datetime | None = None, private: bool = True, **stamp: object) -> Context:
        fetch = {"allow_private": ["127.0.0.0/8"] if private else []}
        settings = Settings.model_validate({"data_dir": tmp_path, "fetch": fetch, "stamp": stamp})
        clock = FixedClock(now or datetime.now(UTC))
        return Context(settings, db, clock, Registry(), "test", Seams(never, never, never))

    yield context
    db.close()
