"""Tell the links to articles on a section or front page from its navigation."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from lxml.html import HtmlElement

from monitor.core.charset import decode_xml
from monitor.core.dates import parse_date
from monitor.core.htmltree import text_of
from monitor.core.items import with_keys
from monitor.core.markup import one_line, title_text
from monitor.core.navigation import Navigation
from monitor.core.pages import Page, open_page
from monitor.core.sniff import Form, sniff
from monitor.core.url_shape import article_shape
from monitor.core.urls import canonical_url, join, page_key, site_of
from monitor.interfaces import FeedItem, ParsedFeed, ReadRequest
from monitor.model import SourceKind

MAX_ITEMS = 500
ENOUGH = 5  # points that make a link an article's; see `article_links`

_MAX_ANCHORS = 5_000
_LEVELS = 6  # how far above a link its card may begin
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_MORE = re.compile(
    r"(?:read|see|view|learn)? ?(?:more|on|full story)|continue reading|lire (?:la suite|plus)|voir plus|leer m[aá]s"
    r"|ver m[aá]s|seguir leyendo|leia mais|selengkapnya|baca selengkapnya|читать далее|подробнее|اقرأ المزيد|المزيد"
    r"|xem thêm|chi tiết|weiterlesen|mehr|leggi tutto|devamı|\d+ ?(?:comments?|min(?:utes?)?)?|»|>+|→|…|\.\.\.",
    re.IGNORECASE,
)
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_DATE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:date|time|timestamp|published|fecha|ago|tanggal|waktu)(?:$|[\s_-])", re.IGNORECASE
)


@dataclass(slots=True)
class _Link:
    """All anchors to one article. `card` is the largest element around one of them that holds no other article."""

    url: str
    shape: int
    anchors: list[HtmlElement] = field(default_factory=list)
    card: HtmlElement | None = None


def parse_listing(request: ReadRequest) -> ParsedFeed:
    """Read the articles a section or front page links to, in page order. Never raises; `problem` in plain words.

    Their titles are those of the anchor or its heading; `raw_date` is that of a `time` element (or one classed as a
    date) in the same card. See `article_links` for how they are told from navigation.
    """
    form = sniff(decode_xml(request.body[:65_536], request.content_type)).form
    if form not in {Form.HTML, Form.XML, Form.TEXT}:
        return _nothing("the answer is empty" if form is Form.EMPTY else f"this is {form}, not an HTML page")
    page = open_page(request)
    if page is None:
        return _nothing("there is no HTML in the answer")
    items = article_links(page)
    deep = "the page is nested too deeply to be read whole" if page.too_deep else None
    return ParsedFeed(
        kind=SourceKind.LISTING,
        format="html",
        items=items,
        title=page.title,
        language=page.language,
        problem=deep or (None if items else "no article links were found on this page"),
    )


def article_links(page: Page) -> tuple[FeedItem, ...]:
    """Return the links of a page that lead to articles of the same site, each once, in page order.

    Links in navigation are left out (see `navigation`), as are those whose address cannot be an article's (see
    `url_shape`, whose points count). To these come: 2 for a title of 25 letters or more, 1 from 12 (wide scripts
    count double); 2 in or around a heading; 1 for a card built like two others on the page; 1 for a date in the
    card. Five points make an article link; an address alone never does, a title of some length is needed.
    """
    links = _collect(page)
    _find_cards(links)
    shapes = Counter(_build(link.card) for link in links if link.card is not None)
    found = (_judge(link, page.language, shapes) for link in links)
    return with_keys(islice((item for item in found if item), MAX_ITEMS))


def _nothing(problem: str) -> ParsedFeed:
    return ParsedFeed(kind=SourceKind.LISTING, format="html", problem=problem)


def _collect(page: Page) -> list[_Link]:
    site, own = site_of(page.url), page_key(page.url)
    navigation = Navigation()
    links: dict[str, _Link] = {}
    for anchor in islice(page.root.iter("a"), _MAX_ANCHORS):
        url = join(page.base, anchor.get("href") or "")
        if url is None or site_of(url) != site or navigation.holds(anchor):
            continue
        key = canonical_url(url)
        link = links.setdefault(key, _Link(key, article_shape(key)))
        link.anchors.append(anchor)
    return [link for link in links.values() if link.shape > 0 and page_key(link.url) != own]


def _find_cards(links: list[_Link]) -> None:
    owners: dict[HtmlElement, str | None] = {}
    for link in links:
        for anchor in link.anchors:
            for element in islice(anchor.iterancestors(), _LEVELS):
                owners[element] = link.url if owners.get(element, link.url) == link.url else None
    for link in links:
        cards = [_card(anchor, link.url, owners) for anchor in link.anchors]
        link.card = next((card for card in cards if card is not None), None)


def _card(anchor: HtmlElement, url: str, owners: dict[HtmlElement, str | None]) -> HtmlElement | None:
    card = None
    for element in islice(anchor.iterancestors(), _LEVELS):
        if owners.get(element) != url or element.tag in {"body", "main"}:
            break
        card = element
    return card


def _judge(link: _Link, language: str | None, shapes: Counter[str]) -> FeedItem | None:
    title, headed = _title(link)
    length = _length(title or "")
    points = link.shape + (2 if length >= 25 else int(length >= 12)) + 2 * headed
    raw_date = one_line(_date(link, language), 200)
    points += int(raw_date is not None) + int(link.card is not None and shapes[_build(link.card)] > 2)
    if points < ENOUGH or length < 8:
        return None
    published_at = parse_date(raw_date, language=language) if raw_date else None
    return FeedItem(key="", url=link.url, title=title, raw_date=raw_date, published_at=published_at)


def _title(link: _Link) -> tuple[str | None, bool]:
    """Return the best title and whether it is a heading: of the anchor, the longest text, the card, an image."""
    headings = [text for anchor in link.anchors for text in _headings(anchor)]
    texts = [text for anchor in link.anchors if (text := title_text(text_of(anchor))) and not _MORE.fullmatch(text)]
    if headings:
        return max(headings, key=len), True
    if texts and _length(max(texts, key=len)) >= 12:
        return max(texts, key=len)[:300], False
    in_card = [text for text in _texts(link.card.iter(*_HEADINGS)) if text] if link.card is not None else []
    if in_card:
        return max(in_card, key=len), True
    return max(texts + [text for anchor in link.anchors for text in _labels(anchor)], key=len, default=None), False


def _headings(anchor: HtmlElement) -> Iterator[str]:
    """Yield the text of headings inside an anchor, or its own inside a heading."""
    yield from (text for text in _texts(anchor.iter(*_HEADINGS)))
    if next(anchor.iterancestors(*_HEADINGS), None) is not None:
        yield from (text for text in _texts([anchor]) if not _MORE.fullmatch(text))


def _labels(anchor: HtmlElement) -> Iterator[str]:
    said = [anchor.get("aria-label"), anchor.get("title"), *(image.get("alt") for image in anchor.iter("img"))]
    yield from (text for value in said if (text := title_text(value)) and not _MORE.fullmatch(text))


def _texts(elements: Iterable[HtmlElement]) -> list[str]:
    return [text for element in elements if (text := title_text(text_of(element)))]


def _length(text: str) -> int:
    return sum(char.isalnum() for char in text) + len(_WIDE.findall(text))


def _date(link: _Link, language: str | None) -> str | None:
    """Return the date of a card as written: of a `time` element, else of one classed as a date that reads as one."""
    places = [*([link.card] if link.card is not None else []), *link.anchors]
    for element in (element for place in places for element in place.iter("time")):
        if raw := element.get("datetime") or text_of(element):
            return raw
    classed = (
        element for place in places for element in place.iter() if _DATE_CLASS.search(element.get("class") or "")
    )
    texts = (text_of(element) for element in islice(classed, 5))
    return next((text for text in texts if len(text) <= 80 and parse_date(text, language=language)), None)


def _build(element: HtmlElement) -> str:
    """Describe how an element and its parent are built; cards of one list are built alike."""
    parent = element.getparent()
    above = f"{parent.tag}.{parent.get('class', '')}" if parent is not None else ""
    return f"{above} > {element.tag}.{re.sub(r'[0-9]+', '', element.get('class', ''))}"
