"""Several requests under way to one host: none goes out before the one before it has, or has come to nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from monitor.app.context import Context
from monitor.app.gate import Gate
from monitor.interfaces import FetchRequest, FetchResult, Hop
from monitor.model import Outcome
from monitor.settings import FetchSettings, Settings
from tests.app.conftest import NOON
from tests.app.test_gaps import GAP_S, URL, SetClock, visit

REQUEST = FetchRequest(URL)
ANSWERED = FetchResult(REQUEST, Outcome.OK, NOON, 0.1, hops=(Hop(URL, NOON, b"", (), b"", 200, (), b""),))
NO_NAME = FetchResult(REQUEST, Outcome.DNS_ERROR, NOON, 0.1)
HUNG_UP = FetchResult(REQUEST, Outcome.PROTOCOL_ERROR, NOON, 0.1)


@dataclass
class Asked:
    """A request on its way: what is to become of it, and whether that is told."""

    request: FetchRequest
    end: "asyncio.Future[FetchResult]" = field(default_factory=asyncio.Future)

    def send(self, reused: bool = False) -> None:
        """Let it go out."""
        assert self.request.sent is not None
        self.request.sent(reused)


class Network:
    """Requests are on their way until the test says what becomes of them."""

    def __init__(self) -> None:
        self.asked: asyncio.Queue[Asked] = asyncio.Queue()

    async def fetch(self, request: FetchRequest, admit: object = None) -> FetchResult:
        """Wait for the test."""
        one = Asked(request)
        self.asked.put_nowait(one)
        return replace(await one.end, request=request)

    async def is_quiet(self) -> bool:
        """Let everybody do what can be done; say whether nothing was asked for."""
        for _ in range(50):
            await asyncio.sleep(0)
        return self.asked.empty()


@pytest.fixture
def clock(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """The clock of the archive, on which waiting takes no time."""
    made = SetClock()
    for where in ("monitor.app.gate.steady", "monitor.edges.clock.steady"):
        monkeypatch.setattr(where, lambda: made.passed_s)
    ctx.clock = made
    return made


@pytest.fixture
def network(ctx: Context, clock: SetClock) -> Network:
    """What the archive asks."""
    made = Network()
    asked: Any = made
    ctx.exchange_fetcher(asked)
    return made


@asynccontextmanager
async def legs(ctx: Context, count: int, gap_s: float = GAP_S) -> AsyncIterator[tuple[Gate, list[asyncio.Task[Any]]]]:
    """Have so many requests made to a host that takes so many at once."""
    ctx.settings = Settings(fetch=FetchSettings(gap=gap_s, in_flight=count))
    gate = await visit(ctx)
    made = [asyncio.create_task(gate.leg(REQUEST, [])) for _ in range(count)]
    try:
        async with asyncio.timeout(60):
            yield gate, made
    finally:
        for one in made:
            one.cancel()
        await asyncio.gather(*made, return_exceptions=True)


async def test_the_gap_begins_when_the_request_before_has_gone_out(
    ctx: Context, network: Network, clock: SetClock
) -> None:
    """However long that took, and whatever becomes of it then."""
    async with legs(ctx, 3):
        for _ in range(2):
            before = await network.asked.get()
            clock.passed_s += 3 * GAP_S
            assert await network.is_quiet()
            at = clock.passed_s
            before.send()
            assert not await network.is_quiet()
            assert GAP_S <= clock.passed_s - at < GAP_S + 0.1


async def test_a_request_that_never_went_out_leaves_its_gap_from_its_end(
    ctx: Context, network: Network, clock: SetClock
) -> None:
    async with legs(ctx, 2):
        before = await network.asked.get()
        clock.passed_s += 3 * GAP_S
        at = clock.passed_s
        before.end.set_result(NO_NAME)
        await network.asked.get()
        assert clock.passed_s - at >= GAP_S


@pytest.mark.parametrize("how", ["cancelled", "failed"])
async def test_one_that_ends_by_no_result_holds_nobody_up(ctx: Context, network: Network, how: str) -> None:
    async with legs(ctx, 2) as (_, made):
        before = await network.asked.get()
        if how == "cancelled":
            made[0].cancel()
        else:
            before.end.set_exception(ZeroDivisionError())
        (await network.asked.get()).end.set_result(ANSWERED)
        assert isinstance(await made[1], FetchResult)


async def test_a_mirror_of_ones_own_is_asked_as_it_comes(ctx: Context, network: Network) -> None:
    """A gap of 0 says so: nobody waits for the connections of others."""
    async with legs(ctx, 3, gap_s=0.0):
        for _ in range(3):
            await network.asked.get()


async def test_a_turn_that_was_passed_on_is_not_passed_on_again(ctx: Context, network: Network) -> None:
    """The first request ends while the second is on its way: the third waits for that."""
    async with legs(ctx, 3):
        first = await network.asked.get()
        first.send()
        second = await network.asked.get()
        first.end.set_result(ANSWERED)
        assert await network.is_quiet()
        second.send()
        await network.asked.get()


async def test_a_connection_that_had_ended_is_replaced_in_a_turn_of_its_own(
    ctx: Context, network: Network, clock: SetClock
) -> None:
    """Once, and it is no failure of the host; what fails again is one."""
    async with legs(ctx, 1) as (gate, (leg,)):
        one, at = await network.asked.get(), clock.passed_s
        one.send(reused=True)
        one.end.set_result(HUNG_UP)
        another = await network.asked.get()
        assert GAP_S <= clock.passed_s - at < GAP_S + 0.1
        assert gate.host.failures == 0
        another.send(reused=True)
        another.end.set_result(HUNG_UP)
        assert (await leg).outcome is Outcome.PROTOCOL_ERROR
        assert network.asked.empty()
    assert gate.host.failures == 1
    assert gate.host.next_allowed_at is not None
    assert gate.host.next_allowed_at - clock.now() >= timedelta(seconds=GAP_S)


async def test_a_new_connection_that_ends_is_a_failure(ctx: Context, network: Network) -> None:
    """Of the host, which is asked no second time."""
    async with legs(ctx, 1) as (gate, (leg,)):
        one = await network.asked.get()
        one.send(reused=False)
        one.end.set_result(HUNG_UP)
        assert (await leg).outcome is Outcome.PROTOCOL_ERROR
    assert (network.asked.empty(), gate.host.failures) == (True, 1)
