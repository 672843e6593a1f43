"""What a server sees of the gap: between the arrivals of any two requests, however long connections take to be made."""

import asyncio
import socket
import ssl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
import trustme

from monitor.app.context import Context
from monitor.app.gate import Gate
from monitor.edges.clock import SystemClock
from monitor.edges.fetcher import FetchPolicy, HttpFetcher
from monitor.interfaces import FetchRequest, FetchResult
from monitor.model import Outcome
from monitor.settings import FetchSettings, Settings
from monitor.store import hosts
from tests.edges.loopback import serving, whole

NAME = "news.test"
GAP_S = 0.6
HELD_S = 0.6  # as long as the gap: a request that overtakes one that is held arrives together with it
SEEN_S = 0.4  # a busy machine looks at its clock late; what must not be is nearly nothing
CEILING_S = 60.0


@asynccontextmanager
async def asking(ctx: Context, in_flight: int, place: str) -> AsyncIterator[Gate]:
    """Give the gate of a host that lies at a place, before the real fetcher and by the real clock."""
    ctx.clock, ctx.settings = SystemClock(), Settings(fetch=FetchSettings(gap=GAP_S, in_flight=in_flight))
    leads = tuple((f"{NAME}:{port}", place) for port in (80, 443))
    fetcher = HttpFetcher(FetchPolicy("monitor-test/1", resolve=leads, allow_private=("127.0.0.0/8",)), ctx.clock)
    ctx.exchange_fetcher(fetcher)
    await ctx.db.write(hosts.ensure, NAME)
    claimed = await ctx.db.write(hosts.claim, NAME, ctx.clock.now(), ctx.owner, 600.0)
    assert claimed is not None
    try:
        async with asyncio.timeout(CEILING_S):
            yield Gate(ctx, claimed)
    finally:
        await fetcher.close()


def talk(connection: socket.socket, context: ssl.SSLContext, held_s: float, arrived: Callable[[str], None]) -> None:
    """Answer one request, after a handshake that begins late."""
    time.sleep(held_s)
    connection.settimeout(CEILING_S)
    with context.wrap_socket(connection, server_side=True) as channel:
        head = channel.recv(65_536)
        arrived(head.split(b" ")[1].decode())
        channel.sendall(whole(b"news", "Connection: close"))


@pytest.fixture
def context() -> ssl.SSLContext:
    """How the server says who it is."""
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert(NAME).configure_cert(made)
    return made


async def test_a_slow_handshake_is_not_overtaken(ctx: Context, context: ssl.SSLContext) -> None:
    """Two may be under way at once; the gap of the second counts from when the first has gone out."""
    arrivals: dict[str, float] = {}
    accepted = asyncio.Event()

    def arrived(path: str) -> None:
        arrivals[path] = time.monotonic()

    async def serve(listening: socket.socket) -> None:
        async with asyncio.TaskGroup() as talks:
            for held_s in (HELD_S, 0.0):
                connection, _ = await asyncio.get_running_loop().sock_accept(listening)
                accepted.set()
                talks.create_task(asyncio.to_thread(talk, connection, context, held_s, arrived))

    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        async with asking(ctx, 2, f"127.0.0.1:{listening.getsockname()[1]}") as gate, asyncio.TaskGroup() as group:
            group.create_task(serve(listening))
            first = group.create_task(gate.leg(FetchRequest(f"https://{NAME}/first", insecure_tls=True), []))
            await accepted.wait()
            second = group.create_task(gate.leg(FetchRequest(f"https://{NAME}/second", insecure_tls=True), []))
    for leg in (first.result(), second.result()):
        assert isinstance(leg, FetchResult)
        assert leg.outcome is Outcome.OK
    assert arrivals["/second"] - arrivals["/first"] >= SEEN_S


async def test_a_request_on_a_connection_that_had_ended_is_made_again_after_the_gap(ctx: Context) -> None:
    """The server had read it, and saw no more of it; that it hung up is no failure of the host."""
    arrivals: list[float] = []

    async def dropping(path: str, writer: asyncio.StreamWriter) -> None:
        arrivals.append(time.monotonic())
        if len(arrivals) == 2:  # which comes on the connection of the first
            return writer.transport.abort()
        return writer.write(whole(b"news"))

    async with serving(dropping) as server, asking(ctx, 1, f"127.0.0.1:{server.port}") as gate:
        for path in ("first", "second"):
            leg = await gate.leg(FetchRequest(f"http://{NAME}/{path}"), [])
            assert isinstance(leg, FetchResult)
            assert leg.outcome is Outcome.OK
        assert (server.connections, len(arrivals), gate.host.failures) == (2, 3, 0)
    assert min(arrivals[1] - arrivals[0], arrivals[2] - arrivals[1]) >= SEEN_S
