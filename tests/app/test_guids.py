"""Guids that change under the same articles cost nothing: documents are told apart by their address."""

import re
from itertools import repeat

import pytest

from monitor import Archive
from tests.app.rig import Rig, add, every_document, play
from tests.app.website import Page, Website, article, rss
from tests.newsroom.days import MORNING, at

pytest_plugins = ["tests.newsroom.fixtures"]

FEED = "http://one.example/rss"
STORIES = {f"http://one.example/news/{name}": name.title() for name in ("ships", "market", "bridge")}


@pytest.mark.parametrize("guids", ["https://one.example/?p={0}", "new-{0}", None])
async def test_guids_that_all_change_fetch_nothing_again(
    guids: str | None, site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """A site that moves its guids to https, renames them all, or drops them: no article is a second document."""
    feed = rss(*STORIES.items())
    website.pages |= {url: Page(article(title)) for url, title in STORIES.items()}
    website.pages[FEED] = with_guids(feed, "http://one.example/?p={0}")
    await add(watcher, FEED, every_s=600)
    await play(site_rig, watcher, MORNING)
    assert sorted(one.url or "" for one in await every_document(watcher)) == sorted(STORIES)
    website.pages[FEED] = with_guids(feed, guids)
    await play(site_rig, watcher, at(16, 6, 10))
    assert sorted(one.url or "" for one in await every_document(watcher)) == sorted(STORIES)
    assert [website.asked.count(url) for url in (FEED, *STORIES)] == [3, 1, 1, 1]  # added, and polled twice


def with_guids(feed: Page, guids: str | None) -> Page:
    """Give each item of a feed a guid, or none."""
    text = re.sub("<guid.*?</guid>", "", feed.body.decode())
    numbers = iter(range(100))
    ends = (f"<guid>{guids.format(next(numbers))}</guid></item>" for _ in STORIES) if guids else repeat("</item>")
    return Page(re.sub("</item>", lambda _: next(ends), text).encode(), feed.kind)
