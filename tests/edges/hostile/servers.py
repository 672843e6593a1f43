"""The servers that show the behaviours, in a thread of their own."""

import asyncio
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme

from tests.edges.hostile.behaviours import PAGE, Behaviour
from tests.edges.loopback import Handler, serving, whole

FINE = "http://news.test/fine"
_CERTIFICATES = ("good", "expired", "early", "other", "unknown")


@dataclass(frozen=True, slots=True)
class Place:
    """Where everything is: the URL of each behaviour, in their order, and what the fetcher must know to get there."""

    urls: tuple[str, ...]
    resolve: tuple[tuple[str, str], ...]
    ca_file: str


@contextmanager
def hostile_servers(behaviours: Sequence[Behaviour], folder: Path) -> Iterator[Place]:
    """Run the servers of all behaviours; the file of their authority goes to the folder."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    servers = _servers(behaviours, folder)
    try:
        yield asyncio.run_coroutine_threadsafe(servers.__aenter__(), loop).result()
    finally:
        asyncio.run_coroutine_threadsafe(servers.__aexit__(None, None, None), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@asynccontextmanager
async def _servers(behaviours: Sequence[Behaviour], folder: Path) -> AsyncIterator[Place]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    async with AsyncExitStack() as stack:
        handler = _by_number(behaviours)
        ports = {"news.test:80": (await stack.enter_async_context(serving(handler))).port, "closed.test:80": _closed()}
        for name in _CERTIFICATES:
            server = serving(handler, tls=_context(authority, name))
            ports[f"{name}.test:443"] = (await stack.enter_async_context(server)).port
        for number, behaviour in enumerate(behaviours):
            if behaviour.tls == "none":
                ports[f"none-{number}.test:443"] = await stack.enter_async_context(_bare(behaviour.handler))
        resolve = tuple((name, f"127.0.0.1:{port}") for name, port in ports.items())
        yield Place(tuple(map(_url, range(len(behaviours)), behaviours)), resolve, str(folder / "ca.pem"))


def _url(number: int, behaviour: Behaviour) -> str:
    if behaviour.tls is None:
        return f"http://news.test/{number}/start"
    host = f"none-{number}.test" if behaviour.tls == "none" else f"{behaviour.tls}.test"
    return f"https://{host}/{number}/start"


def _by_number(behaviours: Sequence[Behaviour]) -> Handler:
    """Return a handler that does as the behaviour whose number starts the path; a good page is at /fine."""

    async def handler(path: str, writer: asyncio.StreamWriter) -> None:
        first = path.split("/")[1]
        if first.isdecimal():
            await behaviours[int(first)].handler(path, writer)
        else:
            writer.write(whole(PAGE if first == "fine" else b"", status="200 OK" if first == "fine" else "404 No"))

    return handler


@asynccontextmanager
async def _bare(handler: Handler) -> AsyncIterator[int]:
    """Run a server that does its part as soon as something comes; give its port."""
    tasks: set[asyncio.Task[None]] = set()

    async def act(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.read(65_536)
            await handler("/", writer)
        except ConnectionError:
            pass  # the client has gone
        finally:
            writer.transport.abort()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.create_task(act(reader, writer)))

    async with await asyncio.start_server(accept, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _closed() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def _context(authority: trustme.CA, name: str) -> ssl.SSLContext:
    now, day = datetime.now(UTC), timedelta(days=1)
    dates = {"expired": (now - 9 * day, now - day), "early": (now + day, now + 9 * day)}.get(name, (None, None))
    vouching = trustme.CA() if name == "unknown" else authority
    shown = "elsewhere.test" if name == "other" else f"{name}.test"
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    vouching.issue_cert(shown, not_before=dates[0], not_after=dates[1]).configure_cert(context)
    return context
