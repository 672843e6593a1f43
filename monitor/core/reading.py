"""Read what a request asks for out of its bytes: the one way into feeds, sitemaps, listings, pages and articles."""

from collections.abc import Callable

from monitor.core.cheaper import cut_down, told
from monitor.interfaces import Reading, ReadRequest, Task

_WARMING = {
    Task.ARTICLE: "<html><head><title>A bridge</title></head><body><article><p>{text}</p></article></body></html>",
    Task.FEED: "<rss version='2.0'><channel><title>x</title><item><title>x</title><link>/1</link>"
    "<pubDate>Fri, 02 Jan 2026 12:00:00 GMT</pubDate></item></channel></rss>",
    Task.SITEMAP: "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>https://example.org/1</loc>"
    "<lastmod>2026-01-02</lastmod></url></urlset>",
    Task.LISTING: "<html><body><a href='/2026/01/02/bridge'>{text}</a> <time>2 January 2026</time></body></html>",
    Task.PAGE: "<html><body><p>{text}</p><a href='/feed/'>RSS</a></body></html>",
}


def read(request: ReadRequest) -> Reading:
    """Return what the bytes say, as the reader of the task sees it. What a reader raises goes through.

    With `request.cheap`, an article is read in a cheaper way and of everything else only the start, which the reading
    then says. Runs for as long as hostile bytes make it (minutes in C code were seen): call it where it can be killed.
    """
    if request.cheap and request.task is not Task.ARTICLE:
        cut = cut_down(request)
        return told(_READERS[request.task](cut), request, cut)
    return _READERS[request.task](request)


def warm() -> None:
    """Pay for the imports and tables of every reader now, so that the first reading is as quick as the next."""
    text = "The council met on Tuesday, and voted for the new bridge after a long debate about its cost. " * 4
    for task, page in _WARMING.items():
        read(ReadRequest(task, "https://example.org/2026/01/02/bridge", page.replace("{text}", text).encode()))


# Imported when first needed: who only asks what is at an address does not pay 100 MiB for trafilatura.


def _feed(request: ReadRequest) -> Reading:
    from monitor.core.feeds import parse_feed

    return parse_feed(request)


def _sitemap(request: ReadRequest) -> Reading:
    from monitor.core.sitemaps import parse_sitemap

    return parse_sitemap(request)


def _listing(request: ReadRequest) -> Reading:
    from monitor.core.listing import parse_listing

    return parse_listing(request)


def _article(request: ReadRequest) -> Reading:
    from monitor.core.extraction import extract_article

    return extract_article(request)


def _page(request: ReadRequest) -> Reading:
    from monitor.core.discovery import read_page

    return read_page(request)


_READERS: dict[Task, Callable[[ReadRequest], Reading]] = {
    Task.FEED: _feed,
    Task.SITEMAP: _sitemap,
    Task.LISTING: _listing,
    Task.ARTICLE: _article,
    Task.PAGE: _page,
}
