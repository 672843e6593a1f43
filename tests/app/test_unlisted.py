"""What a feed drops from its middle is looked at; what falls off its end is not."""

from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime

import pytest

from monitor import Archive
from monitor.answers import VisitReport
from monitor.model import Document
from tests.app.rig import Rig, add, every_document, play
from tests.app.website import Page, Website, article, rss
from tests.newsroom.days import MORNING, at

pytest_plugins = ["tests.newsroom.fixtures"]

FEED = "http://one.example/rss"
LATER, EVENING = at(16, 12), at(16, 18)


def url(number: int) -> str:
    return f"http://one.example/news/story-{number}"


def dated(*numbers: int) -> Page:
    """Return a feed of these articles, in this order; each was published an hour after the one before."""
    page = rss(*((url(number), f"Story {number}") for number in numbers))
    body = page.body
    for number in numbers:
        when = format_datetime(MORNING - timedelta(hours=40 - number))
        link = f"<link>{url(number)}</link>".encode()
        body = body.replace(link, link + f"<pubDate>{when}</pubDate>".encode())
    return replace(page, body=body)


NEWEST = tuple(range(12, 0, -1))


def without(*numbers: int) -> tuple[int, ...]:
    return tuple(number for number in NEWEST if number not in numbers)


@pytest.fixture
async def watched(site_rig: Rig, watcher: Archive, website: Website) -> Archive:
    """A feed of twelve articles, and all of them read once."""
    website.pages |= {FEED: dated(*NEWEST), **{url(n): Page(article(f"Story {n}", n)) for n in range(1, 20)}}
    await add(watcher, FEED, every_s=3600)
    await play(site_rig, watcher, MORNING, at(16, 11))
    return watcher


async def dropped(archive: Archive) -> dict[str, Document]:
    """Return the documents that their source tells of no more."""
    return {one.url or "": one for one in await every_document(archive) if one.unlisted_at}


async def polled(rig: Rig, archive: Archive, website: Website, page: Page) -> VisitReport:
    """Do a round at noon; return what came of polling the feed."""
    website.pages[FEED] = page
    return next(visit for visit in await play(rig, archive, LATER) if visit.url == FEED)


async def test_what_left_the_middle_is_marked_and_looked_at(site_rig: Rig, watched: Archive, website: Website) -> None:
    report = await polled(site_rig, watched, website, dated(13, *without(7)))
    (one,) = (await dropped(watched)).values()
    assert (one.url, one.unlisted_at, one.last_checked_at) == (url(7), LATER, LATER)
    assert any("1 article dropped from its middle" in step for step in report.steps)


async def test_what_is_told_of_again_is_marked_no_more(site_rig: Rig, watched: Archive, website: Website) -> None:
    await polled(site_rig, watched, website, dated(*without(7)))
    assert len(await dropped(watched)) == 1
    website.pages[FEED] = dated(*NEWEST)
    await play(site_rig, watched, EVENING)
    assert await dropped(watched) == {}


@pytest.mark.parametrize(
    "numbers",
    [
        (15, 14, 13, *range(12, 3, -1)),  # the oldest fell off
        without(5, 7, 9),  # three at once
        (3, 9, 1, 12, 5, 11, 2, 8, 4, 10, 6),  # in no order
        (12, 11, 9, 8),  # collapsed
        NEWEST,
    ],
)
async def test_what_else_may_happen_to_a_feed_marks_nothing(
    numbers: tuple[int, ...], site_rig: Rig, watched: Archive, website: Website
) -> None:
    await polled(site_rig, watched, website, dated(*numbers))
    assert await dropped(watched) == {}


async def test_a_delta_marks_nothing(site_rig: Rig, watched: Archive, website: Website) -> None:
    """With status 226 the body is what is new."""
    await polled(site_rig, watched, website, replace(dated(*without(7)), status=226))
    assert await dropped(watched) == {}


async def test_a_feed_that_breaks_off_marks_nothing(site_rig: Rig, watched: Archive, website: Website) -> None:
    """It is not all that the source tells of."""
    page = dated(*without(7))
    report = await polled(site_rig, watched, website, replace(page, body=page.body[:-60]))
    assert any(step.startswith("a problem") for step in report.steps)
    assert await dropped(watched) == {}


async def test_a_feed_of_two_minds_makes_no_storm(site_rig: Rig, watched: Archive, website: Website) -> None:
    """Two caches answer in turn, one without an article: only the first time it is looked at for that."""
    website.asked.clear()
    for n in range(13):
        website.pages[FEED] = dated(*(NEWEST if n % 2 else without(7)))
        await play(site_rig, watched, LATER + timedelta(hours=n))
    assert website.asked.count(url(7)) == 1


async def test_what_was_listed_for_long_is_looked_at_when_it_is_dropped_again(
    site_rig: Rig, watched: Archive, website: Website
) -> None:
    asked = []
    for hours, page in ((0, without(7)), (7, NEWEST), (8, NEWEST), (9, without(7))):
        website.pages[FEED] = dated(*page)
        website.asked.clear()
        await play(site_rig, watched, LATER + timedelta(hours=hours))
        asked.append(website.asked.count(url(7)))
    assert asked == [1, 0, 0, 1]
    (one,) = (await dropped(watched)).values()
    assert one.unlisted_at == LATER + timedelta(hours=9)


async def test_what_another_feed_tells_of_was_only_moved(site_rig: Rig, watched: Archive, website: Website) -> None:
    website.pages["http://one.example/sport"] = dated(7)
    await add(watched, "http://one.example/sport", every_s=3600)
    await play(site_rig, watched, at(16, 11, 30))
    await polled(site_rig, watched, website, dated(*without(7)))
    assert await dropped(watched) == {}
