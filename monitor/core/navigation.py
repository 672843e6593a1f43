"""Recognise the parts of a page that lead around the site rather than to its articles."""

import re

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
_NEVER = frozenset({"html", "body", "main", "article"})  # their classes describe the page, not themselves


class Navigation:
    """Say of elements of one page whether they lie in navigation; remembers what it has seen of the tree.

    Navigation are: `nav`, `aside`, `form` and dialogs; `header` and `footer` outside articles and lists; elements
    with such a role; and those one of whose classes, or whose id, names one (`main-nav`, `tags`, `pagination`,
    `share-buttons`).
    """

    def __init__(self) -> None:
        self._seen: dict[HtmlElement, bool] = {}

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
    return any(len(name) < 60 and _NAME.fullmatch(name) for name in names)
