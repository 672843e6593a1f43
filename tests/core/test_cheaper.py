"""What killed its reader is cut down to a start, and the reading says so."""

import gzip

import pytest

from monitor.core.cheaper import CheapPolicy, cut_down
from monitor.core.reading import read
from monitor.interfaces import PageReading, ParsedFeed, ReadRequest, Task

URL = "https://bell.example/x"
SPACE = "xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'"
WORDS = f"<description>{'word ' * 120}</description>"
FEED = (
    "<rss version='2.0'><channel><title>Bell</title>"
    + "".join(f"<item><title>Story {n}</title><link>/{n}</link><guid>{n}</guid>{WORDS}</item>" for n in range(900))
    + "</channel></rss>"
).encode()
SITEMAP = (f"<urlset {SPACE}>" + "".join(f"<url><loc>/s{n}</loc></url>" for n in range(40_000)) + "</urlset>").encode()
LINK = "<h2><a href='/2026/11/05/story-of-the-bridge-{}'>A long story of the bridge, part {}</a></h2>"
PAGE = ("<html><body>" + "".join(LINK.format(n, n) for n in range(30))).encode() + b"<i>x</i>" * 100_000


@pytest.mark.parametrize("body", [FEED, gzip.compress(FEED, mtime=0)])
def test_a_feed_ends_behind_its_last_whole_item(body: bytes) -> None:
    """Packed or not."""
    cut = cut_down(ReadRequest(Task.FEED, URL, body, cheap=True), CheapPolicy(source_bytes=2_000))
    assert cut.body.endswith(b"</item>")
    assert 1_000 < len(cut.body) <= 2_000


def test_what_is_cut_says_so_and_what_is_whole_says_that_it_was_read_again() -> None:
    """The problem is a warning: the items are there."""
    feed = read(ReadRequest(Task.FEED, URL, FEED, cheap=True))
    sitemap = read(ReadRequest(Task.SITEMAP, URL, SITEMAP, cheap=True))
    listing = read(ReadRequest(Task.LISTING, URL, PAGE, cheap=True))
    small = read(ReadRequest(Task.FEED, URL, FEED[:900], cheap=True))
    for found in (feed, sitemap, listing, small):
        assert isinstance(found, ParsedFeed)
        assert found.items
        assert "killed its reader" in (found.problem or "")
    assert isinstance(feed, ParsedFeed)
    assert feed.problem == "only its first 499 KB were read, since the whole killed its reader"
    page = read(ReadRequest(Task.PAGE, URL, PAGE, cheap=True))
    assert isinstance(page, PageReading)
    assert len(page.article_links) == 30
    assert "killed its reader" in page.reason


def test_a_page_is_cut_at_a_tag_and_json_stays_whole() -> None:
    """Half of a JSON document is none."""
    policy = CheapPolicy(source_bytes=100, page_tags=10, page_length=10_000)
    assert cut_down(ReadRequest(Task.PAGE, URL, PAGE, cheap=True), policy).body.count(b"<") == 10
    json = b'{"version":"https://jsonfeed.org/version/1.1","items":[' + b'{"url":"/1"},' * 100 + b"{}]}"
    assert cut_down(ReadRequest(Task.FEED, URL, json, cheap=True), policy).body == json


def test_nothing_readable_is_said_beside_the_cut() -> None:
    """Both are reasons."""
    found = read(ReadRequest(Task.FEED, URL, b"<html>" * 10, cheap=True))
    assert isinstance(found, ParsedFeed)
    assert "not a feed" in (found.problem or "")
    assert "killed its reader" in (found.problem or "")
