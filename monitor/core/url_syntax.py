"""Take http(s) URLs apart and put them together in one spelling (RFC 3986 section 6.2.2, RFC 5890)."""

import encodings.idna  # loaded now, as are the next and uts46data: a locked-down worker cannot open files later
import encodings.punycode  # noqa: F401
import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import unquote

import idna
import idna.uts46data

_URL = re.compile(r"(https?):/{2,}([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.IGNORECASE | re.DOTALL)
_LABELS = re.compile(r"(?=.{1,253}\Z)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*", re.IGNORECASE)
_PORTS = {"http": 80, "https": 443}
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_TO_FIX = re.compile(r"%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~!$&'()*+,;=:@/?]")
_INVISIBLE = re.compile(r"[\t\r\n]")  # dropped by every browser (URL Standard, basic URL parser, step 3)


@dataclass(frozen=True, slots=True)
class UrlParts:
    """A URL in normal form, in pieces. `host` is punycode or an IP without brackets; `port` None is the default."""

    scheme: str
    host: str
    port: int | None
    path: str
    query: str
    fragment: str


def take_apart(text: str) -> UrlParts:
    """Return the normal form of an absolute http(s) URL in pieces; user names and passwords are dropped.

    Raises ValueError with a reason in words when it is none.
    """
    match = _URL.fullmatch(_forward_slashes(_INVISIBLE.sub("", text.strip())))
    if match is None:
        raise ValueError("it is not an http:// or https:// address")
    scheme, authority, path, query, fragment = (piece or "" for piece in match.groups())
    host, port = _authority(authority.rpartition("@")[2], _PORTS[scheme.lower()])
    return UrlParts(scheme.lower(), host, port, _path(path), _encoded(query), _encoded(fragment))


def put_together(parts: UrlParts) -> str:
    """Return the URL of the pieces; an empty query or fragment leaves no mark."""
    host = f"[{parts.host}]" if ":" in parts.host else parts.host
    port = f":{parts.port}" if parts.port is not None else ""
    query = f"?{parts.query}" if parts.query else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return f"{parts.scheme}://{host}{port}{parts.path}{query}{fragment}"


def normal_host(text: str) -> str:
    """Return a host name in lower-case punycode without its final dot, or an IP address without brackets.

    Raises ValueError when it is neither. UTS 46 maps look-alikes first, so that `①②⑦.⓪.⓪.①` shows what it is.
    """
    if text.startswith("["):
        return ipaddress.IPv6Address(text.removeprefix("[").removesuffix("]")).compressed
    name = unquote(text).strip().lower()
    name = (name if name.isascii() else _punycode(name)).removesuffix(".")
    if not _LABELS.fullmatch(name):
        raise ValueError("its host is no host name" if name else "it has no host")
    return name


def is_address(host: str) -> bool:
    """Say whether a host is an IP address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _forward_slashes(text: str) -> str:
    """Read a backslash in front of the query as every browser does."""
    head, mark, tail = text.partition("?")
    return head.replace("\\", "/") + mark + tail


def _authority(text: str, default: int) -> tuple[str, int | None]:
    match = re.fullmatch(r"(\[[^\]]*\]|[^:]*)(?::(\d*))?", text)
    if match is None:
        raise ValueError("its port is no number")
    port = int(match[2][:6]) if match[2] else default
    if not 0 < port < 65536:
        raise ValueError("its port is not between 1 and 65535")
    return normal_host(match[1]), None if port == default else port


def _punycode(name: str) -> str:
    """Return the ASCII form: IDNA 2008, else IDNA 2003 for names (emoji) that only the older standard allows."""
    try:
        return idna.encode(name, uts46=True).decode()
    except UnicodeError:
        return name.encode("idna").decode().lower()


def _path(text: str) -> str:
    """Remove dot segments (RFC 3986 section 5.2.4) after the encoding is normal, so that `%2e%2e` is one too."""
    segments = _encoded(text).split("/")[1:]
    kept: list[str] = []
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments and segments[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)


def _encoded(text: str) -> str:
    """Decode what needs no escape, escape what does, write escapes in upper case."""
    return _TO_FIX.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    found = match[0]
    if len(found) == 3:
        char = chr(int(found[1:], 16))
        return char if char in _UNRESERVED else found.upper()
    return "".join(f"%{byte:02X}" for byte in found.encode("utf-8", "replace"))
