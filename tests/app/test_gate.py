"""How a host is asked: how many at once, how far apart, and what follows when its pages kill their readers."""

import asyncio
from dataclasses import replace

import pytest

from monitor import Archive
from monitor.interfaces import ReadFailure, Reading, ReadRequest, Task
from tests.app.conftest import with_hosts
from tests.app.rig import ReadHere, Rig, add, every_document, play
from tests.app.website import Page, Website, article, rss
from tests.newsroom.days import MORNING, at

pytest_plugins = ["tests.newsroom.fixtures"]

FEED = "http://one.example/rss"
STORIES = tuple(f"http://one.example/2026/11/16/ships-{number}" for number in range(8))


def stocked(website: Website) -> None:
    """Let the site have a feed and eight articles, each of which takes a moment."""
    website.pages[FEED] = rss(*((story, f"Ships {number}") for number, story in enumerate(STORIES)))
    website.pages |= {story: Page(article(f"Ships {number}"), takes_s=0.05) for number, story in enumerate(STORIES)}


async def test_one_request_at_a_time_by_default(site_rig: Rig, watcher: Archive, website: Website) -> None:
    stocked(website)
    await add(watcher, FEED)
    await play(site_rig, watcher, MORNING)
    assert website.at_once == {"one.example": 1}


async def test_a_mirror_of_ones_own_may_be_asked_several_at_once(site_rig: Rig, website: Website) -> None:
    """Each article once, none left out, and no host more at once than it was said to take."""
    stocked(website)
    site_rig.overrides["fetch.in_flight_per_host"] = '{ "one.example" = 3 }'
    async with site_rig.open() as watcher:
        await add(watcher, FEED)
        await play(site_rig, watcher, MORNING)
        assert {one.revision_count for one in await every_document(watcher)} == {1}
    assert website.at_once == {"one.example": 3}
    assert sorted(url for url in website.asked if url in STORIES) == sorted(STORIES)


class Killed(ReadHere):
    """An extractor whose workers die of every article while `deadly` is set."""

    deadly = True

    async def read(self, request: ReadRequest) -> Reading:
        """Fail as a killed worker does."""
        if request.task is Task.ARTICLE and self.deadly:
            return ReadFailure("deadline", "not read within 20 s")
        return await super().read(request)


async def test_a_host_whose_pages_kill_their_readers_is_left_alone(
    site_rig: Rig, website: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Longer after each; a page that is read ends the row. Other hosts are not slowed."""
    reader = Killed()
    monkeypatch.setattr("monitor.edges.extractor.WorkerPool", lambda *_: reader)
    stocked(website)
    other = "http://two.example/2026/11/16/market"
    website.pages[FEED] = rss((STORIES[0], "Ships"), (STORIES[1], "Boats"), (other, "Market"))
    website.pages[other] = Page(article("Market"))
    async with site_rig.open() as watcher:
        await add(watcher, FEED, every_s=3600)
        await play(site_rig, watcher, MORNING)
        view = await watcher.source_view(1)
        assert view.host.kills == 1  # the second article had to wait
        assert view.host.next_allowed_at == at(16, 6, 5)
        assert other in website.asked
        reader.deadly = False
        await play(site_rig, watcher, at(16, 6, 30), at(16, 8), at(16, 12))
        assert (await watcher.source_view(1)).host.kills == 0
        assert {one.revision_count for one in await every_document(watcher)} == {1}


async def test_a_slow_host_does_not_hold_up_those_beyond_the_first(site_rig: Rig, website: Website) -> None:
    """A round visits so many hosts at once; where one is slow, others come after those that have ended."""
    hosts = [f"paper{number}.example" for number in range(12)]
    rig = with_hosts(site_rig, website, *hosts)
    rig.overrides["daemon.hosts"] = "4"
    feeds = [f"http://{host}/rss" for host in hosts]
    website.pages |= {url: rss() for url in feeds}
    async with rig.open() as watcher:
        for url in feeds:
            await add(watcher, url)
        website.pages[feeds[0]] = replace(rss(), takes_s=8.0)
        website.asked.clear()
        round_ = asyncio.ensure_future(play(rig, watcher, at(17, 9)))
        while not {*website.asked} >= {*feeds} and not round_.done():  # noqa: ASYNC110 - the site tells nobody
            await asyncio.sleep(0.05)
        assert not round_.done()
        assert len(await round_) == len(hosts)
