"""A small WebSub hub of our own on the loopback: it verifies what it is asked, and pushes with signatures."""

import asyncio
import hashlib
import hmac
import random
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Self

import aiohttp
from aiohttp import web


@dataclass
class Subscriber:
    """Who wants to be told of a topic."""

    topic: str
    secret: str
    lease_s: int


@dataclass
class Hub:
    """A hub that is as good as its fields say; they may be changed while it runs."""

    port: int
    status: int = 202  # to a request
    says: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    lease_s: int | None = None  # None grants what is asked for
    silent: bool = False  # accept, and never verify
    denies: str | None = None  # for this reason
    asked: list[dict[str, str]] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    verified: list[tuple[int, str]] = field(default_factory=list)  # what the callbacks answered
    subscribers: dict[str, Subscriber] = field(default_factory=dict)
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set)

    @property
    def url(self) -> str:
        """Return where it is asked."""
        return f"http://127.0.0.1:{self.port}/"

    @classmethod
    @asynccontextmanager
    async def start(cls, port: int = 0) -> AsyncIterator[Self]:
        """Serve until the context ends."""
        bound = socket.socket()
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(("127.0.0.1", port))
        hub = cls(bound.getsockname()[1])
        app = web.Application()
        app.router.add_post("/{path:.*}", hub._answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        await web.SockSite(runner, bound).start()
        try:
            yield hub
        finally:
            await hub.settle()
            await runner.cleanup()

    async def settle(self) -> None:
        """Wait until all callbacks that had to be called were."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def call(self, callback: str, **parameters: str) -> tuple[int, str]:
        """Get a callback with `hub.` parameters; return what it answers."""
        query = {f"hub.{name}": value for name, value in parameters.items()}
        async with aiohttp.ClientSession() as session, session.get(callback, params=query) as response:
            return response.status, await response.text()

    async def push(self, body: bytes, method: str = "sha256", secret: str | None = None) -> list[int]:
        """Distribute a body to all subscribers, signed with a secret of its own if told; return their answers."""
        statuses = []
        for callback, one in list(self.subscribers.items()):
            headers = {
                "Content-Type": "application/atom+xml",
                "Link": f'<{self.url}>; rel="hub", <{one.topic}>; rel="self"',
            }
            if method:
                headers["X-Hub-Signature"] = signature(body, secret or one.secret, method)
            async with (
                aiohttp.ClientSession() as session,
                session.post(callback, data=body, headers=headers) as response,
            ):
                statuses.append(response.status)
        return statuses

    async def _answer(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.asked.append(form)
        self.agents.append(request.headers.get("User-Agent", ""))
        if 200 <= self.status < 300 and not self.silent:
            task = asyncio.create_task(self._verify(form))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return web.Response(status=self.status, text=self.says, headers=self.headers)

    async def _verify(self, form: dict[str, str]) -> None:
        callback, topic = form["hub.callback"], form["hub.topic"]
        if self.denies is not None:
            self.verified.append(await self.call(callback, mode="denied", topic=topic, reason=self.denies))
            return
        lease = self.lease_s or int(form["hub.lease_seconds"])
        challenge = f"challenge-{len(self.verified)}"
        answer = await self.call(callback, mode="subscribe", topic=topic, challenge=challenge, lease_seconds=str(lease))
        self.verified.append(answer)
        if answer == (200, challenge):
            self.subscribers[callback] = Subscriber(topic, form["hub.secret"], lease)


def signature(body: bytes, secret: str, method: str = "sha256") -> str:
    """Return the value of X-Hub-Signature."""
    return f"{method}={hmac.new(secret.encode(), body, getattr(hashlib, method)).hexdigest()}"


def free_port() -> int:
    """Return a port that nobody listens at, below those that the system gives to connections meanwhile."""
    while True:
        port = random.randint(15_000, 32_000)
        with socket.socket() as bound, suppress(OSError):
            bound.bind(("127.0.0.1", port))
            return port
