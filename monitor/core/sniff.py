"""Recognise feeds, sitemaps, HTML and JSON by how their text begins; servers mislabel all of them."""

import re
from dataclasses import dataclass
from enum import StrEnum


class Form(StrEnum):
    """What a text is by its outermost element."""

    RSS = "rss"
    ATOM = "atom"
    RDF = "rdf"
    JSON = "json"
    URLSET = "urlset"
    SITEMAP_INDEX = "sitemapindex"
    HTML = "html"
    XML = "xml"  # some other XML
    TEXT = "text"
    EMPTY = "empty"


FEEDS = frozenset({Form.RSS, Form.ATOM, Form.RDF})
SITEMAPS = frozenset({Form.URLSET, Form.SITEMAP_INDEX})

_ROOTS = {
    "rss": Form.RSS,
    "channel": Form.RSS,
    "feed": Form.ATOM,
    "rdf": Form.RDF,
    "urlset": Form.URLSET,
    "sitemapindex": Form.SITEMAP_INDEX,
    "html": Form.HTML,
}
_NAME = re.compile(r"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)")
_DOCTYPE_HTML = re.compile(r"<!doctype\s+html\b", re.IGNORECASE)
_LATER = re.compile(r"<(?:[\w.-]{1,40}:)?(rss|feed|rdf|urlset|sitemapindex)(?=[\s>])[^<>]{0,4000}>", re.IGNORECASE)
_HTML_TAG = re.compile(r"html|head|body|title|meta|link|script|style|div|p|a|b|br|h[1-3]|table|main|article|center")
_LOOK_AT = 65_536  # characters: comments and scripts before the root can be long, endless ones are not read


@dataclass(frozen=True, slots=True)
class Sniffed:
    """A form, and where in the text its root begins (junk such as a PHP warning may stand before it)."""

    form: Form
    start: int = 0


def sniff(text: str) -> Sniffed:
    """Return what a text is: its first element, else a feed or sitemap element behind leading junk."""
    head = text[:_LOOK_AT]
    if not head.strip("\ufeff \t\r\n\0"):
        return Sniffed(Form.EMPTY)
    start = _skip_prolog(head)
    if head.startswith(("{", "["), start):
        return Sniffed(Form.JSON, start)
    return _by_first_element(head, start) or _behind_junk(head) or Sniffed(_loose_form(head, start))


def _by_first_element(head: str, start: int) -> Sniffed | None:
    if _DOCTYPE_HTML.match(head, start):
        return Sniffed(Form.HTML, start)
    name = _NAME.match(head, start)
    form = _ROOTS.get(name[1].lower()) if name else None
    return Sniffed(form, start) if form else None


def _behind_junk(head: str) -> Sniffed | None:
    later = _LATER.search(head)
    return Sniffed(_ROOTS[later[1].lower()], later.start()) if later else None


def _loose_form(head: str, start: int) -> Form:
    name = _NAME.match(head, start)
    if name is None:
        return Form.TEXT
    is_html = _HTML_TAG.fullmatch(name[1].lower()) or "<html" in head.lower()
    return Form.HTML if is_html else Form.XML


def _skip_prolog(head: str) -> int:
    """Return where the first element begins: after white space, comments, instructions and a non-HTML doctype."""
    at = 0
    while at < len(head):
        if head[at] in "\ufeff \t\r\n\0":
            at += 1
        elif head.startswith("<!--", at):
            at = _after(head, "-->", at)
        elif head.startswith("<?", at):
            at = _after(head, ">", at)
        elif head.startswith("<!", at) and not _DOCTYPE_HTML.match(head, at):
            at = _after_doctype(head, at)
        else:
            break
    return at


def _after(head: str, mark: str, at: int) -> int:
    end = head.find(mark, at)
    return len(head) if end < 0 else end + len(mark)


def _after_doctype(head: str, at: int) -> int:
    """Skip a doctype with its internal subset in brackets."""
    end, bracket = head.find(">", at), head.find("[", at)
    inside = bracket >= 0 and (end < 0 or bracket < end)
    return _after(head, ">", head.find("]", bracket)) if inside and "]" in head[bracket:] else _after(head, ">", at)
