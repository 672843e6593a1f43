"""What a feed says, word for word: what its readers hand over, before anything of it is judged."""

from collections.abc import Mapping
from dataclasses import dataclass

PUBLISHED, CREATED, UPDATED = "published", "created", "updated"
# Where several stand in one item the date of publication counts, and an update is the last resort.
KINDS = (PUBLISHED, CREATED, UPDATED)

# Local names of the elements that hold dates, in lower case: which kind of date, and how the element is known.
DATES = {
    "pubdate": (PUBLISHED, "pubDate"),
    "published": (PUBLISHED, "published"),
    "issued": (PUBLISHED, "issued"),
    "created": (CREATED, "created"),
    "updated": (UPDATED, "updated"),
    "modified": (UPDATED, "modified"),
    "date": (UPDATED, "dc:date"),
    "lastbuilddate": (UPDATED, "lastBuildDate"),
}


@dataclass(frozen=True, slots=True)
class SaidItem:
    """One item. `link` may be taken from a guid that claims to be one; `origin` is what a feed service covers up.

    `date_source` names the element in which `date` stood.
    """

    guid: str | None = None
    link: str | None = None
    origin: str | None = None
    title: str | None = None
    summary: str | None = None
    date: str | None = None
    date_source: str | None = None


@dataclass(frozen=True, slots=True)
class SaidFeed:
    """A feed with its items. `ttl`, `period` and `frequency` are as written, `hub` and `self_url` may be relative."""

    format: str
    items: tuple[SaidItem, ...] = ()
    title: str | None = None
    language: str | None = None
    ttl: str | None = None
    period: str | None = None
    frequency: str | None = None
    hub: str | None = None
    self_url: str | None = None


def first_date(dates: Mapping[str, tuple[str, str]]) -> tuple[str | None, str | None]:
    """Return text and element of the date that counts, from a mapping of kind to both; empty texts do not count."""
    return next((dates[kind] for kind in KINDS if kind in dates and dates[kind][0]), (None, None))
