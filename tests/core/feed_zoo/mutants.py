"""Mutate documents as broken servers and hostile ones would: seeded, so that every run sees the same."""

import json
from collections.abc import Iterator
from random import Random

from monitor.interfaces import Task
from tests.core.feed_zoo import parts
from tests.core.feed_zoo.building import SHELLS, assemble, item_part, plain_item

CODECS = ("utf-8", "utf-8", "utf-8", "cp1251", "cp1256", "koi8-r", "utf-16", "utf-16-be", "gb18030", "iso8859-2")
CONTENT_TYPES = (
    None,
    "text/xml",
    "application/rss+xml; charset=utf-8",
    "text/html; charset=big5",
    "text/xml; charset=utf-16",
    "application/json",
    "text/plain; charset=windows-1251",
    "text/xml; charset=utf-7",
)
INSERTS = (
    b"&#x", b"<![CDATA[", b"]]>", b"&#99999999;", b"<", b"\x00", b"<!", b"'\">", b"<!DOCTYPE rss [<!ENTITY a 'b'>]>",
    b"&a;", b"<item>", b"</item>", b"<!--", b"-->", b"\xff\xfe", b"<?xml encoding='utf-16'?>", b"xml:base='http://['",
    b"&nbsp;", b"<div>", b"</title>", b" xmlns:dc='urn:x'", b"<geo:lat>x</geo:lat>", b"<psc:chapter/>", b'":', b"{[",
    "Ё\u2028ى𝄞".encode(), b"9" * 5000, b"https://[::1", b"http://\xc2\xad/", b"<link>//[</link>",
    b"\x1b$B", b"<base href='x:'>", b"<gml:pos>1</gml:pos>",
)  # fmt: skip
SITEMAP = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://outlet.example/2026/a-long-story</loc>
<lastmod>2026-03-01</lastmod><news:news><news:publication><news:name>Outlet</news:name><news:language>en</news:language>
</news:publication><news:publication_date>2026-03-01T05:00:00Z</news:publication_date><news:title>A bridge</news:title>
</news:news></url></urlset>"""
INDEX = "<sitemapindex><sitemap><loc>/news.xml</loc><lastmod>2026-03-01</lastmod></sitemap></sitemapindex>"
PAGE = """<!doctype html><html lang="fr"><head><title>Outlet</title><base href="/fr/">
<link rel="alternate" type="application/rss+xml" href="/feed"><meta property="og:title" content="Outlet"></head><body>
<nav><a href="/news">News</a><a href="/sport">Sport</a></nav><main><article><h2>
<a href="/2026/03/01/a-bridge-opens-today">
A bridge opens today, at last</a></h2><time datetime="2026-03-01">1 mars</time></article><article><h2>
<a href="/2026/03/02/council-votes-for-water">Council votes for water</a></h2></article></main></body></html>"""
ROBOTS = """User-agent: *
Disallow: /private/*.html$
Allow: /private/open
Crawl-delay: 2.5
Request-rate: 1/5m
Visit-time: 0600-0845
# a comment
User-agent: Monitor
Disallow: /search?q=
Sitemap: https://outlet.example/sitemap.xml
"""
JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Outlet",
        "hubs": [{"type": "WebSub", "url": "https://hub.example/"}],
        "items": [{"id": 7, "url": "/a", "title": "A \ud83d bridge", "date_published": "2026-03-01T05:00:00Z"}],
    }
)


def feed_seeds(chance: Random, count: int) -> list[bytes]:
    """Build feeds of every format out of odd parts, in many encodings, some of them declared."""

    def pick(choices: tuple[str, ...]) -> str:
        return chance.choice(choices)

    seeds = [JSON_FEED.encode()]
    while len(seeds) < count:
        items = [
            plain_item(pick) + [item_part(pick) for _ in range(chance.randrange(4))]
            for _ in range(chance.randint(1, 2))
        ]
        head = [pick(parts.CHANNEL_WHOLE) for _ in range(chance.randrange(3))]
        codec = pick(CODECS)
        declared = f'<?xml version="1.0" encoding="{codec}"?>' if chance.random() < 0.7 else ""
        text = declared + assemble(pick(tuple(SHELLS)), head, items, parts.SPACES)
        seeds.append(text.encode(codec, "xmlcharrefreplace"))
    return seeds


def mutate(chance: Random, body: bytes, others: list[bytes], most: int = 8) -> bytes:
    """Return a document with one to `most` faults."""
    mutant = bytearray(body)
    for _ in range(chance.randint(1, most)):
        _fault(chance, mutant, others)
    return bytes(mutant)


def _fault(chance: Random, body: bytearray, others: list[bytes]) -> None:
    at = chance.randrange(len(body) + 1)
    match chance.randrange(8):
        case 0 if at < len(body):  # a flipped bit
            body[at] ^= 1 << chance.randrange(8)
        case 1 if at < len(body):  # another byte
            body[at] = chance.randrange(256)
        case 2:  # a part is missing
            del body[at : at + chance.randint(1, 40)]
        case 3:  # a part comes twice, or often
            body[at:at] = body[at : at + chance.randint(1, 80)] * chance.choice((1, 1, 2, 30))
        case 4:  # a part of another document
            other = chance.choice(others)
            start = chance.randrange(len(other))
            body[at:at] = other[start : start + chance.randint(1, 200)]
        case 5 if chance.random() < 0.3:  # cut off
            del body[at:]
        case 6:  # white space goes wrong
            body[at:at] = chance.choice((b"\r", b"\t\n", b"\xa0", b"\xe2\x80\xa8"))
        case _:
            body[at:at] = chance.choice(INSERTS)


def mutants(seed: int, count: int) -> Iterator[tuple[Task, bytes, str | None]]:
    """Yield mutated documents with the task to read them by: mostly feeds, also sitemaps, listings and pages."""
    chance = Random(seed)
    seeds = {
        Task.FEED: feed_seeds(chance, 60),
        Task.SITEMAP: [SITEMAP.encode(), INDEX.encode(), b"https://outlet.example/a\nhttps://outlet.example/b\n"],
        Task.LISTING: [PAGE.encode()],
        Task.PAGE: [PAGE.encode(), SITEMAP.encode()],
    }
    everything = [body for bodies in seeds.values() for body in bodies]
    for _ in range(count):
        task = chance.choices(tuple(seeds), (75, 10, 8, 7))[0]
        source = chance.choice(seeds[task] if chance.random() < 0.9 else everything)
        yield task, mutate(chance, source, everything), chance.choice(CONTENT_TYPES)
