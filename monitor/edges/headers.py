"""What a request says of itself, and what is kept of it."""

import re
from collections.abc import Iterable

from multidict import CIMultiDict
from yarl import URL

from monitor.core.header_lines import is_ours
from monitor.edges.guard import RefusedError
from monitor.interfaces import FetchRequest

ACCEPT = (
    "text/html,application/xhtml+xml,application/rss+xml,application/atom+xml,application/feed+json,"
    "application/xml;q=0.9,*/*;q=0.8"
)
ACCEPT_ENCODING = "gzip, deflate, br, zstd"
MASK = b"***"
# A-IM says which deltas of a feed are understood (RFC 3229 10.5.3), and evidence is not to be understood without.
_NO_SECRETS = frozenset({"a-im"})
_FOR_THE_PROXY = frozenset({b"proxy-authorization"})
_VALUE = re.compile(r"[^\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]*")
_REPLAYABLE = re.compile(r"[\x20-\x7e]{1,1024}")

Lines = tuple[tuple[bytes, bytes], ...]


def validators(request: FetchRequest) -> dict[str, str]:
    """Return the conditional headers. What is not visible ASCII is left out: some servers choke on their own."""
    given = {"If-None-Match": request.etag, "If-Modified-Since": request.last_modified}
    return {name: value for name, value in given.items() if value and _REPLAYABLE.fullmatch(value)}


def own_headers(request: FetchRequest) -> CIMultiDict[str]:
    """Return the request's own headers. Raises RefusedError for one that could not be sent as one header."""
    for name, value in request.headers:
        if not is_ours(name) or not _VALUE.fullmatch(value):
            raise RefusedError(f"header {name!r} cannot be sent")
    return CIMultiDict(request.headers)


def secrets(request: FetchRequest) -> frozenset[bytes]:
    """Return the names, in lower case, of the headers whose values are nobody else's business."""
    return frozenset(name.lower().encode() for name, _ in request.headers if name.lower() not in _NO_SECRETS)


def kept(sent: Iterable[tuple[str, str]], secret: frozenset[bytes]) -> Lines:
    """Return headers as they crossed the wire, with secrets masked, and without what was for the proxy."""
    lines = [(name.encode(), value.encode()) for name, value in sent]
    hidden = secret | _FOR_THE_PROXY
    if not any(name.lower() in hidden for name, _ in lines):
        return tuple(lines)
    shown = [(name, MASK if name.lower() in secret else value) for name, value in lines]
    return tuple(line for line in shown if line[0].lower() not in _FOR_THE_PROXY)


def is_home(first: URL, url: URL) -> bool:
    """Say whether a URL is still at the host asked, and no less private: the step to https is one, its reverse not."""
    if url.raw_host != first.raw_host:
        return False
    if (url.scheme, url.port) == (first.scheme, first.port):
        return True
    return (first.scheme, first.port, url.scheme, url.port) == ("http", 80, "https", 443)
