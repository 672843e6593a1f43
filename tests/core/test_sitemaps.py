"""Sitemaps: news tags, plain lists, indexes and gzip, however the server writes them."""

import gzip
import random
from datetime import UTC, datetime

import pytest

from monitor.core.sitemaps import MAX_ITEMS, parse_sitemap
from monitor.interfaces import ParsedFeed, ReadRequest, Task
from monitor.model import SourceKind

NS = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS_NS = "http://www.google.com/schemas/sitemap-news/0.9"


def read(body: str | bytes, content_type: str | None = "application/xml") -> ParsedFeed:
    """Parse a sitemap found at the root of an outlet."""
    raw = body.encode() if isinstance(body, str) else body
    return parse_sitemap(ReadRequest(Task.SITEMAP, "https://outlet.example/sitemap.xml", raw, content_type))


def urlset(entries: str) -> str:
    """Wrap entries in a plain urlset."""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{NS}">{entries}</urlset>'


def news(prefix: str = "news", declared: bool = True) -> str:
    """Write a news sitemap of one article with an image, under any prefix."""
    p, declaration = prefix, f' xmlns:{prefix}="{NEWS_NS}"' if declared else ""
    return f"""<urlset xmlns="{NS}"{declaration} xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"><url>
    <loc> https://outlet.example/a </loc><lastmod>2026-03-02</lastmod>
    <image:image><image:loc>https://outlet.example/a.jpg</image:loc><image:title>A photo</image:title></image:image>
    <{p}:news><{p}:publication><{p}:name>Outlet</{p}:name><{p}:language>fr</{p}:language></{p}:publication>
    <{p}:publication_date>2026-03-01T08:00:00+03:00</{p}:publication_date>
    <{p}:title>Le pont &amp;amp; la mer</{p}:title></{p}:news></url></urlset>"""


@pytest.mark.parametrize(("prefix", "declared"), [("news", True), ("n", True), ("news", False)])
def test_a_news_sitemap_tells_title_date_and_language(prefix: str, declared: bool) -> None:
    """Under any prefix, even one never declared; image titles stay out."""
    sitemap = read(news(prefix, declared))
    assert (sitemap.kind, sitemap.format, sitemap.problem) == (SourceKind.SITEMAP, "news-sitemap", None)
    assert (sitemap.language, sitemap.title) == ("fr", "Outlet")
    (only,) = sitemap.items
    assert (only.url, only.title) == ("https://outlet.example/a", "Le pont & la mer")
    assert only.key == only.url
    assert (only.raw_date, only.published_at) == ("2026-03-01T08:00:00+03:00", datetime(2026, 3, 1, 5, tzinfo=UTC))


def test_a_plain_sitemap_is_told_from_a_news_sitemap() -> None:
    """Its dates are those of the last modification; without a namespace it is read too."""
    for text in (
        urlset("<url><loc>/a</loc><lastmod>2026-03-01</lastmod></url>"),
        "<urlset><url><loc>/a</loc></url></urlset>",
    ):
        sitemap = read(text)
        assert sitemap.format == "sitemap"
        assert [entry.url for entry in sitemap.items] == ["https://outlet.example/a"]


def test_an_index_names_its_parts_newest_first() -> None:
    """Undated parts come last, repeated ones once."""
    parts = "".join(
        f"<sitemap><loc>https://outlet.example/{name}.xml</loc>{date}</sitemap>"
        for name, date in [
            ("none", ""),
            ("old", "<lastmod>2025-01-01</lastmod>"),
            ("new", "<lastmod>2026-03-01T00:00:00Z</lastmod>"),
            ("old", ""),
        ]
    )
    sitemap = read(f'<sitemapindex xmlns="{NS}">{parts}</sitemapindex>')
    assert sitemap.format == "sitemap-index"
    assert sitemap.parts == tuple(f"https://outlet.example/{name}.xml" for name in ("new", "old", "none"))
    assert (sitemap.items, sitemap.problem) == ((), None)


def test_gzip_is_read_by_its_magic() -> None:
    """Whatever the server calls it; several members count as one file."""
    first, second = news()[:200].encode(), news()[200:].encode()
    assert len(read(gzip.compress(first) + gzip.compress(second), "text/plain").items) == 1


def test_a_cut_off_gzip_gives_what_arrived() -> None:
    """The entries that could be unpacked are kept, and the fault is told."""
    chance = random.Random(1)
    entries = "".join(f"<url><loc>/{chance.getrandbits(64):x}</loc></url>" for _ in range(200))
    sitemap = read(gzip.compress(urlset(entries).encode())[:-1000])
    assert 0 < len(sitemap.items) < 200
    assert "cut off" in (sitemap.problem or "")
    assert "broken" in (read(b"\x1f\x8b" + b"x" * 50).problem or "")


def test_a_gzip_bomb_is_unpacked_to_a_bound() -> None:
    """Two hundred megabytes in two hundred kilobytes end at fifty."""
    bomb = gzip.compress(b"<urlset>" + b" " * 200_000_000, compresslevel=1)
    sitemap = read(bomb)
    assert sitemap.items == ()
    assert "50 MB" in (sitemap.problem or "")


def test_a_text_sitemap_is_a_list_of_addresses() -> None:
    """One a line; a text that only mentions addresses is none."""
    sitemap = read("\ufeffhttps://outlet.example/a\r\n\nhttps://outlet.example/b\n", "text/plain")
    assert sitemap.format == "text-sitemap"
    assert [entry.url for entry in sitemap.items] == ["https://outlet.example/a", "https://outlet.example/b"]
    assert "text without web addresses" in (
        read("Not found.\nSee\nhttps://outlet.example/", "text/plain").problem or ""
    )


def test_of_a_long_sitemap_the_newest_are_kept() -> None:
    """A thousand by date, wherever they stand in the file."""
    entries = [
        f"<url><loc>/{day}</loc><lastmod>{2000 + day // 300}-01-{day % 28 + 1:02}</lastmod></url>"
        for day in range(3000)
    ]
    random.Random(1).shuffle(entries)
    sitemap = read(urlset("".join(entries) + "<url><loc>/undated</loc></url>"))
    assert len(sitemap.items) == MAX_ITEMS
    assert min(entry.raw_date[:4] for entry in sitemap.items if entry.raw_date) == "2006"
    assert all(entry.raw_date for entry in sitemap.items)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "empty"),
        (b"<!doctype html><p>404</p>", "an HTML page, not a sitemap"),
        (b"{}", "JSON, not a sitemap"),
        (b"<rss version='2.0'><channel/></rss>", "no items"),
        (b"<opml/>", "XML, but not a sitemap"),
        (f'<sitemapindex xmlns="{NS}"/>'.encode(), "names no sitemaps"),
        (urlset("<url><loc>mailto:x</loc></url>").encode(), "names no pages"),
        (urlset("<uri><loc>/a</loc></uri>").encode(), "names no pages"),
        (
            b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><urlset><url><loc>&a;</loc></url></urlset>',
            "entities",
        ),
    ],
)
def test_what_is_no_sitemap_is_named(body: bytes, says: str) -> None:
    """The problem says in plain words what was found instead."""
    sitemap = read(body)
    assert (sitemap.items, sitemap.parts) == ((), ())
    assert says in (sitemap.problem or "")


def test_a_quiet_news_sitemap_is_no_fault() -> None:
    """It holds the news of two days, and there may have been none."""
    sitemap = read(urlset("").encode())
    assert (sitemap.items, sitemap.problem) == ((), None)


def test_a_broken_sitemap_gives_its_entries() -> None:
    """Bare ampersands and a missing end do not cost what could be read."""
    sitemap = read(f'<urlset xmlns="{NS}"><url><loc>/a?x=1&y=2</loc></url><url><loc>/b</loc></url><url><lo')
    assert [entry.url for entry in sitemap.items][-1] == "https://outlet.example/b"
    assert len(sitemap.items) == 2


def test_mutated_sitemaps_never_raise() -> None:
    """Random edits give a value every time: items, parts or a problem."""
    chance = random.Random(7)
    seeds = [news().encode(), urlset("<url><loc>/a</loc></url>").encode(), gzip.compress(news().encode())]
    for _ in range(600):
        body = bytearray(chance.choice(seeds))
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(body))
            body[at : at + chance.randint(0, 9)] = chance.randbytes(chance.randint(0, 4))
        sitemap = read(bytes(body), chance.choice([None, "text/xml; charset=utf-16", "text/html"]))
        assert sitemap.items or sitemap.parts or sitemap.problem or b"loc>" not in body  # a quiet one names nothing
