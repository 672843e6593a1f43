"""Keep fetches on the public web: what a URL may look like, and which address a socket may be opened to.

The address is checked where the socket is made. A check of names alone is passed by literal addresses, by their
many spellings, and by a name that resolves differently the second time.
"""

import re
import socket
from collections.abc import Iterable
from ipaddress import ip_address
from typing import Any
from urllib.parse import quote

from aiohttp.abc import ResolveResult
from yarl import URL

from monitor.core.addresses import is_public, is_within, literal, parse_ranges
from monitor.core.urls import MAX_URL
from monitor.errors import ConfigError

# Services that misunderstand a request as their own, of those above 1023: the bad ports of the Fetch standard.
_BAD_PORTS = frozenset(
    {1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080}
)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_NAME = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_.-])?")
_LEFT_OUT = re.compile(r"[\t\r\n]")  # browsers do (URL standard 4.4)
# What stays as it is in a path and in a query (URL standard 1.3). `%` stays: signed URLs die of being re-encoded.
_PATH_SAFE = "!$%&'()*+,-./:;=@[]_|~"
_QUERY_SAFE = "!$%&()*+,-./:;=?@[\\]^_`{|}~"

# Tops of names that never leave a machine or its network: RFC 6761, RFC 6762 and its appendix G, and `internal`, which
# ICANN has set aside (2024); metadata services answer there.
_INSIDE = frozenset({"localhost", "localdomain", "local", "internal", "intranet", "private", "corp", "home", "lan"})

AddrInfo = tuple[int, int, int, str, tuple[Any, ...]]


class RefusedError(OSError):
    """A URL or an address is not fetched, and why; an OSError so that aiohttp carries it as a failure to connect."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Guard:
    """Decide on addresses.

    Public ones pass, and so do those in the ranges `allow_private` and the exact `ip:port` that `resolve` names:
    somebody who configured these meant them. Raises ConfigError when either is malformed.
    """

    def __init__(self, allow_private: Iterable[str] = (), resolve: Iterable[tuple[str, str]] = ()) -> None:
        self._ranges = parse_ranges(allow_private)
        self.resolved = {endpoint(name): _address(target) for name, target in resolve}
        self._named = frozenset(self.resolved.values())

    def permits(self, ip: str, port: int) -> bool:
        """Say whether a socket may be opened to that address."""
        return is_public(ip) or is_within(ip, self._ranges) or (ip, port) in self._named

    def socket_factory(self, candidate: AddrInfo) -> socket.socket:
        """Open a socket for one candidate address, as aiohttp's TCPConnector asks. Raises RefusedError."""
        family, kind, protocol, _, address = candidate
        if not self.permits(str(address[0]), int(address[1])):
            raise RefusedError(f"{address[0]} is not a public address")
        return socket.socket(family, kind, protocol)

    def refuse_private(self, url: URL) -> None:
        """Refuse a URL whose host is no public place by its mere spelling. Raises RefusedError.

        For requests whose sockets somebody else opens, as a proxy does: whatever a name resolves to there cannot be
        seen from here, but addresses and the names of private places can.
        """
        host, port = url.raw_host or "", url.port or 0
        if (host.rstrip("."), port) in self.resolved:
            return
        if not (_may_be_public(host) if literal(host) is None else self.permits(host, port)):
            raise RefusedError(f"{host} is not a public address")

    def permitted(self, host: str, answers: list[ResolveResult]) -> list[ResolveResult]:
        """Return the answers for a name that may be used. Raises RefusedError when none may.

        A public site with a stray private address among its answers stays reachable at the public ones.
        """
        fit = [answer for answer in answers if self.permits(answer["host"], answer["port"])]
        if answers and not fit:
            raise RefusedError(f"{host} resolves to {answers[0]['host']}, which is not a public address")
        return fit


def _may_be_public(name: str) -> bool:
    """Say whether a name can be one of the public DNS: it has a dot, and no top that is set aside for inside use."""
    *rest, top = name.rstrip(".").lower().split(".")
    return bool(rest) and top not in _INSIDE and (rest[-1], top) != ("home", "arpa")


def endpoint(text: str) -> tuple[str, int]:
    """Split `host:port` or `[v6]:port`; the host in lower case. Raises ConfigError."""
    host, _, port = text.strip().rpartition(":")
    host = host.removeprefix("[").removesuffix("]").lower()
    if not host or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise ConfigError(f"{text!r} is no host:port", hint="write it as news.example:443, or [2001:db8::1]:443")
    return host, int(port)


def _address(text: str) -> tuple[str, int]:
    host, port = endpoint(text)
    try:
        return str(ip_address(host)), port
    except ValueError as error:
        raise ConfigError(f"{text!r} is no ip:port", hint="resolve maps host:port to ip:port") from error


def safe_url(text: str) -> URL:
    """Return the URL to request: http or https, without userinfo and fragment, the host in ASCII.

    Path and query keep their bytes: only what may not stand in a URL is percent-encoded, nothing is decoded.
    Allowed ports are 80, 443 and those above 1023 that no other protocol is known to use. Raises RefusedError.
    """
    if len(text) > MAX_URL:
        raise RefusedError(f"URL is longer than {MAX_URL} characters")
    text = _LEFT_OUT.sub("", text).strip()
    try:
        normal, verbatim = URL(text), URL(text, encoded=True)
        authority = _authority(normal)
        path = quote(verbatim.raw_path or "/", safe=_PATH_SAFE, errors="replace")
        query = quote(verbatim.raw_query_string, safe=_QUERY_SAFE, errors="replace")
    except RefusedError:
        raise
    except ValueError as error:
        raise RefusedError(f"not a URL: {error}") from error
    url = URL(f"{normal.scheme}://{authority}{path}{'?' if query else ''}{query}", encoded=True)
    if len(str(url)) > MAX_URL:
        raise RefusedError(f"URL is longer than {MAX_URL} characters")
    return url


def _authority(url: URL) -> str:
    if url.scheme not in _DEFAULT_PORTS:
        raise RefusedError(f"scheme {url.scheme!r} is not http or https")
    host, port = _host(url.raw_host), url.port
    if port is None or not _port_is_fit(port):
        raise RefusedError(f"port {port} is not allowed")
    return host if port == _DEFAULT_PORTS[url.scheme] else f"{host}:{port}"


def _host(host: str | None) -> str:
    """Return a host as it is asked for: names in lower case, addresses in their usual spelling."""
    if host and "%" in host:
        raise RefusedError(f"{host} is bound to a network interface")
    if not host or not (":" in host or _NAME.fullmatch(host)) or len(host) > 254:
        raise RefusedError(f"not a host name: {host!r}" if host else "URL has no host")
    address = literal(host)
    if address is None:
        return host.lower()
    return f"[{address}]" if address.version == 6 else str(address)


def _port_is_fit(port: int) -> bool:
    return port in (80, 443) or (port > 1023 and port not in _BAD_PORTS)
