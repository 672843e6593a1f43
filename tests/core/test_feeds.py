"""Feeds: every dialect, every encoding, every fault that still leaves something to read."""

import gzip
import json
from datetime import UTC, datetime

import pytest

from monitor.core.feeds import MAX_ITEMS, parse_feed
from monitor.core.urls import site_of
from monitor.interfaces import ParsedFeed, ReadRequest, Task
from monitor.model import SourceKind

URL = "https://outlet.example/news/feed.xml"


def read(body: str | bytes, content_type: str | None = "application/xml") -> ParsedFeed:
    """Parse a feed found at the test address."""
    raw = body.encode() if isinstance(body, str) else body
    return parse_feed(ReadRequest(Task.FEED, URL, raw, content_type))


def rss(items: str, head: str = "<title>Outlet</title>") -> str:
    """Wrap items in an RSS 2.0 channel."""
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{items}</channel></rss>'


def item(link: str = "/a", title: str = "A bridge", **more: str) -> str:
    """Write one RSS item."""
    parts = {"title": title, "link": link} | more
    return "<item>" + "".join(f"<{name}>{text}</{name}>" for name, text in parts.items()) + "</item>"


RSS_10 = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="/"><title>Outlet</title></channel>
<item rdf:about="https://outlet.example/a"><title>A bridge</title><link>https://outlet.example/a</link>
<dc:date>2026-03-01T08:00:00+03:00</dc:date></item></rdf:RDF>"""
RSS_091 = """<rss version="0.91"><channel><title>Outlet</title><item><title>A bridge</title>
<link>https://outlet.example/a</link></item></channel></rss>"""
ATOM_03 = """<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>Outlet</title><entry><title>A bridge</title>
<link rel="alternate" type="text/html" href="https://outlet.example/a"/><id>tag:outlet.example,2026:1</id>
<issued>2026-03-01T05:00:00Z</issued></entry></feed>"""
ATOM_10 = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr-CA"><title>Outlet</title><entry>
<title>A bridge</title><link href="https://outlet.example/a"/><id>tag:outlet.example,2026:1</id><published>2026-03-01T05:00:00Z</published>
<updated>2026-03-02T05:00:00Z</updated>
<summary type="html">&lt;p&gt;It &amp;amp; more&lt;/p&gt;</summary></entry></feed>"""
JSON_11 = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Outlet",
        "language": "ar",
        "items": [
            {"id": 7, "url": "https://outlet.example/a", "title": "A bridge", "date_published": "2026-03-01T05:00:00Z"}
        ],
    }
)


@pytest.mark.parametrize(
    ("body", "form", "date"),
    [
        (rss(item(pubDate="Sun, 01 Mar 2026 05:00:00 GMT")), "rss20", 1),
        (RSS_10, "rss10", 1),
        (RSS_091, "rss091u", None),
        (ATOM_03, "atom03", 1),
        (ATOM_10, "atom10", 1),
        (JSON_11, "json11", 1),
        (JSON_11.replace("version/1.1", "version/1"), "json10", 1),
    ],
)
def test_every_dialect_gives_the_same_article(body: str, form: str, date: int | None) -> None:
    """RSS 0.9x to 2.0, Atom 0.3 and 1.0 and both JSON Feeds say the same thing."""
    feed = read(body)
    assert (feed.kind, feed.format, feed.title, feed.problem) == (SourceKind.FEED, form, "Outlet", None)
    (only,) = feed.items
    assert (only.url, only.title) == ("https://outlet.example/a", "A bridge")
    assert only.published_at == (datetime(2026, 3, date, 5, tzinfo=UTC) if date else None)


def test_an_entry_tells_all_it_knows() -> None:
    """Guid, raw date, language and a summary in plain text."""
    feed = read(ATOM_10)
    assert feed.language == "fr-CA"
    assert feed.items[0].guid == feed.items[0].key == "tag:outlet.example,2026:1"
    assert feed.items[0].raw_date == "2026-03-01T05:00:00Z"
    assert feed.items[0].summary == "It & more"


ENCODED = [
    ("windows-1251", "Совет одобрил мост"),
    ("windows-1256", "وافق المجلس على الجسر"),
    ("iso-8859-1", "Le conseil a décidé"),
    ("iso-8859-2", "Rada zatwierdziła żółty most"),
    ("iso-8859-5", "Совет одобрил мост"),
    ("iso-8859-6", "وافق المجلس"),
    ("iso-8859-9", "Köprü için İmza ağı"),
    ("koi8-r", "Совет одобрил мост"),
    ("gb18030", "理事会批准修建大桥"),
    ("utf-16", "Hội đồng thông qua"),
    ("utf-8", "Hội đồng thông qua"),
]


@pytest.mark.parametrize(("codec", "title"), ENCODED)
def test_the_http_charset_counts(codec: str, title: str) -> None:
    """A feed without a declaration is read in the charset of its header."""
    body = rss(item(title=title)).replace('<?xml version="1.0"?>', "").encode(codec)
    assert read(body, f"application/rss+xml; charset={codec}").items[0].title == title


@pytest.mark.parametrize("content_type", [None, "text/xml", "application/rss+xml", "text/html"])
@pytest.mark.parametrize(("codec", "title"), ENCODED)
def test_the_declared_encoding_counts(codec: str, title: str, content_type: str | None) -> None:
    """Without a charset in the header the XML declaration decides, whatever the media type."""
    body = rss(item(title=title)).replace('version="1.0"?', f'version="1.0" encoding="{codec}"?').encode(codec)
    assert read(body, content_type).items[0].title == title


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_counts(codec: str) -> None:
    """A mark decides without any declaration."""
    assert read(rss(item(title="Ngày mới")).encode(codec), "text/xml").items[0].title == "Ngày mới"


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("AT&amp;amp;T &amp;lt;b&amp;gt;wins&amp;lt;/b&amp;gt;", "AT&T wins"),
        ("<![CDATA[A <b>bold</b> <i class='x'>step</i>]]>", "A bold step"),
        ("<![CDATA[Caf&eacute; &#8211; open]]>", "Café – open"),
        ("Why &amp;lt;head&amp;gt; matters", "Why <head> matters"),
        ("1 &lt; 2 &amp; 3 &gt; 2", "1 < 2 & 3 > 2"),
        ("  two\n lines\t", "two lines"),
        ("Rates &#x00002014; 5&#0037; &#x1F600;", "Rates — 5% 😀"),
    ],
)
def test_titles_are_plain_text(written: str, title: str) -> None:
    """Escaped twice or marked up, a headline comes out as a reader sees it; signs and other brackets stay."""
    assert read(rss(item(title=written))).items[0].title == title


def test_relative_addresses_are_resolved() -> None:
    """By xml:base where there is one, else by the feed's own address; mail addresses are no articles."""
    based = (
        '<rss version="2.0"><channel xml:base="https://cdn.example/fr/">' + item("x?a=1&amp;b=2") + "</channel></rss>"
    )
    assert read(based).items[0].url == "https://cdn.example/fr/x?a=1&b=2"
    assert read(rss(item("../b"))).items[0].url == "https://outlet.example/b"
    assert read(rss(item("mailto:desk@outlet.example"))).problem == "its items name no web address"


def test_the_article_behind_a_feed_service_is_found() -> None:
    """FeedBurner names the outlet's own address next to its redirect; a permalink guid serves without a link."""
    burned = rss(
        '<item xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"><link>https://feeds.example/~r/1</link>'
        "<feedburner:origLink>https://outlet.example/a</feedburner:origLink></item>"
    )
    assert read(burned).items[0].url == "https://outlet.example/a"
    assert read(rss("<item><guid>https://outlet.example/g</guid></item>")).items[0].url == "https://outlet.example/g"
    assert read(rss("<item><guid>42</guid><title>T</title></item>")).items == ()


def test_a_guid_does_not_depend_on_where_the_feed_lives() -> None:
    """A feed that moves keeps its identities: a guid such as `42` is not resolved to an address."""
    assert read(rss(item(guid="42"))).items[0].key == "42"


def test_media_do_not_disturb() -> None:
    """Podcasts and media items are items like others, their media titles ignored."""
    body = rss(
        '<item xmlns:media="http://search.yahoo.com/mrss/"><title>A bridge</title><link>/a</link>'
        '<enclosure url="https://cdn.example/a.mp3" type="audio/mpeg" length="1"/>'
        '<media:content url="https://cdn.example/a.jpg"><media:title>A photo</media:title></media:content></item>'
    )
    (only,) = read(body).items
    assert (only.title, only.url) == ("A bridge", "https://outlet.example/a")


@pytest.mark.parametrize(
    ("head", "seconds"),
    [
        ("<ttl>60</ttl>", 3600),
        ("<ttl> 15 minutes</ttl>", 900),
        ("<ttl>0</ttl>", None),
        ("<ttl>soon</ttl>", None),
        ("<ttl>999999999</ttl>", 366 * 86400),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", 1800),
        ("<sy:updatePeriod>\n Dayly </sy:updatePeriod>", 86400),
        ("<sy:updatePeriod>weekley</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", 604800),
        ("<ttl>5</ttl><sy:updatePeriod>daily</sy:updatePeriod>", 300),
        ("<sy:updatePeriod>always</sy:updatePeriod>", None),
        ("", None),
    ],
)
def test_the_publisher_says_how_often_to_ask(head: str, seconds: int | None) -> None:
    """The ttl in minutes, else the update period, misspelt as it often is."""
    body = rss(item(), head).replace("<rss ", '<rss xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" ')
    assert read(body).ttl_s == seconds


@pytest.mark.parametrize(
    ("written", "tag"), [("en_us", "en-US"), ("AR", "ar"), ("zh-hant-tw", "zh-Hant-TW"), ("English (UK)", None)]
)
def test_the_language_is_a_tag_or_nothing(written: str, tag: str | None) -> None:
    """Tags are put in their usual case; names of languages are not guessed at."""
    assert read(rss(item(), f"<language>{written}</language>")).language == tag


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "empty"),
        (b" \n\xef\xbb\xbf ", "empty"),
        (b"<!DOCTYPE html><html><body>Hello</body></html>", "an HTML page, not a feed"),
        (b"<html><head><title>Just a moment...</title></head></html>", "an HTML page, not a feed"),
        (b"<div>Access denied</div>", "an HTML page, not a feed"),
        (b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'/>", "a sitemap, not a feed"),
        (b"<opml version='2.0'/>", "XML, but not a feed"),
        (b"Service unavailable", "text, not a feed"),
        (b'{"error": "no"}', "not a JSON Feed"),
        (b'{"items": ', "cannot be read"),
        (b"[" * 100_000, "cannot be read"),
        (rss("").encode(), "has no items"),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'></feed>", "has no items"),
    ],
)
def test_what_is_no_feed_is_named(body: bytes, says: str) -> None:
    """The problem says in plain words what was found instead."""
    feed = read(body, "application/rss+xml")
    assert feed.items == ()
    assert says in (feed.problem or "")


@pytest.mark.parametrize(
    "body",
    [
        rss(item(title="Fish & chips")),
        rss(item(title="Caf&eacute;")),
        rss(item(title="Control \x0b character")),
        "\n\n" + rss(item()),
        "<br />\n<b>Warning</b>: something on line 3<br />\n" + rss(item()),
        "<!-- served by cache --><?xml-stylesheet href='x'?>" + rss(item()).removeprefix('<?xml version="1.0"?>'),
        '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://nowhere.invalid/rss.dtd">' + rss(item())[21:],
        rss(item(title="Broken &#9999999999; reference")),
        rss(item(title="Half &#xD83D; a &#55296; character &#x110000;")),
        rss(item()).replace("</channel>", ""),
    ],
)
def test_malformed_feeds_are_read(body: str) -> None:
    """Bare ampersands, undeclared entities, control characters, junk in front, a missing end: all is read."""
    feed = read(body)
    assert [entry.url for entry in feed.items] == ["https://outlet.example/a"]
    assert feed.problem is None


def test_a_cut_off_feed_gives_what_arrived() -> None:
    """Items before the cut are kept, and the cut is told."""
    body = rss(item("/a") + item("/b") + item("/c"))
    feed = read(body[: body.index("/c")])
    assert [entry.url for entry in feed.items][:2] == ["https://outlet.example/a", "https://outlet.example/b"]
    assert "cut off" in (feed.problem or "")


def test_a_gzipped_feed_is_unpacked() -> None:
    """Some servers hand out the file `feed.xml.gz` itself."""
    assert len(read(gzip.compress(rss(item()).encode()), "application/x-gzip").items) == 1


def test_entities_are_not_expanded_without_end() -> None:
    """Entities that multiply do not fill the memory."""
    lines = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    body = rss(item(title="&a11;")).replace("?>", f'?><!DOCTYPE rss [<!ENTITY a0 "aaaaaaaaaa">{lines}]>', 1)
    assert len(read(body).items[0].title or "") <= 1000


@pytest.mark.parametrize(
    "junk",
    [b"\x00" * 50_000_000, b"<" * 50_000_000, b"<rss><channel>" + b"<a>" * 3_000_000, b"<rss>" + b"&" * 9_000_000],
)
def test_junk_ends_quickly_with_a_problem(junk: bytes) -> None:
    """Fifty megabytes of nothing are refused before the slow parser sees them."""
    feed = read(junk)
    assert feed.items == ()
    assert feed.problem


def test_a_tag_of_endless_attributes_is_refused() -> None:
    """Its attributes would cost time that grows with their square."""
    attributes = " ".join(f"a{n}='1'" for n in range(100_000))
    assert "attributes" in (read(rss(f"<item {attributes}/>")).problem or "")


def test_an_endless_feed_is_read_to_a_bound() -> None:
    """The first 5,000 items are kept and the rest is told."""
    feed = read(rss("".join(f"<item><link>/{number}</link></item>" for number in range(MAX_ITEMS + 10))))
    assert len(feed.items) == MAX_ITEMS
    assert feed.items[-1].url == f"https://outlet.example/{MAX_ITEMS - 1}"
    assert "5000" in (feed.problem or "")


def test_the_same_bytes_give_the_same_feed() -> None:
    """Reading is deterministic."""
    assert read(ATOM_10) == read(ATOM_10)


def test_reading_opens_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bytes of a feed are never taken for a file name, and all that is needed is loaded beforehand."""
    site_of(URL)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError("a locked-down worker cannot open files")

    monkeypatch.setattr("builtins.open", refuse)
    monkeypatch.setattr("io.open", refuse)
    for body in (rss(item("https://пример.рф/", title="Caf&eacute; & bar")), RSS_10, ATOM_10, JSON_11):
        assert len(read(body).items) == 1
