"""Give the items of one feed, sitemap or listing the keys they are recognised by."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from monitor.core.urls import canonical_url, is_front_page
from monitor.interfaces import FeedItem

_LONGEST_KEY = 500  # characters; a longer one is kept as its hash


def with_keys(items: Iterable[FeedItem]) -> tuple[FeedItem, ...]:
    """Return the items with the key by which their source knows them again: at the next poll, the same key.

    It is the first of this list that tells an item from all others of the document:

    1. its guid; 2. guid and link, when several items share the guid; 3. its link, when it has no guid or one guid
    serves the whole document; 4. title, date as written and link. Links count in canonical form. Of items with the
    same guid and the same link the first stays, unless the link is a front page, which tells nothing. Real feeds need
    every step: some repeat a guid across sections, some give all items one guid, some link all items to the front
    page.

    A guid that changes makes another key, and so another entry, even where link and title stay: that the publisher
    calls it another item is what was seen. Nothing is fetched twice for it, since documents are told apart by their
    address. The same holds when all guids change at once (a site that moves to https and has addresses for guids).
    """
    said = list(items)
    if len({item.guid for item in said if item.guid}) == len(said):
        return tuple(replace(item, key=_short(item.guid or "")) for item in said)
    unique = _without_repeats([(item, canonical_url(item.url)) for item in said])
    shared = len(unique) > 1 and len({item.guid for item, _ in unique}) == 1
    choices = [_choices(item, link, shared=shared) for item, link in unique]
    counts = Counter(key for keys in choices for key in set(keys))
    keyed = (replace(item, key=_key(keys, counts)) for (item, _), keys in zip(unique, choices, strict=True))
    return tuple({item.key: item for item in reversed(list(keyed))}.values())[::-1]


def _without_repeats(pairs: list[tuple[FeedItem, str]]) -> list[tuple[FeedItem, str]]:
    kept: dict[tuple[str | None, ...], tuple[FeedItem, str]] = {}
    for item, link in pairs:
        apart = (item.title, item.raw_date) if item.guid is None or is_front_page(link) else ()
        kept.setdefault((item.guid, link, *apart), (item, link))
    return list(kept.values())


def _choices(item: FeedItem, link: str, *, shared: bool) -> tuple[str, ...]:
    title_and_date = f"{item.title or ''} {item.raw_date or ''} {link}"
    if item.guid and not shared:
        return (item.guid, f"{item.guid} {link}", title_and_date)
    return (link, title_and_date)


def _key(keys: tuple[str, ...], counts: Counter[str]) -> str:
    return _short(next((key for key in keys if counts[key] == 1), keys[-1]))


def _short(key: str) -> str:
    return key if len(key) <= _LONGEST_KEY else "sha256:" + hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
