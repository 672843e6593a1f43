"""An archive beside the newsroom, both in the test's own loop; and a web site of the test's own."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import pytest

from monitor import Archive
from monitor.app.context import Context, Seams
from monitor.app.exports import Exports
from monitor.core.outlets import Registry
from monitor.edges.clock import FixedClock
from monitor.settings import Settings
from monitor.store.database import Database
from tests.app.rig import ReadHere, Rig
from tests.app.website import Website
from tests.blank import blank_sqlite
from tests.newsroom.room import Newsroom, RoomInfo

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)


def never() -> NoReturn:
    """Open no edge."""
    raise AssertionError("no edge is used here")


@pytest.fixture
def ctx(tmp_path: Path) -> Iterator[Context]:
    """An archive with nothing in it; tests/store shows that what it asks of databases is the same on both."""
    db = Database.open(f"sqlite:///{blank_sqlite(tmp_path / 'archive.db')}", patience_s=5.0)
    yield Context(Settings(), db, FixedClock(NOON), Registry(), "test", Seams(never, never, never))
    db.close()


@pytest.fixture
def read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read pages in this process."""
    monkeypatch.setattr("monitor.edges.extractor.WorkerPool", lambda *_: ReadHere())


@pytest.fixture
def rig(newsroom: Newsroom, newsroom_clock: Path, tmp_path: Path, read_here: None) -> Rig:
    """The newsroom at its first morning, and no archive yet."""
    return Rig(tmp_path, newsroom_clock, newsroom.info)


@pytest.fixture
async def archive(rig: Rig) -> AsyncIterator[Archive]:
    """An empty archive that looks at the newsroom."""
    async with rig.open() as opened:
        yield opened


@pytest.fixture
async def website() -> AsyncIterator[Website]:
    """A web site that answers what the test says."""
    async with Website.start() as site:
        yield site


@pytest.fixture
def site_rig(website: Website, newsroom_clock: Path, tmp_path: Path, read_here: None) -> Rig:
    """The web site alone, known as these hosts."""
    hosts = ("one.example", "www.one.example", "two.example", "three.example", "go.example")
    return Rig(tmp_path, newsroom_clock, RoomInfo(website.port, 0, "", website.resolve(*hosts)))


@pytest.fixture
async def watcher(site_rig: Rig) -> AsyncIterator[Archive]:
    """An empty archive that looks at the web site."""
    async with site_rig.open() as opened:
        yield opened


def with_hosts(rig: Rig, website: Website, *hosts: str) -> Rig:
    """Return the rig with further hosts that lead to the web site."""
    return replace(rig, info=replace(rig.info, resolve={**rig.info.resolve, **website.resolve(*hosts)}))


@pytest.fixture
def exports(ctx: Context) -> Exports:
    """What is asked for exports of an archive."""
    return Exports(ctx)
