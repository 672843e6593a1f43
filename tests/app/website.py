"""A web site of the test's own beside the newsroom: any host, any path, any answer."""

import asyncio
import socket
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Self

from aiohttp import web

SENTENCES = (
    "The harbour office reported {number} ships in the roads on Tuesday evening, more than in any week of the year.",
    "Pilots went out in pairs because of the swell, and the ferry to the outer islands was called back twice.",
    "The mayor thanked the crews and promised that the second breakwater would be finished before the winter.",
    "Merchants along the quay said that the market had opened late but sold everything it had by noon.",
    "A committee will look into the costs, which the council had put at nine million in its plan of last spring.",
)


def article(title: str, number: int = 12, sentences: tuple[str, ...] = SENTENCES) -> bytes:
    """Return an article page of a few paragraphs; `number` appears in its text."""
    body = "".join(f"<p>{sentence.format(number=number)}</p>" for sentence in sentences)
    head = f'<meta charset="utf-8"><title>{title}</title><meta property="og:title" content="{title}">'
    return f"<!doctype html><html lang=en><head>{head}</head><body><article><h1>{title}</h1>{body}</article>".encode()


def feed(*items: tuple[str, str]) -> bytes:
    """Return an RSS feed of (URL, title)."""
    told = "".join(f"<item><title>{title}</title><link>{url}</link><guid>{url}</guid></item>" for url, title in items)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>A feed</title>{told}</channel></rss>'.encode()


@dataclass(frozen=True, slots=True)
class Page:
    """What a URL answers. Without `etag` no request is conditional."""

    body: bytes = field(default=b"", repr=False)
    kind: str = "text/html"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: str = ""
    takes_s: float = 0.0


def rss(*items: tuple[str, str]) -> Page:
    """Return a feed as it is served."""
    return Page(feed(*items), "application/rss+xml")


def redirect(url: str, status: int = 301) -> Page:
    """Return a redirect."""
    return Page(status=status, headers={"Location": url})


def robots(rules: str) -> Page:
    """Return a robots.txt with rules for everybody."""
    return Page(f"User-agent: *\n{rules}\n".encode(), "text/plain")


def urlset(*urls: str, lastmod: str = "") -> Page:
    """Return a sitemap of pages."""
    return _sitemap("urlset", "url", urls, lastmod)


def sitemap_index(*parts: str, lastmod: str = "") -> Page:
    """Return a sitemap that names its parts."""
    return _sitemap("sitemapindex", "sitemap", parts, lastmod)


def _sitemap(root: str, each: str, urls: tuple[str, ...], lastmod: str) -> Page:
    stamp = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    told = "".join(f"<{each}><loc>{url}</loc>{stamp}</{each}>" for url in urls)
    name = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    return Page(f'<?xml version="1.0"?><{root} {name}>{told}</{root}>'.encode(), "application/xml")


class Website:
    """Every host of `resolve` leads here; `pages` maps URLs to answers, all others are 404. `asked` is its log."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.pages: dict[str, Page] = {}
        self.asked: list[str] = []
        self.told: dict[str, Mapping[str, str]] = {}  # by URL: the headers of the newest request
        self.at_once: dict[str, int] = {}  # by host: the most requests that were under way together
        self._under_way: Counter[str] = Counter()

    @classmethod
    @asynccontextmanager
    async def start(cls) -> AsyncIterator[Self]:
        """Serve on the loopback until the context ends."""
        bound = socket.socket()
        bound.bind(("127.0.0.1", 0))
        site = cls(bound.getsockname()[1])
        app = web.Application()
        app.router.add_route("GET", "/{path:.*}", site._answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        await web.SockSite(runner, bound).start()
        try:
            yield site
        finally:
            await runner.cleanup()

    def resolve(self, *hosts: str) -> dict[str, str]:
        """Return what leads these hosts here, as the option fetch.resolve has it; a host may have a port of its own."""
        return {host if ":" in host else f"{host}:80": f"127.0.0.1:{self.port}" for host in hosts}

    async def _answer(self, request: web.Request) -> web.Response:
        url = f"http://{request.host}{request.rel_url.raw_path_qs}"
        self.asked.append(url)
        self.told[url] = request.headers
        page = self.pages.get(url, Page(b"nothing here", "text/plain", 404))
        self._under_way[request.host] += 1
        self.at_once[request.host] = max(self.at_once.get(request.host, 0), self._under_way[request.host])
        await asyncio.sleep(page.takes_s)
        self._under_way[request.host] -= 1
        headers = {**page.headers, **({"ETag": page.etag} if page.etag else {})}
        if page.etag and request.headers.get("If-None-Match") == page.etag:
            return web.Response(status=304, headers=headers)
        return web.Response(status=page.status, body=page.body, headers={"Content-Type": page.kind, **headers})
