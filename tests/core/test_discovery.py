"""Discovery: what is at a URL, and which of the feeds it names suits best."""

import json
import random

import pytest

from monitor.core.discovery import read_page, robots_sitemaps
from monitor.interfaces import Candidate, PageReading, ReadRequest, Task
from monitor.model import SourceKind

STORIES = "".join(
    f'<div class="card"><h3><a href="/2026/03/01/story-{n}-of-the-day">Story number {n} of this long day</a></h3></div>'
    for n in range(10)
)
RSS = """<rss version="2.0"><channel><title>Outlet</title><language>fr</language>
<item><link>/a</link></item></channel></rss>"""


def read(body: str, url: str = "https://outlet.example/", content_type: str | None = "text/html") -> PageReading:
    """Read what a server answered at a URL."""
    return read_page(ReadRequest(Task.PAGE, url, body.encode(), content_type))


def page(head: str = "", body: str = STORIES, lang: str = "en") -> str:
    """Write an HTML page."""
    return f'<!DOCTYPE html><html lang="{lang}"><head><title>Outlet</title>{head}</head><body>{body}</body></html>'


def feed_link(href: str, title: str = "", media: str = "application/rss+xml", lang: str = "") -> str:
    """Write a link element that names a feed."""
    hreflang = f' hreflang="{lang}"' if lang else ""
    return f'<link rel="alternate" type="{media}" title="{title}" href="{href}"{hreflang}>'


def named(reading: PageReading) -> list[str]:
    """Return the paths of the candidates the page names itself, best first."""
    tried = (candidate for candidate in reading.candidates if "not yet tried" not in candidate.reason)
    return [candidate.url.removeprefix("https://outlet.example") for candidate in tried]


@pytest.mark.parametrize("content_type", ["application/rss+xml", "text/html", "text/plain", None])
def test_a_feed_is_a_feed_whatever_the_server_calls_it(content_type: str | None) -> None:
    """The content decides; the feed is its own candidate."""
    reading = read(RSS, "https://outlet.example/rss", content_type)
    assert (reading.kind, reading.title, reading.language) == (SourceKind.FEED, "Outlet", "fr")
    assert reading.candidates == (
        Candidate("https://outlet.example/rss", SourceKind.FEED, 1.0, "a feed (rss20) with 1 item", "Outlet", "fr"),
    )


def test_a_json_feed_is_a_feed_and_other_json_is_a_page() -> None:
    """Only a list of items makes a JSON Feed."""
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "url": "/a"}]}
    assert read(json.dumps(feed)).kind is SourceKind.FEED
    assert read('{"error": 1}').kind is SourceKind.PAGE
    assert "not a JSON Feed" in read('{"error": 1}').reason


def test_sitemaps_and_their_indexes_are_sitemaps() -> None:
    """So is a text file of addresses; other text is a page."""
    assert read("<urlset><url><loc>/a</loc></url></urlset>").kind is SourceKind.SITEMAP
    index = read("<sitemapindex><sitemap><loc>/a.xml</loc></sitemap></sitemapindex>")
    assert (index.kind, index.reason) == (SourceKind.SITEMAP, "a sitemap (sitemap-index) with 1 part")
    assert read("https://outlet.example/a\n", content_type="text/plain").kind is SourceKind.SITEMAP
    assert read("Service unavailable", content_type="text/plain").kind is SourceKind.PAGE
    assert read("").reason == "the answer is empty"


def test_a_front_page_is_a_listing() -> None:
    """It brings its article links, and itself as a candidate after the feeds it names."""
    reading = read(page(feed_link("/feed.xml")))
    assert reading.kind is SourceKind.LISTING
    assert "a front page" in reading.reason
    assert len(reading.article_links) == 10
    assert named(reading) == ["/feed.xml", "/"]
    assert reading.candidates[1].kind is SourceKind.LISTING


def test_a_section_is_a_listing_even_when_its_program_calls_it_an_article() -> None:
    """Some systems give og:type article to every page."""
    head = '<meta property="og:type" content="article">'
    assert read(page(head), "https://outlet.example/sport/").kind is SourceKind.LISTING


def test_an_article_is_a_page_despite_its_related_links() -> None:
    """Structured data, address and running text outweigh a box of links."""
    script = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "A bridge"}</script>'
    text = (
        "<article>"
        + "<p>"
        + "The council met and voted for the bridge after a long debate. " * 4
        + "</p>" * 1
        + "</article>"
    )
    url = "https://outlet.example/2026/03/01/council-approves-new-bridge"
    assert read(page(script, text * 6 + STORIES), url).kind is SourceKind.PAGE
    plain = read(page("", text * 6), url)
    assert plain.kind is SourceKind.PAGE
    assert "long running text" in plain.reason


def test_a_page_of_little_is_a_page() -> None:
    """Neither article nor list: one page that can be watched itself."""
    reading = read(page("", "<p>Opening hours: 9 to 5</p>"), "https://outlet.example/opening-hours")
    assert (reading.kind, reading.reason) == (SourceKind.PAGE, "one page, with 0 article links")


def test_feeds_of_all_types_are_found() -> None:
    """RSS, Atom and JSON links; oEmbed and API links are none."""
    head = (
        feed_link("/rss")
        + feed_link("/atom", media="application/atom+xml; charset=utf-8")
        + feed_link("/feed.json", media="application/feed+json")
        + feed_link("/wp-json/wp/v2/pages/1", media="application/json")
        + feed_link("/oembed?format=xml", media="text/xml")
        + feed_link("javascript:void(0)")
        + '<link rel="stylesheet" type="text/css" href="/feed.css">'
    )
    assert named(read(page(head)))[:-1] == ["/rss", "/atom", "/feed.json"]


def test_the_feed_of_the_pages_language_comes_first() -> None:
    """By the page's address, whatever its html element declares; a feed's language by its hreflang or address."""
    head = feed_link("/en/feed") + feed_link("/feed-ar", lang="ar") + feed_link("/fr/feed")
    reading = read(page(head, lang="en"), "https://outlet.example/fr/")
    assert named(reading)[0] == "/fr/feed"
    assert reading.language == "fr"
    assert {"/en/feed", "/feed-ar"} == set(named(reading)[-2:])


def test_the_feed_of_the_pages_section_comes_first() -> None:
    """On a section page its own feed, on the front page the general one."""
    head = feed_link("/culture/rss.xml") + feed_link("/rss.xml") + feed_link("/sport/rss.xml")
    assert named(read(page(head), "https://outlet.example/sport/"))[:2] == ["/sport/rss.xml", "/rss.xml"]
    assert named(read(page(head)))[0] == "/rss.xml"


@pytest.mark.parametrize("title", ["Comments on: A bridge", "Outlet » Commentaires", "تعليقات"])
def test_a_feed_of_comments_comes_last(title: str) -> None:
    """Even after the paths nobody has tried."""
    reading = read(page(feed_link("/a/feed/", title) + feed_link("/feed/", "News")))
    assert reading.candidates[0].url == "https://outlet.example/feed/"
    assert reading.candidates[-1].url == "https://outlet.example/a/feed/"
    assert "comments" in reading.candidates[-1].reason


def test_an_opinion_section_is_no_feed_of_comments() -> None:
    """Commentary is written by the outlet."""
    reading = read(page(feed_link("/commentary/rss", "Comment and commentary")))
    assert "comments" not in reading.candidates[0].reason


@pytest.mark.parametrize(
    "anchor",
    [
        '<a href="/service/rss.xml">Subscribe</a>',
        '<a href="/flux-du-site">Flux RSS</a>',
        '<a href="/x/?feed=rss2">All news</a>',
        '<a href="feed://outlet.example/x.atom">Follow</a>',
        '<a href="feed:https://outlet.example/x.atom">Follow</a>',
        '<a href="https://feeds.feedburner.com/outlet">Updates</a>',
        '<a href="/syndication" title="RSS">RSS</a>',
        '<a href="/x">خلاصات</a>',
    ],
)
def test_anchors_to_feeds_are_found(anchor: str) -> None:
    """By address or by text, in several languages, on the site or at a feed service."""
    found = [candidate for candidate in read(page("", anchor)).candidates if candidate.score >= 0.35]
    assert [candidate.kind for candidate in found] == [SourceKind.FEED]


@pytest.mark.parametrize(
    "anchor",
    [
        '<a href="/feedback">Feedback</a>',
        '<a href="https://reader.example/rss">RSS</a>',
        '<a href="/crossings">Crossings</a>',
    ],
)
def test_words_that_only_look_like_feeds_are_none(anchor: str) -> None:
    """Neither feedback nor another site's feed."""
    assert all("well-known" in candidate.reason for candidate in read(page("", anchor)).candidates)


def test_well_known_paths_are_offered_untried() -> None:
    """With a low score, the page's language edition first, WordPress's own path above the others."""
    reading = read(page('<meta name="generator" content="WordPress 6.9">', ""), "https://outlet.example/fr/")
    untried = [candidate for candidate in reading.candidates if "not yet tried" in candidate.reason]
    assert [candidate.url for candidate in untried][:2] == [
        "https://outlet.example/fr/feed/",
        "https://outlet.example/feed/",
    ]
    assert max(candidate.score for candidate in untried) < 0.4
    assert "https://outlet.example/sitemap_news.xml" in [c.url for c in untried if c.kind is SourceKind.SITEMAP]


def test_an_address_is_offered_once() -> None:
    """The best reason counts."""
    reading = read(page(feed_link("/feed/") * 2, '<a href="/feed/#top">RSS</a>'))
    assert [candidate.url for candidate in reading.candidates].count("https://outlet.example/feed/") == 1
    assert reading.candidates[0].reason == "named by the page as application/rss+xml"


def test_candidates_come_best_first() -> None:
    """Scores fall from the first to the last and stay between 0 and 1."""
    head = feed_link("/en/feed", "Comments") + feed_link("/feed") + feed_link("/sport/feed", media="text/xml")
    scores = [candidate.score for candidate in read(page(head)).candidates]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score < 1 for score in scores)


def test_robots_txt_names_sitemaps() -> None:
    """In any case, relative or commented; news sitemaps first, each once."""
    text = (
        "\ufeffUser-agent: *\nDisallow: /x\nsitemap: https://outlet.example/all.xml # all\r\n"
        "SITEMAP:/news.xml\nSitemap: https://outlet.example/all.xml\nSitemap: ftp://outlet.example/no.xml\nSitemap:\n"
    )
    found = robots_sitemaps(text, "https://outlet.example/robots.txt")
    assert [candidate.url for candidate in found] == [
        "https://outlet.example/news.xml",
        "https://outlet.example/all.xml",
    ]
    assert {candidate.kind for candidate in found} == {SourceKind.SITEMAP}
    assert robots_sitemaps("<html>Not found</html>", "https://outlet.example/robots.txt") == ()


def test_mutated_pages_never_raise() -> None:
    """Random edits and plain noise give a reading with a reason, the same one twice."""
    chance = random.Random(5)
    seeds = [
        page(feed_link("/feed/")).encode(),
        RSS.encode(),
        b"<urlset><url><loc>/a</loc></url></urlset>",
        b"\x1f\x8b\x08",
    ]
    for _ in range(200):
        body = bytearray(chance.choice(seeds))
        for _ in range(chance.randint(1, 12)):
            at = chance.randrange(len(body))
            body[at : at + chance.randint(0, 9)] = chance.randbytes(chance.randint(0, 4)) or b"<"
        request = ReadRequest(Task.PAGE, "https://outlet.example/", bytes(body), None)
        assert read_page(request) == read_page(request)
        assert read_page(request).reason
