"""Talk to a newsroom with a plain aiohttp client, as curl would with --resolve and --cacert."""

import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field

from aiohttp import ClientSession, TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult

from tests.newsroom.room import RoomInfo


class RoomResolver(AbstractResolver):
    """Lead the newsroom's hosts to its ports; every other host is unknown."""

    def __init__(self, resolve: dict[str, str]) -> None:
        self._resolve = resolve

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the newsroom's address for a host and port. Raises OSError for one that is not its own."""
        place = self._resolve.get(f"{host}:{port}")
        if place is None:
            raise OSError(f"{host}:{port} is not in the newsroom")
        address, _, own = place.partition(":")
        return [ResolveResult(hostname=host, host=address, port=int(own), family=socket.AF_INET, proto=0, flags=0)]

    async def close(self) -> None:
        """Hold nothing, release nothing."""


def room_session(info: RoomInfo) -> ClientSession:
    """Return a session that reaches the newsroom's hosts and trusts its CA."""
    trust = ssl.create_default_context(cafile=info.ca_file)
    return ClientSession(connector=TCPConnector(resolver=RoomResolver(info.resolve), ssl=trust, force_close=True))


@dataclass(frozen=True, slots=True)
class Got:
    """A response, wholly read; the body without its Content-Encoding."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def text(self) -> str:
        """Return the body as text, in the charset of its Content-Type or UTF-8."""
        return self.body.decode(self.headers.get("Content-Type", "").partition("charset=")[2] or "utf-8")


async def get(session: ClientSession, url: str, **headers: str) -> Got:
    """Get a URL without following redirects; `If_None_Match="x"` sends the header If-None-Match."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with session.get(url, headers=named, allow_redirects=False) as response:
        return Got(response.status, response.headers, await response.read())
