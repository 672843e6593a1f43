"""What cannot be watched is refused in words that help; a source that is only unwell is kept when told to."""

import pytest

from monitor import Archive
from monitor.errors import UsageError
from monitor.model import DocumentState, Outcome, SourceKind
from tests.app.conftest import with_hosts
from tests.app.rig import Rig, add, every_document, play
from tests.app.website import Page, Website, article, feed, rss
from tests.newsroom.days import MORNING, at

pytest_plugins = ["tests.newsroom.fixtures"]

FEED = "http://one.example/rss"
STORY = "http://one.example/news/ships"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("file:///etc/passwd", "file: addresses cannot be watched"),
        ("ftp://one.example/", "ftp: addresses cannot be watched"),
        ("javascript:alert(1)", "cannot be watched"),
        ("one.example", "has no scheme"),
        ("http://", "not a URL"),
        ("no url at all", "holds a space"),
        ("", "empty"),
        ("http://127.0.0.1/", "127.0.0.1 is not a public address"),
        ("http://169.254.169.254/latest/meta-data/", "169.254.169.254 is not a public address"),
        ("http://[::1]/", "is not a public address"),
        ("http://one.example:22/", "port 22 is not allowed"),
    ],
)
async def test_what_is_no_public_url_is_refused(asked: str, said: str, watcher: Archive, website: Website) -> None:
    """The reason is told, nothing is sent, nothing is kept."""
    report = await add(watcher, asked)
    assert (report.status, report.source) == ("refused", None)
    assert said in report.reason
    assert await watcher.sources() == ()
    assert website.asked == []


async def test_private_addresses_are_refused_however_they_are_reached(watcher: Archive, website: Website) -> None:
    """A redirect to one is not followed."""
    website.pages["http://one.example/inside"] = Page(status=302, headers={"Location": "http://127.0.0.1:8080/"})
    report = await add(watcher, "http://one.example/inside")
    assert report.status == "refused"
    assert "127.0.0.1 is not a public address" in report.reason


async def test_a_feed_s_links_to_private_addresses_are_blocked(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """The document says why, and is not tried again before a week has passed."""
    website.pages[FEED] = rss(("http://10.1.2.3/admin", "Inside"), (STORY, "Ships"))
    website.pages[STORY] = Page(article("Ships"))
    await add(watcher, FEED)
    await play(site_rig, watcher, MORNING, at(16, 12), at(17, 12))
    inside, ships = await every_document(watcher)
    assert (inside.state, ships.state) == (DocumentState.BLOCKED, DocumentState.LIVE)
    assert "10.1.2.3 is not a public address" in (inside.state_reason or "")
    assert inside.next_check_at is not None
    assert inside.next_check_at > at(22, 0)


async def test_robots_keep_a_source_out(site_rig: Rig, watcher: Archive, website: Website) -> None:
    """The rule is named; the URL itself is not fetched."""
    website.pages["http://one.example/robots.txt"] = Page(b"User-agent: *\nDisallow: /rss\n", "text/plain")
    website.pages[FEED] = rss((STORY, "Ships"))
    report = await add(watcher, FEED)
    assert report.status == "refused"
    assert "robots.txt forbids it (line 2: Disallow: /rss)" in report.reason
    assert website.asked == ["http://one.example/robots.txt"]


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (Page(article("Just a page")), "is no feed"),
        (Page(b"", "application/rss+xml"), "is no feed"),
        (Page(feed((STORY, "Ships"))[:90], "application/rss+xml"), "is no feed"),
        (Page(b" " * 50_000_000, "application/rss+xml"), "larger than"),
        (Page(b"no", "text/plain", 404), "the server answered 404"),
        (Page(b"no", "text/plain", 500), "the server answered 500"),
        (Page(b"no", "text/plain", 200, {"Content-Encoding": "gzip"}), "cannot be read"),
    ],
    ids=["html", "empty", "truncated", "50 MB", "404", "500", "not gzip"],
)
async def test_what_is_no_feed_is_refused_as_one(page: Page, said: str, watcher: Archive, website: Website) -> None:
    """With `kind=feed`: HTML, nothing, a torn feed, one that is too large, errors."""
    website.pages[FEED] = page
    report = await add(watcher, FEED, kind=SourceKind.FEED)
    assert (report.status, report.source) == ("refused", None)
    assert said in report.reason, report.reason
    assert await watcher.sources() == ()


async def test_nobody_at_home_is_refused_with_a_hint(site_rig: Rig, website: Website) -> None:
    """Connections that are refused, names that do not exist: the reason, and that --force keeps it."""
    site_rig.info.resolve["shut.example:80"] = "127.0.0.1:9"
    async with site_rig.open() as archive:
        shut = await add(archive, "http://shut.example/feed")
        none = await add(archive, "http://does-not-exist.invalid/feed")
    assert (shut.status, none.status) == ("refused", "refused")
    assert "no connection" in shut.reason
    assert "does not resolve" in none.reason or "no connection" in none.reason
    assert "--force" in (shut.hint or "")


async def test_a_source_kept_by_force_is_verified_by_its_first_good_poll(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """Until then it is unverified, its trouble is shown, and it is tried again."""
    website.pages[FEED] = Page(b"down", "text/plain", 500)
    report = await add(watcher, FEED, force=True)
    assert (report.status, report.source and report.source.verified) == ("unverified", False)
    await play(site_rig, watcher, at(16, 6, 1))
    (source,) = await watcher.sources()
    assert (source.verified, source.failures, source.last_outcome) == (False, 1, Outcome.SERVER_ERROR)
    website.pages |= {FEED: rss((STORY, "Ships")), STORY: Page(article("Ships"))}
    await play(site_rig, watcher, source.next_check_at or MORNING)
    (source,) = await watcher.sources()
    assert (source.verified, source.failures, source.last_outcome) == (True, 0, Outcome.OK)
    assert [one.url for one in await every_document(watcher)] == [STORY]


async def test_a_page_kept_by_force_is_verified_too(site_rig: Rig, watcher: Archive, website: Website) -> None:
    """The first reading of a watched page says that it is there."""
    website.pages[STORY] = Page(b"down", "text/plain", 500)
    await add(watcher, STORY, kind=SourceKind.PAGE, force=True)
    website.pages[STORY] = Page(article("Ships"))
    await play(site_rig, watcher, at(16, 6, 1))
    (source,) = await watcher.sources()
    assert source.verified


async def test_a_host_that_nobody_finds_is_shown_with_the_source(site_rig: Rig, website: Website) -> None:
    """Not even robots.txt can be asked: outcome, reason and failures are those of the source, which goes on."""
    site_rig.info.resolve["shut.example:80"] = "127.0.0.1:9"
    async with site_rig.open() as archive:
        await add(archive, "http://shut.example/feed", force=True)
        for hour in (7, 8, 9):
            await play(site_rig, archive, at(16, hour))
        (source,) = await archive.sources()
    assert (source.last_outcome, source.failures) == (Outcome.CONNECT_ERROR, 3)
    assert "no connection" in (source.last_detail or "")
    assert at(16, 9) < (source.next_check_at or MORNING) <= at(16, 10, 30)


async def test_a_bad_crontab_line_is_refused_before_anything_is_fetched(watcher: Archive, website: Website) -> None:
    """Raised, since it is wrong for every URL."""
    with pytest.raises(UsageError, match="no crontab line"):
        await add(watcher, FEED, cron="every morning")
    assert website.asked == []


async def test_the_other_sources_of_a_page_are_told(watcher: Archive, website: Website) -> None:
    """What was not chosen is named, so that a person may choose otherwise."""
    links = "".join(
        f'<link rel="alternate" type="application/rss+xml" title="{name}" href="/{name}.xml">'
        for name in ("all", "sport")
    )
    website.pages["http://one.example/"] = Page(f"<html><head><title>One</title>{links}</head></html>".encode())
    website.pages |= {f"http://one.example/{name}.xml": rss((STORY, name)) for name in ("all", "sport")}
    report = await add(watcher, "http://one.example/")
    assert (report.source and report.source.url) == "http://one.example/all.xml"
    assert "http://one.example/sport.xml" in {one.url for one in report.candidates}


async def test_one_bad_url_among_many_is_a_report_like_the_others(rig: Rig, website: Website) -> None:
    """The good ones are added."""
    async with with_hosts(rig, website, "gone.example").open() as archive:
        asked = ["http://kabarmuara.example/feed.json", "http://gone.example/feed", "nonsense", "ftp://x.example/"]
        reports = await archive.add_sources(asked)
    assert [one.status for one in reports] == ["added", "refused", "refused", "refused"]
    assert [one.asked for one in reports] == asked
