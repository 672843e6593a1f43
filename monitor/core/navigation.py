"""Recognise the parts of a page that lead around the site rather than to its articles."""

import re
from collections.abc import Iterator
from itertools import islice

from lxml.html import HtmlElement

_TAGS = frozenset({"nav", "aside", "form", "menu", "dialog"})
_ENDS = frozenset({"header", "footer"})  # of the page; inside an article they hold its headline
_ROLES = frozenset({"navigation", "banner", "contentinfo", "complementary", "menu", "menubar", "search", "dialog"})
_NAME = re.compile(
    r"(?:(?:site|main|page|global|top|bottom|primary|secondary|mega|sub|mobile|footer|header|left|right|post|entry|article"
    r"|user|language|lang|social|follow)[-_]*)*"
    r"(?:nav|navbar|navigation|menu|breadcrumbs?|footer|sidebar|pagination|pager|share|sharing|social|tags?|taglist"
    r"|cookies?|newsletter|comments?|login|subscribe|widget-area|ticker-tags|switcher|languages)"
    r"(?:[-_]*(?:list|links?|bar|wrap|wrapper|container|menu|widget|area|items?|block|nav|buttons?|inner))*",
    re.IGNORECASE,
)
# Boxes of what is read most: their articles were listed when they were new, and are of other sections.
_POPULAR_NAME = re.compile(
    r"(?:[a-z]+[-_])*(?:most[-_]?(?:read|popular|viewed|shared)|popular|trending|m[ao]s[-_]?(?:leid[ao]s?|vist[ao]s?|lidas)"
    r"|lo[-_]?mas[-_]?(?:leido|visto)|(?:les[-_]?)?plus[-_]?(?:lus?|vus?|populaires)|terpopuler|populer|meistgelesen"
    r"|piu[-_]?letti|cok[-_]?okunan(?:lar)?|doc[-_]?nhieu|xem[-_]?nhieu|samoe[-_]?chitaemoe)"
    r"(?:[-_](?:box|list|block|widget|posts?|news|articles?|stories|items?|container|wrapper|section|tab|content))*",
    re.IGNORECASE,
)
_POPULAR_TEXT = re.compile(
    r"(?:the )?most (?:read|popular|viewed|shared)(?: (?:stories|articles|news|today))?"
    r"|(?:trending|popular)(?: now)?|(?:lo )?m[aá]s (?:le[ií]d[ao]s?|vist[ao]s?|popular(?:es)?)"
    r"|(?:as )?mais (?:lidas|vistas)|(?:les )?(?:articles les )?plus (?:lus?|vus?|populaires)"
    r"|am meisten gelesen|meistgelesen(?:e artikel)?|(?:i )?più letti|en çok okunan(?:lar)?"
    r"|(?:berita )?ter(?:populer|favorit)|(?:paling )?banyak dibaca"
    r"|самое (?:читаемое|популярное|обсуждаемое)|популярное"
    r"|الأكثر (?:قراءة|مشاهدة|شيوعا|رواجا|تداولا)|پربازدیدترین(?:‌?ها)?|پربیننده‌?ترین(?:‌?ها)?"
    r"|مقبول ترین|سب سے زیادہ پڑھی جانے والی|(?:tin )?(?:đọc|xem) nhiều(?: nhất)?"
    r"|热门(?:文章|新闻)?|点击排行|阅读排行|人気記事|アクセスランキング|많이 본 뉴스",
    re.IGNORECASE,
)
_HEADED = ("h1", "h2", "h3", "h4", "h5", "h6", "div", "span", "strong", "b", "p", "th", "td", "dt", "legend")
_LONGEST_HEADING = 60  # characters
_MOST_ELEMENTS = 5  # in a heading
_MOST_BOXES = 20
_LEVELS = 6  # above a heading
_MOST_IN_BOX = 45  # anchors: ten articles, each linked by image, title and section
_NEVER = frozenset({"html", "body", "main", "article"})  # their classes describe the page, not themselves


class Navigation:
    """Say of elements of one page whether they lie in navigation; remembers what it has seen of the tree.

    Navigation are: `nav`, `aside`, `form` and dialogs; `header` and `footer` outside articles and lists; elements
    with such a role; those one of whose classes, or whose id, names one (`main-nav`, `tags`, `pagination`,
    `share-buttons`); and boxes of what is read most, known by a class or by the heading they begin with.
    """

    def __init__(self, root: HtmlElement) -> None:
        self._seen: dict[HtmlElement, bool] = dict.fromkeys(_popular_boxes(root), True)

    def holds(self, element: HtmlElement) -> bool:
        """Say whether an element or anything around it is navigation."""
        chain: list[HtmlElement] = []
        at: HtmlElement | None = element
        while at is not None and at not in self._seen:
            chain.append(at)
            at = at.getparent()
        inside = self._seen[at] if at is not None else False
        for part in reversed(chain):
            inside = inside or _is_navigation(part)
            self._seen[part] = inside
        return inside


def _is_navigation(element: HtmlElement) -> bool:
    tag = str(element.tag)
    if tag in _TAGS or (element.get("role") or "").lower() in _ROLES:
        return True
    if tag in _ENDS:
        return next(element.iterancestors("article", "main", "li"), None) is None
    if tag in _NEVER:
        return False
    names = [*(element.get("class") or "").split()[:20], element.get("id") or ""]
    return any(len(name) < 60 and (_NAME.fullmatch(name) or _POPULAR_NAME.fullmatch(name)) for name in names)


def _popular_boxes(root: HtmlElement) -> Iterator[HtmlElement]:
    """Yield the box below each heading that announces what is read most: its closest ancestor with links."""
    announced = 0
    for heading in root.iter(*_HEADED):
        if announced == _MOST_BOXES:
            return
        if sum(1 for _ in islice(heading.iter(), _MOST_ELEMENTS + 1)) > _MOST_ELEMENTS:
            continue
        if _POPULAR_TEXT.fullmatch(_words(heading)):
            announced += 1
            if (box := _box(heading)) is not None:
                yield box


def _words(heading: HtmlElement) -> str:
    """Return the text of what can be a heading, or nothing of what is longer."""
    pieces, left = [], _LONGEST_HEADING
    for piece in heading.itertext():
        left -= len(piece.strip())
        if left < 0:
            return ""
        pieces.append(piece)
    return " ".join("".join(pieces).split()).strip(" :")


def _box(heading: HtmlElement) -> HtmlElement | None:
    own = sum(1 for _ in heading.iter("a"))
    for above in islice(heading.iterancestors(), _LEVELS):
        anchors = sum(1 for _ in islice(above.iter("a"), _MOST_IN_BOX + 1))
        if above.tag in _NEVER or anchors > _MOST_IN_BOX:
            return None
        if anchors > own:
            return above
    return None
