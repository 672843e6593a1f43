"""Read RSS, Atom and JSON feeds."""

import re
import xml.sax.expatreader  # noqa: F401  feedparser asks for it at run time, when a locked-down worker cannot import
from collections.abc import Iterator, Mapping
from io import BytesIO
from itertools import islice
from typing import Any

import feedparser

from monitor.core.charset import decode_xml
from monitor.core.dates import parse_date
from monitor.core.feed_bounds import too_costly
from monitor.core.feed_timing import ttl_seconds
from monitor.core.inflate import inflate
from monitor.core.items import with_keys
from monitor.core.jsonfeed import parse_json_feed
from monitor.core.language_tags import language_tag
from monitor.core.markup import one_line, summary_text, title_text
from monitor.core.sniff import FEEDS, SITEMAPS, Form, Sniffed, sniff
from monitor.core.urls import join
from monitor.interfaces import FeedItem, ParsedFeed, ReadRequest
from monitor.model import SourceKind

MAX_BYTES = 10_000_000  # real feeds stay below 5 MB; feedparser reads about 2 MB a second
MAX_ITEMS = 5_000

_ITEM_START = re.compile(r"<(?:[\w.-]{1,40}:)?(?:item|entry)(?=[\s>])", re.IGNORECASE)
_ROOT_END = re.compile(r"</(?:[\w.-]{1,40}:)?(?:rss|feed|rdf|channel)\s*>", re.IGNORECASE)
_NOT_XML = re.compile(  # characters no XML may hold, and references to some that do not exist
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|&#(?:0*[1-9]\\d{6,}|x0*[1-9a-f][0-9a-f]{5,}|x0*d[89a-f][0-9a-f]{2}"
    "|0*5(?:529[6-9]|5[3-9]\\d\\d|6\\d{3}|7(?:[0-2]\\d\\d|3[0-3]\\d|34[0-3])))(?![0-9a-f]);?",
    re.IGNORECASE,
)
_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,400}>")
_DATES = ("published", "updated", "created")
_WHAT = {
    Form.EMPTY: "the answer is empty",
    Form.HTML: "this is an HTML page, not a feed",
    Form.URLSET: "this is a sitemap, not a feed",
    Form.SITEMAP_INDEX: "this is a sitemap index, not a feed",
    Form.XML: "this is XML, but not a feed",
    Form.TEXT: "this is text, not a feed",
}


def parse_feed(request: ReadRequest) -> ParsedFeed:
    """Read a feed: RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, JSON Feed 1.0 and 1.1. Never raises.

    Whatever the server calls it, the content decides. Malformed feeds give the items that could be read. `problem`
    says in plain words that this is no feed, has no items, or was not read to its end; with items it is a warning.
    At most 10 MB and 5,000 items are read. Items are keyed as `items.with_keys` says (guid, guid and link, link,
    title and date); those without a web address are left out. `raw_date` is as written, `published_at` None when it
    cannot be read for certain. Relative addresses are resolved by xml:base, else by the feed's own address.
    """
    body, unpacking = inflate(request.body, MAX_BYTES)
    text = decode_xml(body, request.content_type)
    found = sniff(text)
    if found.form is Form.JSON:
        return parse_json_feed(text[found.start :], request.url, MAX_ITEMS)
    if found.form not in FEEDS:
        name = "sitemap" if found.form in SITEMAPS else str(found.form)
        return _no_feed(name, unpacking if unpacking and found.form is Form.EMPTY else _WHAT[found.form])
    return _read(_tidy(text, found), request.url, unpacking)


def _no_feed(name: str, problem: str) -> ParsedFeed:
    return ParsedFeed(kind=SourceKind.FEED, format=name, problem=problem)


def _tidy(text: str, found: Sniffed) -> str:
    """Drop what XML forbids (one control character costs the strict parser) and junk before the root."""
    prolog = text[: found.start]
    text = text[found.start :] if prolog.strip() and not _DECLARATION.match(prolog.lstrip("\ufeff")) else text
    return _NOT_XML.sub("", text.lstrip("\ufeff \t\r\n"))


def _read(text: str, url: str, unpacking: str | None) -> ParsedFeed:
    text, too_many = _first_items(text)
    if refused := too_costly(text):
        return _no_feed("unknown", refused)
    try:
        # A stream, for feedparser takes bytes for a file name first. Decoded already, so it goes in as UTF-8. No base
        # address: guids would be resolved by it.
        parsed = feedparser.parse(
            BytesIO(text.encode("utf-8", "replace")),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
        return _as_feed(parsed, url, unpacking or too_many or _cut_off(text))
    except Exception as error:  # noqa: BLE001  it raises kinds without number on broken feeds (0.7 % of mutated ones)
        return _no_feed("unknown", f"the feed cannot be read: {type(error).__name__}: {error}"[:300])


def _first_items(text: str) -> tuple[str, str | None]:
    """Cut the text behind the last item that counts: endless empty items would fill the memory."""
    extra = next(islice(_ITEM_START.finditer(text), MAX_ITEMS, None), None)
    return (text, None) if extra is None else (text[: extra.start()], f"only its first {MAX_ITEMS} items were read")


def _cut_off(text: str) -> str | None:
    return None if _ROOT_END.search(text, max(0, len(text) - 4_000)) else "the feed is cut off: its end is missing"


def _as_feed(parsed: Mapping[str, Any], url: str, warning: str | None) -> ParsedFeed:
    feed = parsed["feed"]
    language = language_tag(_text(feed, "language"))
    entries: list[dict[str, Any]] = parsed["entries"]
    items = with_keys(_items(entries[:MAX_ITEMS], url, language))
    nothing = "its items name no web address" if entries else "the feed has no items"
    return ParsedFeed(
        kind=SourceKind.FEED,
        format=parsed.get("version") or "unknown",
        items=items,
        title=title_text(_text(feed, "title")),
        language=language,
        ttl_s=_ttl(feed),
        problem=warning if items else warning or nothing,
    )


def _ttl(feed: dict[str, Any]) -> int | None:
    period = _text(feed, "sy_updateperiod") or _text(feed, "updateperiod")
    frequency = _text(feed, "sy_updatefrequency") or _text(feed, "updatefrequency")
    return ttl_seconds(_text(feed, "ttl"), period, frequency)


def _items(entries: list[dict[str, Any]], base: str, language: str | None) -> Iterator[FeedItem]:
    for entry in entries:
        link = _link(entry, base)
        if link is not None:
            yield _item(entry, link, language)


def _item(entry: dict[str, Any], link: str, language: str | None) -> FeedItem:
    raw_date = one_line(next((text for name in _DATES if (text := _text(entry, name))), None), 200)
    return FeedItem(
        key="",
        url=link,
        guid=one_line(_text(entry, "id"), 8_000),
        title=title_text(_text(entry, "title")),
        raw_date=raw_date,
        published_at=parse_date(raw_date, language=language) if raw_date else None,
        summary=summary_text(_text(entry, "summary") or _content(entry)),
    )


def _link(entry: dict[str, Any], base: str) -> str | None:
    """Return the article's address: what a feed service says it was, the link, else a guid that is an address."""
    guid = _text(entry, "id") or ""
    link = _text(entry, "link")
    if link is not None and link == guid and "/" not in link:
        link = None  # feedparser takes a guid for the link; `42` or `urn:...` is none
    choices = (_text(entry, "feedburner_origlink"), link, guid if guid.startswith(("http://", "https://")) else None)
    return next((url for choice in choices if choice and (url := join(base, choice))), None)


def _content(entry: dict[str, Any]) -> str | None:
    parts = dict.get(entry, "content") or []
    return _text(parts[0], "value") if parts and isinstance(parts[0], dict) else None


def _text(values: dict[str, Any], name: str) -> str | None:
    """Return a text of feedparser's dictionary without its key mapping, which guesses and warns."""
    value = dict.get(values, name)
    return value.strip() or None if isinstance(value, str) else None
