"""Somebody sets the machine's clock while a host is visited, or between two visits: its gap passes all the same."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from monitor.app.context import Context
from monitor.app.gaps import Gaps
from monitor.app.gate import Gate
from monitor.interfaces import Action, FetchRequest, FetchResult, Hop
from monitor.model import Host, Outcome
from monitor.settings import FetchSettings, Settings
from monitor.store import hosts
from tests.app.conftest import NOON

NAME = "one.example"
URL = f"http://{NAME}/rss"
GAP_S = 5.0
DAY_S = 86_400.0
STEPS_S = (DAY_S, 3.0, 0.7, -0.7, -3.0, -3 * DAY_S)


@dataclass
class SetClock:
    """A machine's clock that is set, beside the time that passes; waiting lets it pass."""

    passed_s: float = 1_000.0
    set_by_s: float = 0.0

    def now(self) -> datetime:
        """Return what the clock shows."""
        return NOON + timedelta(seconds=self.passed_s + self.set_by_s)

    async def sleep(self, seconds: float) -> None:
        """Let that much time pass."""
        self.passed_s += seconds


@dataclass
class Asked:
    """A network: when it was asked, by the time that passes, and what befalls the clock on the way there and back."""

    clock: SetClock
    at: list[float] = field(default_factory=list)
    steps: list[float] = field(default_factory=list)  # by which the clock is set before and after the next request
    connecting_s: float = 0.5
    retry_s: float | None = None

    async def fetch(self, request: FetchRequest, admit: object = None) -> FetchResult:
        """Answer after a while."""
        before, after = (*self.steps, 0.0, 0.0)[:2]
        self.steps = []
        self.clock.passed_s += self.connecting_s
        self.clock.set_by_s += before
        self.at.append(self.clock.passed_s)
        sent_at = self.clock.now()
        assert request.sent is not None
        request.sent(False)
        self.clock.passed_s += 0.25
        self.clock.set_by_s += after
        hop = Hop(request.url, sent_at, b"", (), b"", 200, (), b"")
        outcome = Outcome.OK if self.retry_s is None else Outcome.RATE_LIMITED
        retry = None if self.retry_s is None else self.clock.now() + timedelta(seconds=self.retry_s)
        return FetchResult(request, outcome, sent_at, 0.25, hops=(hop,), retry_after=retry)


@pytest.fixture
def clock(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """The clock of the archive."""
    made = SetClock()
    for where in ("monitor.app.gate.steady", "monitor.edges.clock.steady"):
        monkeypatch.setattr(where, lambda: made.passed_s)
    ctx.clock, ctx.settings = made, Settings(fetch=FetchSettings(gap=GAP_S))
    return made


@pytest.fixture
def network(ctx: Context, clock: SetClock) -> Asked:
    """What the archive asks."""
    made = Asked(clock)
    asked: Any = made
    ctx.exchange_fetcher(asked)
    return made


async def visit(ctx: Context) -> Gate:
    """Have the host's lease, however far away its turn is."""
    await ctx.db.write(hosts.ensure, NAME)
    claimed: Host | None = await ctx.db.write(hosts.claim, NAME, ctx.clock.now(), ctx.owner, 600.0)
    assert claimed is not None
    return Gate(ctx, claimed)


async def leave(ctx: Context, gate: Gate) -> None:
    """Give the host back."""
    await ctx.db.write(hosts.release, gate.host, ctx.owner)


@pytest.fixture
async def gate(ctx: Context, network: Asked) -> Gate:
    """A visit under way, which has made its first request."""
    begun = await visit(ctx)
    await begun.leg(FetchRequest(URL), [])
    return begun


def shortest(network: Asked) -> float:
    """Return the least time that passed between two requests."""
    return min(after - before for before, after in pairwise(network.at))


@pytest.mark.parametrize("step", STEPS_S)
async def test_a_clock_set_between_two_requests_of_a_visit(gate: Gate, network: Asked, step: float) -> None:
    network.clock.set_by_s += step
    assert isinstance(await gate.leg(FetchRequest(URL), []), FetchResult)
    assert GAP_S - 0.001 <= shortest(network) <= GAP_S + 1.5


@pytest.mark.parametrize("step", [step for step in STEPS_S if step > 0])
async def test_a_clock_set_on_between_two_visits(ctx: Context, gate: Gate, network: Asked, step: float) -> None:
    """The row of the host says that it may be asked; whoever asked it knows better, and when that had gone out."""
    await leave(ctx, gate)
    network.connecting_s = 0.0
    network.clock.set_by_s += step
    await (await visit(ctx)).leg(FetchRequest(URL), [])
    assert shortest(network) >= GAP_S - 0.001


@pytest.mark.parametrize("steps", [(0.0, DAY_S), (DAY_S, 0.0), (0.0, -DAY_S), (-DAY_S, 0.0), (DAY_S, -DAY_S)])
async def test_a_clock_set_while_a_request_is_under_way(gate: Gate, network: Asked, steps: tuple[float, ...]) -> None:
    """Before it went out or after: its gap counts from then."""
    network.steps = list(steps)
    for _ in range(2):
        assert isinstance(await gate.leg(FetchRequest(URL), []), FetchResult)
    assert GAP_S - 0.001 <= shortest(network) <= GAP_S + 1.0


async def test_a_gap_longer_than_a_visit_waits(ctx: Context, gate: Gate, network: Asked) -> None:
    """The host is given back until its gap is over by the clock as it is now, and not asked again at once."""
    ctx.settings = Settings(fetch=FetchSettings(gap=1_800.0))
    vars(ctx).pop("politeness")
    await gate.ctx.clock.sleep(GAP_S)
    await gate.leg(FetchRequest(URL), [])
    await leave(ctx, gate)
    network.clock.set_by_s += DAY_S
    verdict = (await visit(ctx)).turn()
    assert verdict.action is Action.WAIT
    assert verdict.until is not None
    assert timedelta(seconds=1_790) < verdict.until - ctx.clock.now() <= timedelta(seconds=1_800)


async def test_what_a_host_asked_for_moves_along_with_the_clock(gate: Gate, network: Asked) -> None:
    """A Retry-After of this visit: set on it is not over, and set back it does not become days."""
    network.retry_s = 600.0
    await gate.leg(FetchRequest(URL), [])
    for step in (DAY_S, -3 * DAY_S):
        network.clock.set_by_s += step
        verdict = gate.turn()
        assert verdict.until is not None
        assert abs((verdict.until - network.clock.now()).total_seconds() - 600) < 1


async def test_the_lease_is_given_back_with_the_turn_by_the_clock_as_it_is(
    ctx: Context, gate: Gate, network: Asked
) -> None:
    """Else whoever is next would wait for days after the clock was set back."""
    network.clock.set_by_s -= 3 * DAY_S
    assert await gate.keep()
    await leave(ctx, gate)
    found: Host | None = await ctx.db.read(hosts.get, NAME)
    assert found is not None
    assert found.next_allowed_at is not None
    assert abs(found.next_allowed_at - ctx.clock.now()) <= timedelta(seconds=GAP_S)


async def test_whatever_becomes_of_the_clock(ctx: Context, network: Asked) -> None:
    """Set on and back by anything, at any moment, through many visits: no two requests within the gap."""
    chance = Random("gaps")
    gate = await visit(ctx)
    for _ in range(300):
        match chance.randrange(4):
            case 0:
                network.clock.set_by_s += chance.choice(STEPS_S) * chance.random()
            case 1:
                network.clock.passed_s += chance.uniform(0.0, 2 * GAP_S)
            case 2:
                await gate.keep()
                await leave(ctx, gate)
                network.clock.set_by_s += chance.choice((0.0, 0.7, 3.0, DAY_S))  # back: see app/timekeeping.py
                gate = await visit(ctx)
            case _:
                network.steps = [chance.choice((0.0, 0.0, *STEPS_S)) for _ in range(2)]
                await gate.leg(FetchRequest(URL), [])
    assert len(network.at) > 50
    assert shortest(network) >= GAP_S - 0.001


def test_gaps_that_are_over_are_forgotten() -> None:
    """As many are remembered as run, or twice that."""
    gaps = Gaps(few=10)
    for second in range(10_000):
        gaps.keep(f"{second}.example", float(second), GAP_S)
        assert len(gaps) <= 11
        assert gaps.left(f"{second}.example", second + 2.0) == timedelta(seconds=3)
    assert gaps.left("0.example", 10_000.0) == timedelta()


def test_a_gap_is_never_shortened() -> None:
    """By one that is counted from a request that was sent before."""
    gaps = Gaps()
    gaps.keep(NAME, 100.0, GAP_S)
    gaps.keep(NAME, 101.0, GAP_S - 3.0)
    assert gaps.left(NAME, 101.0) == timedelta(seconds=4)


def test_a_simulated_clock_may_be_set_back() -> None:
    """It is its own steady clock: gaps of what is the future now are none."""
    gaps = Gaps()
    gaps.keep(NAME, 1_000.0, GAP_S)
    assert gaps.left(NAME, 10.0) == timedelta()
    gaps.keep(NAME, 10.0, GAP_S)
    assert gaps.left(NAME, 11.0) == timedelta(seconds=4)
