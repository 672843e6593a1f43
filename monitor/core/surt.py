"""SURT keys: URLs as the indexes of web archives sort them, the host turned around and all spellings of a page one.

There is no standard. The keys are those of the `surt` library (0.3.1), which pywb and cdxj-indexer look up by; a test
compares the two.
"""

import re
from urllib.parse import SplitResultBytes, quote_from_bytes, unquote_to_bytes

_PARTS = re.compile(rb"(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#.*)?", re.DOTALL)
_SCHEMES_AGAIN = re.compile(rb"(?:(https?://))+")
_WWW = re.compile(rb"www\d*\.")
_NUMBERS = re.compile(rb"\d+(?:\.\d+){0,3}")
_KEPT = "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"
_DEFAULT_PORTS = {b"http": 80, b"https": 443}
# What names a visitor, not a page. Each takes the & before it along only when nothing follows.
_SESSIONS_IN_PATH = (
    re.compile(rb"(.*/)\((?:[a-z]\([0-9a-z]{24}\))+\)/([^?]+\.aspx.*)", re.IGNORECASE),
    re.compile(rb"(.*/)\([0-9a-z]{24}\)/([^?]+\.aspx.*)", re.IGNORECASE),
)
_SESSIONS_IN_QUERY = tuple(
    re.compile(rb"(.*)" + name + rb"(?:&(.*))?", re.IGNORECASE)
    for name in (
        rb"jsessionid=[0-9a-z]{32}",
        rb"phpsessid=[0-9a-z]{32}",
        rb"sid=[0-9a-z]{32}",
        rb"aspsessionid[a-z]{8}=[a-z]{24}",
        rb"cfid=[^&]+&cftoken=[^&]+",
    )
)


def surt(url: str) -> str:
    """Return the key of an http or https URL, such as `com,example)/path?a=1`; any other is its own key."""
    given = _SCHEMES_AGAIN.sub(rb"\1", re.sub(rb"[\n\r\t]", b"", url.encode("utf-8", "surrogateescape").strip()), 1)
    parts = _PARTS.fullmatch(given)
    if parts is None or (parts[1] or b"").lower() not in _DEFAULT_PORTS:
        return url
    place = SplitResultBytes(parts[1].lower(), parts[2] or b"", b"", b"", b"")
    try:
        name, port = place.hostname, place.port
    except ValueError:  # a port that is none
        return url
    if not name:
        return url
    path, query = _path(parts[3]), _query(parts[4] or b"")
    shown = b"" if port in (None, 0, _DEFAULT_PORTS[place.scheme]) else b":%d" % port
    key = b",".join(reversed(_host(name).split(b"."))) + shown + b")" + path + (b"?" + query if query else b"")
    return key.decode("utf-8", "surrogateescape")


def _host(name: bytes) -> bytes:
    host = _unescaped(name)
    if not host.isascii():
        host = _in_ascii(host)
    host = host.replace(b"..", b".").strip(b".")
    host = _dotted(host) or _escaped(host.lower())
    return host[found.end() :] if (found := _WWW.match(host)) else host


def _in_ascii(host: bytes) -> bytes:
    try:
        return host.decode("utf-8", "ignore").encode("idna")
    except ValueError:
        return host


def _dotted(host: bytes) -> bytes | None:
    """Return an IPv4 address in its usual form, whichever form `inet_aton` takes it came in; None for a name."""
    if not _NUMBERS.fullmatch(host):
        return None
    if host.isdigit():
        return _address(int(host) & 0xFFFFFFFF)
    try:
        *first, last = (int(part, 8 if part.startswith(b"0") else 10) for part in host.split(b"."))
    except ValueError:  # an 8 or 9 in an octal number
        return None
    room = 4 - len(first)
    if any(part > 255 for part in first) or last >= 256**room:
        return None
    return _address(int.from_bytes(bytes(first), "big") << 8 * room | last)


def _address(number: int) -> bytes:
    return b".".join(b"%d" % part for part in number.to_bytes(4, "big"))


def _path(given: bytes) -> bytes:
    path = _escaped(_without_dots(_unescaped(given))).lower()
    for pattern in _SESSIONS_IN_PATH:
        if found := pattern.fullmatch(path):
            path = found[1] + found[2]
    return path[:-1] if path.endswith(b"/") and len(path) > 1 else path


def _without_dots(path: bytes) -> bytes:
    """Return a path without `.`, `..` and empty segments; a `..` that leads out of the root stays."""
    kept: list[bytes] = []
    for segment in path.split(b"/")[1:]:
        if segment == b".." and kept:
            kept.pop()
        elif segment != b".":
            kept.append(segment)
    *before, last = kept or [b""]
    return b"/" + b"".join(segment + b"/" for segment in before if segment) + last


def _query(given: bytes) -> bytes:
    query = _escaped(_unescaped(given))
    for pattern in _SESSIONS_IN_QUERY:
        if found := pattern.fullmatch(query):
            query = found[1] + (found[2] or b"")
    query = query.lower()
    if len(query) <= 1:
        return query
    return b"&".join(b"=".join(pair) for pair in sorted(tuple(arg.split(b"=", 1)) for arg in query.split(b"&")))


def _unescaped(text: bytes) -> bytes:
    """Return a text percent-decoded until nothing is left to decode."""
    while (plain := unquote_to_bytes(text)) != text:
        text = plain
    return text


def _escaped(text: bytes) -> bytes:
    return quote_from_bytes(text, safe=_KEPT).encode("ascii")
