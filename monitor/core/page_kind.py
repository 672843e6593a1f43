"""Tell a page that lists articles from a page that is one."""

from collections.abc import Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from monitor.core.htmltree import meta, text_of
from monitor.core.jsonld import is_article, read_nodes, strings
from monitor.core.pages import Page
from monitor.core.url_shape import article_shape
from monitor.core.urls import is_front_page
from monitor.interfaces import FeedItem
from monitor.model import SourceKind

MANY_LINKS = 8  # article links that make a list; the "related" boxes of articles hold 3 to 6

_LISTS = frozenset({"CollectionPage", "ItemList", "SearchResultsPage"})
_LONG_TEXT = 1_200  # characters of running text; teasers on section pages rarely add up to it in paragraphs
_LONG_PARAGRAPH = 120


@dataclass(frozen=True, slots=True)
class PageKind:
    """LISTING or PAGE, with the signs that decided."""

    kind: SourceKind
    reason: str


def page_kind(page: Page, links: Sequence[FeedItem]) -> PageKind:
    """Decide whether a page lists articles or is one page, and say why.

    Signs of an article: JSON-LD of an article as main object 2, og:type article 1 (some CMSs give it to sections),
    a publication time in meta 1, an address of an article's shape 2, long running text 2. Signs of a list: a front
    page 4, eight article links 2, twenty 1 more, og:type website 1, JSON-LD of a collection 1, an address of no
    article's shape 1. A list needs more points than the article signs give, and one article link.
    """
    types = {name for node in read_nodes(page.root) for name in strings(node.get("@type"))}
    article, listing = _article_signs(page, types), _listing_signs(page, types, links)
    if links and sum(listing.values()) > sum(article.values()):
        return PageKind(SourceKind.LISTING, f"a page of {len(links)} article links: {_words(listing)}")
    if article and sum(article.values()) >= 3:
        return PageKind(SourceKind.PAGE, f"one article: {_words(article)}")
    return PageKind(SourceKind.PAGE, f"one page, with {len(links)} article links")


def _words(signs: dict[str, int]) -> str:
    return ", ".join(sorted(signs, key=lambda sign: -signs[sign])[:3])


def _article_signs(page: Page, types: set[str]) -> dict[str, int]:
    signs = {
        "JSON-LD of an article": 2 * (not _LISTS & types and any(is_article({"@type": name}) for name in types)),
        "og:type is article": int((meta(page.root, "og:type") or "").lower() == "article"),
        "a publication time": int(meta(page.root, "article:published_time", "datepublished") is not None),
        "an article's address": 2 * (article_shape(page.url) >= 3),
        "long running text": 2 * (_running_text(page.root) >= _LONG_TEXT),
    }
    return {sign: points for sign, points in signs.items() if points}


def _listing_signs(page: Page, types: set[str], links: Sequence[FeedItem]) -> dict[str, int]:
    signs = {
        "a front page": 4 * is_front_page(page.url),
        "many article links": 2 * (len(links) >= MANY_LINKS) + (len(links) >= 20),
        "og:type is website": int((meta(page.root, "og:type") or "").lower() == "website"),
        "JSON-LD of a collection": int(bool(_LISTS & types)),
        "a section's address": int(article_shape(page.url) < 1),
    }
    return {sign: points for sign, points in signs.items() if points}


def _running_text(root: HtmlElement) -> int:
    """Count the characters of long paragraphs, those that are mostly links left out."""
    total = 0
    for paragraph in root.iter("p"):
        text = text_of(paragraph)
        linked = sum(len(text_of(anchor)) for anchor in paragraph.iter("a"))
        if len(text) >= _LONG_PARAGRAPH and linked * 2 < len(text):
            total += len(text)
    return total
