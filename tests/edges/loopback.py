"""A server on the loopback that says exactly the bytes a test wants, as slowly and as broken as it wants."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Handler = Callable[[str, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Loopback:
    """What a running server saw: the port it is at, the heads of requests, and how often it was connected to."""

    port: int = 0
    heads: list[bytes] = field(default_factory=list)
    connections: int = 0

    @property
    def url(self) -> str:
        """The root, by address."""
        return f"http://127.0.0.1:{self.port}/"

    def sent(self, name: str, request: int = -1) -> list[str]:
        """Return the values of a request header."""
        lines = self.heads[request].decode("latin-1").split("\r\n")[1:]
        pairs = (line.partition(":") for line in lines if line)
        return [value.strip() for key, _, value in pairs if key.lower() == name.lower()]


@asynccontextmanager
async def serving(
    handler: Handler, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1"
) -> AsyncIterator[Loopback]:
    """Run a server whose handler gets the path asked for and the writer; its connections end with it."""
    seen = Loopback()
    tasks: set[asyncio.Task[None]] = set()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                seen.heads.append(head)
                await handler(head.split(b" ")[1].decode("latin-1"), writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            pass  # the client has gone, which is how conversations end
        finally:
            writer.transport.abort()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.create_task(converse(reader, writer)))

    server = await asyncio.start_server(accept, host, 0, ssl=tls)
    seen.port = server.sockets[0].getsockname()[1]
    try:
        yield seen
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)


def head(status: str, *headers: bytes | str) -> bytes:
    """Return the head of an HTTP/1.1 response."""
    lines = [line if isinstance(line, bytes) else line.encode() for line in headers]
    return b"\r\n".join([f"HTTP/1.1 {status}".encode(), *lines, b"", b""])


def whole(body: bytes, *headers: bytes | str, status: str = "200 OK") -> bytes:
    """Return a response with its length."""
    return head(status, *headers, f"Content-Length: {len(body)}") + body


def chunked(body: bytes, size: int = 7) -> bytes:
    """Return a body in chunks."""
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def saying(answer: bytes, *, close: bool = False) -> Handler:
    """Return a handler that always gives the same answer."""

    async def handler(path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        if close:
            await writer.drain()
            writer.close()

    return handler


def bit_by_bit(*parts: bytes, pause: float = 0.02, close: bool = False) -> Handler:
    """Return a handler that sends its parts with pauses between them."""

    async def handler(path: str, writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause)
        if close:
            writer.close()

    return handler


def by_path(answers: dict[str, bytes]) -> Handler:
    """Return a handler with an answer for each path."""

    async def handler(path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(answers.get(path, whole(b"", status="404 Not Found")))

    return handler
