"""The variants in which publishers serve one page: AMP marks in host, path and query, and session numbers."""

import re
from dataclasses import replace

from monitor.core.url_syntax import UrlParts

_AMP_HOST = re.compile(r"amp\.(?=[^.]+\.)")
_AMP_PATH = re.compile(r"/amp(?=/|$)|\.amp(?=(?:\.html?)?$)|/amp\.html?$|(?<=[^/])-amp(?=\.html?$)", re.IGNORECASE)
_AMP_QUERY = re.compile(
    r"_?(?:is_?)?amp(?:=(?:1|true|yes|amp|html)?)?|(?:output(?:type)?|view|mode|format|template)=amp", re.IGNORECASE
)
_SESSION = re.compile(r"(?<=[^/.])(?:;(?:jsessionid|phpsessid)=[^/;]*)+", re.IGNORECASE)

_WWW = re.compile(r"www\d?\.(?=[^.]+\.)")
_SLASHES = re.compile(r"/{2,}")
# Reserved, and yet the same page with and without their escape wherever people paste links (RFC 3986 section 2.2
# leaves it to the server; `/`, `?`, `#`, `%`, `&` and `+` stay, for there it is another page).
_SOFT = {f"%{ord(char):02X}": char for char in "!$'()*,:;=@|"}
_SOFT_ESCAPE = re.compile("|".join(_SOFT))


def without_session(path: str) -> str:
    """Return a path without the session number that Java and PHP servers hang on it."""
    return _SESSION.sub("", path) if ";" in path else path


def without_amp(parts: UrlParts) -> UrlParts:
    """Return the address of the page whose AMP variant this may be: the same parts when there are no AMP marks."""
    query = "&".join(piece for piece in parts.query.split("&") if not _AMP_QUERY.fullmatch(piece))
    path = _AMP_PATH.sub("", parts.path) or "/"
    return replace(parts, host=_AMP_HOST.sub("", parts.host, count=1), path=path, query=query)


def key_of(parts: UrlParts) -> str:
    """Return what the variants of one page share, of an address that is clean already (see `urls.page_key`)."""
    parts = without_amp(parts)
    host = _WWW.sub("", parts.host, count=1)
    port = f":{parts.port}" if parts.port else ""
    path = _softened(_SLASHES.sub("/", parts.path)).rstrip("/")
    query = "&".join(sorted(map(_parameter, parts.query.split("&")), key=_name)) if parts.query else ""
    return f"{host}{port}{path}" + (f"?{query}" if query else "") + (f"#{parts.fragment}" if parts.fragment else "")


def _parameter(piece: str) -> str:
    """Return a parameter as a form would send it; `amp;` is what a feed left of an ampersand escaped twice."""
    return _softened(piece.removeprefix("amp;")).replace("+", "%20")


def _name(parameter: str) -> str:
    return parameter.partition("=")[0]


def _softened(text: str) -> str:
    return _SOFT_ESCAPE.sub(lambda match: _SOFT[match[0]], text) if "%" in text else text
