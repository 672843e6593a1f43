"""Tell the links to articles on a section or front page from its navigation."""

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from urllib.parse import urlsplit

from monitor.core.charset import decode_xml
from monitor.core.dates import flag_date, parse_date
from monitor.core.items import with_keys
from monitor.core.link_cards import CardDate, Link, build, card_date, collect, find_cards, place_of, shown
from monitor.core.link_shapes import NOTHING_LEARNED, LinkShapes, learn, learn_articles, shapes_of, tells
from monitor.core.link_titles import LONG, SHORT, Title, is_headed, labels_of, letters, title_of
from monitor.core.pages import Page, open_page
from monitor.core.sniff import Form, sniff
from monitor.core.url_shape import NO_ARTICLE
from monitor.interfaces import FeedItem, ParsedFeed, ReadRequest
from monitor.model import SourceKind

MAX_ITEMS = 500
ENOUGH = 5  # points that make a link an article's; see `article_links`

_SHORTEST = 8  # letters of a title
_TEASER = 40  # letters of a card beyond its links
_SURE_LINKS = 3  # articles that others learn from, at least: those with more than words to show
_LONG_PATH = 200  # characters; sections have shorter ones
_MENU = 4  # links in one place that can be a menu or a cloud of tags
_MENU_LETTERS = 18  # their length at the median, below which they are: three words, or nine wide characters
_WEAK = 18  # letters of a link whose address is no article's, to be looked at all the same; in a heading 12
_FAMILY = 3  # links whose addresses differ by a number only and whose titles are headlines
_FAMILY_LETTERS = 22  # their length at the median


@dataclass(frozen=True, slots=True)
class _Signs:
    """What speaks for one link being an article's, besides what other links show."""

    link: Link
    title: Title
    date: CardDate
    has_teaser: bool
    has_picture: bool

    @property
    def is_plain(self) -> bool:
        """Say whether it is words and nothing else: no heading, date, teaser or picture."""
        return not (self.title.standing or self.date.is_seen or self.has_teaser or self.has_picture)


def parse_listing(request: ReadRequest) -> ParsedFeed:
    """Read the articles a section or front page links to, in page order. Never raises; `problem` in plain words.

    The hints `article` and `no_article` teach which addresses are articles (see `link_shapes`); when they leave
    nothing of a page that had articles without them, they are not believed, since a site that was down for a while
    must not be blind for ever. For titles see `link_titles`, for dates `card_date`; `date_source` is time, class or
    text. See `article_links` for how articles are told from navigation.
    """
    form = sniff(decode_xml(request.body[:65_536], request.content_type)).form
    if form not in {Form.HTML, Form.XML, Form.TEXT}:
        return _nothing("the answer is empty" if form is Form.EMPTY else f"this is {form}, not an HTML page")
    page = open_page(request)
    if page is None:
        return _nothing("there is no HTML in the answer")
    learned = learn(request.hints)
    items = article_links(page, learned, request.now)
    if not items and learned.others:
        items = article_links(page, now=request.now)
    deep = "the page is nested too deeply to be read whole" if page.too_deep else None
    return ParsedFeed(
        kind=SourceKind.LISTING,
        format="html",
        items=items,
        title=page.title,
        language=page.language,
        problem=deep or (None if items else "no article links were found on this page"),
    )


def article_links(
    page: Page, learned: LinkShapes = NOTHING_LEARNED, now: datetime | None = None
) -> tuple[FeedItem, ...]:
    """Return the links of a page that lead to articles of the same site, each once, in page order.

    Links in navigation are left out (see `navigation`), as are addresses known to be none. Five points make an
    article link, those of its address (see `url_shape`) and

    - 2 for a title of 25 letters or more, 1 from 12 (wide scripts count double); 2 for a heading, 1 for a title class;
    - 1 for a card, or a place outside menus, built like two others on the page; 1 for a date or a time of day in the
      card;
    - 2 when three links or more have addresses that differ by their number only, and headlines for titles; 1 for a
      teaser where the address says nothing;
    - up to 4, or down to -6, by what is known of addresses of its shape (`learned`);
    - -3 for plain words in a menu or a cloud of tags: four links or more in places built alike that are short, or of
      which half have addresses that cannot be articles';
    - -2 for plain words whose address is shaped unlike those of three links or more that are surely articles.

    A link below whose address others lie is a section. An address alone never makes an article: a title of some
    length is needed, and where the address speaks against it a date or a teaser too. An address known to be an
    article needs a title only.
    """
    links = [link for link in collect(page) if link.key not in learned.dismissed]
    signs = _signs(_with_shapes(links, learned), page.language)
    points = _points(signs, _menus(links), learned)
    found = (_item(one, page.language, now) for one in signs if points[one.link.url] >= ENOUGH)
    return with_keys(islice(found, MAX_ITEMS))


def _nothing(problem: str) -> ParsedFeed:
    return ParsedFeed(kind=SourceKind.LISTING, format="html", problem=problem)


def _with_shapes(links: list[Link], learned: LinkShapes) -> list[Link]:
    """Keep the links that can be articles; what was learned of a shape goes before what it looks like."""
    for link in links:
        if learned.points(link.url) >= 3 or link.key in learned.read:
            link.shape = max(link.shape, 2)
        elif link.shape > NO_ARTICLE and tells(shapes_of(link.url)[0]):
            link.shape = max(link.shape, 0)  # `/nota.php?id=91` is no section for being short
    below = _below([link.url for link in links])
    kept = (link for link in links if below[link.url] < (2 if link.shape > 0 else 1))
    return [link for link in kept if link.shape > 0 or (link.shape > NO_ARTICLE and _says_much(link))]


def _below(urls: Sequence[str]) -> Counter[str]:
    """Count for each address how many of the others lie below it."""
    paths = {url: urlsplit(url).path.rstrip("/") for url in urls}
    ends = (
        (path, [end for end, char in enumerate(path[:_LONG_PATH]) if char == "/" and end]) for path in {*paths.values()}
    )
    above = Counter(path[:end] for path, at in ends for end in at)
    return Counter({url: above[path] for url, path in paths.items()})


def _says_much(link: Link) -> bool:
    texts = [shown(anchor) for anchor in link.anchors]
    least = SHORT if any(is_headed(anchor) for anchor in link.anchors) else _WEAK
    return any(letters(text) >= least and len(text.split()) != 1 for text in texts)


def _signs(links: list[Link], language: str | None) -> list[_Signs]:
    find_cards(links)
    labels = labels_of(links)
    titled = [(link, title) for link in links if (title := title_of(link, labels))]
    return [_signs_of(link, title, language) for link, title in titled if letters(title.text) >= _SHORTEST]


def _signs_of(link: Link, title: Title, language: str | None) -> _Signs:
    return _Signs(link, title, card_date(link, language), _has_teaser(link), _has_picture(link))


def _has_teaser(link: Link) -> bool:
    if link.card is None:
        return False
    linked = max(letters(shown(anchor)) for anchor in link.anchors)
    return letters(shown(link.card)) - linked >= _TEASER


def _has_picture(link: Link) -> bool:
    return next(link.place.iter("img", "picture", "figure"), None) is not None


def _points(signs: Sequence[_Signs], menus: set[str], learned: LinkShapes) -> dict[str, int]:
    """Return the points of each link: its own, then what the company it keeps and the other links show."""
    alike = Counter(build(one.link.card) for one in signs if one.link.card is not None)
    alike.update(place for one in signs if (place := place_of(one.link)) not in menus)
    families = _families(signs)
    points = {one.link.url: _own_points(one, alike, learned) for one in signs}
    for one in signs:
        points[one.link.url] -= 3 * (one.is_plain and place_of(one.link) in menus)
        points[one.link.url] += 2 * (shapes_of(one.link.url)[0] in families)
    sure = [one.link.url for one in signs if not one.is_plain and points[one.link.url] >= ENOUGH]
    shapes = learn_articles(sure)
    for one in signs:
        points[one.link.url] -= 2 * (len(sure) >= _SURE_LINKS and one.is_plain and not shapes.holds(one.link.url))
        if one.link.key in learned.read:
            points[one.link.url] = max(points[one.link.url], ENOUGH)
    return points


def _own_points(one: _Signs, alike: Counter[str], learned: LinkShapes) -> int:
    if one.link.shape <= 0 and not (one.date.is_seen or one.has_teaser):
        return NO_ARTICLE
    length = letters(one.title.text)
    points = one.link.shape + (2 if length >= LONG else int(length >= SHORT)) + one.title.standing
    points += int(one.link.shape <= 0 and one.has_teaser)
    repeated = alike[place_of(one.link)] > 2 or (one.link.card is not None and alike[build(one.link.card)] > 2)
    points += int(one.date.is_seen) + int(repeated)
    return points + learned.points(one.link.url)


def _families(signs: Iterable[_Signs]) -> set[str]:
    """Return the shapes of addresses that differ by a number, a date or a hash only and stand under headlines."""
    lengths: dict[str, list[int]] = defaultdict(list)
    for one in signs:
        shape = shapes_of(one.link.url)[0]
        if tells(shape):
            lengths[shape].append(letters(one.title.text))
    alike = {shape: sizes for shape, sizes in lengths.items() if len(sizes) >= _FAMILY}
    return {shape for shape, sizes in alike.items() if statistics.median(sizes) >= _FAMILY_LETTERS}


def _menus(links: Iterable[Link]) -> set[str]:
    """Return the places of menus and clouds of tags; see `article_links`."""
    places: dict[str, list[Link]] = defaultdict(list)
    for link in links:
        places[place_of(link)].append(link)
    return {place for place, inside in places.items() if len(inside) >= _MENU and _is_menu(inside)}


def _is_menu(links: Sequence[Link]) -> bool:
    lengths = (max(letters(shown(anchor)) for anchor in link.anchors) for link in links)
    others = sum(1 for link in links if link.shape <= 0)
    return others * 2 >= len(links) or statistics.median(lengths) < _MENU_LETTERS


def _item(one: _Signs, language: str | None, now: datetime | None) -> FeedItem:
    raw_date = one.date.raw
    published_at = parse_date(raw_date, language=language) if raw_date else None
    return FeedItem(
        key="",
        url=one.link.url,
        title=one.title.text,
        raw_date=raw_date,
        published_at=published_at,
        date_source=one.date.source if raw_date else None,
        date_flag=flag_date(published_at, raw_date, now),
    )
