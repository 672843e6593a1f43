"""A proxy on the loopback that forwards, makes tunnels, and remembers what it was asked."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class ProxyServer:
    """What a running proxy saw: heads of requests, and how often it was connected to."""

    port: int = 0
    heads: list[bytes] = field(default_factory=list)
    connections: int = 0

    @property
    def url(self) -> str:
        """The proxy, as an operator names it."""
        return f"http://127.0.0.1:{self.port}"

    def lines(self, request: int = -1) -> list[str]:
        """Return the lines of a request's head."""
        return self.heads[request].decode("latin-1").rstrip().split("\r\n")


@asynccontextmanager
async def proxying(places: dict[str, int], wants: str | None = None, answer: bytes = b"") -> AsyncIterator[ProxyServer]:
    """Run a proxy that knows where `host:port` is on the loopback, and lets through whoever shows what it `wants`.

    With `answer` it says that to everybody and goes.
    """
    seen = ProxyServer()
    tasks: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.connections += 1
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                seen.heads.append(head)
                shown = [
                    line[20:].strip() for line in head.decode().split("\r\n") if line[:20] == "Proxy-Authorization:"
                ]
                if answer or (wants is not None and shown != [wants]):
                    writer.write(answer or b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
                elif head.startswith(b"CONNECT"):
                    return await _tunnel(reader, writer, places[head.split(b" ")[1].decode()])
                else:
                    await _forward(head, writer, places)
        return writer.transport.abort()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(converse(reader, writer))
        tasks[task] = writer

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    seen.port = server.sockets[0].getsockname()[1]
    try:
        yield seen
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for writer in tasks.values():
            writer.transport.abort()
        await asyncio.sleep(0)


async def _forward(head: bytes, writer: asyncio.StreamWriter, places: dict[str, int]) -> None:
    method, url, rest = head.split(b" ", 2)
    authority, _, path = url.removeprefix(b"http://").partition(b"/")
    host = authority.decode()
    there, onwards = await asyncio.open_connection("127.0.0.1", places[host if ":" in host else f"{host}:80"])
    onwards.write(b"%b /%b %b" % (method, path, rest.replace(b"\r\n", b"\r\nConnection: close\r\n", 1)))
    answer = await there.readuntil(b"\r\n\r\n")
    length = int(answer.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
    writer.write(answer + await there.readexactly(length))
    onwards.close()


async def _tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
    there, onwards = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
    try:
        await asyncio.gather(_pump(reader, onwards), _pump(there, writer))
    finally:
        onwards.transport.abort()
        writer.transport.abort()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()
    writer.transport.abort()
