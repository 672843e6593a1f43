"""Take texts out of the elements of a plain feed, and pass over what says nothing."""

import re
from collections.abc import Collection, Mapping
from contextlib import suppress

from lxml import etree

from monitor.core.feed_names import RDF, STRANGE, Name, is_silent, name_of

SUMMARIES = frozenset({("", "description"), ("dc", "description"), ("", "summary"), ("itunes", "summary")})
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
ABOUT = f"{{{RDF}}}about"

_C1 = {byte: bytes([byte]).decode("cp1252") for byte in range(0x80, 0xA0) if byte not in {129, 141, 143, 144, 157}}
_TEXT_TYPES = frozenset({"", "text", "html", "plain", "text/plain", "text/html"})
_TYPED = frozenset({"type", LANG})
_PERSON = frozenset({"name", "uri", "url", "email"})
# What may stand in the elements that have parts anywhere; in all others of RSS and Atom a child is inline markup.
PARTS = {
    ("", "author"): _PERSON,
    ("", "contributor"): _PERSON,
    ("", "skiphours"): frozenset({"hour"}),
    ("", "skipdays"): frozenset({"day"}),
}
_NESTING = frozenset({STRANGE, "media", "itunes"})
_CAPTIONS = frozenset({("media", "title"), ("media", "description")})
_CAPTION_TAG = re.compile(r"<[\w.-]+:(?:title|description)")
_LONGEST_CAPTION = 2_000  # characters


class OddError(Exception):
    """Something that only the full reader can be trusted with."""


class Elements:
    """What is common to all elements of one document. Every method raises OddError for what is not plain."""

    def __init__(self, *, commented: bool) -> None:
        self._names: dict[tuple[str, str | None], Name | None] = {}
        self._silent: set[Name] = set()
        self._commented = commented

    def name(self, element: etree._Element) -> Name:
        """Return prefix and local name."""
        key = (str(element.tag), element.prefix)
        name = self._names.get(key)
        if name is None:
            name = self._names[key] = name_of(element)
        if name is None:
            raise OddError
        return name

    def text(self, element: etree._Element) -> str:
        """Return the text of an element without children, as feedparser mends it."""
        if len(element):
            raise OddError
        text = (element.text or "").strip()
        if (":title" in text or ":description" in text) and _CAPTION_TAG.search(text):
            raise OddError  # written in CDATA, it is a caption to `feed_lenient`
        return text if text.isascii() else _mended(text)

    def markup(self, element: etree._Element) -> str:
        """Return the text of an element that may hold escaped markup; XHTML and base64 are not plain."""
        self.check_markup(element)
        return self.text(element)

    def check_markup(self, element: etree._Element) -> None:
        """Make sure that an element holds nothing but text and escaped markup."""
        allow(element, _TYPED)
        if len(element) or element.get("type", "").lower() not in _TEXT_TYPES:
            raise OddError

    def pass_over(self, element: etree._Element, name: Name, parts: Mapping[Name, Collection[str]]) -> None:
        """Make sure that nothing in an element says anything; `parts` tells what else than text some may hold."""
        if name in self._silent and not len(element):
            return
        if (allowed := parts.get(name)) is not None:
            self._pass_parts(element, allowed)
        elif is_silent(name) and not (len(element) and name[0] == ""):
            self._pass_nested(element, name)
            if not len(element) and name not in _CAPTIONS:
                self._silent.add(name)
        else:
            raise OddError

    def _pass_parts(self, element: etree._Element, allowed: Collection[str]) -> None:
        for part in element:
            prefix, local = self.name(part)
            if len(part) or (local not in allowed if prefix == "" else prefix not in _NESTING):
                raise OddError

    def _pass_nested(self, element: etree._Element, name: Name) -> None:
        self._pass_caption(element, name)
        for child in element:
            inner = self.name(child)
            if inner[0] not in _NESTING or inner in SUMMARIES:
                raise OddError
            self._pass_nested(child, inner)

    def _pass_caption(self, element: etree._Element, name: Name) -> None:
        if name in _CAPTIONS and (self._commented or len(element) or not _is_caption(element)):
            raise OddError


def allow(element: etree._Element, attributes: Collection[str]) -> None:
    """Raise OddError when an element has other attributes."""
    if element.attrib and not set(element.keys()) <= set(attributes):
        raise OddError


def _is_caption(element: etree._Element) -> bool:
    """Say whether `feed_lenient` finds the element in the text, and takes it out."""
    text = element.text or ""
    return len(text) <= _LONGEST_CAPTION and "]" not in text and ">" not in "".join(map(str, element.values()))


def _mended(text: str) -> str:
    """Undo UTF-8 that was taken for Latin-1, and read C1 controls as the windows-1252 letters that were meant."""
    with suppress(UnicodeError):
        text = text.encode("latin-1").decode("utf-8")
    return text.translate(_C1) if re.search("[\x80-\x9f]", text) else text
