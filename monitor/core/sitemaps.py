"""Read XML and text sitemaps, news sitemaps and sitemap indexes (sitemaps.org, Google News)."""

from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from itertools import islice
from urllib.parse import urlsplit

from lxml import etree

from monitor.core.charset import decode_xml
from monitor.core.dates import parse_date
from monitor.core.inflate import inflate
from monitor.core.items import newest, with_keys
from monitor.core.language_tags import language_tag
from monitor.core.markup import one_line, title_text
from monitor.core.sniff import SITEMAPS, Form, sniff
from monitor.core.url_shape import article_shape
from monitor.core.urls import join
from monitor.interfaces import FeedItem, ParsedFeed, ReadRequest
from monitor.model import SourceKind

NEWS_FORMAT = "news-sitemap"

MAX_BYTES = 50_000_000  # the protocol's own limit, unpacked
MAX_ENTRIES = 50_000  # the protocol's limit for one file
MAX_ITEMS = 1_000

_WHAT = {
    Form.EMPTY: "the answer is empty",
    Form.HTML: "this is an HTML page, not a sitemap",
    Form.JSON: "this is JSON, not a sitemap",
    Form.XML: "this is XML, but not a sitemap",
    Form.TEXT: "this is text without web addresses, not a sitemap",
}

Fields = dict[str, str]


def parse_sitemap(request: ReadRequest) -> ParsedFeed:
    """Read a sitemap, gzipped or not. Never raises; `problem` says what is wrong, with items it is a warning.

    `format` is "news-sitemap" when entries carry news tags, else "sitemap" (addresses and perhaps dates, of the whole
    site), "sitemap-index" (`parts` are the sitemaps it names, newest first) or "text-sitemap" (one address a line).
    Of more than 1,000 entries the newest by date are kept (a real one has 50,000), after reading at most 50,000
    entries and 50 MB. `raw_date` is the publication date, else lastmod. `language` is that of most entries.
    """
    body, unpacking = inflate(request.body, MAX_BYTES)
    text = decode_xml(body, request.content_type)
    found = sniff(text)
    if found.form is Form.TEXT and (lines := _lines(text)):
        return _as_feed("text-sitemap", lines, request.url, unpacking)
    if found.form not in SITEMAPS:
        what = _WHAT.get(found.form, "this is a feed, not a sitemap")
        return _no_sitemap(str(found.form), unpacking if unpacking and found.form is Form.EMPTY else what)
    if "<!ENTITY" in text[: found.start]:
        return _no_sitemap("sitemap", "the sitemap declares entities, which none needs")
    return _read(text[found.start :], found.form, request.url, unpacking)


def _no_sitemap(name: str, problem: str) -> ParsedFeed:
    return ParsedFeed(kind=SourceKind.SITEMAP, format=name, problem=problem)


def _lines(text: str) -> list[Fields]:
    """Return the addresses of a text sitemap; a text of which they are less than half is something else."""
    lines = [line for line in map(str.strip, islice(text.splitlines(), MAX_ENTRIES)) if line]
    urls: list[Fields] = [{"loc": line} for line in lines if line.startswith(("http://", "https://"))]
    return urls if len(urls) * 2 > len(lines) else []


def _read(text: str, form: Form, url: str, warning: str | None) -> ParsedFeed:
    entries: list[Fields] = []
    try:
        for entry in islice(_entries(text), MAX_ENTRIES):
            entries.append(entry)  # noqa: PERF402  what was read before an error stays
    except etree.LxmlError as error:
        warning = warning or f"the sitemap is broken: {error}"[:300]
    if form is Form.SITEMAP_INDEX:
        return _as_index(entries, url, warning)
    is_news = any("news" in entry for entry in entries)
    return _as_feed(NEWS_FORMAT if is_news else "sitemap", entries, url, warning)


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
    fields: Fields = {}
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
    dated = [(join(url, entry.get("loc", "")), parse_date(entry.get("lastmod", ""))) for entry in entries]
    parts = [(part, date.timestamp() if date else 0.0) for part, date in dated if part]
    parts.sort(key=lambda part: part[1], reverse=True)
    return ParsedFeed(
        kind=SourceKind.SITEMAP,
        format="sitemap-index",
        parts=tuple(dict.fromkeys(part for part, _ in parts))[:MAX_ITEMS],
        problem=warning or (None if parts else "the sitemap index names no sitemaps"),
    )


def _as_feed(name: str, entries: list[Fields], url: str, warning: str | None) -> ParsedFeed:
    languages = Counter(tag for entry in entries if (tag := language_tag(entry.get("language"))))
    language = languages.most_common(1)[0][0] if languages else None
    items = [item for entry in entries if (item := _item(entry, url, language))]
    return ParsedFeed(
        kind=SourceKind.SITEMAP,
        format=name,
        items=with_keys(newest(items, MAX_ITEMS)),
        title=next((title_text(entry["name"]) for entry in entries if entry.get("name")), None),
        language=language,
        problem=warning or (None if items else "the sitemap names no pages"),
    )


def _item(entry: Fields, base: str, language: str | None) -> FeedItem | None:
    link = join(base, entry.get("loc", ""))
    if link is None:
        return None
    raw_date = one_line(entry.get("publication_date") or entry.get("lastmod"), 200)
    published_at = parse_date(raw_date, language=language) if raw_date else None
    title = title_text(entry.get("title"))
    return FeedItem(key="", url=link, title=title, raw_date=raw_date, published_at=published_at)


def news_first(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the parts of an index with "news" in their address, or all where none has."""
    news = tuple(part for part in parts if "news" in urlsplit(part).path.lower())
    return news or parts


def articles(parsed: ParsedFeed) -> tuple[FeedItem, ...]:
    """Return the items that are articles: all of a news sitemap, of others those whose address has the shape of one.

    A plain sitemap lists sections, tags and the imprint as well.
    """
    if parsed.format == NEWS_FORMAT:
        return parsed.items
    return tuple(item for item in parsed.items if article_shape(item.url) >= 1)
