"""Read what a request asks for out of its bytes: the one way into feeds, sitemaps, listings, pages and articles."""

from collections.abc import Callable

from monitor.interfaces import Reading, ReadRequest, Task


def read(request: ReadRequest) -> Reading:
    """Return what the bytes say, as the reader of the task sees it. What a reader raises goes through.

    Runs for as long as hostile bytes make it (37 s in C code for 420 KiB were seen): call it where it can be killed.
    """
    return _READERS[request.task](request)


def warm() -> None:
    """Pay for the imports and tables of article reading now, so that the first article is as quick as the next."""
    text = "The council met on Tuesday, and voted for the new bridge after a long debate about its cost. " * 4
    page = f"<html><head><title>A bridge</title></head><body><article><p>{text}</p></article></body></html>"
    read(ReadRequest(Task.ARTICLE, "https://example.org/2026/01/02/bridge", page.encode(), "text/html; charset=utf-8"))


# Imported when first needed: a process that only reads feeds does not pay 100 MiB for trafilatura.


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
