"""Describe the outlets of the newsroom as web sites: hosts, addresses, feeds, habits (`sites.toml`)."""

import tomllib
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import quote

from tests.newsroom.texts import Text

TABLE = Path(__file__).with_name("sites.toml")


@dataclass(frozen=True, slots=True)
class Feed:
    """How a site tells of articles. `etag` is strong, weak or empty; `max_age` is in seconds, 0 sends none."""

    kind: str
    path: str
    etag: str = ""
    last_modified: bool = False
    max_age: int = 0
    tracking: str = ""  # what the feed adds to its links


@dataclass(frozen=True, slots=True)
class Site:
    """One outlet's web site. `utc` is its offset from UTC in hours; without `robots` it answers 404 for it."""

    key: str
    name: str
    front: str  # the title of its front page
    host: str
    language: str
    article: str
    listing: str
    date: str
    months: tuple[str, ...] = field(repr=False)
    sections: dict[str, str]
    utc: int
    other_hosts: tuple[str, ...] = ()
    scheme: str = "http"
    home: str = "/"
    latest: str = ""
    charset: str = "utf-8"
    compress: str = ""
    page_validators: bool = False
    feed: Feed | None = None
    sitemap_index: str = ""
    robots: str | None = None

    @property
    def origin(self) -> str:
        """Return scheme and host, without a slash at the end."""
        return f"{self.scheme}://{self.host}"

    @property
    def direction(self) -> str:
        """Return the HTML direction of its language."""
        return "rtl" if self.language == "ar" else "ltr"

    def local(self, at: datetime) -> datetime:
        """Return the same moment in the outlet's time."""
        return at.astimezone(timezone(timedelta(hours=self.utc)))

    @property
    def feed_url(self) -> str:
        """Return the address of its feed or news sitemap; of its front page where it has neither."""
        return self.origin + (self.feed.path if self.feed else self.home)

    def written(self, at: datetime) -> str:
        """Write a moment as the outlet's pages do."""
        local = self.local(at)
        names = {"day": str(local.day), "month": self.months[local.month - 1], "year": str(local.year)}
        clock = {"mm": f"{local:%m}", "hour": f"{local:%H}", "minute": f"{local:%M}"}
        return Template(self.date).substitute(names | clock)

    def listing_path(self, section: str) -> str:
        """Return the path of a section's page."""
        return Template(self.listing).substitute(section=section)

    def article_path(self, text: Text, slug: str, published: datetime) -> str:
        """Return the path of an article, percent-encoded, as links and `Location` carry it."""
        local = self.local(published)
        days = {"year": f"{local:%Y}", "mm": f"{local:%m}", "dd": f"{local:%d}", "ymd": f"{local:%Y%m%d}"}
        names = {"section": text.section, "number": str(text.number), "slug": slug}
        return quote(Template(self.article).substitute(days | names))


def read_sites(path: Path = TABLE) -> tuple[Site, ...]:
    """Read the table of sites. Raises TypeError for an unknown key."""
    return tuple(_site(row) for row in tomllib.loads(path.read_text(encoding="utf-8"))["site"])


def _site(row: dict[str, Any]) -> Site:
    row |= {name: tuple(row.get(name, ())) for name in ("months", "other_hosts")}
    if "feed" in row:
        row["feed"] = Feed(**row["feed"])
    return Site(**row)
