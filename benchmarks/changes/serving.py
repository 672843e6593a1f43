"""Serve all outlets on one loopback port, told apart by the Host header, and remember what was answered to whom."""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from typing import Self

from aiohttp import web

from benchmarks.changes.histories import History
from benchmarks.changes.outlets import START
from benchmarks.changes.replies import Publisher, Reply, Truth

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Observation:
    """What a request for an article came to, redirects followed: `status` and `body` (a key) are of the last answer.

    A 304 is a 200 with the body known before.
    """

    at: datetime
    url: str
    history: int
    status: int
    body: str
    truth: Truth
    short: bool = False
    redirected: int | None = None  # status of the first redirect


class Press:
    """The outlets and what they answered. `now` is their time, set by who drives the run."""

    def __init__(self, made: Sequence[History]) -> None:
        by_outlet = groupby(made, key=lambda one: one.outlet.host)
        self._publishers = {host: Publisher(own[0].outlet, own) for host, group in by_outlet if (own := tuple(group))}
        self._led: dict[str, tuple[str, Observation]] = {}  # by host: where its last answer led, and of which article
        self.histories = made
        self.now = START
        self.port = 0
        self.bodies: dict[str, tuple[bytes, str]] = {}  # with their content types
        self.observations: dict[int, list[Observation]] = {one.number: [] for one in made}
        self.requests = 0

    @classmethod
    @asynccontextmanager
    async def start(cls, made: Sequence[History]) -> AsyncIterator[Self]:
        """Serve until the context ends."""
        press = cls(made)
        bound = socket.socket()
        bound.bind((LOOPBACK, 0))
        press.port = bound.getsockname()[1]
        app = web.Application()
        app.router.add_route("GET", "/{path:.*}", press._handle)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        await web.SockSite(runner, bound).start()
        try:
            yield press
        finally:
            await runner.cleanup()

    @property
    def resolve(self) -> dict[str, str]:
        """Return what leads every host here, as the option fetch.resolve has it."""
        return {f"{host}:80": f"{LOOPBACK}:{self.port}" for host in self._publishers}

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        self.requests += 1
        host, path = request.host, request.rel_url.raw_path
        if path == "/robots.txt" or host not in self._publishers:
            return web.Response(status=404)
        publisher = self._publishers[host]
        reply = publisher.answer(path, self.now)
        self._note(host, path, reply)
        if reply.location is not None:
            return web.Response(status=reply.status, headers={"Location": reply.location})
        headers = {"Content-Type": reply.kind}
        if publisher.outlet.validators and reply.status == 200:
            headers["ETag"] = f'"{sha256(reply.body).hexdigest()[:16]}"'
            if request.headers.get("If-None-Match") == headers["ETag"]:
                return web.Response(status=304, headers=headers)
        if reply.short:
            return await _break_off(request, reply, headers)
        return web.Response(status=reply.status, body=reply.body, headers=headers)

    def _note(self, host: str, path: str, reply: Reply) -> None:
        """Remember an answer; one that a redirect led to is the end of that one's story."""
        led = self._led.pop(host, None)
        key = self._keep(reply)
        if led is not None and led[0] == path:
            noted = self._ended(led[1], reply, key)
        elif reply.history is not None and reply.truth is not None:
            url = f"http://{host}{path}"
            noted = Observation(
                self.now, url, reply.history.number, reply.status, key, reply.truth, reply.short,
                reply.status if reply.location else None,
            )  # fmt: skip
        else:
            return
        if reply.location is not None:
            self._led[host] = (reply.location, noted)
        self.observations[noted.history].append(noted)

    def _ended(self, first: Observation, reply: Reply, key: str) -> Observation:
        """Return what a redirected request came to, in its place; at its own article, what is true there."""
        self.observations[first.history].remove(first)
        own = reply.history is not None and reply.history.number == first.history
        truth = reply.truth if own and reply.truth else first.truth
        return replace(first, status=reply.status, body=key, truth=truth, short=reply.short)

    def _keep(self, reply: Reply) -> str:
        key = sha256(reply.body).hexdigest()
        self.bodies.setdefault(key, (reply.body, reply.kind))
        return key


async def _break_off(request: web.Request, reply: Reply, headers: dict[str, str]) -> web.StreamResponse:
    """Promise twice as many bytes as are sent, and hang up."""
    response = web.StreamResponse(status=reply.status, headers=headers)
    response.content_length = len(reply.body) * 2
    await response.prepare(request)
    await response.write(reply.body)
    await asyncio.sleep(0)
    if request.transport is not None:
        request.transport.close()
    return response
