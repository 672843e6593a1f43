"""Redirects that are no news: consent pages, logins, maintenance, and pages that are watched through one."""

from datetime import timedelta

from monitor import Archive
from monitor.model import DocumentState, SourceKind
from tests.app.rig import Rig, add, every_document, play
from tests.app.website import Page, Website, article, feed, redirect, rss
from tests.newsroom.days import MORNING

FEED = "http://one.example/rss"
STORIES = tuple(f"http://one.example/2026/11/16/a-story-about-ships-{number}" for number in range(3))
CONSENT = "http://one.example/consent"


async def test_a_consent_page_for_an_hour_loses_no_article(site_rig: Rig, watcher: Archive, website: Website) -> None:
    """Every new article is sent to one page; none becomes it, and all are read when the site is well again."""
    website.pages |= {FEED: rss(*((story, "Ships") for story in STORIES)), CONSENT: Page(article("We value cookies"))}
    website.pages |= {story: redirect(CONSENT, 302) for story in STORIES}
    await add(watcher, FEED)
    await play(site_rig, watcher, MORNING)
    assert {one.state for one in await every_document(watcher)} == {DocumentState.PENDING}
    website.pages |= {story: Page(article(f"Ships {number}")) for number, story in enumerate(STORIES)}
    await play(site_rig, watcher, MORNING + timedelta(hours=1), MORNING + timedelta(hours=4))
    found = await every_document(watcher)
    assert {one.url for one in found} == set(STORIES)
    assert {(one.state, one.revision_count) for one in found} == {(DocumentState.LIVE, 1)}


async def test_a_watched_page_behind_a_redirect_is_read_every_time(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """Whatever its address leads to is the page; it keeps one history."""
    url, behind = "http://one.example/live", "http://one.example/en/live"
    website.pages |= {url: redirect(behind, 302), behind: Page(article("The ships at dawn"))}
    await add(watcher, url, kind=SourceKind.PAGE, every_s=3600)
    for hour in range(4):
        website.pages[behind] = Page(article(f"The ships at {hour}"))
        await play(site_rig, watcher, MORNING + timedelta(hours=hour, minutes=5 * hour))
    (one,) = await every_document(watcher)
    assert (one.url, one.revision_count) == (url, 4)


async def test_a_feed_that_keeps_the_guid_and_changes_the_link_leads_to_the_new_address(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    old, new = STORIES[:2]
    website.pages |= {FEED: _with_guid(old, "Ships"), old: Page(article("Ships")), new: Page(article("Boats"))}
    await add(watcher, FEED)
    await play(site_rig, watcher, MORNING)
    website.pages[FEED] = _with_guid(new, "Boats")
    await play(site_rig, watcher, MORNING + timedelta(hours=2), MORNING + timedelta(hours=3))
    titles = {one.url: one.title for one in await every_document(watcher)}
    assert titles == {old: "Ships", new: "Boats"}


def _with_guid(url: str, title: str) -> Page:
    """Return a feed of one article whose guid stays whatever its link is."""
    told = feed((url, title)).replace(f"<guid>{url}</guid>".encode(), b'<guid isPermaLink="false">g-1</guid>')
    return Page(told, "application/rss+xml")
