"""Read JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1)."""

import json
from typing import Any

from monitor.core.dates import parse_date
from monitor.core.items import with_keys
from monitor.core.language_tags import language_tag
from monitor.core.markup import one_line, summary_text, title_text
from monitor.core.urls import join
from monitor.interfaces import FeedItem, ParsedFeed
from monitor.model import SourceKind

_DATES = ("date_published", "date_modified")
_SUMMARIES = ("summary", "content_text", "content_html")


def parse_json_feed(text: str, url: str, max_items: int) -> ParsedFeed:
    """Read the text of a JSON Feed found at `url`; never raises, `problem` says what is wrong.

    An item's `external_url` counts only without a `url`. Items without a web address are left out.
    """
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        return _none(f"this is JSON that cannot be read: {error}")
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        return _none("this is JSON, but not a JSON Feed")
    language = language_tag(_text(feed.get("language")))
    said = [_item(item, url, language) for item in feed["items"][:max_items] if isinstance(item, dict)]
    items = with_keys(item for item in said if item is not None)
    return ParsedFeed(
        kind=SourceKind.FEED,
        format="json10" if "1.0" in str(feed.get("version")) or str(feed.get("version")).endswith("/1") else "json11",
        items=items,
        title=title_text(_text(feed.get("title"))),
        language=language,
        problem=None if items else "the feed has no items",
    )


def _none(problem: str) -> ParsedFeed:
    return ParsedFeed(kind=SourceKind.FEED, format="json", problem=problem)


def _item(item: dict[str, Any], base: str, language: str | None) -> FeedItem | None:
    link = join(base, _text(item.get("url")) or _text(item.get("external_url")) or "")
    if link is None:
        return None
    raw_date = one_line(_first(item, _DATES), 200)
    return FeedItem(
        key="",
        url=link,
        guid=one_line(_text(item.get("id")), 8_000),
        title=title_text(_text(item.get("title"))),
        raw_date=raw_date,
        published_at=parse_date(raw_date, language=language) if raw_date else None,
        summary=summary_text(_first(item, _SUMMARIES)),
    )


def _first(item: dict[str, Any], names: tuple[str, ...]) -> str | None:
    return next((text for name in names if (text := _text(item.get(name)))), None)


def _text(value: object) -> str | None:
    """Return a string; an id may be a number although the format says otherwise."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value.strip() or None if isinstance(value, str) else None
