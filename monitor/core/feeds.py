"""Read RSS, Atom and JSON feeds."""

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from monitor.core.charset import decode_xml
from monitor.core.date_grammar import Order
from monitor.core.dates import flag_date, order_of, parse_date
from monitor.core.feed_bounds import too_costly
from monitor.core.feed_fast import read_plain
from monitor.core.feed_lenient import ITEM_START, read_lenient
from monitor.core.feed_said import SaidFeed, SaidItem
from monitor.core.feed_timing import skip_days, skip_hours, ttl_seconds
from monitor.core.inflate import inflate
from monitor.core.items import with_keys
from monitor.core.jsonfeed import read_json_feed
from monitor.core.language_tags import language_tag
from monitor.core.markup import one_line, summary_text, title_text
from monitor.core.sniff import FEEDS, SITEMAPS, Form, Sniffed, sniff
from monitor.core.urls import join
from monitor.interfaces import FeedItem, ParsedFeed, ReadRequest
from monitor.model import SourceKind

MAX_BYTES = 10_000_000  # real feeds stay below 5 MB; feedparser reads about 2 MB a second
MAX_ITEMS = 5_000

_ROOT_END = re.compile(r"</(?:[\w.-]{1,40}:)?(?:rss|feed|rdf|channel)\s*>", re.IGNORECASE)
# Characters no XML may hold, and references to some that do not exist: one of them costs the strict parser.
_NOT_XML = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|&#(?:0*[1-9]\\d{6,}|x0*[1-9a-f][0-9a-f]{5,}|x0*d[89a-f][0-9a-f]{2}"
    "|0*5(?:529[6-9]|5[3-9]\\d\\d|6\\d{3}|7(?:[0-2]\\d\\d|3[0-3]\\d|34[0-3])))(?![0-9a-f]);?",
    re.IGNORECASE,
)
_WHAT = {
    Form.EMPTY: "the answer is empty",
    Form.HTML: "this is an HTML page, not a feed",
    Form.URLSET: "this is a sitemap, not a feed",
    Form.SITEMAP_INDEX: "this is a sitemap index, not a feed",
    Form.XML: "this is XML, but not a feed",
    Form.TEXT: "this is text, not a feed",
}


def parse_feed(request: ReadRequest) -> ParsedFeed:
    """Read a feed: RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, JSON Feed 1.0 and 1.1. Raises MemoryError only.

    Whatever the server calls it, the content decides. Malformed feeds give the items that could be read. `problem`
    says in plain words that this is no feed, has no items, or was not read to its end; with items it is a warning.
    At most 10 MB and 5,000 items are read. Items are keyed as `items.with_keys` says (guid, guid and link, link,
    title and date); those without a web address are left out. `raw_date` is as written, of publication where several
    dates stand, `published_at` None when it cannot be read for certain. Relative addresses are resolved by xml:base,
    else by the feed's own address. `request.now` serves to flag dates in the future.

    Plain feeds take the fast way, all others feedparser's; which one never shows in the result.
    """
    body, unpacking = inflate(request.body, MAX_BYTES)
    text = decode_xml(body, request.content_type)
    found = sniff(text)
    if found.form not in FEEDS and found.form is not Form.JSON:
        name = "sitemap" if found.form in SITEMAPS else str(found.form)
        return _no_feed(name, unpacking if unpacking and found.form is Form.EMPTY else _WHAT[found.form])
    try:
        if found.form is Form.JSON:
            return read_json_feed(text[found.start :], request.url, request.now, MAX_ITEMS)
        return _read(text, found, request, unpacking)
    except MemoryError:
        raise  # the process is of no more use
    except Exception as error:  # noqa: BLE001  feedparser raises kinds without number (0.7 % of mutated feeds)
        return _no_feed("unknown", f"the feed cannot be read: {type(error).__name__}: {error}"[:300])


def _no_feed(name: str, problem: str) -> ParsedFeed:
    return ParsedFeed(kind=SourceKind.FEED, format=name, problem=problem)


def _read(text: str, found: Sniffed, request: ReadRequest, unpacking: str | None) -> ParsedFeed:
    text, too_many = _first_items(_without_prolog(text, found))
    if refused := too_costly(text):
        return _no_feed("unknown", refused)
    said = read_plain(text) or read_lenient(_NOT_XML.sub("", text))
    return _as_feed(said, text, request, unpacking or too_many or _cut_off(text))


def _without_prolog(text: str, found: Sniffed) -> str:
    """Drop junk and declarations before the root; a doctype stays, for it may declare entities."""
    doctype = text.find("<!DOCTYPE", 0, found.start)
    return text[found.start if doctype < 0 else doctype :]


def _first_items(text: str) -> tuple[str, str | None]:
    """Cut the text behind the last item that counts: endless empty items would fill the memory."""
    if text.count("<") <= MAX_ITEMS:
        return text, None
    extra = next(islice(ITEM_START.finditer(text), MAX_ITEMS, None), None)
    return (text, None) if extra is None else (text[: extra.start()], f"only its first {MAX_ITEMS} items were read")


def _cut_off(text: str) -> str | None:
    last_item = max(text.rfind("</item"), text.rfind("</entry"), 0)
    return None if _ROOT_END.search(text, last_item) else "the feed is cut off: its end is missing"


def _as_feed(said: SaidFeed, text: str, request: ReadRequest, warning: str | None) -> ParsedFeed:
    language = language_tag(said.language)
    order = order_of(item.date for item in said.items if item.date)
    items = with_keys(_items(said.items, request, language, order))
    nothing = "its items name no web address" if said.items else "the feed has no items"
    channel = _without_items(text)
    return ParsedFeed(
        kind=SourceKind.FEED,
        format=said.format,
        items=items,
        title=title_text(said.title),
        language=language,
        ttl_s=ttl_seconds(said.ttl, said.period, said.frequency),
        problem=warning if items else warning or nothing,
        skip_hours=skip_hours(channel),
        skip_days=skip_days(channel),
        hub=join(request.url, said.hub or ""),
        self_url=join(request.url, said.self_url or ""),
    )


def _without_items(text: str) -> str:
    first = ITEM_START.search(text)
    last = max(text.rfind("</item"), text.rfind("</entry"))
    return text if first is None else text[: first.start()] + text[max(last, first.start()) :]


def _items(
    said: tuple[SaidItem, ...], request: ReadRequest, language: str | None, order: Order | None
) -> Iterator[FeedItem]:
    for item in said[:MAX_ITEMS]:
        link = _link(item, request.url)
        if link is not None:
            yield _item(item, link, language, order, request.now)


def _item(item: SaidItem, link: str, language: str | None, order: Order | None, now: datetime | None) -> FeedItem:
    raw_date = one_line(item.date, 200)
    published_at = parse_date(raw_date, language=language, order=order) if raw_date else None
    return FeedItem(
        key="",
        url=link,
        guid=one_line(item.guid, 8_000),
        title=title_text(item.title),
        raw_date=raw_date,
        published_at=published_at,
        summary=summary_text(item.summary),
        date_source=item.date_source if raw_date else None,
        date_flag=flag_date(published_at, raw_date, now),
    )


def _link(item: SaidItem, base: str) -> str | None:
    """Return the article's address: what a feed service says it was, the link, else a guid that is an address."""
    guid = item.guid or ""
    link = item.link
    if link is not None and link == guid and "/" not in link:
        link = None  # taken from the guid; `42` or `urn:...` is no link
    choices = (item.origin, link, guid if guid.startswith(("http://", "https://")) else None)
    return next((url for choice in choices if choice and (url := join(base, choice))), None)
