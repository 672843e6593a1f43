"""Truthfulness: no article is lost, nothing is said that is not so, and what was given in confidence stays here."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, update

from monitor import Archive
from monitor.answers import SourceOptions
from monitor.app.choosing import terms_for
from monitor.app.terms import NO_TERMS, terms_of
from monitor.model import DocumentState, Outcome, Source, SourceKind, SourceState
from monitor.store.schema import host, source
from tests.app.conftest import with_hosts
from tests.app.rig import Rig, add, every_document, hold, play, play_until
from tests.app.website import Page, Website, article, feed, redirect, robots, rss, sitemap_index, urlset
from tests.newsroom.days import MORNING

pytest_plugins = ["tests.newsroom.fixtures"]

FEED = "http://one.example/rss"
ROBOTS = "http://one.example/robots.txt"
STORY = "http://one.example/2026/11/16/ships-in-the-roads"
OTHER = "http://one.example/2026/11/16/market-opened-late"
LOGIN = "http://two.example/login"
SITEMAP = "http://one.example/sitemap.xml"
SECRET = ("Authorization: Bearer s3cret",)
HOUR = timedelta(hours=1)


async def stocked(rig: Rig, watcher: Archive, website: Website) -> None:
    """Watch a feed of one story, read at the first morning."""
    website.pages |= {FEED: rss((STORY, "Ships")), STORY: Page(article("Ships"))}
    await add(watcher, FEED, every_s=3600)
    await play(rig, watcher, MORNING)


async def test_a_feed_that_leads_to_no_feed_keeps_its_address(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """A parked domain or a consent page is no new address, however long the redirect lasts."""
    await stocked(site_rig, watcher, website)
    parked = "http://three.example/for-sale"
    website.pages |= {FEED: redirect(parked), parked: Page(b"<html><body><h1>This name is for sale</h1></body></html>")}
    await play_until(site_rig, watcher, MORNING + HOUR, MORNING + 76 * HOUR, 5 * HOUR)
    (one,) = await watcher.sources()
    assert parked in website.asked
    assert (one.url, one.moved_to) == (FEED, None)


async def test_an_article_that_another_one_calls_its_canonical_address_is_read(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """Templates name one wrong article on every page: what a page says of itself makes no address known."""
    first, second = "http://one.example/news/ships-in-the-roads-tonight", "http://one.example/news/ships-in-the-harbour"
    page = article("Ships tonight").replace(b"<title>", f'<link rel="canonical" href="{second}"><title>'.encode())
    website.pages |= {FEED: rss((first, "Ships tonight")), first: Page(page), second: Page(article("Harbour", 99))}
    await add(watcher, FEED, every_s=3600)
    await play(site_rig, watcher, MORNING)
    website.pages[FEED] = rss((first, "Ships tonight"), (second, "Harbour"))
    await play(site_rig, watcher, MORNING + HOUR, MORNING + 2 * HOUR)
    assert {one.url: one.revision_count for one in await every_document(watcher)} == {first: 1, second: 1}


async def test_an_article_sent_for_now_to_a_dead_page_elsewhere_is_live(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """A temporary redirect to another site says nothing of the page, whatever its end says."""
    await stocked(site_rig, watcher, website)
    website.pages |= {STORY: redirect(LOGIN, 302), LOGIN: Page(status=410)}
    await play(site_rig, watcher, *(MORNING + number * HOUR for number in range(1, 9)))
    (one,) = await every_document(watcher)
    assert one.state is DocumentState.LIVE
    assert website.asked.count(LOGIN) >= 3


async def test_a_feed_sent_for_now_to_a_dead_page_elsewhere_is_active(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    await stocked(site_rig, watcher, website)
    website.pages |= {FEED: redirect(LOGIN, 302), LOGIN: Page(status=410)}
    await play(site_rig, watcher, *(MORNING + number * HOUR for number in range(1, 5)))
    (one,) = await watcher.sources()
    assert (one.state, one.last_outcome) == (SourceState.ACTIVE, Outcome.GONE)


async def test_an_article_sent_for_now_to_a_forbidden_page_is_live_and_looked_at_within_a_day(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """Maintenance and consent pages are what robots.txt forbids; the article itself is allowed."""
    website.pages[ROBOTS] = robots("Disallow: /maintenance")
    await stocked(site_rig, watcher, website)
    website.pages[STORY] = redirect("http://one.example/maintenance", 302)
    await play(site_rig, watcher, MORNING + HOUR)
    view = await watcher.document(STORY)
    assert view.fetches[0].outcome is Outcome.ROBOTS
    one = view.document
    assert one.state is DocumentState.LIVE
    assert one.next_check_at is not None
    assert one.next_check_at < MORNING + 25 * HOUR


async def test_a_delta_says_nothing_of_old_entries(site_rig: Rig, watcher: Archive, website: Website) -> None:
    """A 226 tells what is new; the rest was last seen in the last whole body."""
    website.pages[OTHER] = Page(article("Market"))
    website.pages |= {FEED: Page(feed((STORY, "Ships")), "application/rss+xml", headers={"ETag": '"1"'})}
    website.pages[STORY] = Page(article("Ships"))
    await add(watcher, FEED, every_s=3600)
    await play(site_rig, watcher, MORNING)
    delta = {"ETag": '"2"', "IM": "feed"}
    website.pages[FEED] = Page(feed((OTHER, "Market")), "application/rss+xml", status=226, headers=delta)
    await play(site_rig, watcher, MORNING + HOUR)
    (old,), (new,) = [(await watcher.document(url)).entries for url in (STORY, OTHER)]
    assert (old.last_seen_at, new.last_seen_at) == (MORNING, MORNING + HOUR)


async def test_a_host_that_another_process_visits_is_no_failure_of_the_source(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """Its feed leads to that host, which is asked when it is free."""
    there = "http://two.example/rss"
    website.pages |= {FEED: redirect(there, 302), there: rss((STORY, "Ships")), STORY: Page(article("Ships"))}
    await add(watcher, FEED)
    await hold(watcher, "two.example")
    await play(site_rig, watcher, MORNING)
    (one,) = await watcher.sources()
    assert (one.last_outcome, one.failures) == (Outcome.REDIRECTED, 0)


async def test_a_410_counts_from_the_first_of_its_row(site_rig: Rig, watcher: Archive, website: Website) -> None:
    """Neither eight 404 nor a 410 before them make two 410 a minute apart a reason to pause; an hour of 410 does."""
    await stocked(site_rig, watcher, website)
    answers = [(60, 410), *((60 + 10 * number, 404) for number in range(1, 9)), (150, 410), (151, 410)]
    for minute, status in answers:
        await _answer(site_rig, watcher, website, status, MORNING + timedelta(minutes=minute))
    (one,) = await watcher.sources()
    assert (one.state, one.last_outcome) == (SourceState.ACTIVE, Outcome.GONE)
    assert website.asked.count(FEED) == len(answers) + 2  # the probe and the first poll
    await _answer(site_rig, watcher, website, 410, MORNING + timedelta(minutes=211))
    (one,) = await watcher.sources()
    assert one.state is SourceState.PAUSED


async def _answer(rig: Rig, watcher: Archive, website: Website, status: int, now: datetime) -> None:
    """Poll the feed at a time, whatever it was planned for, when it answers with a status."""
    website.pages[FEED] = Page(status=status)
    await watcher._ctx.db.write(_make_due, now)
    await play(rig, watcher, now)


def _make_due(conn: Connection, at: datetime) -> None:
    conn.execute(update(source).values(next_check_at=at))
    conn.execute(update(host).values(next_allowed_at=None, due_at=at))


async def test_an_import_masks_the_headers_of_a_source_that_is_known(
    rig: Rig, archive: Archive, tmp_path: Path
) -> None:
    """As all other answers do: `monitor import-corpus --add-sources --json` prints the sources it met."""
    folder = tmp_path / "texts"
    folder.mkdir()
    cited = "http://www.agencialitoral.example/2026/11/13/acuerdo-puertos-barlovia-mareverte/"
    (folder / "one.txt").write_text(f"Puertos\n{cited}\n\n" + "Texto del acuerdo de los puertos. " * 9, "utf-8")
    (proposed,) = (await archive.import_corpus(folder, dry_run=True)).sources
    await add(archive, proposed.url, headers=SECRET)
    report = await archive.import_corpus(folder, add_sources=True)
    (known,) = report.added
    assert known.source is not None
    assert (known.status, known.source.headers) == ("known", ("Authorization: ***",))
    assert "s3cret" not in repr(report)


async def test_a_header_set_for_a_source_is_told_to_no_other_port(site_rig: Rig, website: Website) -> None:
    """Another port is another service."""
    there = "http://one.example:8081/2026/11/16/market-opened-late"
    website.pages |= {FEED: rss((STORY, "Ships"), (there, "Market")), STORY: Page(article("Ships"))}
    website.pages[there] = Page(article("Market"))
    rig = with_hosts(site_rig, website, "one.example:8081")
    async with rig.open() as watcher:
        await add(watcher, FEED, headers=SECRET)
        await play(rig, watcher, MORNING)
    assert website.told[STORY].get("Authorization") == "Bearer s3cret"
    assert "Authorization" not in website.told[there]


def test_a_header_set_for_https_is_told_to_https_only() -> None:
    """Whoever listens on the way to an http address would hear it."""
    watched = Source("https://one.example/rss", SourceKind.FEED, "one.example", headers=SECRET)
    assert terms_of(watched, STORY.replace("http:", "https:")).headers == SECRET
    assert terms_of(watched, STORY).headers == ()


def test_a_secret_given_for_an_https_page_is_not_told_to_its_feed_in_clear() -> None:
    """The rule is one wherever a URL is come to from another: when it is added, polled, or redirected."""
    options = SourceOptions(headers=("Authorization: Bearer s3cret",), ignore_robots=True)
    home = "https://one.example/"
    assert terms_for(home, "https://one.example/rss", options).headers == options.headers
    for elsewhere in ("http://one.example/rss", "https://two.example/rss", "https://one.example:8443/rss"):
        assert terms_for(home, elsewhere, options) == NO_TERMS


async def test_a_part_whose_lastmod_stands_still_is_read_once_a_day(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """A lastmod is believed for as long as a 304."""
    part = "http://one.example/part.xml"
    website.pages |= {SITEMAP: sitemap_index(part, lastmod="2026-11-10"), part: urlset(STORY)}
    website.pages[STORY] = Page(article("Ships"))
    await add(watcher, SITEMAP, kind=SourceKind.SITEMAP, every_s=3600)
    await play(site_rig, watcher, MORNING)
    website.pages |= {part: urlset(STORY, OTHER), OTHER: Page(article("Market"))}
    before = website.asked.count(part)
    await play_until(site_rig, watcher, MORNING + HOUR, MORNING + 76 * HOUR, 5 * HOUR)
    assert OTHER in website.asked
    assert 2 <= website.asked.count(part) - before <= 4


async def test_of_more_parts_than_are_read_at_once_each_has_its_turn(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """Sixteen sections, all touched today; a poll reads twelve, first those that were never read."""
    parts = [f"http://one.example/section-{letter}.xml" for letter in "abcdefghijklmnop"]
    website.pages |= {part: urlset() for part in parts}
    website.pages |= {parts[0]: urlset(STORY), STORY: Page(article("Ships"))}
    website.pages[SITEMAP] = sitemap_index(*parts, lastmod=f"{MORNING:%Y-%m-%d}")
    await add(watcher, SITEMAP, kind=SourceKind.SITEMAP, every_s=3600)
    for number in range(0, 36, 4):
        now = MORNING + number * HOUR
        website.pages[SITEMAP] = sitemap_index(*parts, lastmod=f"{now:%Y-%m-%d}")
        await play(site_rig, watcher, now)
    assert [part for part in parts if part not in website.asked] == []
