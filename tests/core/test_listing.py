"""Listings: links to articles are told from the navigation around them."""

import random
from datetime import UTC, datetime

import pytest

from monitor.core.listing import parse_listing
from monitor.core.url_shape import article_shape
from monitor.interfaces import ParsedFeed, ReadRequest, Task
from monitor.model import SourceKind

URL = "https://www.outlet.example/news/"


def read(body: str, url: str = URL, content_type: str = "text/html; charset=utf-8") -> ParsedFeed:
    """Read a listing page."""
    return parse_listing(ReadRequest(Task.LISTING, url, body.encode(), content_type))


FRONT = """<!DOCTYPE html><html lang="en-GB"><head><title>News | Outlet</title></head>
<body class="has-menu sidebar-right">
<header><a href="/2026/03/01/a-link-in-the-page-header">A long link in the page header of the site</a></header>
<nav><ul><li><a href="/news/">News</a></li><li><a href="/sport/">Sport and everything about it</a></li></ul></nav>
<div class="breadcrumbs"><a href="/2026/02/28/trail-of-crumbs-here">A trail of crumbs that is long</a></div>
<main>
 <article class="card"><a href="/2026/03/01/council-approves-new-bridge?utm_source=front">
  <img alt="A bridge" src="b.jpg"></a>
  <header><h2><a href="/2026/03/01/council-approves-new-bridge">Council approves the new bridge</a></h2></header>
  <time datetime="2026-03-01T08:00:00+01:00">an hour ago</time>
  <a href="/2026/03/01/council-approves-new-bridge#comments">12 comments</a>
  <a href="/tag/bridges/">Bridges</a></article>
 <article class="card"><a href="/politics/minister-resigns-after-long-debate-48213"><h3>Minister resigns</h3>
  <p>After a long debate the minister left the house.</p></a><span class="post-date">28 February 2026</span></article>
 <article class="card"><h3>Rain expected in the north</h3><p>More of it comes.</p>
  <a href="/weather-desk/rain-expected-in-the-north-48214">Read more</a></article>
 <div class="tags"><a href="/2026/02/02/tagged-with-many-words">Tagged with very many words</a></div>
 <div class="share"><a href="/share/2026/03/01/council-approves-new-bridge">Share this on your network</a></div>
 <a href="https://partner.example/2026/03/01/a-partner-story-of-the-day">A partner story of the day elsewhere</a>
 <a href="/author/jane-doe-senior-writer">Jane Doe, senior writer of the house</a>
 <a href="/photos/2026/03/01/the-day-in-pictures.jpg">The day in pictures, a photograph</a>
 <a href="/privacy-policy-of-this-outlet">Privacy policy of this outlet here</a>
 <a href="?page=2">The next page of all these articles</a>
 <a href="/news/page/2/">Older articles are to be found here</a>
</main>
<aside><a href="/2026/01/01/most-read-of-the-year">Most read of the whole long year</a></aside>
<footer><a href="/2026/01/01/imprint-and-other-words">Imprint and other words of ours</a></footer></body></html>"""


def test_a_front_page_gives_its_articles_and_nothing_else() -> None:
    """Header, menus, tags, share links, authors, files, other sites, paging, asides and footer stay out."""
    listing = read(FRONT)
    assert (listing.kind, listing.format, listing.problem) == (SourceKind.LISTING, "html", None)
    assert (listing.title, listing.language) == ("News | Outlet", "en-GB")
    assert [item.url for item in listing.items] == [
        "https://www.outlet.example/2026/03/01/council-approves-new-bridge",
        "https://www.outlet.example/politics/minister-resigns-after-long-debate-48213",
        "https://www.outlet.example/weather-desk/rain-expected-in-the-north-48214",
    ]


def test_titles_come_from_headings() -> None:
    """Not from the image, the comment count or a "read more"."""
    assert [item.title for item in read(FRONT).items] == [
        "Council approves the new bridge",
        "Minister resigns",
        "Rain expected in the north",
    ]


def test_dates_come_from_the_card() -> None:
    """The datetime attribute before the text; an element classed as a date when its text reads as one."""
    first, second, third = read(FRONT).items
    assert (first.raw_date, first.published_at) == ("2026-03-01T08:00:00+01:00", datetime(2026, 3, 1, 7, tzinfo=UTC))
    assert (second.raw_date, second.published_at) == ("28 February 2026", datetime(2026, 2, 28, tzinfo=UTC))
    assert (third.raw_date, third.published_at) == (None, None)


def test_words_about_time_are_kept_as_written() -> None:
    """A date that cannot be read for certain stays a raw date."""
    card = '<h3><a href="/2026/03/01/a-story-of-some-length">A story of some length</a></h3><time>2 hours ago</time>'
    (only,) = read(f"<html><body><div>{card}</div></body></html>").items
    assert (only.raw_date, only.published_at) == ("2 hours ago", None)


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/أخبار/المجلس-يوافق-على-بناء-الجسر-الجديد", "المجلس يوافق على بناء الجسر الجديد"),
        ("/thoi-su/hoi-dong-thong-qua-viec-xay-cau-4829130.html", "Hội đồng thông qua việc xây cầu"),
        ("/2026-03/01/c_1129482910.htm", "理事会批准修建大桥的计划"),
        ("/politika/21482913", "Совет одобрил строительство моста"),
        ("/read/2026/03/01/101500178/dewan-setujui-jembatan", "Dewan menyetujui pembangunan jembatan"),
        ("/fr/20260301-le-conseil-approuve-le-pont", "Le conseil approuve la construction du pont"),
        ("/index.php?option=com_content&id=48213", "El consejo aprueba la construcción del puente"),
        ("/world/2026/nov/21/council-approves-bridge", "Council approves the bridge at last"),
        ("/articles/c4gx8y1zo3ko", "A report on the state of the bridges"),
        ("/en/council-approves-bridge/a-71829304", "Council approves the bridge at last"),
    ],
)
def test_articles_are_recognised_in_every_style_of_address(path: str, title: str) -> None:
    """Slugs in any script, numbers, dates, hashes and ids in the query."""
    links = "".join(f'<li><a href="{path}{n}">{title} {n}</a></li>' for n in range(3))
    assert len(read(f"<html><body><ul class=list>{links}</ul></body></html>").items) == 3


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/fr/",
        "/sport",
        "/news/politics/",
        "/tag/bridges-and-other-buildings",
        "/category/long-reads-of-the-week/",
        "/topics/climate-change-and-energy-policy",
        "/author/jane-doe-senior-writer",
        "/login?next=/2026/03/01/x",
        "/page/2",
        "/2026/03/01/",
        "/search?q=bridge",
        "/files/report-on-bridges-2026.pdf",
        "/feed/",
    ],
)
def test_addresses_of_sections_are_no_articles(path: str) -> None:
    """Their shape alone keeps them out, whatever their link says."""
    assert article_shape(f"https://outlet.example{path}") < 1


def test_the_base_element_counts() -> None:
    """References are relative to it, as in a browser."""
    link = '<h2><a href="a-story-of-many-words">A story here</a></h2>'
    html = f'<html><head><base href="/archive/"></head><body>{link}</body></html>'
    assert [item.url for item in read(html).items] == ["https://www.outlet.example/archive/a-story-of-many-words"]


def test_the_charset_of_the_page_counts() -> None:
    """A windows-1251 page gives Russian titles."""
    html = '<meta charset="windows-1251"><h2><a href="/a/48213">Совет одобрил строительство моста</a></h2>'
    request = ReadRequest(Task.LISTING, URL, html.encode("cp1251"), "text/html")
    assert [item.title for item in parse_listing(request).items] == ["Совет одобрил строительство моста"]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("", "empty"),
        ("<html><body><p>Nothing here</p></body></html>", "no article links"),
        ("<rss version='2.0'><channel/></rss>", "this is rss, not an HTML page"),
        ('{"a": 1}', "this is json, not an HTML page"),
    ],
)
def test_what_is_no_listing_is_named(body: str, says: str) -> None:
    """The problem says in plain words what was found instead."""
    listing = read(body)
    assert listing.items == ()
    assert says in (listing.problem or "")


def test_a_page_nested_too_deeply_says_so() -> None:
    """What the parser dropped must not pass for articles taken down."""
    assert "nested too deeply" in (read("<body>" + "<div>" * 3000 + "<a href='/a'>x</a>").problem or "")


def test_mutated_pages_never_raise() -> None:
    """Random edits give a value every time, and the same one twice."""
    chance = random.Random(3)
    seed = FRONT.encode()
    for _ in range(150):
        body = bytearray(seed)
        for _ in range(chance.randint(1, 20)):
            at = chance.randrange(len(body))
            body[at : at + chance.randint(0, 9)] = chance.randbytes(chance.randint(0, 4))
        request = ReadRequest(Task.LISTING, URL, bytes(body), "text/html")
        assert parse_listing(request) == parse_listing(request)
