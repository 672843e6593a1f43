"""When a request went out, from which its host's gap is counted: not when it was decided upon."""

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta

from monitor.edges.clock import FixedClock, SystemClock
from monitor.edges.fetcher import FetchPolicy, HttpFetcher
from monitor.edges.guard import AddrInfo
from monitor.edges.resolver import system_lookup
from monitor.interfaces import Clock, FetchRequest, FetchResult
from monitor.model import Outcome
from tests.edges.fetching import NOW, TEXT, fetching
from tests.edges.loopback import head, saying, serving, whole

SLOW_S = 0.3


def slow_lookup(host: str, port: int, family: int) -> Sequence[AddrInfo]:
    """Find a name, after a while."""
    time.sleep(SLOW_S)
    return system_lookup("127.0.0.1", port, family)


async def fetched(clock: Clock) -> FetchResult:
    """Return a fetch whose name was found late."""
    policy = FetchPolicy("monitor-test/1", allow_private=("127.0.0.0/8",))
    async with serving(saying(whole(TEXT))) as server:
        fetcher = HttpFetcher(policy, clock, slow_lookup)
        try:
            return await fetcher.fetch(FetchRequest(f"http://news.test:{server.port}/"))
        finally:
            await fetcher.close()


async def test_a_request_goes_out_when_the_connection_is_there() -> None:
    result = await fetched(SystemClock())
    (hop,) = result.hops
    assert hop.started_at - result.started_at >= timedelta(seconds=SLOW_S * 0.9)
    assert hop.started_at <= result.started_at + timedelta(seconds=result.elapsed_s)


async def test_a_clock_that_stands_still_has_no_while() -> None:
    result = await fetched(FixedClock(NOW))
    assert [hop.started_at for hop in result.hops] == [NOW]


async def test_who_asked_is_told_before_there_is_an_answer() -> None:
    """The server answers no sooner than that."""
    told = asyncio.Event()

    async def waiting(path: str, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(30):
            await told.wait()
        writer.write(whole(TEXT))

    async with serving(waiting) as server, fetching(timeout_s=60.0) as fetcher:
        result = await fetcher.fetch(FetchRequest(server.url, sent=lambda reused: told.set()))
    assert result.outcome is Outcome.OK


async def test_each_request_of_a_chain_is_told() -> None:
    """And whether it used a connection that was there."""
    told: list[bool] = []
    answer = head("302 Found", "Location: /next", "Content-Length: 0")
    async with serving(saying(answer)) as server, fetching(max_redirects=1) as fetcher:
        result = await fetcher.fetch(FetchRequest(server.url, sent=told.append))
    assert result.outcome is Outcome.REDIRECT_ERROR
    assert told == [False, True]


async def test_nothing_is_told_of_a_request_that_never_went_out() -> None:
    """A handshake comes to no end, nobody listens, or a name leads nowhere."""
    told: list[bool] = []
    async with serving(saying(b"")) as server, fetching(timeout_s=0.3) as fetcher:
        url = f"https://127.0.0.1:{server.port}/"
        outcomes = [(await fetcher.fetch(FetchRequest(url, sent=told.append))).outcome]
    async with fetching() as fetcher:
        urls = (server.url, "http://nowhere.invalid/")
        outcomes += [(await fetcher.fetch(FetchRequest(url, sent=told.append))).outcome for url in urls]
    assert outcomes == [Outcome.TIMEOUT, Outcome.CONNECT_ERROR, Outcome.DNS_ERROR]
    assert told == []
