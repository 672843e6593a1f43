"""Replay a publication history against a schedule, and tune a schedule to a number of requests."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Protocol

from benchmarks.histories import DAY, DAYS, START, History
from benchmarks.rivals import Seen
from monitor.core.rhythm import appeared_at
from monitor.core.schedule import SchedulePolicy, SourceHistory, plan_source

TIMES = 200  # as many as the store hands to the planner
CLOSE = 0.02


class Schedule(Protocol):
    """Something that says after each poll how long to wait."""

    def wait(self, seen: Seen) -> float:
        """Return the seconds to the next poll."""
        ...


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a replay: requests made, seconds from publication to discovery, items never seen."""

    requests: int
    delays: tuple[float, ...]
    lost: int


def replay(history: History, schedule: Schedule) -> Result:
    """Poll a history for its 60 days; what the first poll finds does not count."""
    appeared = [item.at for item in history.items]
    now, known, requests, lost = 0.0, 0, 0, 0
    delays: list[float] = []
    while now < DAYS * DAY:
        there = bisect_right(appeared, now)
        start = max(there - history.window, 0)
        if requests:
            lost += max(start - known, 0)
            delays += [now - at for at in appeared[max(start, known) : there]]
        new = there - max(start, known)
        known, requests = there, requests + 1
        dates = [item.dated for item in history.items[start:there]]
        now += schedule.wait(Seen(now, new, dates))
    return Result(requests, tuple(delays), lost)


class Ours:
    """The program's own planner, fed as the program feeds it: with what it saw, and when."""

    def __init__(self, policy: SchedulePolicy, seed: int = 0) -> None:
        self.policy = policy
        self.chance = Random(seed)
        self.times: list[datetime] = []
        self.checked: datetime | None = None
        self.interval: float | None = None

    def wait(self, seen: Seen) -> float:
        """Return the seconds to the next poll."""
        now = START + timedelta(seconds=seen.now)
        dates = seen.dates[len(seen.dates) - seen.new :]
        fresh = [appeared_at(START + timedelta(seconds=date), now, self.checked) for date in dates]
        self.times = sorted([*self.times, *fresh], reverse=True)[:TIMES] if fresh else self.times
        plan = plan_source(self._history(seen), now, self.policy, self.chance.random())
        self.checked, self.interval = now, (plan.next_check_at - now).total_seconds()
        return self.interval

    def _history(self, seen: Seen) -> SourceHistory:
        return SourceHistory(
            interval_s=self.interval,
            published=tuple(self.times),
            new_items=seen.new,
            first=self.checked is None,
            window=len(seen.dates),
        )


def tuned(history: History, make: Callable[[float], Schedule], requests: int) -> Result:
    """Replay with the scale whose number of requests comes closest to the one given, by bisection."""
    low, high = 1e-2, 1e2
    best: Result | None = None
    for _ in range(16):
        scale = (low * high) ** 0.5
        result = replay(history, make(scale))
        if best is None or abs(result.requests - requests) < abs(best.requests - requests):
            best = result
        if abs(result.requests - requests) <= CLOSE * requests / 2:
            break
        if high / low < 1.01:  # a schedule that moves in steps
            break
        low, high = (scale, high) if result.requests > requests else (low, scale)
    assert best is not None
    return best


def ours(policy: SchedulePolicy) -> Callable[[float], Schedule]:
    """Return a maker of the program's own schedule, whose scale is that of `expected`."""
    return lambda scale: Ours(replace(policy, expected=policy.expected * scale))
