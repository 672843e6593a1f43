"""Find who signed an article."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import cast

from lxml.etree import XPath
from lxml.html import HtmlElement

from monitor.core.htmltree import Metas, squeeze, text_of
from monitor.core.jsonld import Node, strings

_METAS = ("author", "article:author", "byl", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author")
_BY = re.compile(
    r"^(?:written by|by|par|por|oleh|von|di|da|автор:?|текст:?|tác giả:?|بقلم:?|كتبت?:?|penulis:?|yazan:?)\s+",
    re.IGNORECASE,
)
_REL = XPath("//*[@rel][contains(concat(' ', @rel, ' '), ' author ')]")
_ITEMPROP = XPath("//*[@itemprop='author'][not(self::meta)]")
_CLASSED = XPath(
    "//*[self::span or self::a or self::p or self::div or self::address or self::li or self::strong]"
    "[contains(@class,'author') or contains(@class,'byline') or contains(@class,'autor') or contains(@class,'auteur')"
    " or contains(@class,'penulis')]"
)
_CLASS = re.compile(r"(?:^|[\s_-])(?:author|byline|autor|auteur|penulis)(?:[\s_-]?names?)?(?=\s|$)", re.IGNORECASE)
_FRAME = ("aside", "nav", "footer", "form")
_AFTER_NAMES = re.compile(r"\s*(?:[|·•–—]|\s-\s|\d).*$", re.DOTALL)
_LONGEST = 200  # characters
_LONGEST_CLASSED = 120  # of an element that its class alone calls a byline
_MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class Byline:
    """The authors' names joined by a comma, and where they stood: json-ld, meta, rel, itemprop or class."""

    names: str | None = None
    source: str | None = None


UNSIGNED = Byline()


def read_byline(root: HtmlElement, article: Node, metas: Metas) -> Byline:
    """Return who signed the article, by the first place that names somebody; addresses are no names.

    The places: JSON-LD author or creator; author metas; links with rel=author; elements with itemprop=author; elements
    in the article whose class is byline, author or the like, up to a date or a bar.
    """
    for source, names in _places(root, article, metas):
        if byline := _joined(names):
            return Byline(byline, source)
    return UNSIGNED


def _places(root: HtmlElement, article: Node, metas: Metas) -> Iterator[tuple[str, Iterable[str]]]:
    yield "json-ld", strings(article.get("author"))
    yield "json-ld", strings(article.get("creator"))
    yield "meta", (content for name in _METAS for content in metas.every(name))
    yield "rel", map(text_of, cast(list[HtmlElement], _REL(root)))
    yield "itemprop", map(_marked, cast(list[HtmlElement], _ITEMPROP(root)))
    yield "class", _classed(root)


def _marked(element: HtmlElement) -> str:
    """Return the name in an element marked as author: its itemprop `name`, else all it shows."""
    named = next((part for part in element.iter() if part.get("itemprop") == "name"), element)
    return named.get("content") or text_of(named)


def _classed(root: HtmlElement) -> Iterator[str]:
    """Yield the first element that is classed as a byline and reads like one."""
    for element in cast(list[HtmlElement], _CLASSED(root))[:10]:
        if not _CLASS.search(element.get("class") or "") or next(element.iterancestors(*_FRAME), None) is not None:
            continue
        text = text_of(element)
        names = _AFTER_NAMES.sub("", text) if len(text) <= _LONGEST_CLASSED else ""
        if names and len(names.split()) <= _MOST_WORDS:
            yield names
            return


def _joined(names: Iterable[str]) -> str | None:
    cleaned = (_BY.sub("", squeeze(name)).strip(" ,;.:") for name in names)
    kept = dict.fromkeys(name for name in cleaned if name and not name.startswith(("http://", "https://", "@", "/")))
    return ", ".join(kept)[:_LONGEST].rstrip(", ") or None
