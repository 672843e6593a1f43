"""Gather the links of a page by where they lead, with the card that each stands in."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from monitor.core.dates import parse_date
from monitor.core.htmltree import squeeze
from monitor.core.markup import one_line
from monitor.core.navigation import Navigation
from monitor.core.pages import Page
from monitor.core.url_shape import article_shape
from monitor.core.urls import canonical_url, join, page_key, site_of

_MAX_ANCHORS = 5_000
_LEVELS = 6  # how far above a link its card may begin
_LONGEST, _MOST_PIECES = 1_000, 200  # characters and pieces of text of an element
_LOOKED_AT = 60  # elements of a card that are searched for a date
# What a link itself says of what it leads to (HTML, "Link types"; Google's sponsored).
_OTHER_RELS = frozenset({"tag", "category", "author", "sponsored", "license", "prev", "next", "search", "help"})
_PAGING = re.compile(
    r"(?:^|&)(?:page|paged?|pagen_\d+|pg|seite|pagina|hal|trang|start|offset|limitstart|cpage|sort|order)=",
    re.IGNORECASE,
)
_DATE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:date|time|timestamp|published|created|fecha|ago|tanggal|waktu|ngay|tarih|datum|data)(?:$|[\s_-])",
    re.IGNORECASE,
)
_DAY_LIKE = re.compile(r"(?<!\d)(?:\d{1,2}[./-]\d{1,2}[./-](?:\d\d)?\d\d|(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2})(?!\d)")
_CLOCK = re.compile(r"(?<!\d)(?:[01]?\d|2[0-3])[:h][0-5]\d(?!\d)")
_CARD_ENDS = frozenset({"body", "main", "html"})


@dataclass(slots=True)
class Link:
    """All anchors to one page. `key` is what its addresses share (see `page_key`).

    `card` is the largest element around one of them that holds no other article.
    """

    url: str
    key: str
    shape: int
    anchors: list[HtmlElement] = field(default_factory=list)
    card: HtmlElement | None = None

    @property
    def place(self) -> HtmlElement:
        """Return the card, or the anchor alone where other links stand beside it."""
        return self.anchors[0] if self.card is None else self.card


def collect(page: Page) -> list[Link]:
    """Return the pages of the same site that a page links to outside its navigation, in page order.

    Links that name themselves something else (`rel` tag, author, sponsored, next ...), the page's own further pages
    and at most 5,000 anchors are looked at.
    """
    site, own = site_of(page.url), page_key(page.url)
    navigation = Navigation(page.root)
    links: dict[str, Link] = {}
    for anchor in islice(page.root.iter("a"), _MAX_ANCHORS):
        url = join(page.base, anchor.get("href") or "")
        if url is None or site_of(url) != site or _says_other(anchor) or navigation.holds(anchor):
            continue
        address = canonical_url(url)
        if address not in links:
            links[address] = Link(address, page_key(address), article_shape(address))
        links[address].anchors.append(anchor)
    return [link for link in links.values() if link.key != own and not _is_paging(link.url, page.url)]


def find_cards(links: Iterable[Link]) -> None:
    """Find the card of each link: its largest ancestor, at most six levels up, in which no other of them stands."""
    links = tuple(links)
    owners: dict[HtmlElement, str | None] = {}
    for link in links:
        for anchor in link.anchors:
            for element in islice(anchor.iterancestors(), _LEVELS):
                owners[element] = link.url if owners.get(element, link.url) == link.url else None
    for link in links:
        cards = [_card(anchor, link.url, owners) for anchor in link.anchors]
        link.card = max((card for card in cards if card is not None), key=_size, default=None)


def shown(element: HtmlElement) -> str:
    """Return what an element shows, on one line: its first 1,000 characters: hostile pages nest links."""
    pieces, left = [], _LONGEST
    for piece in islice(element.itertext(), _MOST_PIECES):
        pieces.append(piece[:left])
        left -= len(piece)
        if left <= 0:
            break
    return squeeze("".join(pieces))


def build(element: HtmlElement) -> str:
    """Describe how an element and its parent are built; cards of one list are built alike."""
    parent = element.getparent()
    above = f"{parent.tag}.{_classes(parent)}" if parent is not None else ""
    return f"{above} > {element.tag}.{_classes(element)}"


def place_of(link: Link) -> str:
    """Describe how the anchor of a link with the longest text, and the two elements above it, are built."""
    anchor = max(link.anchors, key=lambda one: len(shown(one)))
    above = islice(anchor.iterancestors(), 2)
    return " < ".join(f"{element.tag}.{_classes(element)}" for element in (anchor, *above))


@dataclass(frozen=True, slots=True)
class CardDate:
    """A date as written and the kind of place it stood in; `is_seen` also for a mere time of day."""

    raw: str | None = None
    source: str | None = None
    is_seen: bool = False


def card_date(link: Link, language: str | None) -> CardDate:
    """Return the date in a link's card: of a `time` element, else of one classed as a date, else of a short text.

    Texts count only when they read as a date. A time of day shows that this is news, and dates nothing; so does what
    stands beside a link that has no card of its own.
    """
    places = [link.place, *(anchor for anchor in link.anchors if anchor is not link.place)]
    elements = [element for place in places for element in islice(place.iter("*"), _LOOKED_AT)]
    for element in elements:
        if element.tag == "time" and (raw := one_line(element.get("datetime") or shown(element), 200)):
            return CardDate(raw, "time", is_seen=True)
    said = list(_short_texts(elements))
    for source in ("class", "text"):
        for text, named in said:
            if (
                named == (source == "class")
                and (named or _DAY_LIKE.search(text))
                and parse_date(text, language=language)
            ):
                return CardDate(text, source, is_seen=True)
    near = [text for text, _ in said] if link.card is not None else [*(text for text, _ in said), *_beside(link)]
    return CardDate(is_seen=any(_CLOCK.search(text) or _DAY_LIKE.search(text) for text in near))


def _beside(link: Link) -> Iterator[str]:
    """Yield the short texts before and behind a link that has no card; whose date stands there cannot be told."""
    for anchor in link.anchors:
        before, behind = anchor.getprevious(), anchor.getnext()
        yield from (
            text for text in (one_line(anchor.tail), one_line(before.tail if before is not None else None)) if text
        )
        for element in (before, behind):
            if element is not None and element.tag != "a" and len(text := shown(element)) <= 40:
                yield text


def _short_texts(elements: Iterable[HtmlElement]) -> Iterator[tuple[str, bool]]:
    """Yield the short texts with a digit, and whether their element is classed as a date; then loose ones behind."""
    for element in elements:
        named = _DATE_CLASS.search(element.get("class") or "") is not None
        text = shown(element) if named else one_line(element.text)
        if text and len(text) <= 80 and any(char.isdigit() for char in text) and (named or len(text) <= 40):
            yield text, named
        tail = one_line(element.tail)
        if tail and len(tail) <= 40 and any(char.isdigit() for char in tail):
            yield tail.strip(" |·•–—-()[]"), False


def _says_other(anchor: HtmlElement) -> bool:
    return bool(_OTHER_RELS & set((anchor.get("rel") or "").lower().split()))


def _is_paging(url: str, page: str) -> bool:
    """Say whether an address is the page's own, but for a number of a page."""
    one, own = urlsplit(url), urlsplit(page)
    return one.path.rstrip("/") == own.path.rstrip("/") and _PAGING.search(one.query) is not None


def _card(anchor: HtmlElement, url: str, owners: dict[HtmlElement, str | None]) -> HtmlElement | None:
    card = None
    for element in islice(anchor.iterancestors(), _LEVELS):
        if owners.get(element) != url or element.tag in _CARD_ENDS:
            break
        card = element
    return card


def _size(element: HtmlElement) -> int:
    return sum(1 for _ in islice(element.iter(), 200))


def _classes(element: HtmlElement) -> str:
    return re.sub(r"[0-9]+", "", element.get("class") or "")
