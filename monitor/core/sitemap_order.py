"""Order the parts of a sitemap index, and the entries of a sitemap, by what is likely to hold news."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import TypeVar
from urllib.parse import unquote, urlsplit

T = TypeVar("T")

_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
_NEWS = re.compile(
    r"news(?!letters?|rooms?|papers?)|noticias|nouvelles|actualites|nachrichten|berita|novosti", re.IGNORECASE
)
# What the parts of an index are called that hold no articles (WordPress with and without Yoast, Drupal, Ghost, shops).
_NO_ARTICLES = re.compile(
    r"(?:^|[/_.=-])(?:categor(?:y|ies|ia|ias|ie)|(?:post_)?tags?|etiquetas?|authors?|autore?s?|users?|taxonom(?:y|ies)"
    r"|topics?|temas?|sections?|images?|photos?|galler(?:y|ies)|videos?|pages?|static|products?|podcasts?|events?|people"
    r"|persons?|locations?|places|forums?|jobs|recipes?|weather|horoscopes?)(?=$|[/_.=&-]|\d)",
    re.IGNORECASE,
)
_ARTICLES = re.compile(r"articles?|posts?(?!_tag)|stories|story|noticia|berita", re.IGNORECASE)
_NAMED_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:[-_/.]?(0[1-9]|1[0-2])(?:[-_/.]?(0[1-9]|[12]\d|3[01]))?)?(?!\d)")
_ASKED_DATE = re.compile(r"yyyy=((?:19|20)\d\d)&mm=(\d{1,2})(?:&dd=(\d{1,2}))?")


@dataclass(frozen=True, slots=True)
class Part:
    """A sitemap that an index names; `modified_at` is its lastmod."""

    url: str
    modified_at: datetime | None = None


def is_news_address(url: str) -> bool:
    """Say whether the path of an address speaks of news; newsletters and newsrooms are none."""
    return _NEWS.search(urlsplit(url).path) is not None


def in_reading_order(parts: Iterable[Part]) -> list[Part]:
    """Return the parts of an index, those first that are likeliest to hold what is new.

    First those that speak of news, then those that speak of nothing or of articles, last those of categories, tags,
    authors, images and the like, which change with every article and hold none. Among these by lastmod, or by the
    date in the address where there is none, the newest first. Parts of one date, or of none, are taken from both
    ends in turn, the last first: most programs add new parts at the end, some at the beginning.
    """
    ranked = sorted(parts, key=lambda part: _rank(part.url))
    ordered: list[Part] = []
    for _, group in groupby(ranked, key=lambda part: _rank(part.url)):
        ordered += newest_first(list(group), key=lambda part: part.modified_at or _named_date(part.url))
    return ordered


def newest_first(found: Sequence[T], key: Callable[[T], datetime | None]) -> list[T]:
    """Sort by date, the newest first, undated ones last; those of one date are taken from both ends in turn."""
    ranked = sorted(found, key=lambda one: key(one) or _LONG_AGO, reverse=True)
    ordered: list[T] = []
    for _, group in groupby(ranked, key=lambda one: key(one) or _LONG_AGO):
        same = list(group)
        ordered += from_both_ends(same, len(same)) if len(same) > 2 else same
    return ordered


def from_both_ends(found: Sequence[T], most: int) -> list[T]:
    """Take at most so many from the two ends in turn, the last first."""
    pairs = zip(reversed(range(len(found))), range(len(found)), strict=True)
    places = dict.fromkeys(place for pair in pairs for place in pair)
    return [found[place] for place in list(places)[:most]]


def _rank(url: str) -> int:
    parts = urlsplit(url)
    named = unquote(f"{parts.path}?{parts.query}")
    if is_news_address(url):
        return 0
    return 2 if _NO_ARTICLES.search(named) and not _ARTICLES.search(named) else 1


def _named_date(url: str) -> datetime | None:
    """Return the date in an address (`sitemap-2026-03.xml`, `?yyyy=2026&mm=03`), the first day of a month or year."""
    parts = urlsplit(url)
    found = _ASKED_DATE.search(parts.query) or _NAMED_DATE.search(f"{parts.path}?{parts.query}")
    if found is None:
        return None
    try:
        return datetime(int(found[1]), int(found[2] or 1), int(found[3] or 1), tzinfo=UTC)
    except ValueError:
        return None
