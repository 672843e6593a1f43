"""Fixtures: an archive of the news (news.py) and who reads it; name this module in `pytest_plugins` to get them."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from monitor import Archive, load_settings, open_archive
from tests.app.rig import ReadHere
from tests.web.asking import Client, serving
from tests.web.news import fill


@pytest.fixture(scope="session")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the archive, made once in a test run. Whoever writes to it copies it first."""
    folder = tmp_path_factory.mktemp("newsstand")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("monitor.edges.extractor.WorkerPool", lambda *_: ReadHere())
        asyncio.run(fill(folder))
    return folder


@pytest.fixture
async def kept(stand: Path) -> AsyncIterator[Archive]:
    """The archive, to be read."""
    async with open_archive(load_settings(stand / "monitor.toml", {})) as archive:
        yield archive


@pytest.fixture
async def reader(kept: Archive) -> AsyncIterator[Client]:
    """A client of its web server."""
    async with serving(kept) as client:
        yield client
