"""While the database does not keep up nothing more is fetched, and nothing is given up."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection
from structlog.testing import capture_logs

from monitor import Archive
from monitor.app import allowances, pressure
from monitor.core.pressure import PressurePolicy
from monitor.edges import descriptors
from tests.app.rig import Rig, add
from tests.app.website import Page, Website, article, rss
from tests.newsroom.days import at

pytest_plugins = ["tests.newsroom.fixtures"]

FEED, ARTICLE = "http://one.example/feed", "http://one.example/2026/11/16/harbour-story"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Call a database slow at once, so that nobody waits for it to be."""
    monkeypatch.setattr(pressure, "POLICY", PressurePolicy(slow_s=0.05, well_s=0.04))


@asynccontextmanager
async def held_up(archive: Archive) -> AsyncIterator[None]:
    """Keep the writer busy, as a disk does that does not answer."""
    go, begun = threading.Event(), threading.Event()

    def hold(_: Connection) -> None:
        begun.set()
        go.wait(60)

    holding = asyncio.create_task(archive._ctx.db.write(hold))
    await asyncio.to_thread(begun.wait, 60)
    try:
        while not archive._ctx.pressure.is_high():  # noqa: ASYNC110 - it is time that must pass
            await asyncio.sleep(0.01)
        yield
    finally:
        go.set()
        await holding


@contextmanager
def told() -> Iterator[list[str]]:
    """Gather what is told of the database."""
    names: list[str] = []
    with capture_logs() as logs:
        yield names
    names += [one["event"] for one in logs if one["event"].startswith("database.")]


async def test_no_visit_starts_while_writes_wait(
    site_rig: Rig, watcher: Archive, website: Website, impatient: None
) -> None:
    """It is told once that the database is slow, and once that it is well again; then the visit comes."""
    website.pages |= {FEED: rss((ARTICLE, "Ships")), ARTICLE: Page(article("Ships"))}
    site_rig.at(at(16, 7))
    await add(watcher, FEED)
    asked = len(website.asked)
    site_rig.at(at(16, 9))
    with told() as events:
        async with held_up(watcher):
            for _ in range(3):
                await watcher.launch()
                await watcher.watch_pressure()
            assert watcher.visits_under_way == 0
        await watcher.tick()
    assert len(website.asked) > asked
    assert events == ["database.slow", "database.recovered"]


async def test_a_round_waits_for_the_database_instead_of_ending(
    site_rig: Rig, watcher: Archive, website: Website, impatient: None
) -> None:
    website.pages |= {FEED: rss((ARTICLE, "Ships")), ARTICLE: Page(article("Ships"))}
    site_rig.at(at(16, 7))
    await add(watcher, FEED)
    await watcher.recover()
    site_rig.at(at(16, 9))
    async with held_up(watcher):
        ticking = asyncio.create_task(watcher.tick())
        for _ in range(20):
            await asyncio.sleep(0)
        assert not ticking.done()
    assert [one.url for one in (await ticking).visits if one.what == "document"] == [ARTICLE]


async def test_too_few_files_are_told_with_what_to_do(watcher: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    found = descriptors.Descriptors(100, 1_000, 100)
    monkeypatch.setattr(descriptors, "make_room", lambda *_: found)
    with capture_logs() as logs:
        assert allowances.check(watcher._ctx) == found
    (line,) = logs
    assert (line["event"], line["allowed"], line["needed"]) == ("files.short", 100, 1_000)
    assert "LimitNOFILE=1000" in line["hint"]


async def test_it_is_asked_for_what_is_configured(watcher: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def make_room(*wanted: int) -> descriptors.Descriptors:
        asked.append(wanted)
        return descriptors.Descriptors(10, 1, 10)

    monkeypatch.setattr(descriptors, "make_room", make_room)
    with capture_logs() as logs:
        allowances.check(watcher._ctx)
    assert (asked, logs) == ([(16, 1)], [])
