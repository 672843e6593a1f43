"""The model behind `benchmarks.scaling`: events in order of time, resources that are busy until a time."""

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from heapq import heapify, heappop, heappush
from itertools import accumulate, count
from math import log
from random import Random
from statistics import quantiles

from monitor.core.schedule import SchedulePolicy, SourceHistory, plan_source

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
LADDER_S = (1200, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800)  # recheck.ladder, within a week
MOST_TARGETS = 25  # of one visit (app/ticks.py)
CLASSES = (0.1, 0.3, 1.0, 3.0, 6.0, 12.0, 25.0, 50.0, 100.0, 200.0)  # articles a day, of the rhythms that are planned
WARM_UP = 1 / 3


@dataclass(frozen=True, slots=True)
class Costs:
    """What one step costs, in seconds of one processor, and how much there is to do it with.

    Of the loop: 2.0 to 3.3 ms a poll on SQLite (docs/benchmarks.md), and 2 ms more to speak with PostgreSQL
    (benchmarks.scaling_costs: 2.9 instead of 0.8); an article takes that several times, for its page and its text. Of
    a reader: ten articles a second (`extract.workers`). Of PostgreSQL: 1.3 ms a poll, an article with its texts thrice.
    """

    poll_s: float = 0.0045
    article_s: float = 0.012
    read_s: float = 0.1
    record_poll_s: float = 0.0013
    record_article_s: float = 0.004
    latency_s: float = 0.4  # of a server, at the median; the 95th percentile is five times that
    gap_s: float = 2.0
    slots: int = 64
    readers: int = 4
    database: int = 8


@dataclass(frozen=True, slots=True)
class Load:
    """What there is to do."""

    feeds: int = 200_000
    hosts: int = 50_000
    articles_daily: float = 1_000_000.0
    seed: int = 7
    costs: Costs = field(default_factory=Costs)

    @property
    def rechecks(self) -> float:
        """Return how often an article is read again in its first week."""
        return float(len(LADDER_S))


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of it: targets a second, those left over, lateness in seconds, and busy shares."""

    polls: float
    reads: float
    backlog: int
    late_50_s: float
    late_95_s: float
    loop: float
    readers: float
    database: float
    slots: float


@cache
def interval_s(class_number: int) -> float:
    """Return how often core/schedule asks a feed that publishes so much at random, in seconds: the mean of a day."""
    daily, policy, chance = CLASSES[class_number], SchedulePolicy(), Random(class_number)
    gaps = [timedelta(days=chance.expovariate(daily)) for _ in range(int(max(3, min(200, daily * 14))))]
    ages = tuple(accumulate(gaps))
    planned = []
    for hour in range(0, 24, 3):
        now = NOON + timedelta(hours=hour)
        history = SourceHistory(interval_s=3600.0, published=tuple(now - age for age in ages), window=30)
        planned.append(plan_source(history, now, policy, 0.5).interval_s or policy.longest_s)
    return sum(planned) / len(planned)


class _Servers:
    """Things that do one job at a time each; who comes first is done first."""

    def __init__(self, many: int) -> None:
        self._free = [0.0] * many
        self.busy = 0.0

    def take(self, at: float, seconds: float) -> float:
        """Do a job that comes at a time; return when it is done."""
        done = max(at, heappop(self._free)) + seconds
        heappush(self._free, done)
        self.busy += seconds
        return done


@dataclass(slots=True)
class _Host:
    """What is due at a host, as (due, feed or -1 for an article), and when it may be asked."""

    due: list[tuple[float, int]] = field(default_factory=list)
    allowed: float = 0.0
    visited: bool = False


class _World:
    """Everything of one simulation."""

    def __init__(self, load: Load, workers: int, seconds: float) -> None:
        self.load, self.costs, self.end = load, load.costs, seconds
        self.chance = Random(load.seed)
        self.hosts = [_Host() for _ in range(load.hosts)]
        self.classes = self._classes()
        self.loops = [_Servers(1) for _ in range(workers)]
        self.readers = [_Servers(load.costs.readers) for _ in range(workers)]
        self.database = _Servers(load.costs.database)
        self.free = deque(worker for _ in range(load.costs.slots) for worker in range(workers))
        self.waiting: deque[int] = deque()  # hosts that are due and that nobody visits
        self.events: list[tuple[float, int, int, int, float, int, int]] = []
        self.numbers = count()
        self.late: list[float] = []
        self.done = [0, 0]
        self.slots_busy = 0.0

    def _classes(self) -> list[int]:
        """Give each feed a rhythm, log-normal as those of real feeds are, so that all publish what they are to."""
        mean = self.load.articles_daily / self.load.feeds
        wanted = [mean * self.chance.lognormvariate(-1.125, 1.5) for _ in range(self.load.feeds)]
        return [min(range(len(CLASSES)), key=lambda n, rate=rate: abs(log(CLASSES[n] / rate))) for rate in wanted]  # type: ignore[misc]

    def host_of(self, feed: int) -> int:
        """Return where a feed is: a few hosts have many."""
        spread = Random(feed).random()
        return int(self.load.hosts * spread**1.5)

    def begin(self) -> None:
        """Plan the first poll of every feed, and the articles of the week before that are read again now."""
        for feed, number in enumerate(self.classes):
            self.plan(self.chance.random() * interval_s(number), self.host_of(feed), feed)
        again = self.load.articles_daily / 86_400 * self.load.rechecks * self.end
        for _ in range(int(again)):
            self.plan(self.chance.random() * self.end, self.host_of(self.chance.randrange(self.load.feeds)), -1)

    def plan(self, at: float, host: int, feed: int) -> None:
        """Let something be due at a host."""
        if at < self.end:
            self.events.append((at, next(self.numbers), 0, host, at, feed, -1))


def simulate(load: Load, workers: int, seconds: float) -> Figures:
    """Let so many workers do what is due for so long, in simulated seconds."""
    world = _World(load, workers, seconds)
    world.begin()
    heapify(world.events)
    while world.events and world.events[0][0] < seconds:
        at, _, kind, host, due, feed, worker = heappop(world.events)
        if kind == 0:
            _fall_due(world, at, host, due, feed)
        elif kind == 1:
            _answered(world, at, host, due, feed, worker)
        else:
            _go_on(world, at, host, worker, feed)
    return _figures(world, workers)


def _fall_due(world: _World, at: float, number: int, due: float, feed: int) -> None:
    host = world.hosts[number]
    heappush(host.due, (due, feed))
    if not host.visited:
        host.visited = True  # or in line to be
        world.waiting.append(number)
        _start(world, at)


def _start(world: _World, at: float) -> None:
    while world.free and world.waiting:
        worker, number = world.free.popleft(), world.waiting.popleft()
        _go_on(world, at, number, worker, MOST_TARGETS)


def _go_on(world: _World, at: float, number: int, worker: int, left: int) -> None:
    """Ask for the next target of a host once its turn has come, or give it back."""
    host = world.hosts[number]
    if not host.due or left == 0:
        host.visited = bool(host.due)
        if host.due:
            world.waiting.append(number)
        world.free.append(worker)
        _start(world, at)
        return
    due, feed = heappop(host.due)
    begun = max(at, host.allowed)
    host.allowed = begun + world.costs.gap_s
    if begun >= world.end * WARM_UP:
        world.late.append(begun - due)
    answered = begun + world.costs.latency_s * world.chance.lognormvariate(0.0, 0.98)
    world.slots_busy += answered - at
    heappush(world.events, (answered, next(world.numbers), 1, number, float(left), feed, worker))


def _answered(world: _World, at: float, number: int, left: float, feed: int, worker: int) -> None:
    """Read what came, record it, and go on with the host."""
    costs = world.costs
    done = world.loops[worker].take(at, costs.poll_s if feed >= 0 else costs.article_s)
    if feed < 0:
        done = world.readers[worker].take(done, costs.read_s)
    done = world.database.take(done, costs.record_poll_s if feed >= 0 else costs.record_article_s)
    if at >= world.end * WARM_UP:
        world.done[feed < 0] += 1
    if feed >= 0:
        _publish(world, done, number, feed)
    world.slots_busy += done - at
    heappush(world.events, (done, next(world.numbers), 2, number, 0.0, int(left) - 1, worker))


def _publish(world: _World, at: float, number: int, feed: int) -> None:
    """Find what is new in a feed, and plan the next poll."""
    every = interval_s(world.classes[feed])
    expected = CLASSES[world.classes[feed]] * every / 86_400
    new = int(expected) + (world.chance.random() < expected % 1)
    for _ in range(new):
        heappush(world.hosts[number].due, (at, -1))
    later = at + every
    if later < world.end:
        heappush(world.events, (later, next(world.numbers), 0, number, later, feed, -1))


def _figures(world: _World, workers: int) -> Figures:
    counted, end, costs = world.end * (1 - WARM_UP), world.end, world.costs
    cuts = quantiles(world.late, n=20) if len(world.late) > 1 else [0.0] * 19
    busy = (sum(one.busy for one in some) for some in (world.loops, world.readers))
    loop, readers = (share / end / workers for share in busy)
    return Figures(
        polls=world.done[0] / counted,
        reads=world.done[1] / counted,
        backlog=sum(sum(due <= end for due, _ in host.due) for host in world.hosts),
        late_50_s=cuts[9],
        late_95_s=cuts[18],
        loop=min(1.0, loop),
        readers=min(1.0, readers / costs.readers),
        database=min(1.0, world.database.busy / end / costs.database),
        slots=min(1.0, world.slots_busy / end / (workers * costs.slots)),
    )
