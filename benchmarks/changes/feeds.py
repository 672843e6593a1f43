"""How the outlets tell of their articles: feeds, news sitemaps and front pages."""

from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from html import escape

from benchmarks.changes.histories import HERE, History
from benchmarks.changes.outlets import Outlet

NEWS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'


def feed_path(outlet: Outlet) -> str:
    """Return where an outlet's feed or sitemap is."""
    return "/feed.xml" if outlet.feed == "rss" else "/sitemap-news.xml"


def feed(outlet: Outlet, there: Sequence[History], now: datetime) -> bytes:
    """Return the feed or the sitemap at a time; what was taken down is in it no more."""
    shown = sorted((one for one in there if one.at(now).place == HERE), key=lambda one: one.published, reverse=True)
    made = _rss(outlet, shown, now) if outlet.feed == "rss" else _sitemap(outlet, shown, now)
    return made.encode()


def front_page(outlet: Outlet, there: Sequence[History], now: datetime) -> str:
    """Return the front page: the headlines of the day."""
    shown = [one.at(now) for one in there if one.at(now).place == HERE][-20:]
    links = "".join(f'<li><a href="{one.state.path}">{escape(one.state.headline)}</a></li>' for one in shown)
    name = escape(outlet.name)
    return f"<!DOCTYPE html><html><head>{{charset}}<title>{name}</title></head><body><h1>{name}</h1><ul>{links}</ul>"


def _headline(outlet: Outlet, one: History, now: datetime) -> str:
    return escape((one.at(now) if outlet.feed_follows else one.steps[0]).state.headline)


def _rss(outlet: Outlet, shown: Sequence[History], now: datetime) -> str:
    items = "".join(
        f"<item><title>{_headline(outlet, one, now)}</title><link>{_url(outlet, one, now)}</link>"
        f'<guid isPermaLink="false">{outlet.host}-{one.number}</guid>'
        f"<pubDate>{format_datetime(one.published)}</pubDate></item>\n"
        for one in shown
    )
    head = (
        f"<title>{escape(outlet.name)}</title><link>http://{outlet.host}/</link><language>{outlet.language}</language>"
    )
    return f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>{head}{items}</channel></rss>'


def _sitemap(outlet: Outlet, shown: Sequence[History], now: datetime) -> str:
    items = "".join(
        f"<url><loc>{_url(outlet, one, now)}</loc><news:news><news:publication><news:name>{escape(outlet.name)}"
        f"</news:name><news:language>{outlet.language}</news:language></news:publication><news:publication_date>"
        f"{one.published.isoformat()}</news:publication_date><news:title>{_headline(outlet, one, now)}</news:title>"
        f"</news:news></url>\n"
        for one in shown
    )
    return f'<?xml version="1.0" encoding="utf-8"?>\n<urlset {NEWS}>{items}</urlset>'


def _url(outlet: Outlet, one: History, now: datetime) -> str:
    return f"http://{outlet.host}{one.at(now).state.path}"
