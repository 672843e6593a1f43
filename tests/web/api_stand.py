"""The newsstand (newsstand.py) and what the API shows beside it: saved texts, an outlet, an alert, secrets."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, update

from monitor import Archive, load_settings, open_archive
from monitor.model import TokenScope
from monitor.settings import Settings
from monitor.store import sources
from monitor.store.schema import document
from tests.app.rig import ReadHere
from tests.newsroom.settings import CORPUS
from tests.once import once
from tests.web.asking import Client, serving
from tests.web.newsstand import copied

SECRET = "hush-4711"  # in everything that is masked
OUTLET = "one.example"


def settings_of(folder: Path) -> Settings:
    """Return the settings of the archive in a folder."""
    return load_settings(folder / "monitor.toml", {"web.rate": "100000", "evidence.min_free": "1MB"})


async def furnish(folder: Path) -> None:
    """Add to the copy."""
    async with open_archive(settings_of(folder)) as archive:
        await archive.import_corpus(CORPUS)
        await archive.alerts.add("harbour", "harbour")
        await archive._ctx.db.write(_give)


def _give(conn: Connection) -> None:
    secrets = {"headers": (f"Cookie: session={SECRET}",), "proxy": f"http://me:{SECRET}@proxy.example:3128"}
    sources.set_fields(conn, 1, outlet=OUTLET, **secrets)
    conn.execute(update(document).where(document.c.host == OUTLET).values(outlet=OUTLET))


@pytest.fixture(scope="session")
def api_stand(stand: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of that archive, made once in a test run. Whoever writes to it copies it first."""
    made = once(tmp_path_factory, "api", lambda folder: asyncio.run(furnish(copied(stand, folder))))
    return copied(made, tmp_path_factory.mktemp("api"))


@pytest.fixture
async def api_archive(api_stand: Path) -> AsyncIterator[Archive]:
    """The archive, to be read."""
    async with open_archive(settings_of(api_stand)) as archive:
        yield archive


@pytest.fixture
async def client(api_archive: Archive) -> AsyncIterator[Client]:
    """A client of its web server."""
    async with serving(api_archive) as opened:
        yield opened


@pytest.fixture
async def writing(
    api_stand: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Client, str]]:
    """A client of a copy, and the secret of a token to write. Its sites are down; wrong tokens may be tried at will."""
    monkeypatch.setattr("monitor.edges.extractor.WorkerPool", lambda *_: ReadHere())
    monkeypatch.setattr("monitor.web.login.TRIES", 10**9)
    async with open_archive(settings_of(copied(api_stand, tmp_path / "archive"))) as archive:
        secret = (await archive.tokens.create("writer", TokenScope.WRITE)).secret
        async with serving(archive) as opened:
            yield opened, secret
