"""A site of difficult responses, each byte for byte as some server sends it, and hosts that lead to it."""

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import brotli
from backports import zstd

from tests.edges.loopback import chunked, head, whole

HOST = "hard.example"
OTHER = "other.example"
PORT = 8081  # of a URL that names one
CAP = 100_000  # bytes of a body that a test lets through
HTML = "Content-Type: text/html; charset=utf-8"
ETAG = '"as-it-was"'

TEXT = "".join(
    f"<p>The harbour office counted {n * 37 % 101} ships on day {n}, and the mayor thanked crew {n * 7919 % 997}.</p>"
    for n in range(40)
)
PAGE = f"<!doctype html><html lang=en><title>Ships in the roads</title><article>{TEXT}</article></html>".encode()


@dataclass(frozen=True, slots=True)
class Reply:
    """What a path answers; with `close` the connection ends after it."""

    raw: bytes = field(repr=False)
    close: bool = False


def deflated(body: bytes) -> bytes:
    """Return a raw deflate stream, as some servers take the coding of that name to be."""
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    return engine.compress(body) + engine.flush()


def coded(coding: str, body: bytes) -> Reply:
    """Return a page with its Content-Encoding."""
    return Reply(whole(body, HTML, f"Content-Encoding: {coding}"))


def moved(status: str, to: str, body: bytes = b"<a href=there>there</a>") -> Reply:
    """Return a redirect with a note in its body."""
    return Reply(whole(body, HTML, f"Location: {to}", status=status))


def noise(size: int) -> bytes:
    """Return bytes that nothing compresses, the same each time."""
    state, out = 1, bytearray()
    for _ in range(size):
        state = (state * 1_103_515_245 + 12_345) % (1 << 31)
        out.append(state >> 16 & 255)
    return bytes(out)


CODED = {
    "/gzip": coded("gzip", gzip.compress(PAGE, mtime=0)),
    "/gzip-members": coded("gzip", gzip.compress(PAGE[:900], mtime=0) + gzip.compress(PAGE[900:], mtime=0)),
    "/gzip-tail": coded("gzip", gzip.compress(PAGE, mtime=0) + b"\0" * 9),
    "/x-gzip": coded("x-gzip", gzip.compress(PAGE, mtime=0)),
    "/br": coded("br", brotli.compress(PAGE)),
    "/zstd": coded("zstd", zstd.compress(PAGE)),
    "/deflate": coded("deflate", zlib.compress(PAGE)),
    "/deflate-raw": coded("deflate", deflated(PAGE)),
    "/twice": coded("gzip, br", brotli.compress(gzip.compress(PAGE, mtime=0))),
    "/said-gzip": coded("gzip", PAGE),
    "/broken-gzip": coded("gzip", gzip.compress(noise(3000), mtime=0)[:1500] + b"no longer gzip" * 100),
    "/long-members": coded("gzip", gzip.compress(noise(40_000), mtime=0) + gzip.compress(noise(39_000), mtime=0)),
    "/long-broken-gzip": coded("gzip", gzip.compress(noise(60_000), mtime=0)[:50_000] + b"no longer gzip" * 900),
    "/long-broken-br": coded("br", brotli.compress(noise(60_000))[:50_000] + b"no longer brotli" * 900),
    "/broken-br": coded("br", brotli.compress(noise(3000))[:1500] + b"no longer brotli" * 100),
}
FRAMED = {
    "/plain": Reply(whole(PAGE, HTML)),
    "/restless": Reply(whole(PAGE, HTML, "X-Served-By: one")),
    "/chunked": Reply(head("200 OK", HTML, "Transfer-Encoding: chunked") + chunked(PAGE, 97)),
    "/trailers": Reply(
        head("200 OK", HTML, "Transfer-Encoding: chunked", "Trailer: X-Sum")
        + chunked(PAGE, 97)[:-2]
        + b"X-Sum: 1\r\n\r\n"
    ),
    "/chunked-gzip": Reply(
        head("200 OK", HTML, "Content-Encoding: gzip", "Transfer-Encoding: chunked")
        + chunked(gzip.compress(PAGE, mtime=0), 97)
    ),
    "/http10": Reply(b"HTTP/1.0 200 OK\r\n" + HTML.encode() + b"\r\n\r\n" + PAGE, close=True),
    "/no-reason": Reply(b"HTTP/1.1 200\r\n" + HTML.encode() + b"\r\nContent-Length: 3\r\n\r\n<p>"),
    "/odd-reason": Reply(whole(PAGE, HTML, status="200 Todo est\u00e1 bien")),
    "/empty": Reply(whole(b"", HTML)),
    "/no-content": Reply(head("204 No Content", "X-Why: nothing here")),
    "/cut": Reply(head("200 OK", HTML, f"Content-Length: {len(PAGE) + 500}") + PAGE, close=True),
    "/cut-chunks": Reply(head("200 OK", HTML, "Transfer-Encoding: chunked") + chunked(PAGE, 97)[:-400], close=True),
    "/too-long": Reply(whole(noise(CAP + 7), "Content-Type: application/octet-stream")),
    "/binary": Reply(whole(b"WARC/1.1\r\n\r\n\0\x1f\x8b\r\n\r\n" * 20, "Content-Type: application/octet-stream")),
    "/looks-chunked": Reply(whole(b"5\r\nhello\r\n0\r\n\r\n", "Content-Type: text/plain")),
}
HEADED = {
    "/twice-headed": Reply(
        whole(PAGE, HTML, "Set-Cookie: a=1", "Via: 1.1 one", "Set-Cookie: b=2; Path=/", "Via: 1.1 two", "vary: a")
    ),
    "/arabic": Reply(whole(PAGE, HTML, "X-Title: خبر عاجل".encode(), "Content-Disposition: inline; name=خبر".encode())),
    "/latin": Reply(whole(PAGE, HTML, b"X-Place: Orl\xe9ans", b"Server: caf\xe9/1")),
    "/folded": Reply(whole(PAGE, HTML, b"X-Long: first\r\n second\r\n\tthird")),
    "/fold-of-nothing": Reply(whole(PAGE, HTML, b"X-Long: first\r\n  \r\n third")),
    "/spaced": Reply(whole(PAGE, b"Content-Type:text/html", b"X-Empty:", b"X-Wide:    value   ", b"X-Dash: -")),
    "/long-headed": Reply(whole(PAGE, HTML, b"X-Long: " + b"v" * 20_000)),
    "/no-type": Reply(whole(PAGE)),
    "/odd-type": Reply(whole(PAGE, "Content-Type: text/html;charset=utf-8 ; x")),
    "/empty-type": Reply(whole(PAGE, "Content-Type: ")),
    "/says-gone": Reply(whole(b"<h1>404</h1><p>Page not found.", HTML)),
    "/truly-gone": Reply(whole(b"<h1>404</h1>", HTML, status="404 Not Found")),
    "/gone": Reply(whole(b"", HTML, status="410 Gone")),
    "/error": Reply(whole(b"<h1>oops</h1>", HTML, status="500 Oops")),
    "/pdf": Reply(whole(b"%PDF-1.4 " + noise(2000), "Content-Type: application/pdf")),
    "/json": Reply(whole(b'{"a": "\xd8\xae\xd8\xa8\xd8\xb1"}', "Content-Type: application/json")),
    "/image": Reply(whole(b"\x89PNG\r\n\x1a\n" + noise(500), "Content-Type: image/png")),
}
MOVED = {
    "/moved": moved("301 Moved Permanently", "/moved-2"),
    "/moved-2": moved("302 Found", f"http://{OTHER}/moved-3"),
    "/moved-3": moved("307 Temporary Redirect", f"http://{HOST}:{PORT}/moved-4", b""),
    "/moved-4": moved("308 Permanent Redirect", f"http://{HOST}/plain"),
    "/moved-to-gzip": Reply(
        whole(gzip.compress(b"this way", mtime=0), "Content-Encoding: gzip", "Location: /gzip", status="302 Found")
    ),
}
ADDRESSED = {
    "/caf%C3%A9/%D8%AE%D8%A8%D8%B1": Reply(whole(PAGE, HTML)),
    "/Case/And%2FSlash%20Space?B=2&a=1&b=%26&sid=0123456789abcdef0123456789abcdef": Reply(whole(PAGE, HTML)),
    "/dots/../here//there/?q=a+b&&x": Reply(whole(PAGE, HTML)),
    "/percent/100%25/%7Etilde/;x=1": Reply(whole(PAGE, HTML)),
    "/long/" + "a" * 1500 + "?" + "b=c&" * 100: Reply(whole(PAGE, HTML)),
}
REPLIES = CODED | FRAMED | HEADED | MOVED | ADDRESSED
URLS = (*(f"http://{HOST}{path}" for path in REPLIES), f"http://{HOST}:{PORT}/plain", f"http://{OTHER}/gzip")
VALIDATED = f"http://{HOST}/validated"  # answers 304 to its own ETag


class DifficultSite:
    """What a running site was asked, and where it is. `replies` may be changed by a test."""

    def __init__(self) -> None:
        self.port = 0
        self.asked: list[str] = []
        self.replies = dict(REPLIES)

    def resolve(self) -> dict[str, str]:
        """Return what leads its hosts here, as fetch.resolve has it."""
        return dict.fromkeys((f"{HOST}:80", f"{HOST}:{PORT}", f"{OTHER}:80"), f"127.0.0.1:{self.port}")

    def answer(self, request: bytes) -> Reply:
        """Return what a request is answered with."""
        path = request.split(b" ")[1].decode("latin-1")
        self.asked.append(path)
        if path != "/validated":
            return self.replies.get(path, Reply(whole(b"nothing here", "Content-Type: text/plain", status="404 None")))
        if f"If-None-Match: {ETAG}".encode() in request:
            return Reply(head("304 Not Modified", f"ETag: {ETAG}", "X-Note: as before"))
        return Reply(whole(PAGE, HTML, f"ETag: {ETAG}"))


@asynccontextmanager
async def difficult_site() -> AsyncIterator[DifficultSite]:
    """Serve the site on the loopback until the context ends."""
    site = DifficultSite()
    writers: set[asyncio.StreamWriter] = set()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.add(writer)
        try:
            while True:
                reply = site.answer(await reader.readuntil(b"\r\n\r\n"))
                writer.write(reply.raw)
                await writer.drain()
                if reply.close:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has gone, which is how conversations end
        finally:
            writers.discard(writer)
            writer.close()

    server = await asyncio.start_server(converse, "127.0.0.1", 0, limit=1 << 20)
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        server.close()
        for writer in list(writers):
            writer.transport.abort()
        await asyncio.sleep(0)
