"""What sources tell of becomes documents, once each; what goes wrong with a source is shown and loses nothing."""

import asyncio
import logging
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import update

from monitor import Archive
from monitor.app import findings
from monitor.app.finding import Finding
from monitor.model import DocumentState, Outcome, SourceKind, SourceState
from monitor.store.schema import host
from tests.app.rig import ALL, Rig, add, every_document, play, play_until, views
from tests.app.website import Page, Website, article, feed, redirect, rss
from tests.newsroom.days import MORNING, at
from tests.newsroom.room import Newsroom

pytest_plugins = ["tests.newsroom.fixtures"]

FEED = "http://one.example/rss"
STORY = "http://one.example/news/ships"
OTHER = "http://one.example/news/market"


def requests_for(newsroom: Newsroom, path: str) -> list[tuple[str, int, bool]]:
    """Return when a path was asked for, the answer, and whether it was asked only if changed."""
    return [(f"{line.at:%d %H:%M}", line.status, line.conditional) for line in newsroom.requests if line.path == path]


async def test_unchanged_feeds_cost_a_304(rig: Rig, archive: Archive, newsroom: Newsroom) -> None:
    """From the second poll on, validators are sent; a 304 counts as an answer."""
    await add(archive, "http://www.agencialitoral.example/feed/", every_s=1800)
    newsroom.requests.clear()
    await play(rig, archive, MORNING, at(16, 6, 30), at(16, 7))
    assert requests_for(newsroom, "/feed/") == [
        ("16 06:00", 200, False),
        ("16 06:30", 200, True),  # an article came at 06:05
        ("16 07:00", 304, True),
    ]
    (source,) = await archive.sources()
    assert (source.last_outcome, source.failures) == (Outcome.NOT_MODIFIED, 0)


async def test_the_same_bytes_again_are_not_read_again(site_rig: Rig, watcher: Archive, website: Website) -> None:
    """A server without validators sends all of it each time; it is kept as a repeat and told as such."""
    website.pages |= {FEED: rss((STORY, "Ships")), STORY: Page(article("Ships"))}
    await add(watcher, FEED, every_s=3600)
    await play(site_rig, watcher, MORNING)
    (visit, *_) = await play(site_rig, watcher, at(16, 7))
    assert "byte for byte what it was" in visit.steps
    view = await watcher.document(STORY)
    assert [capture.record_type for capture in view.captures] == ["revisit", "response"]


async def test_new_entries_are_read_in_the_round_that_hears_of_them(rig: Rig, archive: Archive) -> None:
    """One round: the feed, then its article; the entry keeps what the feed said."""
    await add(archive, "http://www.agencialitoral.example/feed/")
    visits = await play(rig, archive, MORNING)
    assert [(visit.what, visit.heard_of, visit.revision) for visit in visits] == [
        ("source", 1, None),
        ("document", 0, 1),
    ]
    view = await archive.document(visits[1].id)
    (entry,) = view.entries
    assert entry.title == view.document.title
    assert entry.published_at == at(13, 17, 30)
    assert view.document.published_at == at(13, 17, 30)


async def test_copies_on_two_outlets_are_two_documents(rig: Rig, archive: Archive) -> None:
    """A syndicated article belongs to each outlet that carries it."""
    for url in ("https://marsat.example/", "http://difaf-alyawm.example/"):
        await add(archive, url)
    await play(rig, archive, MORNING)
    documents = await archive.documents(ALL)
    assert {one.outlet for one in documents} == {"marsat.example", "difaf-alyawm.example"}
    assert len(documents) == 2


async def test_an_article_of_two_sources_is_one_document(rig: Rig, archive: Archive) -> None:
    """A section and the front page list it: two entries, one document, read once."""
    rig.at(at(16, 12))
    for path in ("/", "/ultimas-noticias"):
        await add(archive, f"http://diariosotavento.example{path}", kind=SourceKind.LISTING)
    visits = await play(rig, archive, at(16, 12))
    read = [visit.url for visit in visits if visit.what == "document"]
    assert len(read) == len(set(read)) > 1
    for url in read:
        assert len((await archive.document(url)).entries) == 2


async def test_the_spelling_of_an_address_makes_no_second_document(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """Tracking parameters, fragments and escapes are not part of a document's identity."""
    spelt = [f"{STORY}?utm_source=rss", f"{STORY}#comments", "http://ONE.example:80/news/%73hips"]
    website.pages |= {
        FEED: rss(*((url, f"Ships {number}") for number, url in enumerate(spelt))),
        STORY: Page(article("Ships")),
    }
    await add(watcher, FEED)
    await play(site_rig, watcher, MORNING)
    (one,) = await every_document(watcher)
    assert one.url == STORY
    assert len((await watcher.document(one.id)).entries) == 3


async def test_links_through_a_redirector_adopt_the_final_address(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """The document is the article's own address; a second link to it is a second address of the same document."""
    website.pages |= {
        FEED: rss(("http://go.example/1", "Ships"), ("http://go.example/2", "Ships again")),
        "http://go.example/1": redirect(STORY, 302),
        "http://go.example/2": redirect(STORY),
        STORY: Page(article("Ships")),
    }
    await add(watcher, FEED)
    await play(site_rig, watcher, MORNING)
    first, second = await every_document(watcher)
    assert (first.url, first.host, first.state, first.revision_count) == (STORY, "one.example", DocumentState.LIVE, 1)
    assert (second.state, second.moved_to) == (DocumentState.MOVED, STORY)
    website.asked.clear()
    await play(site_rig, watcher, at(16, 7))
    assert STORY in website.asked
    assert not [url for url in website.asked if url.startswith("http://go.example/")]


async def test_an_article_that_robots_forbid_is_blocked(rig: Rig, archive: Archive, newsroom: Newsroom) -> None:
    """It is known with the rule that forbids it, and never fetched; its neighbours are."""
    await add(archive, "http://diariosotavento.example/ultimas-noticias")
    await play(rig, archive, MORNING)
    blocked = [one for one in await every_document(archive) if one.state is DocumentState.BLOCKED]
    assert [(one.url or "").rpartition("/")[2] for one in blocked] == ["memoria-del-puerto-8790.html"]
    assert "Disallow: /edicion-impresa/" in (blocked[0].state_reason or "")
    assert not [line for line in newsroom.requests if "edicion-impresa" in line.path]
    assert (await archive.stats()).documents == 1


async def test_a_feed_that_turns_into_a_page_is_shown_and_loses_nothing(
    rig: Rig, archive: Archive, newsroom: Newsroom
) -> None:
    """For the hour it lasts the source has a problem; its validators stay, its documents too, and then it goes on."""
    rig.at(at(17, 17, 30))
    await add(archive, "http://www.radio-mareverte.example/fr/rss.xml", every_s=900)
    await play(rig, archive, at(17, 17, 31))
    known = await every_document(archive)
    assert known
    await play(rig, archive, at(17, 18, 0), at(17, 18, 30))
    (source,) = await archive.sources()
    assert source.last_outcome is Outcome.OK
    assert source.failures == 2
    assert source.last_detail
    assert "HTML" in source.last_detail or "page" in source.last_detail
    assert len(await every_document(archive)) == len(known)
    assert {one.state for one in await every_document(archive)} == {DocumentState.LIVE}
    newsroom.requests.clear()
    await play(rig, archive, at(17, 19, 0))
    (source,) = await archive.sources()
    assert (source.failures, source.last_detail) == (0, None)
    assert requests_for(newsroom, "/fr/rss.xml") == [("17 19:00", 304, True)]


async def test_a_feed_that_is_cut_keeps_what_it_had(site_rig: Rig, watcher: Archive, website: Website) -> None:
    """A torn feed is read as far as it goes, or is a problem; it is never taken for a quiet one."""
    website.pages |= {
        FEED: rss((STORY, "Ships"), (OTHER, "Market")),
        STORY: Page(article("Ships")),
        OTHER: Page(article("M")),
    }
    await add(watcher, FEED, every_s=3600)
    await play(site_rig, watcher, MORNING)
    website.pages[FEED] = Page(feed((STORY, "Ships"))[:80], "application/rss+xml")
    await play(site_rig, watcher, at(16, 7))
    (source,) = await watcher.sources()
    assert source.failures == 1
    assert source.last_detail
    assert len(await every_document(watcher)) == 2


async def test_an_outage_is_obeyed_and_slows_but_never_stops(
    rig: Rig, archive: Archive, newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    """503 with Retry-After of half an hour: nothing is asked of that host before it is over; then all goes on."""
    caplog.set_level(logging.CRITICAL)
    rig.at(at(17, 12, 50))
    await add(archive, "http://kabarmuara.example/feed.json", every_s=600)
    await play(rig, archive, at(17, 12, 50))
    newsroom.requests.clear()
    await play_until(rig, archive, at(17, 13), at(17, 16), timedelta(minutes=5))
    asked = [line for line in newsroom.requests if line.host == "kabarmuara.example"]
    refused = [line.at for line in asked if line.status == 503]
    assert 2 <= len(refused) <= 4
    assert all(later - earlier >= timedelta(minutes=30) for earlier, later in pairwise(refused))
    (source,) = await archive.sources()
    assert (source.state, source.failures, source.last_outcome) == (SourceState.ACTIVE, 0, Outcome.OK)
    assert {one.state for one in await every_document(archive)} == {DocumentState.LIVE}
    assert [line.status for line in asked if line.at >= at(17, 15, 30)]


async def test_a_sitemap_s_parts_are_asked_like_everything_else(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """A part that robots.txt forbids is left alone; when none can be read, the source has a problem."""
    parts = "".join(f"<sitemap><loc>http://one.example/{name}.xml</loc></sitemap>" for name in ("news-a", "news-b"))
    index = (
        f'<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{parts}</sitemapindex>'
    )
    website.pages["http://one.example/robots.txt"] = Page(b"User-agent: *\nDisallow: /news-a.xml\n", "text/plain")
    website.pages["http://one.example/sitemap.xml"] = Page(index.encode(), "application/xml")
    website.pages["http://one.example/news-a.xml"] = Page(b"<urlset/>", "application/xml")
    await add(watcher, "http://one.example/sitemap.xml", every_s=3600)
    website.asked.clear()
    await play(site_rig, watcher, MORNING)
    assert website.asked == ["http://one.example/sitemap.xml", "http://one.example/news-b.xml"]
    (source,) = await watcher.sources()
    assert (source.failures, source.last_detail) == (1, "2 of its 2 parts could not be read")


async def test_one_crash_in_reading_puts_off_one_page_only(
    site_rig: Rig, watcher: Archive, website: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug met on one page is told, and the page tried again in an hour; the others are archived."""
    website.pages |= {
        FEED: rss((STORY, "Ships"), (OTHER, "Market")),
        STORY: Page(article("Ships")),
        OTHER: Page(article("Market", 40)),
    }

    def failing(found: Finding) -> bool:
        if found.document.url == STORY:
            raise ZeroDivisionError("a bug")
        return readable(found)

    readable = findings._readable
    await add(watcher, FEED)
    monkeypatch.setattr(findings, "_readable", failing)
    await play(site_rig, watcher, MORNING)
    kept = await views(watcher)
    assert (kept[STORY].document.state, kept[OTHER].document.state) == (DocumentState.PENDING, DocumentState.LIVE)
    assert kept[STORY].document.next_check_at == at(16, 7)
    assert "ZeroDivisionError" in (kept[STORY].document.plan_reason or "")
    monkeypatch.undo()
    await play(site_rig, watcher, at(16, 7))
    assert (await watcher.document(STORY)).document.state is DocumentState.LIVE


async def test_a_host_that_is_said_to_be_due_and_is_not_ends_the_round(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """Its row is put right instead of being claimed again and again."""
    website.pages |= {FEED: rss((STORY, "Ships")), STORY: Page(article("Ships"))}
    await add(watcher, FEED)
    await play(site_rig, watcher, MORNING)
    await watcher._ctx.db.write(lambda conn: conn.execute(update(host).values(due_at=MORNING)).close())
    assert await asyncio.wait_for(play(site_rig, watcher, at(16, 6, 1)), 10) == []


async def test_parts_of_a_sitemap_that_did_not_change_are_left_alone(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """By their lastmod in the index; a part that changed is read, and so is one that failed before."""
    index, old, now = (f"http://one.example/{name}.xml" for name in ("index", "2019", "2026"))
    website.pages |= {index: parts((old, "2019-03-01"), (now, "2026-11-16")), now: pages(DATED), old: pages()}
    website.pages |= {url: Page(article(url)) for url in (DATED, LATER)}
    await add(watcher, index, kind=SourceKind.SITEMAP, every_s=3600)
    await play(site_rig, watcher, MORNING)
    website.asked.clear()
    website.pages[now] = Page(status=500)
    await play(site_rig, watcher, at(16, 7))
    website.pages[now] = pages(DATED, LATER)
    await play(site_rig, watcher, at(16, 9), at(16, 10))
    assert (website.asked.count(old), website.asked.count(now)) == (0, 3)
    assert {one.url for one in await watcher.documents(ALL)} == {DATED, LATER}


async def test_an_article_that_its_sitemap_says_was_changed_is_read_again(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """lastmod is no date of publication, and a good reason to look."""
    sitemap = "http://one.example/sitemap.xml"
    website.pages |= {sitemap: pages(DATED, lastmod="2026-10-01"), DATED: Page(article("Ships"))}
    await add(watcher, sitemap, kind=SourceKind.SITEMAP, every_s=3600)
    await play(site_rig, watcher, MORNING, at(16, 7), at(20, 7))
    read = website.asked.count(DATED)
    website.pages |= {sitemap: pages(DATED, lastmod="2026-11-20"), DATED: Page(article("Ships", 21))}
    await play(site_rig, watcher, at(20, 20))
    assert website.asked.count(DATED) == read + 1
    (one,) = await watcher.documents(ALL)
    assert one.revision_count == 2


DATED = "http://one.example/2026/11/16/ships-in-the-roads"
LATER = "http://one.example/2026/11/16/market-opens-late"
NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def parts(*listed: tuple[str, str]) -> Page:
    """Return a sitemap index of (URL, lastmod)."""
    told = "".join(f"<sitemap><loc>{url}</loc><lastmod>{at}</lastmod></sitemap>" for url, at in listed)
    return Page(f"<sitemapindex {NAMESPACE}>{told}</sitemapindex>".encode(), "application/xml")


def pages(*urls: str, lastmod: str = "2026-11-16") -> Page:
    """Return a sitemap of pages."""
    told = "".join(f"<url><loc>{url}</loc><lastmod>{lastmod}</lastmod></url>" for url in urls)
    return Page(f"<urlset {NAMESPACE}>{told}</urlset>".encode(), "application/xml")
