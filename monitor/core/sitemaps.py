"""Read XML and text sitemaps, news sitemaps and sitemap indexes (sitemaps.org, Google News)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from io import BytesIO
from itertools import islice

from lxml import etree

from monitor.core.charset import decode_xml
from monitor.core.dates import flag_date, parse_date
from monitor.core.feeds import parse_feed
from monitor.core.inflate import inflate
from monitor.core.items import with_keys
from monitor.core.language_tags import language_tag
from monitor.core.markup import one_line, title_text
from monitor.core.sitemap_order import Part, from_both_ends, in_reading_order, is_news_address, newest_first
from monitor.core.sniff import FEEDS, SITEMAPS, Form, sniff
from monitor.core.url_shape import article_shape
from monitor.core.urls import join
from monitor.interfaces import FeedItem, ParsedFeed, ReadRequest
from monitor.model import SourceKind
from monitor.wording import counted

NEWS_FORMAT, PLAIN_FORMAT, TEXT_FORMAT, INDEX_FORMAT = "news-sitemap", "sitemap", "text-sitemap", "sitemap-index"
PUBLISHED, MODIFIED = "news:publication_date", "lastmod"  # FeedItem.date_source

MAX_BYTES = 50_000_000  # the protocol's own limit, unpacked
MAX_ENTRIES = 50_000  # the protocol's limit for one file


@dataclass(frozen=True, slots=True)
class SitemapPolicy:
    """How much of a long sitemap is taken.

    A news sitemap holds two days and at most 1,000 pages (Google's rules), so `most` cuts off none of one. A plain
    one holds the whole site, 50,000 pages in a file: what is `old` is an archive and no news, but `least` are always
    taken, for sites that write seldom.
    """

    most: int = 1_000
    least: int = 100
    old: timedelta = timedelta(days=30)
    parts: int = 12
    first_parts: int = 3


DEFAULT = SitemapPolicy()
MAX_ITEMS = DEFAULT.most
_WHAT = {
    Form.EMPTY: "the answer is empty",
    Form.HTML: "this is an HTML page, not a sitemap",
    Form.JSON: "this is JSON, not a sitemap",
    Form.XML: "this is XML, but not a sitemap",
    Form.TEXT: "this is text without web addresses, not a sitemap",
}
_GZIP = b"\x1f\x8b"

Fields = dict[str, str]


def parse_sitemap(request: ReadRequest, policy: SitemapPolicy = DEFAULT) -> ParsedFeed:
    """Read a sitemap, gzipped or not. Never raises; `problem` says what is wrong, with items it is a warning.

    `format` is "news-sitemap" when entries carry news tags, else "sitemap" (addresses and perhaps dates, of the whole
    site), "sitemap-index" (`parts` are the sitemaps it names, best first, see `in_reading_order`) or "text-sitemap"
    (one address a line). RSS and Atom are sitemaps too (sitemaps.org, "Other Sitemap formats") and read as feeds.

    Only `news:publication_date` says when an article was published. `lastmod` says that a page was touched: it is
    kept as `raw_date` with the `date_source` "lastmod", it orders the entries, and `published_at` is None. At most
    50,000 entries and 50 MB are read; which of them are taken, see `SitemapPolicy`. Where no entry is dated, those at
    both ends are taken, since the newest stand at either. `language` is that of most entries.
    """
    body, unpacking = inflate(request.body, MAX_BYTES)
    if body.startswith(_GZIP):  # packed by the program that wrote it, and by the server once more
        body, unpacking = inflate(body, MAX_BYTES)
    text = decode_xml(body, request.content_type)
    found = sniff(text)
    if found.form in FEEDS:
        return parse_feed(replace(request, body=body))
    if found.form is Form.TEXT and (lines := _lines(text)):
        return _as_feed(TEXT_FORMAT, lines, request, unpacking, policy)
    if found.form not in SITEMAPS:
        what = _WHAT.get(found.form, f"this is {found.form}, not a sitemap")
        return _no_sitemap(str(found.form), unpacking if unpacking and found.form is Form.EMPTY else what)
    if "<!ENTITY" in text[: found.start]:
        return _no_sitemap(PLAIN_FORMAT, "the sitemap declares entities, which none needs")
    return _read(text[found.start :], found.form, request, unpacking, policy)


def _no_sitemap(name: str, problem: str) -> ParsedFeed:
    return ParsedFeed(kind=SourceKind.SITEMAP, format=name, problem=problem)


def _lines(text: str) -> list[Fields]:
    """Return the addresses of a text sitemap; a text of which they are less than half is something else."""
    lines = [line for line in map(str.strip, islice(text.splitlines(), MAX_ENTRIES)) if line]
    urls: list[Fields] = [{"loc": line} for line in lines if line.startswith(("http://", "https://"))]
    return urls if len(urls) * 2 > len(lines) else []


def _read(text: str, form: Form, request: ReadRequest, warning: str | None, policy: SitemapPolicy) -> ParsedFeed:
    entries: list[Fields] = []
    try:
        for entry in islice(_entries(text), MAX_ENTRIES):
            entries.append(entry)  # noqa: PERF402  what was read before an error stays
    except etree.LxmlError as error:
        warning = warning or f"the sitemap is broken: {error}"[:300]
    if not entries and "loc>" in text:
        warning = warning or "the sitemap names no pages"  # it has addresses, and no entries that one could read
    pages, parts = ([one for one in entries if ("part" in one) is is_part] for is_part in (False, True))
    if form is Form.SITEMAP_INDEX and not pages:
        return _as_index(parts, request.url, warning)
    is_news = any("news" in entry for entry in pages)
    feed = _as_feed(NEWS_FORMAT if is_news else PLAIN_FORMAT, pages, request, warning, policy)
    if not parts:
        return feed
    index = _as_index(parts, request.url, warning)  # some write both into one file
    return replace(feed, parts=index.parts, problem=index.problem)


def _entries(text: str) -> Iterator[Fields]:
    """Read entry by entry in bounded memory. No DTD or network is touched; an entity stays a reference."""
    events = etree.iterparse(
        BytesIO(text.encode("utf-8", "replace")),
        events=("end",),
        encoding="utf-8",
        recover=True,
        huge_tree=True,
        load_dtd=False,
        no_network=True,
        resolve_entities=False,
    )
    for _, element in events:
        if _local(element) in {"url", "sitemap"}:
            yield _fields(element)
            element.clear()
            _drop_before(element)


def _drop_before(element: etree._Element) -> None:
    parent = element.getparent()
    while parent is not None and len(parent) > 1 and parent[0] is not element:
        del parent[0]


def _fields(element: etree._Element) -> Fields:
    """Return loc, lastmod and what the news element says; images and videos have titles of their own."""
    fields: Fields = {"part": "yes"} if _local(element) == "sitemap" else {}
    for child in element:
        if _local(child) == "news":
            fields["news"] = "yes"
            fields.update({_local(part): part.text.strip() for part in child.iter() if part.text})
        elif child.text and _local(child) in {"loc", "lastmod"}:
            fields[_local(child)] = child.text.strip()
    return fields


def _local(element: etree._Element) -> str:
    """Return an element's name without its namespace, or without its prefix when that was never declared."""
    name = element.tag
    return name.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(name, str) else ""


def _as_index(entries: list[Fields], url: str, warning: str | None) -> ParsedFeed:
    found = [
        Part(part, parse_date(entry.get("lastmod", "")))
        for entry in entries
        if (part := join(url, entry.get("loc", ""))) is not None
    ]
    ordered: dict[str, datetime | None] = {}
    for one in in_reading_order(found):
        ordered.setdefault(one.url, one.modified_at)
    parts, dates = tuple(ordered), tuple(ordered.values())
    left = f"of its {counted(len(parts), 'part')} the first {MAX_ITEMS} are kept" if len(parts) > MAX_ITEMS else None
    return ParsedFeed(
        kind=SourceKind.SITEMAP,
        format=INDEX_FORMAT,
        parts=parts[:MAX_ITEMS],
        part_dates=dates[:MAX_ITEMS],
        problem=warning or left or (None if parts else "the sitemap index names no sitemaps"),
    )


def _as_feed(
    name: str, entries: list[Fields], request: ReadRequest, warning: str | None, policy: SitemapPolicy
) -> ParsedFeed:
    languages = Counter(tag for entry in entries if (tag := language_tag(entry.get("language"))))
    language = languages.most_common(1)[0][0] if languages else None
    items = [found for entry in entries if (found := _item(entry, request.url, language, request.now))]
    return ParsedFeed(
        kind=SourceKind.SITEMAP,
        format=name,
        items=with_keys(item for item, _ in _taken(items, request.now, policy)),
        title=next((title_text(entry["name"]) for entry in entries if entry.get("name")), None),
        language=language,
        # News sitemaps hold two days of news and may be empty after a quiet weekend.
        problem=warning or (None if items or not entries else "the sitemap names no pages"),
    )


Dated = tuple[FeedItem, datetime | None]


def _item(entry: Fields, base: str, language: str | None, now: datetime | None) -> Dated | None:
    """Return an entry, and the date to order it by: none where the date is odd, lest a wrong year lead for ever."""
    link = join(base, entry.get("loc", ""))
    if link is None:
        return None
    published = one_line(entry.get("publication_date"), 200)
    raw_date = published or one_line(entry.get("lastmod"), 200)
    date = parse_date(raw_date, language=language) if raw_date else None
    flag = flag_date(date, raw_date, now)
    item = FeedItem(
        key="",
        url=link,
        title=title_text(entry.get("title")),
        raw_date=raw_date,
        published_at=date if published else None,
        date_source=(PUBLISHED if published else MODIFIED) if raw_date else None,
        date_flag=flag,
    )
    return item, None if flag else date


def _taken(found: list[Dated], now: datetime | None, policy: SitemapPolicy) -> list[Dated]:
    """Return the entries that are taken: all of a short sitemap in their order, of a long one the newest."""
    if len(found) <= policy.least:
        return found
    if not any(date for _, date in found):
        return from_both_ends(found, policy.most)
    ordered = newest_first(found, key=lambda one: one[1])[: policy.most]
    oldest = now - policy.old if now else None
    kept = [one for at, one in enumerate(ordered) if at < policy.least or not oldest or (one[1] and one[1] >= oldest)]
    return found if len(kept) == len(found) else kept


def news_first(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the parts of an index with "news" in their address, or all where none has."""
    return tuple(part for part in parts if is_news_address(part)) or parts


def parts_to_read(
    parts: Sequence[tuple[str, datetime | None, datetime | None]],
    watched_since: datetime | None,
    now: datetime,
    every: timedelta,
    policy: SitemapPolicy = DEFAULT,
) -> tuple[str, ...]:
    """Return which parts of an index to read now, `policy.parts` at most; the rest has its turn at the next poll.

    `parts` are in reading order: address, lastmod, when it was last read. Read are those whose lastmod is not older
    than that (a mere date counts to its end); the first three always where there is no lastmod, and once in `every`
    whatever it says, since some stand still; and of those never read the first three, and what changed since the
    source is watched.
    """
    due = []
    for place, (part, changed, read) in enumerate(parts):
        first = place < policy.first_parts
        if read is None:
            lately = changed is not None and watched_since is not None and changed >= watched_since
            wanted = first or lately
        elif changed is None:
            wanted = first
        else:
            wanted = _end_of(changed) >= read or (first and now - read >= every)
        if wanted:
            due.append((read is not None, part))
    unread_first = sorted(due, key=lambda one: one[0])
    return tuple(part for _, part in unread_first[: policy.parts])


def _end_of(changed: datetime) -> datetime:
    """Return the last moment that a lastmod may mean: a mere date says midnight, and clocks go wrong by minutes."""
    return changed + (timedelta(days=1) if changed.time() == time.min else timedelta(minutes=10))


def as_news(parsed: ParsedFeed) -> ParsedFeed:
    """Return a sitemap that was offered as one of news, refused when no entry of it carries news tags."""
    if parsed.kind is not SourceKind.SITEMAP or parsed.format in {NEWS_FORMAT, INDEX_FORMAT} or not parsed.items:
        return parsed
    return replace(parsed, items=(), problem="it is offered as a news sitemap, but no entry carries news tags")


def is_fresh(parsed: ParsedFeed, now: datetime, policy: SitemapPolicy = DEFAULT) -> bool:
    """Say whether a plain sitemap names an article that was touched lately; all else is fresh as far as one can see."""
    if parsed.format not in {PLAIN_FORMAT, TEXT_FORMAT}:
        return True
    dates = (parse_date(item.raw_date) for item in articles(parsed) if item.raw_date and not item.date_flag)
    return any(date >= now - policy.old for date in dates if date)


def articles(parsed: ParsedFeed) -> tuple[FeedItem, ...]:
    """Return the items that are articles: all of a news sitemap or feed, of others those with the address of one.

    A plain sitemap lists sections, tags and the imprint as well.
    """
    if parsed.format == NEWS_FORMAT or parsed.kind is SourceKind.FEED:
        return parsed.items
    return tuple(item for item in parsed.items if article_shape(item.url) >= 1)
