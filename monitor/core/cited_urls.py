"""Find the URLs a text cites: bare, in angle brackets or parentheses, with or without a scheme."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from monitor.core.outlets import Registry
from monitor.model import Citation, CitationKind

# What ends a URL in running text: white space, brackets of markup, quotation marks, invisible direction marks, and the
# punctuation of Arabic and Chinese. Letters of every script go on, since pasted addresses are often not encoded.
_BODY = '[^\\s<>"«»“”„{}|\\\\^`\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff،؛؟۔。，、！？；：（）【】《》「」『』]'
_WITH_SCHEME = re.compile(rf"https?://{_BODY}+", re.IGNORECASE)
_WITHOUT_SCHEME = re.compile(
    rf"(?<![\w@./:\-])(?:[a-z0-9][a-z0-9\-]*\.)+[a-z]{{2,24}}(?![\w@\-])(?:/{_BODY}*)?", re.IGNORECASE
)

_TRAILING = ".,;:!?'’‘…*"
_PAIRS = {")": "(", "]": "["}


def find_urls(text: str, registry: Registry) -> Iterator[Citation]:
    """Yield every URL cited, with the outlet whose domain it is on.

    Without `http(s)://`, an address counts when it starts with `www.` or its domain is an outlet's, and gets
    `https://` in `url`; an outlet's domain alone (`granma.cu`) is a mention of the outlet.
    """
    for match in _WITH_SCHEME.finditer(text):
        cited = _trim(match[0])
        if host := host_in(cited):
            outlet = registry.by_host(host)
            yield _citation(match.start(), cited, 1.0, cited, outlet.key if outlet else None)
    for match in _WITHOUT_SCHEME.finditer(text):
        yield from _schemeless(match.start(), _trim(match[0]), registry)


def host_in(url: str) -> str | None:
    """Return the lower-case host of an absolute URL, or None when it has none that could be public."""
    try:
        host = urlsplit(url).hostname
    except ValueError:  # an unclosed IPv6 bracket
        return None
    return host if host and "." in host.strip(".") else None


def _schemeless(start: int, cited: str, registry: Registry) -> Iterator[Citation]:
    url = f"https://{cited}"
    host, bare_domain = host_in(url), "/" not in cited.rstrip("/")
    outlet = registry.by_host(host) if host else None
    if cited.lower().startswith("www.") or (outlet and not bare_domain):
        yield _citation(start, cited, 0.9, url, outlet.key if outlet else None)
    elif outlet:
        yield Citation(CitationKind.MENTION, cited, start, start + len(cited), 0.8, outlet=outlet.key)


def _citation(start: int, cited: str, confidence: float, url: str, outlet: str | None) -> Citation:
    return Citation(CitationKind.URL, cited, start, start + len(cited), confidence, url=url, outlet=outlet)


def _trim(url: str) -> str:
    """Cut the sentence's punctuation off the end; a closing bracket stays when the URL opened it."""
    while url and (url[-1] in _TRAILING or (url[-1] in _PAIRS and url.count(url[-1]) > url.count(_PAIRS[url[-1]]))):
        url = url[:-1]
    return url
