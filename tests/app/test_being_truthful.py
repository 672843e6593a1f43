"""Ways to lose an article, to say what is not so, and to tell what was given in confidence."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, update

from monitor import Archive
from monitor.model import DocumentState, Outcome, SourceKind, SourceState
from monitor.store import hosts
from monitor.store.schema import host, source
from tests.app.rig import Rig, add, every_document, play, play_until
from tests.app.website import Page, Website, article, feed, redirect, rss
from tests.newsroom.days import MORNING, at

pytest_plugins = ["tests.newsroom.fixtures"]

FEED = "http://one.example/rss"
ROBOTS = "http://one.example/robots.txt"
STORY = "http://one.example/2026/11/16/ships-in-the-roads"
OTHER = "http://one.example/2026/11/16/market-opened-late"
LOGIN = "http://two.example/login"
SITEMAP = "http://one.example/sitemap.xml"
NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
HOUR = timedelta(hours=1)


def urlset(*urls: str) -> Page:
    told = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
    return Page(f'<?xml version="1.0"?><urlset {NS}>{told}</urlset>'.encode(), "application/xml")


def index(lastmod: str, *parts: str) -> Page:
    told = "".join(f"<sitemap><loc>{part}</loc><lastmod>{lastmod}</lastmod></sitemap>" for part in parts)
    return Page(f'<?xml version="1.0"?><sitemapindex {NS}>{told}</sitemapindex>'.encode(), "application/xml")


async def stocked(rig: Rig, watcher: Archive, website: Website) -> None:
    """Watch a feed of one story, read at the first morning."""
    website.pages |= {FEED: rss((STORY, "Ships")), STORY: Page(article("Ships"))}
    await add(watcher, FEED, every_s=3600)
    await play(rig, watcher, MORNING)


async def test_a_feed_is_moved_to_a_page_that_is_no_feed(site_rig: Rig, watcher: Archive, website: Website) -> None:
    """A parked domain, a consent page: after three days the source's own address is forgotten for good."""
    await stocked(site_rig, watcher, website)
    parked = "http://three.example/for-sale"
    website.pages |= {FEED: redirect(parked), parked: Page(b"<html><body><h1>This name is for sale</h1></body></html>")}
    await play_until(site_rig, watcher, MORNING + HOUR, MORNING + 76 * HOUR, 5 * HOUR)
    (one,) = await watcher.sources()
    assert one.url == FEED


async def test_an_article_named_by_another_one_s_canonical_link_is_never_read(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """The first page takes the page_key of the second, so that what the feed tells of later counts as known."""
    first, second = "http://one.example/news/ships-in-the-roads-tonight", "http://one.example/news/ships-in-the-harbour"
    page = article("Ships tonight").replace(b"<title>", f'<link rel="canonical" href="{second}"><title>'.encode())
    website.pages |= {FEED: rss((first, "Ships tonight")), first: Page(page), second: Page(article("Harbour", 99))}
    await add(watcher, FEED, every_s=3600)
    await play(site_rig, watcher, MORNING)
    website.pages[FEED] = rss((first, "Ships tonight"), (second, "Harbour"))
    await play(site_rig, watcher, MORNING + HOUR, MORNING + 2 * HOUR)
    assert second in website.asked


async def test_a_temporary_redirect_to_a_dead_page_elsewhere_removes_the_article(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """A temporary redirect elsewhere says nothing of the page (ARCHITECTURE.md), whatever its end says."""
    await stocked(site_rig, watcher, website)
    website.pages |= {STORY: redirect(LOGIN, 302), LOGIN: Page(status=410)}
    await play(site_rig, watcher, *(MORNING + number * HOUR for number in range(1, 9)))
    (one,) = await every_document(watcher)
    assert one.state is DocumentState.LIVE


async def test_a_temporary_redirect_to_a_dead_page_elsewhere_pauses_the_source(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    await stocked(site_rig, watcher, website)
    website.pages |= {FEED: redirect(LOGIN, 302), LOGIN: Page(status=410)}
    await play(site_rig, watcher, *(MORNING + number * HOUR for number in range(1, 5)))
    (one,) = await watcher.sources()
    assert one.state is SourceState.ACTIVE


async def test_a_temporary_redirect_to_a_forbidden_page_blocks_the_article_for_a_week(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """Maintenance and consent pages are what robots.txt forbids; the article itself is allowed."""
    website.pages[ROBOTS] = Page(b"User-agent: *\nDisallow: /maintenance\n", "text/plain")
    await stocked(site_rig, watcher, website)
    website.pages[STORY] = redirect("http://one.example/maintenance", 302)
    await play(site_rig, watcher, MORNING + HOUR)
    (one,) = await every_document(watcher)
    assert one.state is DocumentState.LIVE
    assert one.next_check_at is not None
    assert one.next_check_at < MORNING + 25 * HOUR


async def test_a_delta_says_that_old_entries_are_still_there(site_rig: Rig, watcher: Archive, website: Website) -> None:
    """226 tells what is new and nothing of the rest: the entry was last seen in the last whole body."""
    website.pages[OTHER] = Page(article("Market"))
    website.pages |= {FEED: Page(feed((STORY, "Ships")), "application/rss+xml", headers={"ETag": '"1"'})}
    website.pages[STORY] = Page(article("Ships"))
    await add(watcher, FEED, every_s=3600)
    await play(site_rig, watcher, MORNING)
    delta = {"ETag": '"2"', "IM": "feed"}
    website.pages[FEED] = Page(feed((OTHER, "Market")), "application/rss+xml", status=226, headers=delta)
    await play(site_rig, watcher, MORNING + HOUR)
    (entry,) = (await watcher.document(STORY)).entries
    assert entry.last_seen_at == MORNING


async def test_a_host_that_we_keep_busy_ourselves_is_a_failure_of_the_source(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """Its feed leads to a host that another process of ours visits at the moment."""
    there = "http://two.example/rss"
    website.pages |= {FEED: redirect(there, 302), there: rss((STORY, "Ships")), STORY: Page(article("Ships"))}
    await add(watcher, FEED)
    await watcher._ctx.db.write(_hold, "two.example")
    await play(site_rig, watcher, MORNING)
    (one,) = await watcher.sources()
    assert one.failures == 0


async def test_other_failures_do_not_count_as_410s(site_rig: Rig, watcher: Archive, website: Website) -> None:
    """A bad morning with two 410 in a minute among the 503."""
    await stocked(site_rig, watcher, website)
    for minute, status in enumerate((503, 503, 410, 503, 410, 410), start=60):
        website.pages[FEED] = Page(status=status)
        await watcher._ctx.db.write(_make_due, MORNING + timedelta(minutes=minute))
        await play(site_rig, watcher, MORNING + timedelta(minutes=minute))
    (one,) = await watcher.sources()
    assert (one.state, one.last_outcome) == (SourceState.ACTIVE, Outcome.GONE)


async def test_an_import_shows_the_headers_of_a_source_that_is_known(
    rig: Rig, archive: Archive, tmp_path: Path
) -> None:
    """`monitor import-corpus --add-sources --json` prints them; all other answers mask them."""
    folder = tmp_path / "texts"
    folder.mkdir()
    cited = "http://www.agencialitoral.example/2026/11/13/acuerdo-puertos-barlovia-mareverte/"
    (folder / "one.txt").write_text(f"Puertos\n{cited}\n\n" + "Texto del acuerdo de los puertos. " * 9, "utf-8")
    (proposed,) = (await archive.import_corpus(folder, dry_run=True)).sources
    await add(archive, proposed.url, headers=("Authorization: Bearer s3cret",))
    report = await archive.import_corpus(folder, add_sources=True)
    assert [one.status for one in report.added] == ["known"]
    assert "s3cret" not in repr(report)


async def test_a_part_whose_lastmod_stands_still_is_never_read_again(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """A 304 is believed for a day, a lastmod for ever."""
    part = "http://one.example/part.xml"
    website.pages |= {SITEMAP: index("2026-11-10", part), part: urlset(STORY), STORY: Page(article("Ships"))}
    await add(watcher, SITEMAP, kind=SourceKind.SITEMAP, every_s=3600)
    await play(site_rig, watcher, MORNING)
    website.pages |= {part: urlset(STORY, OTHER), OTHER: Page(article("Market"))}
    await play_until(site_rig, watcher, MORNING + HOUR, MORNING + 76 * HOUR, 5 * HOUR)
    assert OTHER in website.asked


async def test_parts_beyond_the_first_twelve_that_change_are_never_read(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """One part for each section, all touched today: each poll reads the same twelve."""
    parts = [f"http://one.example/section-{letter}.xml" for letter in "abcdefghijklmnop"]
    website.pages |= {part: urlset() for part in parts}
    website.pages |= {parts[0]: urlset(STORY), STORY: Page(article("Ships"))}
    website.pages[SITEMAP] = index(f"{MORNING:%Y-%m-%d}", *parts)
    await add(watcher, SITEMAP, kind=SourceKind.SITEMAP, every_s=3600)
    for number in range(0, 72, 4):
        now = MORNING + number * HOUR
        website.pages[SITEMAP] = index(f"{now:%Y-%m-%d}", *parts)
        await play(site_rig, watcher, now)
    assert [part for part in parts if part not in website.asked] == []


def _make_due(conn: Connection, at: datetime) -> None:
    conn.execute(update(source).values(next_check_at=at))
    conn.execute(update(host).values(next_allowed_at=None, due_at=at))


def _hold(conn: Connection, name: str) -> None:
    hosts.ensure(conn, name)
    values = {"lease_owner": "elsewhere:1:1", "lease_until": at(16, 7, 30)}
    conn.execute(update(host).where(host.c.name == name).values(**values))
