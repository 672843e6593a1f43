"""A web of outlets that never rest. It runs in a thread, and remembers every body that it served."""

import asyncio
import gzip
import hashlib
import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

WORDS = (
    *("harbour", "ferry", "island", "council", "winter", "bridge", "market", "school", "doctor", "teacher", "railway"),
    *("engine", "river", "budget", "vote", "storm", "farmer", "harvest", "village", "museum", "library", "letter"),
    *("court", "judge", "hospital", "nurse", "factory", "worker", "union", "strike", "summer", "road"),
)
PARAGRAPHS, SENTENCES, LENGTH = 4, 4, 11
LISTED = 8  # articles that a feed tells of


class Press:
    """Outlets at loopback, told apart by the Host header. `served` are the SHA-1 of the bodies sent, by URL."""

    def __init__(self, hosts: int, articles: int) -> None:
        """Have each host tell of more and more articles, up to `articles`."""
        self.hosts = tuple(f"h{number:02d}.press.example" for number in range(hosts))
        self.articles = articles
        self.port = 0
        self.served: dict[str, set[bytes]] = {}
        self.requests = 0
        self._asked: Counter[str] = Counter()

    @property
    def feeds(self) -> tuple[str, ...]:
        """Return the URLs of the feeds."""
        return tuple(f"http://{host}/feed" for host in self.hosts)

    @property
    def resolve(self) -> dict[str, str]:
        """Return the map that leads each "host:80" here."""
        return {f"{host}:80": f"127.0.0.1:{self.port}" for host in self.hosts}

    @contextmanager
    def open(self) -> Iterator["Press"]:
        """Serve until the context ends."""
        loop, ready = asyncio.new_event_loop(), threading.Event()
        thread = threading.Thread(target=loop.run_until_complete, args=(self._serve(ready),), name="press", daemon=True)
        self._stop = asyncio.Event()
        thread.start()
        ready.wait()
        try:
            yield self
        finally:
            loop.call_soon_threadsafe(self._stop.set)
            thread.join()
            loop.close()

    async def _serve(self, ready: threading.Event) -> None:
        server = await asyncio.start_server(self._talk, "127.0.0.1", self.port, backlog=512)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await self._stop.wait()
        server.close()
        talks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in talks:
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                path = head.split(" ", 2)[1]
                fields = dict(re.findall(r"^([\w-]+): (.*?)\r$", head, re.MULTILINE))
                writer.write(self._answer(fields.get("Host", ""), path, fields.get("If-None-Match")))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # it was killed, or has enough
        finally:
            writer.close()

    def _answer(self, host: str, path: str, known: str | None) -> bytes:
        self.requests += 1
        kind, _, rest = path.strip("/").partition("/")
        if kind == "old":
            return self._reply(host, path, b"", "301 Moved Permanently", f"Location: /a/{rest}\r\n")
        if kind == "a":
            return self._article(host, path, int(rest), known)
        if kind == "feed":
            return self._reply(host, path, self._feed(host), kind="application/rss+xml")
        if kind == "robots.txt":
            return self._reply(host, path, b"User-agent: *\nDisallow: /private\n", kind="text/plain")
        return self._reply(host, path, b"", "404 Not Found")

    def _article(self, host: str, path: str, number: int, known: str | None) -> bytes:
        """Of every four answers the first is a new text, then come the same bytes, or a 304 where they are known."""
        asked = self._asked[host + path]
        self._asked[host + path] += 1
        edition = asked // 4
        tag = f'"{edition}"'
        if known == tag and asked % 4 == 3:
            return self._reply(host, path, None, "304 Not Modified", f"ETag: {tag}\r\n")
        body, coded = page(host, number, edition), ""
        if number % 3 == 0:
            body, coded = gzip.compress(body, 1, mtime=0), "Content-Encoding: gzip\r\n"
        return self._reply(host, path, body, "200 OK", f"ETag: {tag}\r\n{coded}", "text/html; charset=utf-8")

    def _feed(self, host: str) -> bytes:
        """Tell of the newest articles, one more each time; some of them by an address that redirects."""
        self._asked[host] += 1
        newest = min(self.articles, 2 + self._asked[host])
        items = "".join(
            f"<item><title>{title(host, number, 0)}</title><guid>{host}-{number}</guid>"
            f"<link>http://{host}/{'old' if number % 4 == 1 else 'a'}/{number}</link></item>"
            for number in range(max(0, newest - LISTED), newest)
        )
        return (
            f'<?xml version="1.0"?><rss version="2.0"><channel><title>{host}</title><link>http://{host}/</link>'
            f"<description>{self._asked[host]}</description>{items}</channel></rss>"
        ).encode()

    def _reply(
        self, host: str, path: str, body: bytes | None, status: str = "200 OK", more: str = "", kind: str = "text/html"
    ) -> bytes:
        if body is not None:
            self.served.setdefault(f"http://{host}{path}", set()).add(hashlib.sha1(body).digest())
            more += f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
        return f"HTTP/1.1 {status}\r\nServer: press\r\n{more}\r\n".encode() + (body or b"")


def title(host: str, number: int, edition: int) -> str:
    """Return the title of one edition of an article; no other has it."""
    words = Random(f"{host}/{number}").sample(WORDS, 4)
    return f"{words[0].title()} {words[1]} and {words[2]} {words[3]}, report {number} of {host[:3]}, edition {edition}"


def page(host: str, number: int, edition: int) -> bytes:
    """Return the page of one edition; the first paragraph is of the edition, the others are of the article."""
    paragraphs = [_paragraph(f"{host}/{number}/{edition}")]
    paragraphs += [_paragraph(f"{host}/{number}/p{index}") for index in range(1, PARAGRAPHS)]
    text = "".join(f"<p>{paragraph}</p>\n" for paragraph in paragraphs)
    head = title(host, number, edition)
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{head}</title></head>\n'
        f"<body><article><h1>{head}</h1>\n{text}</article></body></html>\n"
    ).encode()


def _paragraph(seed: str) -> str:
    chance = Random(seed)
    sentences = (" ".join(chance.choices(WORDS, k=LENGTH)) for _ in range(SENTENCES))
    return " ".join(sentence.capitalize() + "." for sentence in sentences)
