"""What a person gives leads to the best source of it; where it does not, the answer says why and what else is there."""

import pytest

from monitor import Archive
from monitor.model import SourceKind
from tests.app.rig import Rig, add
from tests.app.website import Page, Website, article, redirect, rss
from tests.newsroom.days import at

pytest_plugins = ["tests.newsroom.fixtures"]

SITE = "http://one.example"
STORIES = [(f"{SITE}/2026/11/16/story-{n}-of-the-day", f"Story number {n} of this long day") for n in range(8)]
CARDS = "".join(f'<div class="card"><h3><a href="{url}">{title}</a></h3></div>' for url, title in STORIES)


def page(body: str = CARDS, head: str = "", lang: str = "en") -> Page:
    """Return an HTML page."""
    return Page(f"<!doctype html><html lang={lang}><head><title>One</title>{head}</head><body>{body}".encode())


def robots(*sitemaps: str, more: str = "") -> Page:
    """Return a robots.txt that names sitemaps."""
    named = "".join(f"Sitemap: {url}\n" for url in sitemaps)
    return Page(f"User-agent: *\n{more}\n{named}".encode(), "text/plain")


def sitemap(*entries: str, news: bool = False) -> Page:
    """Return a sitemap of pages, with or without news tags."""
    tags = (
        "<n:news><n:publication_date>2026-11-16</n:publication_date><n:title>A story</n:title></n:news>" if news else ""
    )
    pages = "".join(f"<url><loc>{entry}</loc>{tags}</url>" for entry in entries)
    return Page(
        f'<urlset xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">{pages}</urlset>'.encode(), "text/xml"
    )


@pytest.fixture(autouse=True)
def today(site_rig: Rig) -> None:
    """Let it be the first afternoon."""
    site_rig.at(at(16, 17))


@pytest.mark.parametrize("asked", [f"feed:{SITE}/rss", "feed://one.example/rss", f" FEED://{SITE}/rss "])
async def test_the_scheme_of_readers_is_understood(asked: str, watcher: Archive, website: Website) -> None:
    """`feed:` before or instead of the web's own."""
    website.pages[f"{SITE}/rss"] = rss(*STORIES)
    report = await add(watcher, asked)
    assert (report.status, report.source and report.source.url) == ("added", f"{SITE}/rss")


async def test_behind_a_bot_wall_only_what_is_named_is_tried(watcher: Archive, website: Website) -> None:
    """A sitemap that robots.txt names is; paths that nobody named are not, since the site keeps us out."""
    wall = "<html><head><title>Just a moment...</title></head><body>Enable JavaScript and cookies to continue"
    website.pages[f"{SITE}/robots.txt"] = robots(f"{SITE}/sitemap-news.xml")
    website.pages[f"{SITE}/"] = Page(wall.encode())
    refused = await add(watcher, f"{SITE}/")
    assert (refused.status, "a bot wall" in refused.reason) == ("refused", True)
    assert "give its address" in (refused.hint or "")
    assert website.asked == [f"{SITE}/robots.txt", f"{SITE}/", f"{SITE}/sitemap-news.xml"]
    website.pages[f"{SITE}/sitemap-news.xml"] = sitemap(STORIES[0][0], news=True)
    report = await add(watcher, f"{SITE}/")
    assert report.source is not None, report.reason
    assert (report.source.kind, report.source.url) == (SourceKind.SITEMAP, f"{SITE}/sitemap-news.xml")
    assert "a bot wall" in report.reason


async def test_a_forbidden_page_leads_to_the_sitemap_its_site_names(watcher: Archive, website: Website) -> None:
    """403 on the page is said; the rest of the site is not searched."""
    website.pages[f"{SITE}/robots.txt"] = robots(f"{SITE}/news.xml")
    website.pages[f"{SITE}/section"] = Page(b"no", status=403)
    website.pages[f"{SITE}/news.xml"] = sitemap(STORIES[0][0], news=True)
    report = await add(watcher, f"{SITE}/section")
    assert report.source is not None, report.reason
    assert report.source.url == f"{SITE}/news.xml"
    assert "403" in report.reason


async def test_a_page_that_robots_forbid_is_refused_with_what_they_may_read(watcher: Archive, website: Website) -> None:
    """The rule is named, and the sitemap that stands beside it."""
    website.pages[f"{SITE}/robots.txt"] = robots(f"{SITE}/news.xml", more="Disallow: /private/")
    report = await add(watcher, f"{SITE}/private/page")
    assert (report.status, "Disallow: /private/" in report.reason) == ("refused", True)
    assert f"{SITE}/news.xml" in (report.hint or "")


async def test_a_page_of_feeds_is_read_for_the_page_that_led_to_it(watcher: Archive, website: Website) -> None:
    """On many portals "RSS" leads to a page that names dozens; that of the section is taken, all are told."""
    names = [f"muc-{chr(97 + n)}" for n in range(26)]
    index = "".join(f'<p><a href="/rss/{name}.rss">{name}</a></p>' for name in [*names, "the-gioi"])
    website.pages[f"{SITE}/the-gioi/"] = page(CARDS + '<a href="/kenh-rss">RSS</a>', lang="vi")
    website.pages[f"{SITE}/kenh-rss"] = page(index, lang="vi")
    website.pages[f"{SITE}/rss/the-gioi.rss"] = rss(*STORIES)
    report = await add(watcher, f"{SITE}/the-gioi/")
    assert report.source is not None
    assert (report.source.kind, report.source.url) == (SourceKind.FEED, f"{SITE}/rss/the-gioi.rss")
    assert {f"{SITE}/rss/{name}.rss" for name in names} <= {one.url for one in report.candidates}
    assert len([url for url in website.asked if not url.endswith("robots.txt")]) == 3


async def test_a_page_of_feeds_given_itself_tells_of_all(watcher: Archive, website: Website) -> None:
    """At most eight are tried; every other one is a candidate."""
    names = [f"channel-{chr(97 + n // 20)}{chr(97 + n % 20)}" for n in range(200)]
    links = "".join(f'<p><a href="/rss/{name}.xml">{name}</a></p>' for name in names)
    website.pages[f"{SITE}/rss"] = page(links)
    website.pages[f"{SITE}/rss/channel-ac.xml"] = rss(*STORIES)
    report = await add(watcher, f"{SITE}/rss")
    assert report.source is not None
    assert report.source.url == f"{SITE}/rss/channel-ac.xml"
    assert len(report.candidates) == 199


async def test_a_section_is_watched_rather_than_the_sitemap_of_the_site(watcher: Archive, website: Website) -> None:
    """Of a front page it is the other way round."""
    website.pages[f"{SITE}/robots.txt"] = robots(f"{SITE}/sitemap-news.xml")
    website.pages[f"{SITE}/sitemap-news.xml"] = sitemap(*(url for url, _ in STORIES), news=True)
    website.pages[f"{SITE}/sport/"] = website.pages[f"{SITE}/"] = page()
    section, front = await add(watcher, f"{SITE}/sport/"), await add(watcher, f"{SITE}/")
    assert section.source is not None
    assert front.source is not None
    assert (section.source.kind, front.source.kind) == (SourceKind.LISTING, SourceKind.SITEMAP)
    assert f"{SITE}/sitemap-news.xml" in [one.url for one in section.candidates]


async def test_a_list_of_old_pages_is_no_source_of_news(watcher: Archive, website: Website) -> None:
    """Neither under the name of a news sitemap without news tags, nor undated; only where there is nothing else."""
    website.pages[f"{SITE}/robots.txt"] = robots(f"{SITE}/sitemap-news.xml", f"{SITE}/sitemap.xml")
    website.pages[f"{SITE}/sitemap-news.xml"] = sitemap(*(url for url, _ in STORIES))
    website.pages[f"{SITE}/sitemap.xml"] = sitemap(*(url for url, _ in STORIES))
    website.pages[f"{SITE}/"] = page()
    assert (report := await add(watcher, f"{SITE}/")).source is not None
    assert (report.source.kind, report.source.url) == (SourceKind.LISTING, f"{SITE}/")
    website.pages["http://two.example/robots.txt"] = robots("http://two.example/sitemap-news.xml")
    website.pages["http://two.example/sitemap-news.xml"] = website.pages[f"{SITE}/sitemap.xml"]
    website.pages["http://two.example/"] = page("<div id=app></div>")
    assert (report := await add(watcher, "http://two.example/")).source is not None
    assert (report.source.kind, report.source.url) == (SourceKind.SITEMAP, "http://two.example/sitemap-news.xml")
    assert "no entry carries news tags" in report.reason


async def test_an_article_leads_to_the_feed_of_its_site_and_the_report_says_so(
    watcher: Archive, website: Website
) -> None:
    """Its own feed, of comments, is not taken."""
    url = f"{SITE}/2026/11/16/ships-in-the-roads-again"
    feeds = (f"{url}/feed/", "/feed/")
    head = "".join(f'<link rel=alternate type=application/rss+xml href="{feed}">' for feed in feeds)
    head += '<meta property="og:type" content="article"><meta property="article:published_time" content="2026-11-16">'
    website.pages[url] = Page(article("Ships").replace(b"<head>", b"<head>" + head.encode()))
    website.pages[f"{url}/feed/"] = website.pages[f"{SITE}/feed/"] = rss(*STORIES)
    report = await add(watcher, url)
    assert report.source is not None
    assert report.source.url == f"{SITE}/feed/"
    assert "the page asked for is one article" in report.reason


async def test_a_feed_of_comments_is_never_chosen(watcher: Archive, website: Website) -> None:
    """Not even where there is nothing else."""
    head = '<link rel=alternate type=application/rss+xml title="One - Comments feed" href=/comments/feed/>'
    website.pages[f"{SITE}/"] = page("<p>Welcome</p>", head)
    website.pages[f"{SITE}/comments/feed/"] = rss(*STORIES)
    assert (report := await add(watcher, f"{SITE}/")).source is not None
    assert report.source.url == f"{SITE}/"


async def test_secrets_stay_with_the_host_they_were_given_for(watcher: Archive, website: Website) -> None:
    """A feed on another host is watched without them; one on the same host with them."""
    head = '<link rel=alternate type=application/rss+xml href="http://two.example/rss">'
    website.pages[f"{SITE}/"] = page("<p>Welcome</p>", head)
    website.pages["http://two.example/rss"] = website.pages[f"{SITE}/rss"] = rss(*STORIES)
    elsewhere = await add(watcher, f"{SITE}/", headers=("Authorization: Basic x",))
    assert elsewhere.source is not None
    assert (elsewhere.source.url, elsewhere.source.headers) == ("http://two.example/rss", ())
    home = await add(watcher, f"{SITE}/rss", headers=("Authorization: Basic x",))
    assert home.source is not None
    assert home.source.headers == ("Authorization: ***",)  # as it is shown


async def test_the_sitemap_is_looked_for_where_the_page_really_is(watcher: Archive, website: Website) -> None:
    """A bare name that leads to www: its robots.txt counts."""
    www = "http://www.one.example"
    website.pages[f"{SITE}/"] = redirect(f"{www}/")
    website.pages[f"{www}/robots.txt"] = robots(f"{www}/news.xml")
    website.pages[f"{www}/"] = page("<p>Welcome</p>")
    website.pages[f"{www}/news.xml"] = sitemap(f"{www}/2026/11/16/a-story-of-the-day", news=True)
    report = await add(watcher, f"{SITE}/")
    assert report.source is not None
    assert report.source.url == f"{www}/news.xml"
