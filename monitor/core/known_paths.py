"""Guess where a site has its feeds and sitemaps, by what it was made with and by where others have theirs."""

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlsplit

from monitor.core.htmltree import meta
from monitor.core.pages import Page, language_in_url
from monitor.core.urls import is_front_page, join
from monitor.interfaces import Candidate
from monitor.model import SourceKind

_FEEDS = ("/feed/", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed", "/rss/", "/feeds/all.rss")
_NEWS_SITEMAPS = ("/sitemap_news.xml", "/news-sitemap.xml", "/sitemap-news.xml", "/news_sitemap.xml")
_UNTRIED = "well-known path, not yet tried"

# What programs say of themselves (`generator`, or the folders of their files), and where they have their feeds.
_PROGRAMS = {
    "WordPress": (re.compile(r"wordpress|/wp-(?:content|includes)/"), "/feed/"),
    "Drupal": (re.compile(r"drupal|/sites/(?:default|all)/(?:files|themes|modules)/|/core/misc/"), "/rss.xml"),
    "Joomla": (re.compile(r"joomla|/media/jui/|/media/system/js/"), "/?format=feed&type=rss"),
    "Blogger": (re.compile(r"blogger|blogspot"), "/feeds/posts/default"),
    "Bitrix": (re.compile(r"bitrix"), "/rss/"),
    "Ghost": (re.compile(r"ghost\b"), "/rss/"),
    "Hugo": (re.compile(r"\bhugo\b"), "/index.xml"),
    "Arc": (re.compile(r"arc xp|/pf/(?:dist|resources)/"), "/arc/outboundfeeds/rss/?outputType=xml"),
}
_MADE_BY = 0.3
_BELOW_SECTION = 0.36  # every category of a WordPress site has a feed: believed enough to be tried
_GUESS = 0.2
_MARKS = 60  # files of a page whose addresses are looked at


def well_known(page: Page, *, is_listing: bool) -> Iterator[Candidate]:
    """Yield paths where sites of all kinds have feeds, under the page's language first; with low scores.

    Those of the program that made the page go before the others, and below a section made by WordPress its own feed
    goes before all.
    """
    program = _program(page)
    edition = _edition(page.url)
    if program == "WordPress" and is_listing and not is_front_page(page.url) and not urlsplit(page.url).query:
        below = f"{urlsplit(page.url).path.rstrip('/')}/feed/"
        if found := _candidate(page, below, _BELOW_SECTION, f"{_UNTRIED}; WordPress has a feed for each section"):
            yield found
    for prefix in [f"/{edition}", ""] if edition else [""]:
        nearer = 0.02 if prefix else 0.0
        if program and (found := _of_program(page, program, prefix, _MADE_BY + nearer)):
            yield found
        for place, path in enumerate((*_FEEDS, *_NEWS_SITEMAPS)):
            score = round(_GUESS + nearer - place * 0.005, 3)
            if found := _candidate(page, f"{prefix}{path}", score, _UNTRIED):
                yield found


def _of_program(page: Page, program: str, prefix: str, score: float) -> Candidate | None:
    path = f"{prefix}{_PROGRAMS[program][1]}"
    return _candidate(page, path, score, f"{_UNTRIED}; {program} has its feed there")


def _candidate(page: Page, path: str, score: float, reason: str) -> Candidate | None:
    kind = SourceKind.SITEMAP if path.endswith(_NEWS_SITEMAPS) else SourceKind.FEED
    url = join(page.url, path)
    return Candidate(url, kind, score, reason, language=language_in_url(url)) if url else None


def _program(page: Page) -> str | None:
    """Return the program a page was made with, as it says itself or as the addresses of its files show."""
    said = (meta(page.root, "generator") or "").lower()
    named = next((name for name, (mark, _) in _PROGRAMS.items() if said and mark.search(said)), None)
    if named:
        return named
    files = (element.get("href") or element.get("src") or "" for element in page.root.iter("link", "script", "img"))
    marks = " ".join(_path(file) for file in islice(files, _MARKS))
    return next((name for name, (mark, _) in _PROGRAMS.items() if mark.search(marks)), None)


def _path(reference: str) -> str:
    """Return the path of a reference in lower case; hosts say nothing of programs."""
    rest = reference[:500].lower().partition("?")[0]
    return "/" + rest.partition("//")[2].partition("/")[2] if "//" in rest else rest


def _edition(url: str) -> str:
    """Return the first path segment when it names a language edition (`fr`), else nothing."""
    first = urlsplit(url).path.split("/")[1:2]
    return first[0] if first and language_in_url(f"https://x.invalid/{first[0]}/") else ""
