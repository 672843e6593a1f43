"""The daemon's web server: where it listens, what it is made of, and that strangers need a token."""

import asyncio
from contextlib import suppress
from socket import AF_INET, AF_INET6, socket

import structlog
from aiohttp import web

from monitor import Archive
from monitor.errors import ConfigError
from monitor.web import (
    api,
    assets,
    atom,
    health,
    login,
    memento,
    pages_alerts,
    pages_changes,
    pages_clusters,
    pages_corpus,
    pages_diff,
    pages_documents,
    pages_front,
    pages_outlets,
    pages_search,
    pages_sources,
    routes,
)
from monitor.web.connections import LOGGER, Connections
from monitor.web.guard import BEGUN, guarded
from monitor.web.headers import dress
from monitor.web.login import TRIES_LEFT, Tries
from monitor.web.names import NAMES, Names, names_of, reached_at
from monitor.web.sessions import SESSIONS, Sessions

log = structlog.get_logger(__name__)

PARTS = (
    *(assets, login, health, memento, api),
    *(pages_front, pages_search, pages_documents, pages_diff, pages_changes, pages_alerts),
    *(pages_clusters, pages_sources, pages_outlets, pages_corpus),
    atom,
)
MAX_BODY = 256 * 1024  # bytes of a request's body
MAX_HEADERS = 64
# An idle connection is kept for so long, and a request's head must have come by then.
KEEPALIVE_S = 30.0
LINGER_S = 2.0


class WebServer:
    """Serve an archive where `web.listen` says; while that is empty, `start` and `stop` do nothing.

    A listening socket that was `passed` to us, by a service manager, is served instead.
    """

    def __init__(self, archive: Archive, passed: socket | None = None) -> None:
        self._archive = archive
        self._passed = passed
        self._runner: web.AppRunner | None = None
        self._server: asyncio.Server | None = None
        self._watch: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Listen. Raises ConfigError when the address cannot be had, or strangers reach it and there is no token."""
        listen = _address(self._passed) if self._passed is not None else self._archive.settings.web.listen
        if not listen:
            return
        names = names_of(self._archive.settings, listen)
        await self._check_tokens(names, listen)
        self._runner = web.AppRunner(
            application(self._archive, listen),
            access_log=None,
            logger=LOGGER,
            shutdown_timeout=1.0,
            keepalive_timeout=KEEPALIVE_S,
            lingering_time=LINGER_S,
            max_headers=MAX_HEADERS,
        )
        await self._runner.setup()
        try:
            await self._listen(self._runner, listen)
        except OSError as error:
            await self.stop()
            raise ConfigError(
                f"web.listen: {listen} cannot be had: {error.strerror}",
                hint="name a port that no other program has, another daemon of this archive among them",
            ) from error
        log.info("web.started", url=f"{reached_at(self._archive.settings, listen)}/", tokens=not names.is_open)

    async def _listen(self, runner: web.AppRunner, listen: str) -> None:
        assert runner.server is not None  # set up
        connections = Connections(runner.server)
        name, _, port = listen.rpartition(":")
        loop = asyncio.get_running_loop()
        if self._passed is not None:
            self._server = await loop.create_server(connections, sock=self._passed, backlog=128)
        else:
            self._server = await loop.create_server(connections, name.strip("[]"), int(port), backlog=128)
        self._watch = asyncio.create_task(connections.watch())

    async def _check_tokens(self, names: Names, listen: str) -> None:
        if names.is_open:
            return
        if not await self._archive.tokens.any_active():
            through = f", and {names.public or 'names of web.hosts'} leads there" if _is_here(listen) else ""
            raise ConfigError(
                f"web.listen is {listen}{through}: whoever reaches that could read the archive, and there is no token",
                hint="make one with `monitor token create NAME`, or listen on 127.0.0.1 and no other name",
            )
        if not names.is_secure and not _is_here(listen):
            log.warning("web.unencrypted", listen=listen, hint="tokens can be read on the way: docs/web.md has a proxy")

    async def stop(self) -> None:
        """Listen no more."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.cancel()
            with suppress(asyncio.CancelledError):
                await watch
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()


def application(archive: Archive, listen: str) -> web.Application:
    """Return the web application as it is served at `listen`, with every route there is.

    Raises ConfigError where nobody could ask it.
    """
    app = web.Application(middlewares=[guarded(archive)], client_max_size=MAX_BODY)
    app[NAMES], app[SESSIONS], app[TRIES_LEFT] = names_of(archive.settings, listen), Sessions(archive), Tries()
    app.on_response_prepare.append(dress)
    app.on_response_prepare.append(_begun)
    routes.prepare(app)
    for part in PARTS:
        part.add_routes(app, archive)
    return app


async def _begun(request: web.Request, _: web.StreamResponse) -> None:
    request[BEGUN] = True


def _address(passed: socket) -> str:
    """Return where a socket listens, as `web.listen` would say it. Raises ConfigError for one that is not of TCP."""
    if passed.family not in (AF_INET, AF_INET6):
        raise ConfigError("the socket that was passed is none of TCP", hint="ListenStream= names an address and a port")
    host, port = passed.getsockname()[:2]
    return f"[{host}]:{port}" if passed.family == AF_INET6 else f"{host}:{port}"


def _is_here(listen: str) -> bool:
    return listen.startswith(("127.", "[::1]", "localhost"))
