"""What one hostile address or page can do to the whole program: it must stay an outcome of that one target."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from urllib.parse import quote

import pytest

from monitor import Archive
from tests.app.rig import Rig, add, every_document, play
from tests.app.website import Page, Website, article, redirect, rss
from tests.newsroom.days import MORNING

pytest_plugins = ["tests.newsroom.fixtures"]

FEED = "http://one.example/rss"
ROBOTS = "http://one.example/robots.txt"
STORY = "http://one.example/2026/11/16/ships-in-the-roads"
OTHER = "http://one.example/2026/11/16/market-opened-late"
NO_HOST = (
    "http://a..b.example/x",
    f"http://{'a' * 64}.example/x",
)  # yarl and the guard take them, core/urls.py does not
LONG = "http://one.example/" + "".join(chr(0x4E00 + number * number * 7919 % 20_000) for number in range(800))


def stocked(website: Website, story: Page) -> None:
    """Let a feed tell of a story that is odd and of one that is not."""
    website.pages |= {FEED: rss((STORY, "Ships"), (OTHER, "Market")), STORY: story, OTHER: Page(article("Market"))}


async def read(archive: Archive) -> set[str | None]:
    """Return the addresses that were read."""
    return {one.url for one in await every_document(archive) if one.revision_count}


@pytest.mark.parametrize("where", NO_HOST, ids=["empty label", "long label"])
async def test_a_redirect_to_no_host_name_ends_the_visit(
    site_rig: Rig, watcher: Archive, website: Website, where: str
) -> None:
    """`admit` raises UsageError out of the fetch: the daemon ends, and again after each restart."""
    stocked(website, redirect(where, 302))
    await add(watcher, FEED)
    await play(site_rig, watcher, MORNING)
    assert await read(watcher) == {OTHER}


async def test_a_robots_txt_that_leads_to_no_host_name_ends_the_visit(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    stocked(website, Page(article("Ships")))
    await add(watcher, FEED)
    website.pages[ROBOTS] = redirect(NO_HOST[0], 301)
    await play(site_rig, watcher, MORNING + timedelta(hours=25))
    assert await read(watcher) <= {STORY, OTHER}


async def on_postgresql(rig: Rig, url: str, work: Callable[[Archive], Awaitable[None]]) -> None:
    rig.overrides["database.url"] = url
    async with rig.open() as watcher:
        await add(watcher, FEED)
        await play(rig, watcher, MORNING)
        await work(watcher)


async def test_a_link_too_long_for_an_index_ends_the_visit(
    site_rig: Rig, website: Website, postgresql_url: str
) -> None:
    """800 Chinese characters are 7,200 once escaped; PostgreSQL's index rows end at 2,704 bytes."""
    stocked(website, Page(article("Ships")))
    website.pages[FEED] = rss((LONG, "Long"), (OTHER, "Market"))

    async def work(watcher: Archive) -> None:
        assert OTHER in await read(watcher)

    await on_postgresql(site_rig, postgresql_url, work)


async def test_a_redirect_too_long_for_an_index_ends_the_visit(
    site_rig: Rig, website: Website, postgresql_url: str
) -> None:
    stocked(website, redirect(LONG, 302))
    website.pages[quote(LONG, safe=":/")] = Page(article("Ships"))

    async def work(watcher: Archive) -> None:
        assert OTHER in await read(watcher)

    await on_postgresql(site_rig, postgresql_url, work)


async def test_a_text_too_long_for_the_search_ends_the_visit(
    site_rig: Rig, website: Website, postgresql_url: str
) -> None:
    """A tsvector ends at 1 MiB (ProgramLimitExceeded, which is an OperationalError and no StatementError)."""
    words = " ".join(f"w{number:x}q{number * 7919 % 1_000_003:x}" for number in range(90_000))
    stocked(website, Page(article("Ships").replace(b"<p>", f"<p>{words}</p><p>".encode(), 1)))

    async def work(watcher: Archive) -> None:
        assert OTHER in await read(watcher)

    await on_postgresql(site_rig, postgresql_url, work)
