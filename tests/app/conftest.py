"""An archive beside the newsroom, both in the test's own loop; and a web site of the test's own."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from monitor import Archive
from tests.app.rig import ReadHere, Rig
from tests.app.website import Website
from tests.newsroom.room import Newsroom, RoomInfo


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
