"""Find the feeds and sitemaps a page names: by link elements, by anchors, and by the icons on them."""

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from monitor.core.feed_ranking import FEED_WORD, Wanted, suited
from monitor.core.htmltree import text_of
from monitor.core.language_tags import language_tag
from monitor.core.markup import title_text
from monitor.core.pages import Page
from monitor.core.urls import host_of, join, site_of
from monitor.interfaces import Candidate
from monitor.model import SourceKind

SPEAKS = "a link that speaks of feeds, not yet tried"

_TYPES = {
    "application/rss+xml": 0.85,
    "application/atom+xml": 0.85,
    "application/rdf+xml": 0.8,
    "application/feed+json": 0.8,
    "application/x.atom+xml": 0.8,
    "application/x-atom+xml": 0.8,
    "application/x-rss+xml": 0.8,
    "text/rss+xml": 0.8,
    "application/xml": 0.6,
    "text/xml": 0.6,
    "application/json": 0.6,  # only with an address that speaks of feeds: WordPress's API has this type too
}
_VAGUE = 0.6
_MISSPELT = re.compile(r"rss|atom|\brdf\b", re.IGNORECASE)  # application/rss, rss+xml, application/rss-xml, text/rss
_MISSPELT_SCORE = 0.75
_UNTYPED_SCORE = 0.65
_OTHER_RELS = frozenset(
    {"stylesheet", "preload", "prefetch", "dns-prefetch", "preconnect", "icon", "search", "edituri", "manifest", "hub"}
)
_ODD_REL = 0.05  # taken off where `rel` is not "alternate" or "feed"
_FEED_FILE = re.compile(
    r"(?:\.(?:rss|rdf|atom)|/(?:rss|feed|atom|index\d?)\.(?:xml|json)|/feed/?|\.rss\.xml|/rss2?\.(?:php|aspx?))$",
    re.IGNORECASE,
)
_FEED_TEXT = re.compile(
    r"\b(?:rss|atom|web ?feeds?|news ?feeds?|xml|flux|fil rss|(?:canal|fuentes?|canales) rss|sindicaci[oó]n|syndication"
    r"|feed rss|rss-лента|лента rss|rss-канал\w*|umpan|kênh rss|nguồn tin rss|besleme\w*)\b"
    r"|خلاصات|خدمة rss|تلقيمات?|آر[ .]?اس[ .]?اس|خوراک|فید|订阅|聚合|フィード|구독",
    re.IGNORECASE,
)
_FEED_ICON = re.compile(r"(?:^|[-_/.\s])(?:rss|rss2|feed-icon|icon-feed|xml-button)(?:$|[-_.\s\d])", re.IGNORECASE)
_SITEMAP = re.compile(r"sitemap[^/]*\.xml(?:\.gz)?$", re.IGNORECASE)
_NOT_FEEDS = re.compile(r"oembed|wp-json|/amp/?$|(?:web)?manifest\.(?:json|xml)|opensearch|/osd\.xml$", re.IGNORECASE)
_SERVICES = ("feeds.", "feeds2.", "feed.", "rss.")
_SERVICE_SITES = frozenset({"feedburner.com", "feedpress.me", "feedblitz.com"})
_MAX_ANCHORS = 5_000


def named_feeds(page: Page, wanted: Wanted | None = None) -> Iterator[Candidate]:
    """Yield the feeds and sitemaps a page names: `<link>` elements, then anchors that lead or speak to feeds.

    A link of an RSS or Atom type scores 0.85, misspelt and other types less; an anchor 0.75 when it has such a type,
    0.7 when its address is that of a feed file and 0.5 when only a word or an icon says so. `suited` then weighs them
    for what is `wanted`, else for the page itself. Link elements may name feeds on any host, anchors on the page's
    own domain and on feed services.
    """
    looked_for = wanted or Wanted(page.url, page.language)
    for element in islice(page.root.iter("link"), _MAX_ANCHORS):
        if found := _from_link(element, page):
            yield suited(found, looked_for)
    for anchor in islice(page.root.iter("a", "area"), _MAX_ANCHORS):
        if found := _from_anchor(anchor, page):
            yield suited(found, looked_for)


def _from_link(element: HtmlElement, page: Page) -> Candidate | None:
    rels = frozenset((element.get("rel") or "").lower().split())
    url = _address(element, page)
    if url is None or _is_no_feed(url):
        return None
    if "sitemap" in rels:
        return Candidate(url, SourceKind.SITEMAP, 0.5, "a sitemap the page links to")
    media = _media(element)
    score = _score_of_type(media, url, rels)
    if score is None or rels & _OTHER_RELS:
        return None
    language = language_tag(element.get("hreflang"))
    said = f"named by the page as {media}" if media else "named by the page"
    return Candidate(url, SourceKind.FEED, score, said, title_text(element.get("title")), language)


def _media(element: HtmlElement) -> str:
    return (element.get("type") or "").partition(";")[0].strip().lower()


def _score_of_type(media: str, url: str, rels: frozenset[str]) -> float | None:
    """Return the score of a link of a type; types that other things have count with an address of a feed only."""
    usual = bool({"alternate", "feed"} & rels)
    score = _TYPES.get(media)
    if score is None and _MISSPELT.search(media):
        score = _MISSPELT_SCORE
    if score is None and not media and usual and _FEED_FILE.search(urlsplit(url).path):
        score = _UNTYPED_SCORE
    if score is None or (score == _VAGUE and not (usual and FEED_WORD.search(url))):
        return None
    return score if usual else score - _ODD_REL


def _from_anchor(anchor: HtmlElement, page: Page) -> Candidate | None:
    url = _address(anchor, page)
    if url is None or _is_no_feed(url) or not _is_near(url, page):
        return None
    title = title_text(text_of(anchor)) or title_text(anchor.get("title") or anchor.get("aria-label"))
    path, media = urlsplit(url).path, _media(anchor)
    language = language_tag(anchor.get("hreflang"))
    if _SITEMAP.search(path):
        return Candidate(url, SourceKind.SITEMAP, 0.4, "a link to a sitemap", title)
    if media != "application/json" and (media in _TYPES or _MISSPELT.search(media)):
        return Candidate(url, SourceKind.FEED, _MISSPELT_SCORE, f"a link of type {media}", title, language)
    if _FEED_FILE.search(path):
        return Candidate(url, SourceKind.FEED, 0.7, "a link to a feed's address", title, language)
    if _speaks_of_feeds(anchor, url):
        return Candidate(url, SourceKind.FEED, 0.5, SPEAKS, title, language)
    return None


def _address(element: HtmlElement, page: Page) -> str | None:
    """Resolve the reference; `feed:` is a scheme some sites put before or instead of the page's own."""
    href = (element.get("href") or "").strip()
    if href.lower().startswith("feed:"):
        href = href[5:]
    url = join(page.base, href)
    return url.partition("#")[0] if url else None


def _is_no_feed(url: str) -> bool:
    parts = urlsplit(url)
    return _NOT_FEEDS.search(f"{parts.path}?{parts.query}" if parts.query else parts.path) is not None


def _is_near(url: str, page: Page) -> bool:
    return site_of(url) == site_of(page.url) or _is_service(host_of(url))


def _is_service(host: str) -> bool:
    return host.startswith(_SERVICES) or site_of(host) in _SERVICE_SITES or "feedburner" in host


def _speaks_of_feeds(anchor: HtmlElement, url: str) -> bool:
    parts = urlsplit(url)
    if _is_service(host_of(url)):
        return True
    text = text_of(anchor) or anchor.get("title") or anchor.get("aria-label") or ""
    says = len(text) <= 40 and _FEED_TEXT.search(text) is not None
    return says or FEED_WORD.search(f"{parts.path}?{parts.query}") is not None or _has_icon(anchor)


def _has_icon(anchor: HtmlElement) -> bool:
    """Say whether an anchor that has no words shows the icon of feeds."""
    if len(text_of(anchor)) > 20:
        return False
    said = (
        element.get(name) or ""
        for element in islice(anchor.iter("*"), 10)
        for name in ("class", "alt", "src", "href")
        if not (element is anchor and name == "href")
    )
    return any(_FEED_ICON.search(value) for value in said if len(value) < 300)
