"""Ask the web server of an archive as a client does."""

import json
import re
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from aiohttp import ClientResponse, DummyCookieJar
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request

from monitor import Archive
from monitor.web.server import application

Client = TestClient[Request, Application]


@asynccontextmanager
async def serving(archive: Archive, also: Callable[[Application], None] | None = None) -> AsyncIterator[Client]:
    """Serve an archive on a port of its own, with further routes that `also` adds."""
    port = free_port()
    app = application(archive, f"127.0.0.1:{port}")
    if also is not None:
        also(app)
    async with TestClient(TestServer(app, port=port), cookie_jar=DummyCookieJar()) as opened:
        yield opened


def free_port() -> int:
    """Return a port of the loopback that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])


async def get(client: Client, path: str, **headers: str) -> ClientResponse:
    """Ask for a path, or an address of this server, as it is written, without following where it leads."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    if path.startswith("http"):
        path = urlsplit(path)._replace(scheme="", netloc="").geturl()
    return await client.get(path, headers=given, allow_redirects=False)


async def timemap(client: Client, url: str) -> dict[str, Any]:
    """Return a TimeMap as JSON tells it."""
    told: dict[str, Any] = json.loads(await (await get(client, f"/timemap/json/{url}")).text())
    return told


def links(said: str) -> dict[str, list[str]]:
    """Return the targets of a Link header by relation."""
    found: dict[str, list[str]] = {}
    for target, rels in re.findall(r'<([^>]*)>; rel="([^"]*)"', said):
        for rel in rels.split():
            found.setdefault(rel, []).append(target)
    return found
