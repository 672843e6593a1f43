"""A web of as many hosts as there are names, in one process, that writes down when each is asked: for benchmarks.fleet.

`python -m benchmarks.fleet_server GAP` prints its port, and then does what it is told, a line at a time: `publish` puts
one more article on every host, `report` prints what it saw as JSON (`Seen`). It ends with its input. GAP is in seconds.
"""

import asyncio
import json
import random
import sys
import time
from dataclasses import asdict, dataclass, field
from typing import cast

TEXT = (
    "la ciudad del puerto anunció ayer que los trabajos de reparación en el barrio viejo van a durar hasta fin de año "
    "según dijo el alcalde ante los vecinos que pedían agua luz calles escuelas médicos trenes y un mercado nuevo para "
    "las familias más pobres mientras la empresa promete pagar la obra sin subir tarifas durante todo este invierno"
)
WORDS = TEXT.split()
ROBOTS = b"User-agent: *\nDisallow: /private/\n"


@dataclass
class Seen:
    """What the server saw. Gaps are seconds between two requests to one host, in the order of their coming."""

    requests: int = 0
    robots: int = 0
    feeds: int = 0
    unchanged: int = 0
    articles: int = 0
    hosts: int = 0
    published: int = 1
    shortest: float | None = None
    under: dict[str, int] = field(default_factory=lambda: {"50 %": 0, "90 %": 0, "98 %": 0})
    examples: list[tuple[str, float, str, str]] = field(default_factory=list)  # host, gap, and the two paths


class Web:
    """All hosts, and their memory."""

    def __init__(self, gap_s: float) -> None:
        self.seen = Seen()
        self._gap_s = gap_s
        self._last: dict[str, tuple[float, str]] = {}

    def answer(self, head: bytes) -> bytes:
        """Return the answer to a request's head, and note when it came."""
        line, *fields = head.decode("latin-1").split("\r\n")
        path = line.split(" ")[1]
        values = {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in fields)}
        self._note(values["host"], path)
        return self._page(values["host"], path, values.get("if-none-match"))

    def _note(self, host: str, path: str) -> None:
        now = time.monotonic()
        self.seen.requests += 1
        if (before := self._last.get(host)) is not None:
            self._judge(host, now - before[0], before[1], path)
        self._last[host] = now, path
        self.seen.hosts = len(self._last)

    def _judge(self, host: str, gap: float, before: str, path: str) -> None:
        self.seen.shortest = min(gap, self.seen.shortest or gap)
        for name in self.seen.under:
            self.seen.under[name] += gap < self._gap_s * int(name.split()[0]) / 100
        if gap < self._gap_s * 0.9 and len(self.seen.examples) < 20:
            self.seen.examples.append((host, round(gap, 3), before, path))

    def _page(self, host: str, path: str, etag: str | None) -> bytes:
        if path == "/robots.txt":
            self.seen.robots += 1
            return _reply(ROBOTS, "text/plain")
        if path == "/feed.xml":
            return self._feed(host, etag)
        self.seen.articles += 1
        return _reply(_article(host, path), "text/html; charset=utf-8")

    def _feed(self, host: str, etag: str | None) -> bytes:
        self.seen.feeds += 1
        if etag == (own := f'"{self.seen.published}"'):
            self.seen.unchanged += 1
            return f"HTTP/1.1 304 Not Modified\r\nETag: {own}\r\n\r\n".encode()
        items = "".join(
            f"<item><title>Nota {number} de {host}</title><link>http://{host}/a/{number}</link></item>"
            for number in range(self.seen.published, 0, -1)
        )
        head = f"<title>{host}</title><link>http://{host}/</link><description>Notas</description>"
        feed = f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{items}</channel></rss>'
        return _reply(feed.encode(), "application/rss+xml", f"ETag: {own}\r\n")


def _article(host: str, path: str) -> bytes:
    """Return a page of the host's own words, always the same."""
    chance = random.Random(host + path)
    text = "".join(f"<p>{' '.join(chance.choices(WORDS, k=50)).capitalize()}.</p>" for _ in range(4))
    title = f"Nota {path.rpartition('/')[2]} de {host}"
    body = f"<article><h1>{title}</h1>{text}</article>"
    return f'<!doctype html><html lang="es"><head><title>{title}</title></head><body>{body}</body></html>'.encode()


def _reply(body: bytes, kind: str, more: str = "") -> bytes:
    return f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n{more}Content-Length: {len(body)}\r\n\r\n".encode() + body


class Listener(asyncio.Protocol):
    """Answer each head; keep the connection."""

    def __init__(self, web: Web) -> None:
        self._web = web
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Answer every whole head."""
        *heads, self._rest = (self._rest + data).split(b"\r\n\r\n")
        for head in heads:
            self._transport.write(self._web.answer(head))


async def _serve(gap_s: float) -> None:
    web, loop = Web(gap_s), asyncio.get_running_loop()
    server = await loop.create_server(lambda: Listener(web), "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        if line.strip() == "publish":
            web.seen.published += 1
        elif line.strip() == "report":
            print(json.dumps(asdict(web.seen)), flush=True)


if __name__ == "__main__":
    asyncio.run(_serve(float(sys.argv[1])))
