"""Measure how many feeds a second are read: `python -m benchmarks.feeds`.

Prints, for each kind of feed, what `core.feeds.parse_feed` reads in a second of CPU time, what feedparser alone does as
it comes, what it does with its sanitising and URL resolution off, and how they compare. Every figure is the best of
several rounds, all on the same bytes in the same run; trust the ratios more than the figures.
"""

from collections.abc import Callable
from functools import partial
from html import escape
from io import BytesIO
from random import Random
from time import process_time

import feedparser

from benchmarks.aims import state
from monitor.core.feeds import parse_feed
from monitor.interfaces import ReadRequest, Task

ITEMS = 40
ROUNDS = 5
URL = "https://outlet.example/feed.xml"
WORDS = {
    "en": "council bridge vote minister water harvest city new road strike school river train price law night storm",
    "ru": "совет мост выборы министр вода урожай город новый дорога забастовка школа река поезд цена закон ночь",
    "ar": "المجلس الجسر الوزير الماء المدينة الجديد الطريق المدرسة النهر القطار السعر القانون الليل العاصفة",
}
SPACES = (
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"'
)


def main() -> None:
    """Print the table."""
    print(f"{'feed':<26}{'KB':>5}{'ours':>9}{'feedparser':>12}{'unsanitised':>13}{'ratio':>8}{'ratio':>7}   feeds/s")
    ratios: list[float] = []
    for name, body in generated().items():
        ours = rate(partial(parse_feed, ReadRequest(Task.FEED, URL, body, "application/xml; charset=utf-8")))
        default = rate(partial(with_feedparser, body))
        bare = rate(partial(with_feedparser, body, sanitize_html=False, resolve_relative_uris=False))
        figures = f"{ours:9.0f}{default:12.1f}{bare:13.1f}{ours / default:8.1f}{ours / bare:7.1f}"
        print(f"{name:<26}{len(body) // 1000:5}{figures}")
        ratios.append(ours / default)
    told = f"{min(ratios):.1f} to {max(ratios):.1f} times feedparser as it comes"
    state("feeds read", told, "1.0 or more", min(ratios) >= 1.0)


def with_feedparser(body: bytes, **options: bool) -> None:
    """Parse as a user of feedparser would."""
    feedparser.parse(BytesIO(body), response_headers={"content-type": "application/xml; charset=utf-8"}, **options)


def rate(read: Callable[[], object]) -> float:
    """Return how often a second something can be done, from the best of several rounds."""
    read()
    began = process_time()
    read()
    often = max(1, int(0.15 / max(process_time() - began, 1e-4)))
    return max(often / timed(read, often) for _ in range(ROUNDS))


def timed(read: Callable[[], object], often: int) -> float:
    """Return the CPU seconds of doing something so often."""
    began = process_time()
    for _ in range(often):
        read()
    return process_time() - began


def generated() -> dict[str, bytes]:
    """Make the feeds: summaries and whole articles, three formats, three scripts, and two that take the slow way."""
    chance = Random(1)
    rss = {
        f"rss20 {language} {size}": rss20(chance, language, words)
        for language, size, words in (
            ("en", "summary", 0),
            ("en", "full", 400),
            ("ru", "full", 250),
            ("ar", "full", 250),
        )
    }
    full = rss["rss20 en full"]
    others = {"atom10 en summary": atom10(chance, 0), "atom10 en full": atom10(chance, 400), "rss10 ru": rss10(chance)}
    slow = {
        "rss20 en full, malformed": full.replace(b"</title>", b"&nbsp;</title>", 3),
        "rss20 en full, xml:base": full.replace(b"<channel>", b'<channel xml:base="https://outlet.example/">'),
    }
    return rss | others | slow


def rss20(chance: Random, language: str, length: int) -> bytes:
    """Write RSS 2.0 as WordPress does, with a photo in each item."""
    items = "".join(rss20_item(partial(words, chance, language), number, length) for number in range(ITEMS))
    head = f"<title>Outlet</title><link>https://outlet.example/</link><language>{language}</language><ttl>15</ttl>"
    return f'<?xml version="1.0"?><rss version="2.0"{SPACES}><channel>{head}{items}</channel></rss>'.encode()


def rss20_item(said: Callable[[int], str], number: int, length: int) -> str:
    """Write one item, with the whole article where a length is given."""
    full = f"<content:encoded><![CDATA[{article(said, length)}]]></content:encoded>" if length else ""
    return (
        f"<item><title>{said(9)} &amp; {number}</title><link>{address(number)}?utm_source=rss</link>"
        f'<guid isPermaLink="false">https://outlet.example/?p={number}</guid><pubDate>{rfc822(number)}</pubDate>'
        f"<dc:creator><![CDATA[{said(2)}]]></dc:creator><category>{said(1)}</category>"
        f"<description><![CDATA[<p>{said(45)}</p>]]></description>{full}"
        f'<media:content url="https://cdn.example/{number}.jpg" medium="image"><media:title>{said(4)}</media:title>'
        "</media:content></item>\n"
    )


def atom10(chance: Random, length: int) -> bytes:
    """Write Atom 1.0 with its text escaped."""
    entries = "".join(
        f"<entry><id>tag:outlet.example,2026:{number}</id><title>{words(chance, 'en', 9)}</title>"
        f'<link rel="alternate" type="text/html" href="{address(number)}"/><published>{iso(number)}</published>'
        f"<updated>{iso(number)}</updated><author><name>{words(chance, 'en', 2)}</name></author>"
        f"<summary>{words(chance, 'en', 45)}</summary>"
        + (f'<content type="html">{escape(article(partial(words, chance, "en"), length))}</content>' if length else "")
        + "</entry>\n"
        for number in range(ITEMS)
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Outlet</title>{entries}</feed>'.encode()


def rss10(chance: Random) -> bytes:
    """Write RSS 1.0 with dates of Dublin Core."""
    items = "".join(
        f'<item rdf:about="{address(number)}"><title>{words(chance, "ru", 9)}</title><link>{address(number)}</link>'
        f"<description>{words(chance, 'ru', 45)}</description><dc:date>{iso(number)}</dc:date></item>\n"
        for number in range(ITEMS)
    )
    return (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://outlet.example/"><title>Outlet</title>'
        f"</channel>{items}</rdf:RDF>"
    ).encode()


def article(said: Callable[[int], str], length: int) -> str:
    """Write an article of so many words in paragraphs with a link each."""
    return "".join(f'<p>{said(35)} <a href="{address(1)}">{said(3)}</a>.</p>\n' for _ in range(length // 38))


def words(chance: Random, language: str, count: int) -> str:
    """Return words by chance."""
    return " ".join(chance.choices(WORDS[language].split(), k=count))


def address(number: int) -> str:
    """Return the address of an article."""
    return f"https://outlet.example/2026/03/01/a-story-that-is-told-at-length-{number}"


def rfc822(number: int) -> str:
    """Return a date as RSS writes it."""
    return f"Sun, 01 Mar 2026 {number % 24:02}:15:00 +0100"


def iso(number: int) -> str:
    """Return a date as Atom writes it."""
    return f"2026-03-01T{number % 24:02}:15:00+01:00"


if __name__ == "__main__":
    main()
