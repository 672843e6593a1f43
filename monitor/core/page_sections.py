"""Find the section of its outlet that an article stands in."""

from collections.abc import Iterator, Sequence
from typing import Any, cast

from lxml.etree import XPath
from lxml.html import HtmlElement

from monitor.core.htmltree import Metas, squeeze, text_of
from monitor.core.jsonld import Node, first, strings
from monitor.core.urls import is_front_page, join, same_page

_METAS = ("article:section", "og:article:section", "articlesection", "parsely-section", "section")
_TRAILS = XPath(
    "(//*[contains(@class,'breadcrumb') or contains(@class,'Breadcrumb') or contains(@itemtype,'BreadcrumbList')])[1]"
    "//a[@href]"
)
_LONGEST = 100  # characters; no section's name is longer
_MOST_CRUMBS = 12


def read_section(root: HtmlElement, article: Node, nodes: Sequence[Node], metas: Metas, url: str) -> str | None:
    """Return the name of the section that the article at `url` stands in, or None.

    By JSON-LD articleSection (the first of several), then the metas, then the deepest step of a trail of breadcrumbs
    that is neither the front page nor the article itself: in JSON-LD, then on the page.
    """
    said = (first(article.get("articleSection")), metas.first(*_METAS))
    named = next((name for value in said if (name := _name(value))), None)
    return named or _deepest(_stated_trail(nodes), url) or _deepest(_shown_trail(root), url)


def _name(value: str | None) -> str | None:
    name = squeeze(value)
    return name if 0 < len(name) <= _LONGEST else None


def _deepest(trail: Iterator[tuple[str, str]], url: str) -> str | None:
    steps = [(name, join(url, address)) for name, address in trail]
    inner = [name for name, target in steps if target and not is_front_page(target) and not same_page(target, url)]
    return next((name for step in reversed(inner) if (name := _name(step))), None)


def _stated_trail(nodes: Sequence[Node]) -> Iterator[tuple[str, str]]:
    """Yield name and address of each step of the first BreadcrumbList; the last often has no address."""
    trail = next((node for node in nodes if "BreadcrumbList" in strings(node.get("@type"))), {})
    steps = trail.get("itemListElement")
    for step in steps[:_MOST_CRUMBS] if isinstance(steps, list) else ():
        if isinstance(step, dict):
            item = step.get("item")
            yield first(step.get("name")) or first(item) or "", _address(item)


def _address(item: Any) -> str:
    said = (item.get("@id") or item.get("url")) if isinstance(item, dict) else item
    return said if isinstance(said, str) else ""


def _shown_trail(root: HtmlElement) -> Iterator[tuple[str, str]]:
    for link in cast(list[HtmlElement], _TRAILS(root))[:_MOST_CRUMBS]:
        yield text_of(link), link.get("href") or ""
