"""Politeness: no host is asked too often, without its rules, or without end."""

import asyncio
from datetime import timedelta

from monitor import Archive
from monitor.model import DocumentState, Outcome, SourceKind
from monitor.store import hosts
from tests.app.conftest import with_hosts
from tests.app.rig import Rig, add, every_document, hold, play, play_until
from tests.app.website import Page, Website, article, redirect, robots, rss, urlset
from tests.newsroom.days import MORNING

pytest_plugins = ["tests.newsroom.fixtures"]

FEED = "http://one.example/rss"
ROBOTS = "http://one.example/robots.txt"
SITEMAP = "http://one.example/sitemap.xml"
STORY = "http://one.example/2026/11/16/ships-in-the-roads"
OTHER = "http://one.example/2026/11/16/market-opened-late"
PORT = "one.example:8081"
HOUR = timedelta(hours=1)


def stocked(website: Website) -> None:
    """Let the site have a feed of one story."""
    website.pages |= {FEED: rss((STORY, "Ships")), STORY: Page(article("Ships"))}


async def test_the_rules_hold_while_the_end_of_a_robots_redirect_is_down(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """RFC 9309 2.3.1.4: a redirect at whose end nobody answers is unreachable, and the last good copy holds."""
    stocked(website)
    website.pages[ROBOTS] = robots("Disallow: /2026/")
    await add(watcher, FEED, every_s=3600)
    await play(site_rig, watcher, MORNING)
    website.pages[ROBOTS] = redirect("http://nobody.invalid/robots.txt")
    website.pages |= {FEED: rss((STORY, "Ships"), (OTHER, "Market")), OTHER: Page(article("Market"))}
    await play(site_rig, watcher, MORNING + 25 * HOUR)
    assert website.asked.count(ROBOTS) == 2
    assert {one.url: one.state for one in await every_document(watcher)}[OTHER] is DocumentState.BLOCKED
    assert OTHER not in website.asked


async def test_nothing_is_asked_while_the_https_of_robots_txt_is_down(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """Without an earlier copy, a step to https that fails leaves no rules to go by."""
    stocked(website)
    website.pages[ROBOTS] = redirect(ROBOTS.replace("http:", "https:"))
    await add(watcher, FEED, every_s=3600, force=True)
    await play(site_rig, watcher, MORNING)
    assert set(website.asked) == {ROBOTS}


async def test_another_port_has_rules_of_its_own(site_rig: Rig, website: Website) -> None:
    """RFC 9309 2.3: rules are those of scheme, host and port."""
    story = f"http://{PORT}/2026/11/16/ships-in-the-roads"
    website.pages |= {FEED: rss((story, "Ships")), story: Page(article("Ships"))}
    website.pages[f"http://{PORT}/robots.txt"] = robots("Disallow: /")
    rig = with_hosts(site_rig, website, PORT)
    async with rig.open() as watcher:
        await add(watcher, FEED)
        await play(rig, watcher, MORNING)
        (one,) = await every_document(watcher)
    assert (one.url, one.state) == (story, DocumentState.BLOCKED)
    assert story not in website.asked


async def test_a_sitemap_that_stamps_everything_anew_has_its_articles_read_no_more_often_than_the_ladder_does(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """In these eight hours the ladder looks nine times, the sitemap says 48 times that something changed."""
    website.pages[STORY] = Page(article("Ships"))
    for number in range(48):
        now = MORNING + timedelta(minutes=10 * number)
        website.pages[SITEMAP] = urlset(STORY, lastmod=f"{now:%Y-%m-%dT%H:%M:%SZ}")
        if not number:
            await add(watcher, SITEMAP, kind=SourceKind.SITEMAP, every_s=600)
        await play(site_rig, watcher, now)
    assert website.asked.count(SITEMAP) >= 48
    assert 1 <= website.asked.count(STORY) <= 12


async def test_a_change_told_soon_after_a_look_is_looked_at_within_hours(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """The ladder would come back to an article of ten days after weeks."""
    website.pages |= {SITEMAP: urlset(STORY, lastmod="2026-11-16T05:00:00Z"), STORY: Page(article("Ships"))}
    await add(watcher, SITEMAP, kind=SourceKind.SITEMAP, every_s=3600)
    await play_until(site_rig, watcher, MORNING, MORNING + 240 * HOUR, 12 * HOUR)
    website.pages[SITEMAP] = urlset(STORY, lastmod="2026-11-26T18:00:00Z")
    await play(site_rig, watcher, MORNING + 253 * HOUR)
    website.pages |= {SITEMAP: urlset(STORY, lastmod="2026-11-26T20:00:00Z"), STORY: Page(article("Ships", 99))}
    await play_until(site_rig, watcher, MORNING + 255 * HOUR, MORNING + 262 * HOUR, HOUR)
    (one,) = await every_document(watcher)
    assert one.revision_count == 2


async def test_a_dead_proxy_of_one_source_is_no_failure_of_the_host(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """The host was not asked; it is not slowed for others."""
    stocked(website)
    await add(watcher, FEED, every_s=86_400)
    await play(site_rig, watcher, MORNING)
    await add(watcher, OTHER, kind=SourceKind.FEED, proxy="http://127.0.0.1:9", force=True, every_s=600)
    await play(site_rig, watcher, *(MORNING + timedelta(minutes=20 * number) for number in range(1, 6)))
    proxied = await watcher.source(2)
    assert (proxied.last_outcome, proxied.failures) == (Outcome.CONNECT_ERROR, 5)
    one = await watcher._ctx.db.read(hosts.get, "one.example")
    assert one is not None
    assert one.failures == 0


async def test_a_dead_proxy_says_nothing_of_robots_txt(site_rig: Rig, watcher: Archive, website: Website) -> None:
    """Other sources of the host ask for it themselves, at once."""
    stocked(website)
    await add(watcher, OTHER, kind=SourceKind.FEED, proxy="http://127.0.0.1:9", force=True)
    await add(watcher, FEED, kind=SourceKind.FEED, force=True)
    await play(site_rig, watcher, MORNING)
    assert set(website.asked) == {ROBOTS, FEED, STORY}


async def test_a_watched_page_whose_rules_are_out_of_reach_is_put_off(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """Until robots.txt is asked for again; a round does not wait for it."""
    website.pages |= {STORY: Page(article("Ships")), ROBOTS: Page(status=503)}
    await add(watcher, STORY, kind=SourceKind.PAGE, every_s=3600, force=True)
    now = MORNING + timedelta(minutes=1)
    async with asyncio.timeout(10):
        await play(site_rig, watcher, now)
    (one,) = await watcher.sources()
    assert one.next_check_at is not None
    assert now < one.next_check_at <= now + timedelta(minutes=15)


async def test_a_watched_page_kept_on_a_host_that_is_held_is_put_off(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """It is known by its address without `www.`, whose host another process visits."""
    stocked(website)
    www = STORY.replace("one.example", "www.one.example")
    website.pages[www] = Page(article("Ships"))
    await add(watcher, FEED, every_s=86_400)
    await play(site_rig, watcher, MORNING)
    await add(watcher, www, kind=SourceKind.PAGE)
    await hold(watcher, "one.example")
    now = MORNING + timedelta(minutes=5)
    async with asyncio.timeout(10):
        await play(site_rig, watcher, now)
    one = await watcher.source(2)
    assert one.next_check_at is not None
    assert now < one.next_check_at <= now + timedelta(minutes=15)
