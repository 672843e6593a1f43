"""Parse HTML into a tree without losing what is nested deeply, and say when something was lost all the same."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml.etree import ElementDefaultClassLookup, ParserError, XMLSyntaxError, XPath, strip_tags
from lxml.html import HtmlComment, HtmlElement, HTMLParser, document_fromstring

from monitor.core.page_bounds import without_floods

LEVELS = 255  # libxml2 drops what is deeper unless told otherwise (XML_PARSE_HUGE, which ends at 2048)
_DEEPER = XPath(f"boolean({'/*' * (LEVELS + 1)})")
_INLINE = ("b", "i", "u", "s", "em", "strong", "font", "span", "small", "big", "center", "tt", "nobr", "mark", "ins")
_CONTROLS = bytes(code for code in range(32) if code not in (9, 10, 13))
_NO_CHARACTERS = ("\ufffe".encode(), "\uffff".encode())
_SELF_CLOSED = re.compile(rb"(<html\b[^<>]{0,2000}?)\s*/>", re.IGNORECASE)  # closes the page before it began
_HEAD = 20_000  # bytes in which a page begins
_CLASSES = ElementDefaultClassLookup(element=HtmlElement, comment=HtmlComment)
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
    usable = _usable(without_floods(text))
    if not usable.strip():
        return None
    parser = _parser()
    root = _document(usable, parser)
    if any(entry.type_name == "ERR_NO_MEMORY" for entry in parser.error_log):
        raise MemoryError("the page does not fit")  # else it would look like an empty one
    if root is None:
        return None
    cut = any("depth" in entry.message for entry in parser.error_log)
    if not _DEEPER(root):
        return ParsedPage(root, too_deep=cut)
    strip_tags(root, *_INLINE)
    return ParsedPage(root, flattened=True, too_deep=cut or bool(_DEEPER(root)))


def _usable(text: str) -> bytes:
    """Return a page as UTF-8 that the parser takes, without the characters that XML has not."""
    page = text.encode("utf-8", "ignore").translate(None, _CONTROLS)  # ignored: halves of characters
    for beyond in _NO_CHARACTERS:
        page = page.replace(beyond, b"")
    return _SELF_CLOSED.sub(rb"\1>", page[:_HEAD], count=1) + page[_HEAD:]


def _document(page: bytes, parser: HTMLParser) -> HtmlElement | None:
    try:
        return document_fromstring(page, parser=parser, ensure_head_body=True)
    except (ParserError, XMLSyntaxError):  # comments and closing tags only
        return None


def _parser() -> HTMLParser:
    """Make a parser of its own for each page: its error log is read afterwards.

    lxml.html asks a Python function for the class of every element it hands out, 6,000 times a page, to make forms and
    inputs more than elements. Nobody needs that here, and it is a twentieth of the time that extraction takes.
    """
    parser = HTMLParser(
        collect_ids=False,
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
        huge_tree=True,
    )
    parser.set_element_class_lookup(_CLASSES)
    return parser


def squeeze(text: str | None) -> str:
    """Return text on one line: white space runs made one space, invisible and direction marks taken out.

    The zero-width joiner and non-joiner stay: they are spelling in Persian, Urdu and the Indic scripts.
    """
    return " ".join(_INVISIBLE.sub("", text or "").split())


def text_of(element: HtmlElement) -> str:
    """Return what an element shows, on one line."""
    return squeeze("".join(element.itertext()))


@dataclass(frozen=True, slots=True)
class Metas:
    """What the meta elements of a page say: names (property, name, itemprop) in lower case, contents on one line."""

    pairs: tuple[tuple[str, str], ...] = ()
    firsts: Mapping[str, str] = field(default_factory=dict)

    def first(self, *names: str) -> str | None:
        """Return the content of the first meta with one of these lower-case names; an earlier name goes first."""
        return next((self.firsts[name] for name in names if name in self.firsts), None)

    def every(self, name: str) -> tuple[str, ...]:
        """Return the contents of all metas of that lower-case name, in page order."""
        return tuple(content for said, content in self.pairs if said == name) if name in self.firsts else ()


def read_metas(root: HtmlElement) -> Metas:
    """Read the meta elements of a page in page order, those without a content left out."""
    pairs = tuple(_metas(root))
    return Metas(pairs, dict(reversed(pairs)))


def meta(root: HtmlElement, *names: str) -> str | None:
    """Return the content of the first meta with one of these lower-case names; an earlier name goes first."""
    return read_metas(root).first(*names)


def _metas(root: HtmlElement) -> Iterator[tuple[str, str]]:
    for element in root.iter("meta"):
        said = element.attrib
        if content := squeeze(said.get("content")):
            for attribute in ("property", "name", "itemprop"):
                if name := said.get(attribute):
                    yield name.strip().lower(), content
