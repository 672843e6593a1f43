"""Fixtures: an archive of the news (news.py) and who reads it; name this module in `pytest_plugins` to get them."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from monitor import Archive, load_settings, open_archive
from tests.app.rig import ReadHere
from tests.once import once
from tests.web.asking import Client, serving
from tests.web.news import fill


def copied(stand: Path, folder: Path) -> Path:
    """Copy the newsstand, and let its configuration mean the copy."""
    shutil.copytree(stand, folder, dirs_exist_ok=True)
    config = folder / "monitor.toml"
    config.write_text(config.read_text(encoding="utf-8").replace(str(stand), str(folder)), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the archive, made once in a test run. Whoever writes to it copies it first."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("monitor.edges.extractor.WorkerPool", lambda *_: ReadHere())
        made = once(tmp_path_factory, "newsstand", lambda folder: asyncio.run(fill(folder)))
    return copied(made, tmp_path_factory.mktemp("newsstand"))


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
