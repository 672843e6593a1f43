"""Hostile addresses and pages: each is an outcome of its own target, and everything else is read."""

from collections.abc import AsyncIterator
from urllib.parse import quote

import pytest

from monitor import Archive
from monitor.answers import VisitReport
from monitor.model import Fetch, Outcome
from tests.app.rig import Rig, add, every_document, play
from tests.app.website import Page, Website, article, redirect, robots, rss
from tests.newsroom.days import MORNING, at

pytest_plugins = ["tests.newsroom.fixtures"]

FEED = "http://one.example/rss"
ROBOTS = "http://one.example/robots.txt"
STORY = "http://one.example/2026/11/16/ships-in-the-roads"
OTHER = "http://one.example/2026/11/16/market-opened-late"
NO_HOST = ("http://a..b.example/x", f"http://{'a' * 64}.example/x")
LONG = "http://one.example/" + "".join(chr(0x4E00 + number * number * 7919 % 20_000) for number in range(800))


def stocked(website: Website, story: Page) -> None:
    """Let a feed tell of a story that is odd and of one that is not."""
    website.pages |= {FEED: rss((STORY, "Ships"), (OTHER, "Market")), STORY: story, OTHER: Page(article("Market"))}


async def read(archive: Archive) -> set[str | None]:
    """Return the addresses that were read."""
    return {one.url for one in await every_document(archive) if one.revision_count}


async def only_fetch(archive: Archive, url: str) -> Fetch:
    """Return the one fetch of a document."""
    (fetch,) = (await archive.document(url)).fetches
    return fetch


def failed_on(visits: list[VisitReport]) -> list[str]:
    """Return the targets that the program itself failed on."""
    return [one.url for one in visits if any("the program failed" in step for step in one.steps)]


@pytest.fixture
async def on_postgresql(site_rig: Rig, postgresql_url: str) -> AsyncIterator[Archive]:
    """An empty archive on PostgreSQL, whose indexes and search vectors have limits."""
    site_rig.overrides["database.url"] = postgresql_url
    async with site_rig.open() as opened:
        yield opened


@pytest.mark.parametrize("where", NO_HOST, ids=["empty label", "long label"])
async def test_a_redirect_to_no_host_name_is_refused(
    site_rig: Rig, watcher: Archive, website: Website, where: str
) -> None:
    """The fetch says where it leads and why nobody is asked there."""
    stocked(website, redirect(where, 302))
    await add(watcher, FEED)
    assert failed_on(await play(site_rig, watcher, MORNING)) == []
    assert await read(watcher) == {OTHER}
    fetch = await only_fetch(watcher, STORY)
    assert (fetch.outcome, where in (fetch.detail or "")) == (Outcome.REFUSED, True)


async def test_the_rules_hold_while_robots_txt_leads_to_no_host_name(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """No answer is no new answer: the last good copy is what pages are judged by."""
    stocked(website, Page(article("Ships")))
    website.pages[ROBOTS] = robots(f"Disallow: {STORY.removeprefix('http://one.example')}")
    await add(watcher, FEED)
    website.pages[ROBOTS] = redirect(NO_HOST[0], 301)
    assert failed_on(await play(site_rig, watcher, at(17, 7))) == []
    assert website.asked.count(ROBOTS) == 2
    assert await read(watcher) == {OTHER}


async def test_a_link_too_long_for_an_index_is_left_out(
    site_rig: Rig, on_postgresql: Archive, website: Website
) -> None:
    """800 Chinese characters are 7,200 once escaped; PostgreSQL's index rows end at 2,704 bytes."""
    stocked(website, Page(article("Ships")))
    website.pages[FEED] = rss((LONG, "Long"), (OTHER, "Market"))
    await add(on_postgresql, FEED)
    assert failed_on(await play(site_rig, on_postgresql, MORNING)) == []
    assert [one.url for one in await every_document(on_postgresql)] == [OTHER]


async def test_a_redirect_too_long_for_an_index_is_refused(
    site_rig: Rig, on_postgresql: Archive, website: Website
) -> None:
    stocked(website, redirect(LONG, 302))
    website.pages[quote(LONG, safe=":/")] = Page(article("Ships"))
    await add(on_postgresql, FEED)
    assert failed_on(await play(site_rig, on_postgresql, MORNING)) == []
    assert await read(on_postgresql) == {OTHER}
    assert (await only_fetch(on_postgresql, STORY)).outcome is Outcome.REFUSED


async def test_a_text_too_long_for_the_search_is_kept(site_rig: Rig, on_postgresql: Archive, website: Website) -> None:
    """A tsvector ends at 1 MiB; what goes beyond is kept and not found."""
    words = " ".join(f"w{number:x}q{number * 7919 % 1_000_003:x}" for number in range(90_000))
    stocked(website, Page(article("Ships").replace(b"<p>", f"<p>{words}</p><p>".encode(), 1)))
    await add(on_postgresql, FEED)
    assert failed_on(await play(site_rig, on_postgresql, MORNING)) == []
    assert await read(on_postgresql) == {STORY, OTHER}
    (revision,) = (await on_postgresql.document(STORY)).revisions
    assert revision.word_count > 90_000
