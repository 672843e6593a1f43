"""Run the newsroom: all its outlets on two loopback ports, told apart by the Host header."""

import json
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Self

import trustme
from aiohttp import web

from monitor.edges.clock import DrivenClock
from tests.newsroom.history import Moment
from tests.newsroom.library import open_desks, truth
from tests.newsroom.replies import Asked, Desk
from tests.newsroom.wire import Reply

DESK_HOST = "newsroom.example"  # where the newsroom speaks for itself: /log, /truth, /contact
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Request:
    """One line of the access log. `at` is simulated time; `path` includes the query; headers by lower-case name."""

    at: datetime
    scheme: str
    method: str
    host: str
    path: str
    status: int
    user_agent: str
    conditional: bool
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class RoomInfo:
    """Where a newsroom is: its ports, its CA, and the map from "host:port" to "127.0.0.1:port" that leads there."""

    http_port: int
    https_port: int
    ca_file: str
    resolve: dict[str, str]


class Newsroom:
    """The outlets, their stories, and a log of who asked for what. Get one from `start`."""

    def __init__(self, clock: DrivenClock, filler: int = 0) -> None:
        self.clock = clock
        self.desks = open_desks(filler)
        self.requests: list[Request] = []
        self.info = RoomInfo(0, 0, "", {})
        self._loads = count(1)
        self._by_host = {host: desk for desk in self.desks for host in (desk.site.host, *desk.site.other_hosts)}

    @classmethod
    @asynccontextmanager
    async def start(cls, clock_path: Path, directory: Path, filler: int = 0) -> AsyncIterator[Self]:
        """Serve until the context ends. The CA goes into `directory`; `filler` adds articles to each outlet."""
        room = cls(DrivenClock(clock_path), filler)
        async with room.served(directory):
            yield room

    @asynccontextmanager
    async def served(self, directory: Path) -> AsyncIterator[None]:
        """Serve until the context ends."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        try:
            await self._listen(runner, directory / "newsroom-ca.pem")
            yield
        finally:
            await runner.cleanup()

    @property
    def resolve(self) -> dict[str, str]:
        """Return the map that leads each "host:80" and "host:443" here."""
        return self.info.resolve

    def desk(self, key: str) -> Desk:
        """Return an outlet's desk by its key in sites.toml. Raises KeyError for an unknown one."""
        return {desk.site.key: desk for desk in self.desks}[key]

    def url(self, key: str, slug: str) -> str:
        """Return the first URL of an outlet's article. Raises KeyError for an unknown one."""
        return {story.text.slug: story.url for story in self.desk(key).stories}[slug]

    def truth(self, until: datetime) -> dict[str, tuple[Moment, ...]]:
        """Return what each article's URL held, moment by moment, up to a time."""
        return truth(self.desks, until)

    async def _listen(self, runner: web.AppRunner, ca_file: Path) -> None:
        hosts = [*self._by_host, DESK_HOST]
        plain, secure = _bound(), _bound()
        await web.SockSite(runner, plain).start()
        await web.SockSite(runner, secure, ssl_context=_certified(hosts, ca_file)).start()
        http, https = plain.getsockname()[1], secure.getsockname()[1]
        resolve = {f"{host}:{port}": f"{LOOPBACK}:{own}" for host in hosts for port, own in ((80, http), (443, https))}
        self.info = RoomInfo(http, https, str(ca_file), resolve)

    async def _answer(self, request: web.Request) -> web.Response:
        host = request.host.partition(":")[0].lower()
        if host == DESK_HOST:
            return self._speak(request)
        now = self.clock.now()
        headers = {name.lower(): value for name, value in request.headers.items()}
        asked = Asked(request.scheme, host, request.rel_url.raw_path, headers, next(self._loads))
        reply = self._reply(request.method, asked, now)
        self._log(request, host, reply.status, now)
        return web.Response(status=reply.status, body=reply.body, headers=reply.headers)

    def _reply(self, method: str, asked: Asked, now: datetime) -> Reply:
        if asked.host not in self._by_host:
            return Reply(421)
        return self._by_host[asked.host].reply(asked, now) if method in ("GET", "HEAD") else Reply(405)

    def _log(self, request: web.Request, host: str, status: int, now: datetime) -> None:
        agent = request.headers.get("User-Agent", "")
        conditional = any(name in request.headers for name in ("If-None-Match", "If-Modified-Since"))
        headers = {name.lower(): value for name, value in request.headers.items()}
        line = Request(now, request.scheme, request.method, host, request.path_qs, status, agent, conditional, headers)
        self.requests.append(line)

    def _speak(self, request: web.Request) -> web.Response:
        if request.path == "/log":
            return _json([asdict(line) for line in self.requests])
        if request.path == "/truth":
            until = request.query.get("until")
            told = self.truth(datetime.fromisoformat(until) if until else self.clock.now())
            return _json({url: [asdict(m) | {"body": m.body} for m in moments] for url, moments in told.items()})
        if request.path == "/contact":
            return web.Response(text="This newsroom is invented; nobody reads its mail.\n")
        return web.Response(status=404)


def _json(value: object) -> web.Response:
    return web.json_response(text=json.dumps(value, ensure_ascii=False, default=datetime.isoformat))


def _bound() -> socket.socket:
    bound = socket.socket()
    bound.bind((LOOPBACK, 0))
    return bound


def _certified(hosts: list[str], ca_file: Path) -> ssl.SSLContext:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(ca_file))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(*hosts).configure_cert(context)
    return context
