"""A whole outlet that is out, and an article taken down on a plain day, seen by the whole program."""

from datetime import datetime, timedelta

import pytest

from monitor import Archive
from monitor.model import ChangeKind, Document, DocumentState
from tests.app.rig import Rig, add, every_document, play, play_until
from tests.app.website import Page, Website, article, redirect, rss
from tests.newsroom.days import MORNING, at

pytest_plugins = ["tests.newsroom.fixtures"]

FEED = "http://one.example/rss"
HOME = "http://one.example/"
URLS = tuple(f"http://one.example/news/story-{number}" for number in range(8))
QUARTER = timedelta(minutes=15)
ABSENT = {
    "404": Page(b"nothing here", "text/plain", 404),
    "410": Page(b"gone", "text/plain", 410),
    "redirected to the front page": redirect(HOME, 302),
    "error page under status 200": Page(
        b"<title>Page not found</title><h1>Page not found</h1><p>Sorry, this page does not exist.</p>"
    ),
}


@pytest.fixture
async def outlet(site_rig: Rig, watcher: Archive, website: Website) -> Archive:
    """Eight articles of one outlet, read once in the morning."""
    told = rss(*((url, f"Story {number}") for number, url in enumerate(URLS)))
    website.pages |= {FEED: told, HOME: Page(article("The front page", 99))}
    website.pages |= {url: Page(article(f"Story {number}", number)) for number, url in enumerate(URLS)}
    await add(watcher, FEED)
    await play(site_rig, watcher, MORNING)
    return watcher


async def until(rig: Rig, archive: Archive, start: datetime, end: datetime) -> list[Document]:
    """Do a round every quarter of an hour; return the documents as they are then."""
    await play_until(rig, archive, start, end, QUARTER)
    return await every_document(archive)


async def kinds(archive: Archive) -> list[ChangeKind]:
    """Return the kinds of all changes, oldest first."""
    return [view.change.kind for view in reversed(await archive.changes())]


@pytest.mark.parametrize("how", ABSENT)
async def test_an_outlet_that_is_out_for_a_day_lost_nothing(
    how: str, site_rig: Rig, outlet: Archive, website: Website
) -> None:
    before = {url: website.pages[url] for url in URLS}
    website.pages |= dict.fromkeys(URLS, ABSENT[how])
    out = await until(site_rig, outlet, at(16, 7), at(17, 7))
    assert {one.state for one in out} == {DocumentState.LIVE}
    assert all("in an outage" in (one.plan_reason or "") for one in out)
    website.pages |= before
    back = await until(site_rig, outlet, at(17, 7, 15), at(17, 14))
    assert {(one.state, one.misses) for one in back} == {(DocumentState.LIVE, 0)}
    assert await kinds(outlet) == []


@pytest.mark.parametrize("how", ABSENT)
async def test_one_article_that_goes_was_taken_down(how: str, site_rig: Rig, outlet: Archive, website: Website) -> None:
    """Within seven hours, while the others are seen to stand."""
    website.pages[URLS[0]] = ABSENT[how]
    documents = await until(site_rig, outlet, at(16, 7), at(16, 14))
    gone = {one.url: one.state_reason or "" for one in documents if one.state is DocumentState.GONE}
    assert list(gone) == [URLS[0]]
    assert how.split()[0] in gone[URLS[0]]
    assert await kinds(outlet) == [ChangeKind.REMOVED]
