"""One way in: the task decides who reads."""

import subprocess
import sys

import pytest

from monitor.core.reading import read, warm
from monitor.interfaces import Extraction, PageReading, ParsedFeed, ReadRequest, Task
from monitor.model import Quality, SourceKind
from tests.core.newspages import SAMPLES

FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Bell</title><link>https://bell.example/</link>
<item><title>Bridge</title><link>https://bell.example/1</link><guid>1</guid></item></channel></rss>"""
SITEMAP = b"""<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://bell.example/1</loc><news:news>
<news:publication><news:name>Bell</news:name><news:language>en</news:language></news:publication>
<news:publication_date>2026-11-05</news:publication_date><news:title>Bridge</news:title></news:news></url></urlset>"""
LISTING = (
    b"<html><body><h1>News</h1>"
    + b"".join(
        b"<article><h2><a href='/2026/11/05/long-story-of-bridge-%d'>A long story about the bridge number %d</a></h2>"
        b"</article>" % (n, n)
        for n in range(8)
    )
    + b"</body></html>"
)


def test_every_task_has_its_reader() -> None:
    """Feeds, sitemaps, listings, articles and pages."""
    feed = read(ReadRequest(Task.FEED, "https://bell.example/feed", FEED, "application/rss+xml"))
    sitemap = read(ReadRequest(Task.SITEMAP, "https://bell.example/sitemap.xml", SITEMAP, "application/xml"))
    listing = read(ReadRequest(Task.LISTING, "https://bell.example/", LISTING, "text/html"))
    page = read(ReadRequest(Task.PAGE, "https://bell.example/", LISTING, "text/html"))
    article = read(ReadRequest(Task.ARTICLE, SAMPLES[0].url, SAMPLES[0].body, "text/html"))
    assert isinstance(feed, ParsedFeed)
    assert feed.kind is SourceKind.FEED
    assert isinstance(sitemap, ParsedFeed)
    assert sitemap.kind is SourceKind.SITEMAP
    assert isinstance(listing, ParsedFeed)
    assert listing.kind is SourceKind.LISTING
    assert isinstance(page, PageReading)
    assert isinstance(article, Extraction)
    assert article.quality is Quality.COMPLETE


@pytest.mark.parametrize("task", list(Task))
@pytest.mark.parametrize("body", [b"", b"\x00\xff", b"<", b"not what was asked for"])
def test_no_reader_raises_on_what_is_none(task: Task, body: bytes) -> None:
    """Bytes that are nothing still give a reading."""
    read(ReadRequest(task, "https://bell.example/x", body, None))


def test_warming_imports_what_readers_need_and_importing_does_not() -> None:
    """A process that reads nothing pays neither for trafilatura nor for feedparser."""
    look = "print('trafilatura' in sys.modules, 'feedparser' in sys.modules)"
    code = f"import sys, monitor.core.reading as reading; {look}; reading.warm(); {look}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["False", "False", "True", "True"]
    warm()


def test_nothing_is_imported_after_warming() -> None:
    """A confined worker could not; and the first reading would pay for it."""
    code = (
        "import sys; from monitor.core.reading import *; from tests.core.test_reading import FEED, SITEMAP, LISTING\n"
        "from tests.core.newspages import SAMPLES; from monitor.interfaces import ReadRequest, Task\n"
        "warm(); before = set(sys.modules)\n"
        "for task in Task:\n"
        "    for body in (FEED, SITEMAP, LISTING, SAMPLES[0].body):\n"
        "        read(ReadRequest(task, 'https://bell.example/x', body))\n"
        "print(sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
