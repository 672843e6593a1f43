"""URLs as the archive keeps them: checked, joined, compared, and in one spelling."""

import re
from dataclasses import replace
from functools import lru_cache
from urllib.parse import urljoin

from tld import get_fld

from monitor.core.trackers import without_trackers
from monitor.core.url_syntax import UrlParts, is_address, put_together, take_apart
from monitor.core.url_variants import key_of, without_amp, without_session
from monitor.errors import UsageError

_EXAMPLE = "give an address such as https://example.org/"
_LONGEST = 2000  # characters; PostgreSQL's index rows end at 2,704 bytes, and real articles have a tenth of it
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(?:/{2}|(?!\d{1,5}(?:/|$)))", re.IGNORECASE)
_MISTYPED = re.compile(r"https?[:/\\]+", re.IGNORECASE)
_FRONT = re.compile(
    r"/(?:(?:[a-z]{2,3}(?:[-_][a-z]{2,4})?|english|francais|espanol|arabic|portugues|deutsch|russian)/?)?"
    r"(?:(?:index|home|homepage|default|main|accueil|portada)(?:\.(?:html?|php|aspx?|jsp|shtml))?/?)?",
    re.IGNORECASE,
)


MAX_URL = 2_000  # characters in normal form; PostgreSQL's index rows end at 2,704 bytes, real articles have a tenth


def check_url(text: str) -> str:
    """Return what a person typed as an absolute http(s) URL in normal form, its fragment dropped.

    Raises UsageError, with a hint, for anything else.
    """
    typed = text.strip()
    if not typed:
        raise UsageError("the URL is empty", hint=_EXAMPLE)
    if any(char.isspace() for char in typed):
        raise UsageError(f"not a URL: {typed!r} holds a space", hint="give one address, with spaces written as %20")
    _check_scheme(typed)
    url = put_together(replace(_parts(typed), fragment=""))
    if len(url) > MAX_URL:
        raise UsageError(f"the URL is longer than {MAX_URL} characters", hint="articles have short ones; is it whole?")
    return url


@lru_cache(maxsize=4_096)
def host_of(url: str) -> str:
    """Return the host of a URL: lower case, punycode, without brackets. Raises UsageError for no URL.

    A port of its own (not 80 or 443) stays with it, `news.example:8081`: another service, with rules, a turn and trust
    of its own (RFC 9309 2.3).
    """
    parts = _parts(url)
    if parts.port is None:
        return parts.host
    return f"[{parts.host}]:{parts.port}" if ":" in parts.host else f"{parts.host}:{parts.port}"


def without_port(host: str) -> str:
    """Return a host as `host_of` gives it without its port and brackets."""
    name, _, port = host.rpartition(":")
    with_port = port.isdecimal() and (name.endswith("]") or ":" not in name)
    return name.removeprefix("[").removesuffix("]") if with_port else host


def site_of(host_or_url: str) -> str:
    """Return the registrable domain (`bbc.co.uk`); IP addresses and single labels stay as they are.

    The public suffix list comes with the `tld` package and is read from its file at the first call. A suffix it does
    not know (`.example`) counts as one label. Raises UsageError for what is neither host nor URL.
    """
    if is_address(host_or_url):
        return host_or_url
    return _site(_parts(host_or_url if "/" in host_or_url else f"http://{host_or_url}/").host)


def canonical_url(url: str) -> str:
    """Return the identity of the document at a URL: two spellings of one address become the same text.

    Normal form (RFC 3986 section 6.2.2: case, escapes, dot segments; default port; punycode), without tracking
    parameters and session numbers, and without fragment except `#!`, which names a page of its own. What is fetched
    stays the same page: query order, http against https and `www.` can matter (see `page_key`). Idempotent. Raises
    UsageError when it is no http(s) URL.
    """
    return put_together(_clean(url))


def page_key(url: str) -> str:
    """Return what the addresses of one page share: the key by which documents are compared, not one to fetch.

    The canonical address without scheme, `www.`, `amp.`, AMP marks, repeated and final slashes; its parameters sorted
    by name (repeated ones in their order), and `!$'()*,:;=@|` the same with and without their escape. Everything else
    tells pages apart: subdomains, ports, case of the path, all other parameters. Raises UsageError when it is no
    http(s) URL.
    """
    return key_of(_clean(url))


def plain_url(url: str) -> str:
    """Return the canonical address of the page whose AMP variant a URL may be (itself when it is none).

    Raises UsageError when it is no http(s) URL.
    """
    return put_together(without_amp(_clean(url)))


def same_page(one: str, other: str) -> bool:
    """Say whether two URLs show the same page but for its spelling (see `page_key`)."""
    return page_key(one) == page_key(other)


def join(base: str, href: str) -> str | None:
    """Return the absolute http(s) URL a reference means (RFC 3986 section 5), or None when it leads elsewhere.

    The fragment stays. None for `mailto:`, `javascript:`, an empty reference, and what no server could take.
    """
    reference = href.strip()
    if not reference or len(reference) > _LONGEST:
        return None
    absolute = reference[:8].lower().startswith(("http://", "https://"))
    try:
        return put_together(take_apart(reference if absolute else urljoin(base, reference)))
    except ValueError:
        return None


def is_front_page(url: str) -> bool:
    """Say whether a URL is the front page of a site or of one of its language editions (`/`, `/fr/`, `/index.php`)."""
    parts = _clean(url)
    return not parts.query and not parts.fragment and _FRONT.fullmatch(parts.path) is not None


def _clean(url: str) -> UrlParts:
    parts = _parts(url)
    fragment = parts.fragment if parts.fragment.startswith("!") else ""
    query = without_trackers(parts.query) if parts.query else ""
    return replace(parts, path=without_session(parts.path), query=query, fragment=fragment)


def _parts(url: str) -> UrlParts:
    try:
        return take_apart(url)
    except ValueError as error:
        raise UsageError(f"not a URL: {url[:200]!r}: {error}", hint=_EXAMPLE) from error


def _check_scheme(typed: str) -> None:
    """Refuse other schemes by their name, and help with a missing one."""
    scheme = _SCHEME.match(typed)
    if scheme and scheme[0].lower() in {"http://", "https://"}:
        return
    if mistyped := _MISTYPED.match(typed):
        raise UsageError(f"not a URL: {typed!r}", hint=f"did you mean https://{typed[mistyped.end() :]} ?")
    if scheme:
        raise UsageError(f"{scheme[1].lower()}: addresses cannot be watched", hint="only http:// and https:// can")
    raise UsageError(f"not a URL: {typed!r} has no scheme", hint=_suggestion(typed))


def _suggestion(typed: str) -> str:
    try:
        host = take_apart(f"https://{typed}").host
    except ValueError:
        host = ""
    looks_right = "." in host.strip(".") or host == "localhost"
    return f"did you mean https://{typed} ?" if looks_right else _EXAMPLE


@lru_cache(maxsize=8192)
def _site(host: str) -> str:
    if is_address(host) or "." not in host:
        return host
    known = get_fld(f"https://{host}/", fail_silently=True)
    return known if isinstance(known, str) else ".".join(host.split(".")[-2:])
