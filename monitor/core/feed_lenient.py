"""Read RSS and Atom with feedparser, the reference: slow, and able to make something of nearly everything."""

import re
import xml.sax.expatreader  # noqa: F401  feedparser asks for it at run time, when a locked-down worker cannot import
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import feedparser

from monitor.core.feed_said import CREATED, DATES, KINDS, PUBLISHED, UPDATED, SaidFeed, SaidItem, first_date

ITEM_START = re.compile(r"<(?:[\w.-]{1,40}:)?(?:item|entry)(?=[\s>])", re.IGNORECASE)
_MEDIA_PREFIX = re.compile(r"""xmlns:([\w.-]{1,40})\s*=\s*["']http://search\.yahoo\.com/mrss/?["']""", re.IGNORECASE)
# Tags of places, licences, chapters and podcasts: feedparser computes with their values, and fails on odd ones.
_FRAGILE = re.compile(
    r"</?(?:(?:georss|geo|gml|psc|cc|creativeCommons|itunes|media|admin):[\w.-]{1,40}|where|category)"
    r"(?=[\s/>])[^<>]*>",
    re.IGNORECASE,
)
_DATED = re.compile(
    rf"<(?:[\w.-]{{1,40}}:)?({'|'.join(DATES)})\b[^<>]*>\s*(?:<!\[CDATA\[)?\s*([^<\]]{{0,200}})", re.IGNORECASE
)
_USUAL = {PUBLISHED: "pubDate", CREATED: "created", UPDATED: "updated"}


def read_lenient(text: str) -> SaidFeed:
    """Return what a feed says, well-formed or not.

    Raises exceptions of kinds without number on broken feeds (fewer than 1 of 1,000 mutated ones), and takes up to
    seconds a megabyte: let `feed_bounds.too_costly` judge the text first. Titles and descriptions of media (captions,
    mostly) are passed over; feedparser would take one for the item's own.
    """
    text = _without_captions(text)
    try:
        parsed = _parse(text)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  of kinds without number; most come from handlers whose fields nobody reads
        parsed = _parse(_FRAGILE.sub("", text))
    feed, entries = parsed["feed"], parsed["entries"]
    return SaidFeed(
        format=parsed.get("version") or "unknown",
        items=tuple(map(_item, entries, _date_elements(text, len(entries)))),
        title=_text(feed, "title"),
        language=_text(feed, "language"),
        ttl=_text(feed, "ttl"),
        period=_text(feed, "sy_updateperiod") or _text(feed, "updateperiod"),
        frequency=_text(feed, "sy_updatefrequency") or _text(feed, "updatefrequency"),
        hub=_linked(feed, "hub"),
        self_url=_linked(feed, "self"),
    )


def _parse(text: str) -> Mapping[str, Any]:
    # A stream, for feedparser takes bytes for a file name first. Decoded already, so it goes in as UTF-8. No base
    # address: guids would be resolved by it.
    parsed: Mapping[str, Any] = feedparser.parse(
        BytesIO(text.encode("utf-8", "replace")),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    return parsed


def _without_captions(text: str) -> str:
    prefixes = "|".join(re.escape(prefix) for prefix in {"media", *_MEDIA_PREFIX.findall(text)})
    words = r"[^<]{0,2000}+(?:<!\[CDATA\[[^\]]{0,2000}+\]\]>[^<]{0,2000}+){0,9}+"  # bounded: many may be unclosed
    return re.sub(rf"<({prefixes}):(title|description)(?:\s[^<>]*+)?(?:/>|(?<!/)>{words}</\1:\2\s*>)", "", text)


def _date_elements(text: str, count: int) -> list[dict[tuple[str, str], str]]:
    """Say for each item in which element a date of a kind stood, which feedparser does not tell.

    To it, pubDate and issued are both "published". An empty date stands for the last one of its kind. Where items
    cannot be told apart in the text, all have what the whole text has.
    """
    starts = [found.start() for found in ITEM_START.finditer(text)]
    if len(starts) != count:
        return [_named(text)] * count
    return [_named(text[start:end]) for start, end in zip(starts, [*starts[1:], len(text)], strict=False)]


def _named(text: str) -> dict[tuple[str, str], str]:
    names: dict[tuple[str, str], str] = {}
    for found in _DATED.finditer(text):
        kind, name = DATES[found[1].lower()]
        names.setdefault((kind, found[2].strip()), name)
        names[kind, ""] = name
    return names


def _item(entry: dict[str, Any], names: dict[tuple[str, str], str]) -> SaidItem:
    date, kind = first_date({kind: (raw, kind) for kind in KINDS if (raw := _text(entry, kind))})
    source = names.get((kind, date)) or names.get((kind, ""), _USUAL[kind]) if date and kind else None
    return SaidItem(
        guid=_text(entry, "id"),
        link=_text(entry, "link"),
        origin=_text(entry, "feedburner_origlink"),
        title=_text(entry, "title"),
        summary=_text(entry, "summary") or _content(entry),
        date=date,
        date_source=source,
    )


def _linked(feed: dict[str, Any], rel: str) -> str | None:
    links: list[Mapping[str, Any]] = dict.get(feed, "links") or []
    urls = (link.get("href") for link in links if rel in str(link.get("rel") or "").split())
    return next((url for url in urls if isinstance(url, str) and url), None)


def _content(entry: dict[str, Any]) -> str | None:
    parts = dict.get(entry, "content") or []
    return _text(parts[0], "value") if parts and isinstance(parts[0], dict) else None


def _text(values: dict[str, Any], name: str) -> str | None:
    """Return a text of feedparser's dictionary without its key mapping, which guesses and warns."""
    value = dict.get(values, name)
    return value.strip() or None if isinstance(value, str) else None
