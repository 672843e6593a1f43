"""Find the feeds a page names, and judge which of them suits the page's language and section."""

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import unquote, urlsplit

from lxml.html import HtmlElement

from monitor.core.htmltree import meta, text_of
from monitor.core.language_tags import language_tag, same_language
from monitor.core.markup import title_text
from monitor.core.pages import Page, language_in_url
from monitor.core.urls import host_of, join, site_of
from monitor.interfaces import Candidate
from monitor.model import SourceKind

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
_FEED_FILE = re.compile(
    r"(?:\.(?:rss|rdf|atom)|/(?:rss|feed|atom|index\d?)\.(?:xml|json)|/feed/?|\.rss\.xml)$", re.IGNORECASE
)
_FEED_WORD = re.compile(r"(?:^|[/._?&=-])(?:rss\d?|feeds?|atom|rdf|fil-rss|flux)(?=[/._?&=-]|\d|$)", re.IGNORECASE)
_FEED_TEXT = re.compile(
    r"\b(?:rss|atom|web ?feeds?|xml|flux|fil rss|canal rss|rss-лента|лента rss)\b|خلاصات|خدمة rss", re.IGNORECASE
)
_SITEMAP = re.compile(r"sitemap[^/]*\.xml(?:\.gz)?$", re.IGNORECASE)
_COMMENTS = re.compile(
    r"comments\b|comment[ -]feed|commentaires|kommentar|comentario|comentário|commenti|коммента|تعليق|bình luận"
    r"|komentar|yorum|replies",
    re.IGNORECASE,
)
_NOT_FEEDS = re.compile(r"oembed|wp-json|/amp/?$|manifest|opensearch", re.IGNORECASE)
_MAX_ANCHORS = 5_000
_LAST = 0.02


def named_feeds(page: Page) -> Iterator[Candidate]:
    """Yield the feeds and sitemaps a page names: `<link>` elements, then anchors that lead or speak to feeds.

    A link of an RSS or Atom type scores 0.85, other types less; an anchor 0.7 when its address is that of a feed
    file and 0.5 when only a word says so. `suited` then weighs language, section and comments.
    """
    for element in page.root.iter("link"):
        if found := _from_link(element, page):
            yield suited(found, page)
    for anchor in islice(page.root.iter("a"), _MAX_ANCHORS):
        if found := _from_anchor(anchor, page):
            yield suited(found, page)


def suited(candidate: Candidate, page: Page) -> Candidate:
    """Weigh a candidate for a page: same language +0.05, another -0.5; same section +0.08, another -0.1.

    A feed of comments ranks last whatever else speaks for it.
    """
    if _COMMENTS.search(f"{candidate.title or ''} {unquote(urlsplit(candidate.url).path)}"):
        return _scored(candidate, _LAST, f"{candidate.reason}; a feed of comments")
    language = candidate.language or language_in_url(candidate.url)
    match = same_language(language, page.language)
    score = candidate.score + {True: 0.05, False: -0.5, None: 0.0}[match] + _section(candidate.url, page.url)
    reason = f"{candidate.reason}; in another language ({language})" if match is False else candidate.reason
    return Candidate(candidate.url, candidate.kind, _within(score), reason, candidate.title, language)


def generator(page: Page) -> str:
    """Return the program a page says it was made with, in lower case."""
    return (meta(page.root, "generator") or "").lower()


def _scored(candidate: Candidate, score: float, reason: str) -> Candidate:
    return Candidate(candidate.url, candidate.kind, score, reason, candidate.title, candidate.language)


def _within(score: float) -> float:
    return round(min(0.99, max(_LAST + 0.01, score)), 3)


def _from_link(element: HtmlElement, page: Page) -> Candidate | None:
    rels = (element.get("rel") or "").lower().split()
    url = _address(element, page)
    if url is None or _NOT_FEEDS.search(url):
        return None
    if "sitemap" in rels:
        return Candidate(url, SourceKind.SITEMAP, 0.5, "a sitemap the page links to")
    media = (element.get("type") or "").partition(";")[0].strip().lower()
    score = _TYPES.get(media)
    if score is None or not {"alternate", "feed"} & set(rels) or (score == _VAGUE and not _FEED_WORD.search(url)):
        return None
    language = language_tag(element.get("hreflang"))
    return Candidate(
        url, SourceKind.FEED, score, f"named by the page as {media}", title_text(element.get("title")), language
    )


def _from_anchor(anchor: HtmlElement, page: Page) -> Candidate | None:
    url = _address(anchor, page)
    if url is None or _NOT_FEEDS.search(url) or not _is_near(url, page):
        return None
    title = title_text(text_of(anchor)) or title_text(anchor.get("title"))
    path = urlsplit(url).path
    if _SITEMAP.search(path):
        return Candidate(url, SourceKind.SITEMAP, 0.4, "a link to a sitemap", title)
    if _FEED_FILE.search(path):
        return Candidate(url, SourceKind.FEED, 0.7, "a link to a feed's address", title)
    if _speaks_of_feeds(anchor, url):
        return Candidate(url, SourceKind.FEED, 0.5, "a link that speaks of feeds, not yet tried", title)
    return None


def _address(element: HtmlElement, page: Page) -> str | None:
    """Resolve the reference; `feed:` is a scheme some sites put before or instead of https."""
    href = (element.get("href") or "").strip()
    if href.lower().startswith("feed:"):
        href = href[5:] if href[5:].lower().startswith("http") else f"https:{href[5:]}"
    url = join(page.base, href)
    return url.partition("#")[0] if url else None


def _is_near(url: str, page: Page) -> bool:
    host = host_of(url)
    return site_of(host) == site_of(page.url) or host.startswith(("feeds.", "feed.", "rss.")) or "feedburner" in host


def _speaks_of_feeds(anchor: HtmlElement, url: str) -> bool:
    parts = urlsplit(url)
    if parts.hostname and parts.hostname.startswith(("feeds.", "rss.")):
        return True
    text = text_of(anchor)
    says = len(text) <= 40 and _FEED_TEXT.search(text) is not None
    return says or _FEED_WORD.search(f"{parts.path}?{parts.query}") is not None


def _section(candidate: str, page: str) -> float:
    """Compare sections: the directories of the page's address against those of the feed's, feed words left out."""
    wanted, has = _directories(page), _directories(candidate)
    if not has:
        return 0.0
    if wanted and wanted[: len(has)] == has:
        return 0.08
    return -0.1


def _directories(url: str) -> list[str]:
    path = urlsplit(url).path.lower()
    named = re.sub(r"\.(?:xml|rss|rdf|atom|json|html?|php|aspx?)$", "", path)
    words = [
        word for word in named.split("/") if word and not _FEED_WORD.search(word) and word not in {"index", "news"}
    ]
    return [word for word in words if not re.fullmatch(r"[a-z]{2}(?:[-_][a-z]{2})?|all|latest|home|xml|default", word)]
