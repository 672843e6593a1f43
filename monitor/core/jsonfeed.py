"""Read JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1)."""

import json
from datetime import datetime
from typing import Any

from monitor.core.date_grammar import Order
from monitor.core.dates import flag_date, order_of, parse_date
from monitor.core.items import with_keys
from monitor.core.language_tags import language_tag
from monitor.core.markup import one_line, summary_text, title_text
from monitor.core.urls import join
from monitor.interfaces import FeedItem, ParsedFeed
from monitor.model import SourceKind

_DATES = ("date_published", "date_modified")
_HUB_TYPES = {"websub", "pubsubhubbub"}
_SUMMARIES = ("summary", "content_text", "content_html")


def read_json_feed(text: str, url: str, now: datetime | None, max_items: int) -> ParsedFeed:
    """Read the text of a JSON Feed found at `url`; `problem` says what is wrong.

    An item's `external_url` counts only without a `url`. Items without a web address are left out. `now` serves to
    flag dates in the future.
    """
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        return _none(f"this is JSON that cannot be read: {error}")
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        return _none("this is JSON, but not a JSON Feed")
    language = language_tag(_text(feed.get("language")))
    said = [item for item in feed["items"][:max_items] if isinstance(item, dict)]
    order = order_of(raw for item in said if (raw := _date(item)[0]))
    items = with_keys(found for item in said if (found := _item(item, url, language, order, now)))
    return ParsedFeed(
        kind=SourceKind.FEED,
        format=_version(str(feed.get("version"))),
        items=items,
        title=title_text(_text(feed.get("title"))),
        language=language,
        problem=None if items else "the feed has no items",
        hub=_hub(feed.get("hubs"), url),
        self_url=join(url, _text(feed.get("feed_url")) or ""),
    )


def _none(problem: str) -> ParsedFeed:
    return ParsedFeed(kind=SourceKind.FEED, format="json", problem=problem)


def _version(version: str) -> str:
    return "json10" if "1.0" in version or version.endswith("/1") else "json11"


def _hub(hubs: object, base: str) -> str | None:
    """Return the first WebSub hub; the format knows other kinds (rssCloud)."""
    found = [hub for hub in hubs if isinstance(hub, dict)] if isinstance(hubs, list) else []
    urls = (join(base, _text(hub.get("url")) or "") for hub in found if str(hub.get("type")).lower() in _HUB_TYPES)
    return next((url for url in urls if url), None)


def _item(
    item: dict[str, Any], base: str, language: str | None, order: Order | None, now: datetime | None
) -> FeedItem | None:
    link = join(base, _text(item.get("url")) or _text(item.get("external_url")) or "")
    if link is None:
        return None
    text, source = _date(item)
    raw_date = one_line(text, 200)
    published_at = parse_date(raw_date, language=language, order=order) if raw_date else None
    return FeedItem(
        key="",
        url=link,
        guid=one_line(_text(item.get("id")), 8_000),
        title=title_text(_text(item.get("title"))),
        raw_date=raw_date,
        published_at=published_at,
        summary=summary_text(next((text for name in _SUMMARIES if (text := _text(item.get(name)))), None)),
        date_source=source if raw_date else None,
        date_flag=flag_date(published_at, raw_date, now),
    )


def _date(item: dict[str, Any]) -> tuple[str | None, str | None]:
    return next(((text, name) for name in _DATES if (text := _text(item.get(name)))), (None, None))


def _text(value: object) -> str | None:
    """Return a string; an id may be a number although the format says otherwise."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value.strip() or None if isinstance(value, str) else None
