"""Parse HTML into a tree without losing what is nested deeply, and say when something was lost all the same."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml.etree import ParserError, XMLSyntaxError, XPath, strip_tags
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from monitor.core.page_bounds import without_floods

LEVELS = 255  # libxml2 drops what is deeper unless told otherwise (XML_PARSE_HUGE, which ends at 2048)
_DEEPER = XPath(f"boolean({'/*' * (LEVELS + 1)})")
_INLINE = ("b", "i", "u", "s", "em", "strong", "font", "span", "small", "big", "center", "tt", "nobr", "mark", "ins")
_UNUSABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SELF_CLOSED = re.compile(r"(<html\b[^<>]{0,2000}?)\s*/>", re.IGNORECASE)  # closes the page before it began
_INVISIBLE = re.compile(
    "[\u00ad\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff\x00-\x08\x0e-\x1f\x7f]"
)


@dataclass(frozen=True, slots=True)
class ParsedPage:
    """A page as a tree. `flattened`: inline tags were taken out to make it shallow. `too_deep`: it still is not."""

    root: HtmlElement
    flattened: bool = False
    too_deep: bool = False


def parse_html(text: str) -> ParsedPage | None:
    """Parse a decoded page, or return None when there is no element in it.

    Nested beyond 255 levels, libxml2's default silently drops the rest (260 unclosed `<b>` leave 0 characters), so
    the tree is built with its limit at 2048 levels, and unclosed inline tags, the usual cause, are then taken out.
    A page that is still deeper, or lost content at 2048, is `too_deep`: what is missing from it says nothing.
    A tag of more than 250 attributes loses them (see `without_floods`).
    Raises MemoryError when the tree does not fit into the memory allowed.
    """
    usable = _SELF_CLOSED.sub(r"\1>", _UNUSABLE.sub("", without_floods(text)), count=1)
    if not usable.strip():
        return None
    parser = _parser()
    root = _document(usable.encode(), parser)
    if any(entry.type_name == "ERR_NO_MEMORY" for entry in parser.error_log):
        raise MemoryError("the page does not fit")  # else it would look like an empty one
    if root is None:
        return None
    cut = any("depth" in entry.message for entry in parser.error_log)
    if not _DEEPER(root):
        return ParsedPage(root, too_deep=cut)
    strip_tags(root, *_INLINE)
    return ParsedPage(root, flattened=True, too_deep=cut or bool(_DEEPER(root)))


def _document(page: bytes, parser: HTMLParser) -> HtmlElement | None:
    try:
        return document_fromstring(page, parser=parser, ensure_head_body=True)
    except (ParserError, XMLSyntaxError):  # comments and closing tags only
        return None


def _parser() -> HTMLParser:
    """Make a parser of its own for each page: its error log is read afterwards."""
    return HTMLParser(
        collect_ids=False,
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
        huge_tree=True,
    )


def squeeze(text: str | None) -> str:
    """Return text on one line: white space runs made one space, invisible and direction marks taken out.

    The zero-width joiner and non-joiner stay: they are spelling in Persian, Urdu and the Indic scripts.
    """
    return " ".join(_INVISIBLE.sub("", text or "").split())


def text_of(element: HtmlElement) -> str:
    """Return what an element shows, on one line."""
    return squeeze("".join(element.itertext()))


def metas(root: HtmlElement) -> Iterator[tuple[str, str]]:
    """Yield name and content of every meta element in page order; names (property, name, itemprop) in lower case."""
    for element in root.iter("meta"):
        content = squeeze(element.get("content"))
        for attribute in ("property", "name", "itemprop"):
            if content and (name := element.get(attribute)):
                yield name.strip().lower(), content


def meta(root: HtmlElement, *names: str) -> str | None:
    """Return the content of the first meta with one of these lower-case names; an earlier name goes first."""
    found: dict[str, str] = {}
    for name, content in metas(root):
        found.setdefault(name, content)
    return next((found[name] for name in names if name in found), None)
