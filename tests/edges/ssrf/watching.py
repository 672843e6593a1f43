"""See every connection that this process opens, and answer for the name servers."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Any
from unittest.mock import patch

from tests.edges.ssrf.table import ANSWERS, PUBLIC_6

# Written out once more, so that the tests do not believe the program about what is inside.
_LISTED = """
0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 168.63.129.16/32 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24
192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3
"""
_INSIDE = tuple(map(ip_network, _LISTED.split()))
_real_connect = socket.socket.connect
_real_getaddrinfo = socket.getaddrinfo


def is_inside(ip: str) -> bool:
    """Say whether an address is not to be connected to: of IPv6 the tests know one that is."""
    return any(ip_address(ip) in network for network in _INSIDE) if ":" not in ip else ip != PUBLIC_6


@dataclass
class Watch:
    """Where sockets were connected to, as (address, port), but for `front`, the server that tells where to go."""

    front: tuple[str, int] | None = None
    connected: list[tuple[str, int]] = field(default_factory=list)
    asked: dict[str, int] = field(default_factory=dict)

    def connect(self, sock: socket.socket, address: Any) -> None:
        """Note a connection; let only those to this machine happen, so that nobody else is bothered by the tests."""
        place = (str(address[0]), int(address[1]))
        if place != self.front:
            self.connected.append(place)
        if place[0] not in ("127.0.0.1", "::1", "0.0.0.0", "::"):
            raise ConnectionRefusedError(111, f"{place} is not here")
        _real_connect(sock, address)

    def getaddrinfo(self, host: str, port: int, family: int = 0, *_: Any, **__: Any) -> list[Any]:
        """Answer from the table, or as the C library does for whatever it takes for an address."""
        name = host.rstrip(".").lower()
        if name not in ANSWERS:
            return _real_getaddrinfo(host, port, family, socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        turn = self.asked[name] = self.asked.get(name, -1) + 1
        answers = ANSWERS[name][min(turn, len(ANSWERS[name]) - 1)]
        return [info for ip in answers for info in _numeric(ip, port, family)]


def _numeric(ip: str, port: int, family: int) -> list[Any]:
    version = socket.AF_INET6 if ":" in ip else socket.AF_INET
    wanted = family in (socket.AF_UNSPEC, version)
    return _real_getaddrinfo(ip, port, version, socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST) if wanted else []


@contextmanager
def watching() -> Iterator[Watch]:
    """Watch the sockets and names of this process."""
    watch = Watch()

    def connect(sock: socket.socket, address: Any) -> None:
        watch.connect(sock, address)

    with patch.object(socket.socket, "connect", connect), patch.object(socket, "getaddrinfo", watch.getaddrinfo):
        yield watch


@dataclass
class Ours:
    """Servers on one port of every address of this machine, and how often they were connected to."""

    port: int = 0
    connections: int = 0


@asynccontextmanager
async def our_own() -> AsyncIterator[Ours]:
    """Listen on every address of this machine, IPv6 too where there is any."""
    ours = Ours()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ours.connections += 1
        await reader.read(1)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret")
        writer.close()

    async with await asyncio.start_server(accept, "0.0.0.0", 0) as server:
        ours.port = server.sockets[0].getsockname()[1]
        async with await asyncio.start_server(accept, "::" if socket.has_dualstack_ipv6() else "127.0.0.2", ours.port):
            yield ours
