"""Open an HTML page once for all who read it: its tree, base address, title and language."""

import re
from dataclasses import dataclass

from lxml.html import HtmlElement

from monitor.core.charset import decode_html
from monitor.core.htmltree import meta, parse_html, text_of
from monitor.core.language_tags import language_tag
from monitor.core.markup import title_text
from monitor.core.urls import join
from monitor.interfaces import ReadRequest

MAX_BYTES = 10_000_000

_WORDS = {"english": "en", "francais": "fr", "french": "fr", "espanol": "es", "spanish": "es", "arabic": "ar"}
# Two letters that stand for a place or a format rather than a language where addresses use them.
_NO_LANGUAGES = frozenset({"us", "uk", "au", "eu", "tv", "go", "co", "tt", "cn", "br", "mx", "in", "xx", "js", "ad"})


@dataclass(frozen=True, slots=True)
class Page:
    """An HTML page in a tree. `url` is where it was read from, `base` what its references are relative to."""

    root: HtmlElement
    url: str
    base: str
    title: str | None
    language: str | None
    too_deep: bool


def open_page(request: ReadRequest) -> Page | None:
    """Return the page in a request's bytes (at most 10 MB are read), or None when they hold no element."""
    parsed = parse_html(decode_html(request.body[:MAX_BYTES], request.content_type))
    if parsed is None:
        return None
    root = parsed.root
    base = next((element.get("href") for element in root.iter("base") if element.get("href")), None)
    title = next((text_of(element) for element in root.iter("title")), None)
    return Page(
        root=root,
        url=request.url,
        base=join(request.url, base or "") or request.url,
        title=title_text(title) or title_text(meta(root, "og:title")),
        language=language_in_url(request.url) or _declared(root),
        too_deep=parsed.too_deep,
    )


def language_in_url(url: str) -> str | None:
    """Return the language an address names by its first path segment, subdomain or `lang=` (`/fr/`, `fr.`), or None."""
    rest = url.partition("://")[2]
    host, _, path = rest.partition("/")
    first = re.split(r"[/?#]", path)[0].lower()
    asked = re.search(r"[?&](?:lang|language|hl|locale)=([a-z]{2})(?![a-z])", path.lower())
    for place in (asked[1] if asked else "", first, host.split(".")[0].lower()):
        word = _WORDS.get(place) or (place[:2] if re.fullmatch(r"[a-z]{2}(?:[-_][a-z]{2})?", place) else "")
        if word and word not in _NO_LANGUAGES:
            return word
    return None


def _declared(root: HtmlElement) -> str | None:
    said = (root.get("lang"), root.get("xml:lang"), meta(root, "og:locale", "language"), _content_language(root))
    return next((tag for value in said if (tag := language_tag(value))), None)


def _content_language(root: HtmlElement) -> str | None:
    named = (
        element for element in root.iter("meta") if (element.get("http-equiv") or "").lower() == "content-language"
    )
    return next((element.get("content") for element in named), None)
