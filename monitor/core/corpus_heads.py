"""Tell from a plain text what it is called and which URL it gives as its own."""

import re

from monitor.core.citations import find_citations
from monitor.core.cited_urls import find_urls, host_in
from monitor.core.outlets import Registry
from monitor.core.urls import is_front_page
from monitor.errors import UsageError
from monitor.model import CitationKind

_LONGEST_TITLE = 160  # characters
_SHORTEST_TITLE = 8
_FIRST_LINES, _LAST_LINES = 4, 6  # where a saved article gives its own address

_ENDED = re.compile(r"[.。۔:;,،؛]$")
_DATELINE = re.compile(r"^[ \t]*[(\[]|\([^()\n]{2,40}\)\s*[-–—.]?\s*\w")
_LETTER = re.compile(r"[^\W\d_]")
_AROUND_URL = re.compile(
    r"[\s<>()\[\]*_\-–—•]*(?:(?:url|link|lien|enlace|tautan|ссылка|الرابط|رابط)\s*:?\s*)?[<(\[\s]*", re.IGNORECASE
)
_EMPTY_REGISTRY = Registry.of(())


def find_title(text: str) -> str | None:
    """Return the first line when it reads like a title, else None.

    A title is short (8 to 160 characters), does not end as a sentence does, is no URL and no dateline, and is
    followed by more text: after an empty line, after itself once more, or by a line that starts anew and is no
    continuation of a wrapped paragraph.
    """
    lines = text.strip("\ufeff\u200b \t\r\n").split("\n")
    first = lines[0].strip().removeprefix("#").lstrip("# ")
    if not _SHORTEST_TITLE <= len(first) <= _LONGEST_TITLE or not _looks_like_title(first):
        return None
    rest = [line.strip() for line in lines[1:]]
    repeated = any(line.lstrip("# ") == first for line in rest[:4])
    others = [line for line in rest if line and line.lstrip("# ") != first]
    return first if others and (repeated or _starts_anew(first, rest[0])) else None


def _looks_like_title(line: str) -> bool:
    return bool(_LETTER.search(line)) and "://" not in line and not _ENDED.search(line) and not _DATELINE.search(line)


def _starts_anew(first: str, following: str) -> bool:
    """Tell whether the next line is not the rest of a sentence that was wrapped here."""
    if not following:
        return True
    caseless = following[0].isupper() == following[0].islower() and following[0].isalpha()
    return not following[0].islower() and (not caseless or len(following) > 1.5 * len(first))


def find_own_url(text: str, registry: Registry | None = None) -> str | None:
    """Return the URL a text states as its own: alone on one of its first or last lines, bracketed or labelled or not.

    A front page is no article's address. Of several, one on the site of an outlet that the text names elsewhere is
    preferred, then the last.
    """
    known = registry or _EMPTY_REGISTRY
    lines = [line for line in text.split("\n") if line.strip()]
    edges = lines[:_FIRST_LINES] + lines[_FIRST_LINES:][-_LAST_LINES:]
    candidates = [url for line in edges if (url := _alone(line, known)) and not _is_front(url)]
    if len(set(candidates)) > 1 and (named := _named_outlets(text, known)):
        preferred = [url for url in candidates if (o := known.by_host(host_in(url) or "")) and o.key in named]
        candidates = preferred or candidates
    return candidates[-1] if candidates else None


def _alone(line: str, registry: Registry) -> str | None:
    urls = [citation for citation in find_urls(line, registry) if citation.kind is CitationKind.URL]
    if len(urls) != 1:
        return None
    before, after = line[: urls[0].start], line[urls[0].end :]
    return urls[0].url if _AROUND_URL.fullmatch(before) and not re.search(r"\w", after) else None


def _is_front(url: str) -> bool:
    try:
        return is_front_page(url)
    except UsageError:  # no address that could be fetched, so none of an article
        return True


def _named_outlets(text: str, registry: Registry) -> set[str]:
    found = find_citations(text, registry)
    return {citation.outlet for citation in found if citation.outlet and citation.kind is not CitationKind.URL}
