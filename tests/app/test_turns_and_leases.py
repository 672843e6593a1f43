"""What asking each hop in its turn, and renewing leases in the gate, may have broken."""

from datetime import timedelta

from sqlalchemy import Connection, update

from monitor import Archive
from monitor.app.leases import leased
from monitor.app.terms import terms_of
from monitor.model import Source, SourceKind
from monitor.store.schema import host
from tests.app.rig import Rig, add, every_document, play, play_until
from tests.app.website import Page, Website, article, redirect, rss
from tests.newsroom.days import MORNING

pytest_plugins = ["tests.newsroom.fixtures"]

FEED = "http://one.example/rss"
ROBOTS = "http://one.example/robots.txt"
SITEMAP = "http://one.example/sitemap.xml"
STORY = "http://one.example/2026/11/16/ships-in-the-roads"
OTHER = "http://one.example/2026/11/16/market-opened-late"
HOUR = timedelta(hours=1)


async def test_a_lost_lease_is_forgotten_after_it_was_noticed(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """`keep` notes the renewal before it has succeeded, and believes it for the next third of the lease."""
    async with leased(watcher._ctx, "one.example") as gate:
        await watcher._ctx.db.write(_take)
        site_rig.at(MORNING + timedelta(minutes=5))
        assert [await gate.keep(), await gate.keep()] == [False, False]


async def test_with_a_gap_beyond_a_minute_no_redirect_is_ever_followed(site_rig: Rig, website: Website) -> None:
    """The next hop's turn is further away than PATIENCE each time, and each time it begins anew."""
    website.pages |= {FEED: rss((STORY, "Ships")), STORY: redirect(OTHER, 301), OTHER: Page(article("Ships"))}
    site_rig.overrides["fetch.gap"] = "2m"
    async with site_rig.open() as watcher:
        await add(watcher, FEED, kind=SourceKind.FEED, every_s=86_400, force=True)
        await play_until(site_rig, watcher, MORNING, MORNING + 24 * HOUR, timedelta(minutes=10))
        assert [one.revision_count for one in await every_document(watcher)] == [1]


async def test_with_a_gap_beyond_a_minute_a_robots_txt_that_redirects_is_never_read(
    site_rig: Rig, website: Website
) -> None:
    website.pages |= {FEED: rss((STORY, "Ships")), STORY: Page(article("Ships"))}
    website.pages |= {ROBOTS: redirect("http://one.example/rules.txt"), "http://one.example/rules.txt": Page()}
    site_rig.overrides["fetch.gap"] = "2m"
    async with site_rig.open() as watcher:
        await add(watcher, FEED, kind=SourceKind.FEED, every_s=3600, force=True)
        await play_until(site_rig, watcher, MORNING, MORNING + 12 * HOUR, timedelta(minutes=10))
    assert FEED in website.asked


async def test_a_change_told_soon_after_a_look_is_not_looked_at_before_the_ladder_does(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """The stamp is taken as heeded although nothing was read; an old article is looked at every month."""

    def stamped(lastmod: str) -> Page:
        ns = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        entry = f"<url><loc>{STORY}</loc><lastmod>{lastmod}</lastmod></url>"
        return Page(f'<?xml version="1.0"?><urlset {ns}>{entry}</urlset>'.encode(), "application/xml")

    website.pages |= {SITEMAP: stamped("2026-11-16T05:00:00Z"), STORY: Page(article("Ships"))}
    await add(watcher, SITEMAP, kind=SourceKind.SITEMAP, every_s=3600)
    await play_until(site_rig, watcher, MORNING, MORNING + 240 * HOUR, 12 * HOUR)
    website.pages[SITEMAP] = stamped("2026-11-26T18:00:00Z")
    await play(site_rig, watcher, MORNING + 253 * HOUR)
    website.pages |= {SITEMAP: stamped("2026-11-26T20:00:00Z"), STORY: Page(article("Ships", 99))}
    await play_until(site_rig, watcher, MORNING + 255 * HOUR, MORNING + 280 * HOUR, HOUR)
    (one,) = await every_document(watcher)
    assert one.revision_count == 2


def test_a_secret_set_for_https_is_told_in_clear() -> None:
    """A feed at https names an article at http: whoever listens on the way hears the header."""
    source = Source(
        "https://one.example/rss", SourceKind.FEED, "one.example", headers=("Authorization: Bearer s3cret",)
    )
    assert terms_of(source, STORY).headers == ()


def _take(conn: Connection) -> None:
    conn.execute(update(host).values(lease_owner="elsewhere:1:1", lease_until=MORNING + 2 * HOUR))
