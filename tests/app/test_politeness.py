"""Ways to ask a host too often, without its rules, or for ever."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import Connection, update

from monitor import Archive
from monitor.edges.clock import drive
from monitor.interfaces import Admit, FetchRequest, FetchResult
from monitor.model import SourceKind
from monitor.store import hosts
from monitor.store.schema import host, source
from tests.app.rig import Rig, add, play
from tests.app.website import Page, Website, article, redirect, rss
from tests.newsroom.days import MORNING, at

pytest_plugins = ["tests.newsroom.fixtures"]

FEED = "http://one.example/rss"
ROBOTS = "http://one.example/robots.txt"
SITEMAP = "http://one.example/sitemap.xml"
STORY = "http://one.example/2026/11/16/ships-in-the-roads"
OTHER = "http://one.example/2026/11/16/market-opened-late"
PORT = "http://one.example:8081"
HOUR = timedelta(hours=1)
NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def robots(rules: str) -> Page:
    return Page(f"User-agent: *\n{rules}\n".encode(), "text/plain")


def xml(text: str) -> Page:
    return Page(f'<?xml version="1.0"?>{text}'.encode(), "application/xml")


def stocked(website: Website) -> None:
    """Let the site have a feed of one story."""
    website.pages |= {FEED: rss((STORY, "Ships")), STORY: Page(article("Ships"))}


async def test_rules_are_forgotten_while_the_end_of_a_robots_redirect_is_down(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """RFC 9309 2.3.1.4: unreachable, and the last good copy holds. A failing leg keeps the status 301 of the first."""
    stocked(website)
    website.pages[ROBOTS] = robots("Disallow: /2026/")
    await add(watcher, FEED, every_s=3600)
    await play(site_rig, watcher, MORNING)
    website.pages[ROBOTS] = redirect("http://nobody.invalid/robots.txt")
    website.pages |= {FEED: rss((STORY, "Ships"), (OTHER, "Market")), OTHER: Page(article("Market"))}
    await play(site_rig, watcher, MORNING + 25 * HOUR)
    assert OTHER not in website.asked


async def test_there_are_no_rules_when_https_of_robots_txt_fails(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """The redirect from http to https within one host, whose https does not answer now."""
    stocked(website)
    website.pages[ROBOTS] = redirect(ROBOTS.replace("http:", "https:"))
    await add(watcher, FEED, every_s=3600, force=True)
    await play(site_rig, watcher, MORNING)
    assert STORY not in website.asked


async def test_another_port_is_asked_by_the_rules_of_the_first_and_gets_its_secrets(
    site_rig: Rig, website: Website
) -> None:
    """RFC 9309 2.3: rules are those of scheme, host and port. A header set for one service is told to another."""
    resolve = {**site_rig.info.resolve, "one.example:8081": f"127.0.0.1:{website.port}"}
    rig = replace(site_rig, info=replace(site_rig.info, resolve=resolve))
    story = f"{PORT}/2026/11/16/ships-in-the-roads"
    website.pages |= {FEED: rss((story, "Ships")), story: Page(article("Ships"))}
    website.pages[f"{PORT}/robots.txt"] = robots("Disallow: /")
    told: dict[str, object] = {}
    async with rig.open() as watcher:
        await add(watcher, FEED, headers=("Authorization: Bearer s3cret",))
        fetch = watcher._ctx.fetcher.fetch

        async def spy(request: FetchRequest, admit: Admit | None = None) -> FetchResult:
            told[request.url] = request.headers
            return await fetch(request, admit)

        watcher._ctx.fetcher.fetch = spy  # type: ignore[method-assign]
        await play(rig, watcher, MORNING)
    assert (story in website.asked, told.get(story, ())) == (False, ())


async def test_retry_after_is_lost_to_a_request_that_waited_for_its_turn(site_rig: Rig, website: Website) -> None:
    """With two in flight: the first is told to come back in two hours while the second sleeps, which then goes."""
    stories = [f"http://one.example/2026/11/16/ships-{number}" for number in range(4)]
    website.pages[FEED] = rss(*((story, story) for story in stories))
    website.pages |= {story: Page(article(story)) for story in stories}
    website.pages[stories[0]] = Page(status=429, headers={"Retry-After": "7200"}, takes_s=0.05)
    site_rig.overrides |= {"fetch.in_flight_per_host": '{ "one.example" = 2 }', "fetch.gap": "1s"}
    async with site_rig.open() as watcher:
        await add(watcher, FEED)
        drive(site_rig.clock, MORNING, 5.0)
        await watcher.tick()
        one = await watcher._ctx.db.read(hosts.get, "one.example")
    assert one is not None
    assert one.next_allowed_at is not None
    assert one.next_allowed_at > MORNING + HOUR
    assert [story for story in stories if story in website.asked] == stories[:1]


async def test_a_sitemap_whose_lastmod_is_always_now_has_all_its_articles_read_at_every_poll(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """Many programs stamp all entries at each request; the ladder would look nine times in that time."""
    website.pages[STORY] = Page(article("Ships"))
    for number in range(48):
        now = MORNING + timedelta(minutes=10 * number)
        entry = f"<url><loc>{STORY}</loc><lastmod>{now:%Y-%m-%dT%H:%M:%SZ}</lastmod></url>"
        website.pages[SITEMAP] = xml(f"<urlset {NS}>{entry}</urlset>")
        if not number:
            await add(watcher, SITEMAP, kind=SourceKind.SITEMAP, every_s=600)
        await play(site_rig, watcher, now)
    assert website.asked.count(STORY) <= 12


async def test_a_lease_runs_out_while_the_parts_of_a_sitemap_are_read(site_rig: Rig, website: Website) -> None:
    """Twelve parts at a Crawl-delay of 59 s take longer than a lease; it is renewed between targets only."""
    parts = [f"http://one.example/part-{number}.xml" for number in range(12)]
    website.pages |= {part: xml(f"<urlset {NS}><url><loc>{STORY}-{part[-6]}</loc></url></urlset>") for part in parts}
    named = "".join(f"<sitemap><loc>{part}</loc></sitemap>" for part in parts)
    website.pages |= {SITEMAP: xml(f"<sitemapindex {NS}>{named}</sitemapindex>"), ROBOTS: robots("Crawl-delay: 59")}
    async with site_rig.open() as watcher:
        await add(watcher, SITEMAP, kind=SourceKind.SITEMAP, every_s=3600)
        await watcher._ctx.db.write(_read_before)
        drive(site_rig.clock, MORNING + HOUR, 400.0)
        await watcher.launch()
        left = []
        while watcher.visits_under_way:
            one = await watcher._ctx.db.read(hosts.get, "one.example")
            if one is not None and one.lease_until is not None:
                left.append((one.lease_until - watcher.now()).total_seconds())
            if left and left[-1] <= 0:
                break
            await asyncio.sleep(0.02)
        drive(site_rig.clock, MORNING + 9 * HOUR, 1e5)
    assert min(left) > 0


async def test_a_visit_that_lost_its_lease_overwrites_what_the_next_one_learned(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """`release` and `renew` ask whose the host is, `set_manners` does not: a Retry-After is gone."""
    stocked(website)
    website.pages[STORY] = Page(article("Ships"), takes_s=0.4)
    await add(watcher, FEED, every_s=3600)
    site_rig.at(MORNING)
    visit = asyncio.create_task(watcher.tick())
    while STORY not in website.asked:  # noqa: ASYNC110 - a list of a test tells nobody
        await asyncio.sleep(0.02)
    await watcher._ctx.db.write(_hold, "one.example", MORNING + 2 * HOUR)
    await visit
    one = await watcher._ctx.db.read(hosts.get, "one.example")
    assert one is not None
    assert one.next_allowed_at == MORNING + 2 * HOUR


async def test_another_archive_of_this_process_gives_back_our_leases(site_rig: Rig, website: Website) -> None:
    """`stop` frees what the owner holds, and all archives of a process are one owner."""
    stocked(website)
    website.pages[STORY] = Page(article("Ships"), takes_s=0.5)
    async with site_rig.open() as one:
        await add(one, FEED, every_s=3600)
        visit = asyncio.create_task(one.tick())
        while STORY not in website.asked:  # noqa: ASYNC110 - a list of a test tells nobody
            await asyncio.sleep(0.02)
        async with site_rig.open() as two:
            await two.launch()
        under_way = await one._ctx.db.read(hosts.get, "one.example")
        await visit
    assert under_way is not None
    assert under_way.lease_owner is not None


async def test_a_dead_proxy_of_one_source_slows_the_host_for_all(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """It is no failure of the host's, which was not asked; nor do robots.txt then count as unreachable for others."""
    stocked(website)
    await add(watcher, FEED, every_s=86_400)
    await play(site_rig, watcher, MORNING)
    await add(watcher, OTHER, kind=SourceKind.FEED, proxy="http://127.0.0.1:9", force=True, every_s=600)
    await play(site_rig, watcher, *(MORNING + timedelta(minutes=20 * number) for number in range(1, 6)))
    one = await watcher._ctx.db.read(hosts.get, "one.example")
    assert one is not None
    assert one.failures == 0


async def test_a_watched_page_whose_rules_are_out_of_reach_is_tried_without_end(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """poll_page forgets until when it was to wait, and puts the page off until a time that has passed."""
    website.pages |= {STORY: Page(article("Ships")), ROBOTS: Page(status=503)}
    await add(watcher, STORY, kind=SourceKind.PAGE, every_s=3600, force=True)
    async with asyncio.timeout(3):
        await play(site_rig, watcher, MORNING + timedelta(minutes=1))


async def test_a_watched_page_kept_on_a_host_that_is_held_is_tried_without_end(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """It is known by its address without `www.`, whose host another process visits."""
    stocked(website)
    www = STORY.replace("one.example", "www.one.example")
    website.pages[www] = Page(article("Ships"))
    await add(watcher, FEED, every_s=86_400)
    await play(site_rig, watcher, MORNING)
    await add(watcher, www, kind=SourceKind.PAGE)
    await watcher._ctx.db.write(_hold, "one.example")
    async with asyncio.timeout(3):
        await play(site_rig, watcher, MORNING + timedelta(minutes=5))


async def test_redirects_within_a_host_are_followed_without_its_gap(site_rig: Rig, website: Website) -> None:
    """Eight hops, eight requests; `gap` promises to lie between the starts of two."""
    chain = [STORY, *(f"{STORY}-{number}" for number in range(7)), OTHER]
    website.pages |= {FEED: rss((STORY, "Ships")), OTHER: Page(article("Ships"))}
    website.pages |= {one: redirect(other) for one, other in pairwise(chain)}
    site_rig.overrides["fetch.gap"] = "2s"
    async with site_rig.open() as watcher:
        await add(watcher, FEED)
        drive(site_rig.clock, MORNING + HOUR, 20.0)
        await watcher.tick()
        assert watcher.now() - (MORNING + HOUR) >= timedelta(seconds=2 * 8)


def _hold(conn: Connection, name: str, next_allowed_at: datetime | None = None) -> None:
    hosts.ensure(conn, name)
    values = {"lease_owner": "elsewhere:1:1", "lease_until": at(16, 7, 30), "next_allowed_at": next_allowed_at}
    conn.execute(update(host).where(host.c.name == name).values(**values))


def _read_before(conn: Connection) -> None:
    conn.execute(update(source).values(read_at=at(16, 5)))
