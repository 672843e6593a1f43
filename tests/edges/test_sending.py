"""When a request went out, from which its host's gap is counted: not when it was decided upon."""

import time
from collections.abc import Sequence
from datetime import timedelta

from monitor.edges.clock import FixedClock, SystemClock
from monitor.edges.fetcher import FetchPolicy, HttpFetcher
from monitor.edges.guard import AddrInfo
from monitor.edges.resolver import system_lookup
from monitor.interfaces import Clock, FetchRequest, FetchResult
from tests.edges.fetching import NOW, TEXT
from tests.edges.loopback import saying, serving, whole

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
