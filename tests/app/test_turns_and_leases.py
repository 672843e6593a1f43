"""Turns and leases: each request waits for its turn, redirects too; a host is one visitor's until it is given back."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from monitor import Archive
from monitor.app.leases import leased
from monitor.edges.clock import DrivenClock, drive
from monitor.model import Host, SourceKind
from monitor.store import hosts
from tests.app.rig import Rig, add, every_document, hold, play_until
from tests.app.website import Page, Website, article, redirect, robots, rss, sitemap_index, urlset
from tests.newsroom.days import MORNING, at

pytest_plugins = ["tests.newsroom.fixtures"]

HOST = "one.example"
FEED = "http://one.example/rss"
ROBOTS = "http://one.example/robots.txt"
SITEMAP = "http://one.example/sitemap.xml"
STORY = "http://one.example/2026/11/16/ships-in-the-roads"
OTHER = "http://one.example/2026/11/16/market-opened-late"
HOUR = timedelta(hours=1)


async def host_row(archive: Archive) -> Host:
    """Return the host as it is stored."""
    one = await archive._ctx.db.read(hosts.get, HOST)
    assert one is not None
    return one


async def turns(rig: Rig, website: Website, gap: timedelta, *urls: str) -> AsyncIterator[datetime]:
    """Let one request go at a time until these went: the clock creeps, and steps by the gap after each of them.

    Whoever waits for a turn waits for the next step, however slow the machine is.
    """
    now, count = DrivenClock(rig.clock).now(), len(website.asked)
    while not set(urls) <= set(website.asked[count:]):
        drive(rig.clock, now := now + gap, 0.001)
        before = len(website.asked)
        while len(website.asked) == before:  # noqa: ASYNC110 - a list of a test tells nobody
            await asyncio.sleep(0.02)
        yield now


async def test_each_redirect_within_a_host_waits_for_its_gap(site_rig: Rig, website: Website) -> None:
    """A feed, a story and three hops from it are five turns; the gap lies between the starts of any two."""
    chain = [STORY, f"{STORY}-1", f"{STORY}-2", OTHER]
    website.pages |= {FEED: rss((STORY, "Ships")), OTHER: Page(article("Ships"))}
    website.pages |= {one: redirect(other) for one, other in pairwise(chain)}
    site_rig.overrides["fetch.gap"] = "15s"
    async with site_rig.open() as watcher:
        await add(watcher, FEED)
        drive(site_rig.clock, MORNING + HOUR, 30.0)
        await watcher.tick()
        assert watcher.now() - (MORNING + HOUR) >= timedelta(seconds=4 * 15)
    assert website.asked[-1] == OTHER


async def test_a_redirect_is_followed_however_long_the_gap(site_rig: Rig, website: Website) -> None:
    """A turn more than a minute away ends a visit, but not a way that has been begun."""
    website.pages |= {FEED: rss((STORY, "Ships")), STORY: redirect(OTHER, 301), OTHER: Page(article("Ships"))}
    site_rig.overrides["fetch.gap"] = "2m"
    async with site_rig.open() as watcher:
        await add(watcher, FEED, kind=SourceKind.FEED, every_s=86_400, force=True)
        await play_until(site_rig, watcher, MORNING, MORNING + 2 * HOUR, timedelta(minutes=10))
        assert [one.revision_count for one in await every_document(watcher)] == [1]


async def test_a_robots_txt_that_redirects_is_read_however_long_the_gap(site_rig: Rig, website: Website) -> None:
    website.pages |= {FEED: rss((STORY, "Ships")), STORY: Page(article("Ships"))}
    website.pages |= {ROBOTS: redirect("http://one.example/rules.txt"), "http://one.example/rules.txt": Page()}
    site_rig.overrides["fetch.gap"] = "2m"
    async with site_rig.open() as watcher:
        await add(watcher, FEED, kind=SourceKind.FEED, every_s=3600, force=True)
        await play_until(site_rig, watcher, MORNING, MORNING + 2 * HOUR, timedelta(minutes=10))
    assert FEED in website.asked


async def test_a_retry_after_holds_for_requests_that_wait_for_their_turn(site_rig: Rig, website: Website) -> None:
    """With two in flight, the second is asleep until its turn while the first is told to come back in two hours."""
    stories = {f"http://one.example/2026/11/16/ships-{number}" for number in range(4)}
    website.pages[FEED] = rss(*((story, story) for story in stories))
    website.pages |= {story: Page(status=429, headers={"Retry-After": "7200"}, takes_s=0.05) for story in stories}
    site_rig.overrides |= {"fetch.in_flight_per_host": '{ "one.example" = 2 }', "fetch.gap": "10s"}
    async with site_rig.open() as watcher:
        await add(watcher, FEED)
        drive(site_rig.clock, MORNING, 0.001)
        visit = asyncio.create_task(watcher.tick())
        async for now in turns(site_rig, website, timedelta(seconds=11), FEED):
            drive(site_rig.clock, now + timedelta(seconds=11), 0.001)  # the turn of the first story, whichever it is
        while (one := await host_row(watcher)).next_allowed_at is None or one.next_allowed_at < MORNING + HOUR:  # noqa: ASYNC110 - nor does a row
            await asyncio.sleep(0.02)
        drive(site_rig.clock, MORNING + timedelta(minutes=1), 100.0)
        await visit
        one = await host_row(watcher)
    assert one.next_allowed_at is not None
    assert one.next_allowed_at > MORNING + HOUR
    assert len(stories & {*website.asked}) == 1


async def test_a_lease_is_renewed_while_one_target_takes_long(site_rig: Rig, website: Website) -> None:
    """Six parts of a sitemap at a Crawl-delay of 59 s take twice as long as the lease."""
    parts = [f"http://one.example/part-{number}.xml" for number in range(6)]
    website.pages |= {part: urlset() for part in parts} | {ROBOTS: robots("Crawl-delay: 59")}
    website.pages[SITEMAP] = sitemap_index(*parts, lastmod=f"{MORNING + HOUR:%Y-%m-%dT%H:%M:%SZ}")
    site_rig.overrides["daemon.lease"] = "3m"
    async with site_rig.open() as watcher:
        await add(watcher, SITEMAP, kind=SourceKind.SITEMAP, every_s=86_400, force=True)
        drive(site_rig.clock, MORNING + HOUR, 0.001)
        await watcher.launch()
        left = []
        async for now in turns(site_rig, website, timedelta(seconds=60), *parts):
            one = await host_row(watcher)
            if one.lease_until is not None:  # after the last part the host is given back
                left.append((one.lease_until - now).total_seconds())
    assert len(left) >= len(parts)
    assert min(left) > 0


async def test_a_lease_that_is_lost_stays_lost(site_rig: Rig, watcher: Archive) -> None:
    """Every request asks whether the host is still ours, and none is made once it was not."""
    async with leased(watcher._ctx, HOST) as gate:
        await hold(watcher, HOST)
        site_rig.at(MORNING + timedelta(minutes=5))
        assert [await gate.keep(), await gate.keep()] == [False, False]


async def test_a_visit_that_lost_its_lease_leaves_the_host_as_it_is(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """What the next visitor learned of it stands: a Retry-After is not overwritten."""
    website.pages |= {FEED: rss((STORY, "Ships")), STORY: Page(article("Ships"), takes_s=0.4)}
    await add(watcher, FEED, every_s=3600)
    site_rig.at(MORNING)
    visit = asyncio.create_task(watcher.tick())
    while STORY not in website.asked:  # noqa: ASYNC110 - a list of a test tells nobody
        await asyncio.sleep(0.02)
    await hold(watcher, HOST, MORNING + 2 * HOUR)
    await visit
    one = await host_row(watcher)
    assert (one.next_allowed_at, one.lease_until) == (MORNING + 2 * HOUR, at(16, 7, 30))


async def test_an_archive_that_is_closed_gives_back_its_own_leases_only(site_rig: Rig, watcher: Archive) -> None:
    """Another archive in the same process is another holder."""
    async with leased(watcher._ctx, HOST):
        async with site_rig.open() as other:
            await other.launch()
        assert (await host_row(watcher)).lease_owner == watcher._ctx.owner


async def test_a_gap_longer_than_the_lease_is_known_before_the_request_goes_out(
    site_rig: Rig, website: Website
) -> None:
    """Else whoever takes over the lease of a machine that died meanwhile would ask again too soon."""
    website.pages |= {FEED: rss((STORY, "Ships"))}
    site_rig.overrides |= {"fetch.gap": "30m", "daemon.lease": "10m"}
    seen: list[datetime | None] = []
    asked = asyncio.Event()
    async with site_rig.open() as watcher:
        await add(watcher, FEED, kind=SourceKind.FEED, every_s=86_400, force=True)
        fetch = watcher._ctx.fetcher.fetch

        async def looking(*request: Any) -> Any:
            seen.append((await host_row(watcher)).next_allowed_at)
            asked.set()
            return await fetch(*request)

        watcher._ctx.fetcher.fetch = looking  # type: ignore[method-assign,assignment]
        drive(site_rig.clock, MORNING + HOUR)
        await watcher.launch()
        async with asyncio.timeout(60):
            await asked.wait()
        await watcher.stop()
    assert seen[0] is not None
    assert seen[0] >= MORNING + HOUR + timedelta(minutes=30)
