"""Tell whether what a source sent speaks of a document: by its addresses, or by one of its titles."""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from monitor.core.charset import decode_html, decode_xml
from monitor.core.inflate import inflate
from monitor.core.urls import is_front_page
from monitor.errors import UsageError

MOST = 50_000_000  # bytes of a body that are looked through

# A shorter title may be that of a section, and stand in every feed.
_SHORTEST = 15
_SHORTEST_WIDE = 8  # letters of scripts that write no blanks between words
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_WORD = re.compile(r"\w+")
_SCHEME = re.compile(r"^[a-z]+://(?:www\.)?", re.IGNORECASE)
_QUOTES = "\"'> \n\t("


@dataclass(frozen=True, slots=True)
class Traces:
    """What a document is told by: its addresses without scheme and `www.`, their paths alone, its titles in words."""

    addresses: tuple[str, ...]
    paths: tuple[str, ...]
    titles: tuple[str, ...]


def traces_of(urls: Iterable[str], titles: Iterable[str | None]) -> Traces:
    """Return what a document is told by. Front pages and short titles tell nothing."""
    told = [url for url in urls if _is_telling(url)]
    bare = {_SCHEME.sub("", _plain(url)).partition("#")[0].rstrip("/") for url in told}
    paths = {_path(url) for url in told}
    words = {said for title in titles if (said := _words(title or "")) and _is_long(said)}
    return Traces(tuple(sorted(bare)), tuple(sorted(path for path in paths if len(path) > 3)), tuple(sorted(words)))


def _is_telling(url: str) -> bool:
    try:
        return not is_front_page(url)
    except UsageError:
        return False


def _path(url: str) -> str:
    parts = urlsplit(_plain(url))
    return parts.path.rstrip("/") + (f"?{parts.query}" if parts.query else "")


def _is_long(words: str) -> bool:
    return len(words) >= (_SHORTEST if words.isascii() or " " in words else _SHORTEST_WIDE)


def found_in(traces: Traces, body: bytes, content_type: str | None) -> str | None:
    """Return by what a body, decoded from its content coding, tells of a document: an address or a title; or None.

    Feeds in XML and JSON, sitemaps (also gzipped ones) and pages, in whatever encoding; escapes are undone, those of
    escaped HTML within them as well. An address without its host counts where it stands as a link.
    """
    unpacked, _ = inflate(body, MOST)
    decode = decode_xml if unpacked.lstrip().startswith(b"<?xml") else decode_html
    text = _plain(decode(unpacked, content_type))
    for address in traces.addresses:
        if _ends(text, address):
            return address
    for path in traces.paths:
        if any(_ends(text, mark + path) for mark in _QUOTES):
            return path
    said = f" {_words(_TAG.sub(' ', text))} "
    return next((title for title in traces.titles if f" {title} " in said), None)


def _ends(text: str, address: str) -> bool:
    """Say whether an address stands in a text, and not only as the beginning of another."""
    place = text.find(address)
    while place >= 0:
        rest = text[place + len(address) : place + len(address) + 2].lstrip("/")
        if not rest or not (rest[0].isalnum() or rest[0] in "-_%.&=" or rest[0] == "?"):
            return True
        place = text.find(address, place + 1)
    return False


def _plain(text: str) -> str:
    """Undo the escapes of HTML (twice: feeds hold it escaped), JSON and URLs, and fold capitals."""
    text = html.unescape(html.unescape(text))
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text).replace("\\/", "/")
    return unquote(text).casefold()


def _words(text: str) -> str:
    return " ".join(_WORD.findall(_plain(text)))
