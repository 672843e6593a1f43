"""The door for hubs: a small HTTP server with one kind of address, each ending with a secret token.

A push is taken for a hint, never for news: its signed body makes the source due at once, and what is archived is what
the publisher's own server then says, with that answer as evidence. WebSub would have us read the body itself, which
proves only what a hub sent. So the body goes through the signature and is dropped. A hub that lies can make us poll,
within the bounds of good manners, and nothing else.

Strangers reach this door, so everything has a bound: connections, requests at a time, a body's bytes and time, and how
long a connection lives. There is none per address, since behind the reverse proxy all come from one.
"""

import asyncio
import logging
import re
from collections.abc import Mapping
from typing import Protocol
from urllib.parse import unquote, urlsplit

import structlog
from aiohttp import ClientPayloadError, web
from aiohttp.http import HttpProcessingError

from monitor.core.websub import Reply, SignatureCheck
from monitor.errors import ConfigError, DatabaseBusyError

log = structlog.get_logger(__name__)

MOST_BODY = 5_000_000  # bytes; real feeds stay below
_MOST_REQUESTS = 32
_MOST_CONNECTIONS = 128
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}")
_BROKEN_OFF = (ConnectionError, ClientPayloadError, web.RequestPayloadError, HttpProcessingError)
# 8.2: nothing that a browser would run, whatever a challenge says.
_HEADERS = {"Content-Type": "application/octet-stream", "X-Content-Type-Options": "nosniff", "Server": "Monitor"}
# Requests that are no HTTP are the sender's trouble; a stranger must not be able to fill the log with them.
_quiet = logging.Logger("monitor.push", logging.CRITICAL + 1)


class Callbacks(Protocol):
    """What the door asks; a `token` has the form of one and may be nobody's."""

    async def verify(self, token: str, query: Mapping[str, str]) -> Reply:
        """Answer a hub's GET: does it confirm, or deny, what we asked for?"""
        ...

    async def open(self, token: str, signature: str | None) -> SignatureCheck | Reply:
        """Answer the head of a push: with how its body is to be checked, or with why it is not wanted."""
        ...

    async def receive(self, token: str, problem: str | None) -> Reply:
        """Take a push that was read to its end; `problem` says why it must be ignored."""
        ...


class PushDoor:
    """Serve the callbacks below the path of `public_url` at `listen` (host:port), between `start` and `stop`.

    A body has to come within `body_s` seconds, a connection lives for about `lifetime_s`.
    """

    def __init__(
        self, callbacks: Callbacks, public_url: str, listen: str, *, body_s: float = 10.0, lifetime_s: float = 60.0
    ) -> None:
        self._callbacks = callbacks
        self._body_s = body_s
        self._lifetime_s = lifetime_s
        self._prefix = unquote(urlsplit(public_url).path).rstrip("/")
        self._listen = listen
        self._requests = 0
        self._runner: web.AppRunner | None = None
        self._server: asyncio.Server | None = None
        self._sweeper: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Listen. Raises ConfigError when the address cannot be had."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(
            app,
            access_log=None,
            logger=_quiet,
            auto_decompress=False,  # the signature is of what was sent, and bombs stay as small as they came
            keepalive_timeout=15.0,
            lingering_time=1.0,
            shutdown_timeout=1.0,
        )
        await self._runner.setup()
        host, _, port = self._listen.rpartition(":")
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(self._accept, host.strip("[]"), int(port))
        except OSError as error:
            await self._runner.cleanup()
            reason = error.strerror or error
            raise ConfigError(
                f"push.listen: cannot listen at {self._listen}: {reason}", hint="is another monitor running?"
            ) from error
        self._sweeper = asyncio.create_task(self._sweep(), name="push connections")

    async def stop(self) -> None:
        """Listen no more; what is being answered ends within a second."""
        if self._server is not None:
            self._server.close()
        if self._sweeper is not None:
            self._sweeper.cancel()
        if self._runner is not None:
            await self._runner.cleanup()
        self._server = self._sweeper = self._runner = None

    def _accept(self) -> asyncio.Protocol:
        """Make the protocol of a new connection, which ends at once when there are too many."""
        serve = self._runner.server if self._runner else None
        if serve is None or len(serve.connections) >= _MOST_CONNECTIONS:
            return _Refusal()
        return serve()

    async def _sweep(self) -> None:
        """End connections that have lived their time: those that send their head drop by drop, too."""
        loop, since = asyncio.get_running_loop(), dict[web.RequestHandler, float]()
        while self._runner is not None and self._runner.server is not None:
            await asyncio.sleep(self._lifetime_s / 10)
            since = {one: since.get(one, loop.time()) for one in self._runner.server.connections}
            for one, began in since.items():
                if loop.time() - began >= self._lifetime_s:
                    one.force_close()

    async def _answer(self, request: web.Request) -> web.Response:
        if self._requests >= _MOST_REQUESTS:
            return _response(Reply(503))
        self._requests += 1
        try:
            return _response(await self._reply(request))
        except DatabaseBusyError as error:
            log.warning("push.postponed", error=str(error))  # the hub tries again
            return _response(Reply(503))
        except Exception:
            log.exception("push.crashed")
            return _response(Reply(500))
        finally:
            self._requests -= 1

    async def _reply(self, request: web.Request) -> Reply:
        prefix, _, token = request.path.rpartition("/")
        if prefix != self._prefix or not _TOKEN.fullmatch(token):
            return Reply(404)
        if request.method == "GET":
            return await self._callbacks.verify(token, {name: request.query[name] for name in request.query})
        return await self._receive(token, request) if request.method == "POST" else Reply(404)

    async def _receive(self, token: str, request: web.Request) -> Reply:
        check = await self._callbacks.open(token, request.headers.get("X-Hub-Signature"))
        if isinstance(check, Reply):
            return check
        try:
            async with asyncio.timeout(self._body_s):
                whole = await _pass_by(request, check)
        except TimeoutError:
            return Reply(408)
        except _BROKEN_OFF:
            return Reply(400)  # to nobody: the hub has gone, or sends what is no HTTP
        return await self._callbacks.receive(token, check.problem()) if whole else Reply(413)


async def _pass_by(request: web.Request, check: SignatureCheck) -> bool:
    """Lead a body through its check without keeping any; False when it is too large."""
    size = 0
    while chunk := await request.content.readany():
        size += len(chunk)
        if size > MOST_BODY:
            return False
        check.take(chunk)
    return True


def _response(reply: Reply) -> web.Response:
    return web.Response(status=reply.status, body=reply.body, headers=_HEADERS)


class _Refusal(asyncio.Protocol):
    """A connection too many."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Close it."""
        transport.close()
