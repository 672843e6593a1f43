"""Publication histories, made by a seeded generator: what some kinds of outlets publish in two months.

Seconds from a Monday 00:00 UTC (`START`); clocks of outlets are an hour ahead of UTC, two from day 27 on (summer
time). The week before second 0 is there to be found by the first poll. None of this is a record of a real outlet.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import Random

START = datetime(2026, 3, 2, tzinfo=UTC)
DAYS = 60
BEFORE = -7
SUMMER = 27
MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0

# Shares of a day's articles by hour of the outlet's own clock.
OFFICE = (0, 0, 0, 0, 0, 1, 4, 6, 7, 8, 9, 9, 7, 6, 7, 8, 9, 8, 6, 4, 2, 1, 1, 0)
PEAKS = (1, 0, 0, 0, 1, 4, 12, 10, 7, 5, 5, 5, 6, 5, 4, 4, 6, 9, 8, 4, 3, 2, 2, 1)
EVENING = (1, 0, 0, 0, 0, 0, 1, 2, 2, 2, 3, 3, 3, 3, 3, 4, 6, 9, 12, 12, 8, 4, 2, 1)
CLOCK = (3, 3, 2, 2, 3, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 5, 5, 5, 4, 4, 4, 3)

WEEKDAYS = (1.0, 1.0, 1.0, 1.0, 1.0, 0.3, 0.25)
ALL_DAYS = (1.0, 1.0, 1.0, 1.0, 1.0, 0.8, 0.8)


@dataclass(frozen=True, slots=True)
class Item:
    """One article: when it came into the feed, and what the feed gives as its date."""

    at: float
    dated: float


@dataclass(frozen=True, slots=True)
class History:
    """What one outlet published, in order, and how many items its feed holds."""

    kind: str
    items: tuple[Item, ...]
    window: int
    rhythmic: bool


def smooth(
    rng: Random, daily: float, hours: tuple[int, ...], days: tuple[float, ...] = WEEKDAYS, moved: float = 0.0
) -> list[float]:
    """Return times of a Poisson process by hour and day of the week; its clock moves by `moved` hours on day 30."""
    top = daily * max(hours) / sum(hours) / HOUR
    times, at = [], BEFORE * DAY
    while (at := at + rng.expovariate(top)) < DAYS * DAY:
        local = at + _offset(at) + (moved * HOUR if at > 30 * DAY else 0.0)
        wanted = hours[int(local // HOUR) % 24] / max(hours) * days[int(local // DAY) % 7]
        if rng.random() < wanted:
            times.append(at)
    return times


def waves(rng: Random, seeds: list[float], follow: float, hours: float) -> list[float]:
    """Let each article bring `follow` others on the average within some hours, as breaking news does."""
    every, todo = [], list(seeds)
    while todo:
        at = todo.pop()
        every.append(at)
        while rng.random() < follow / (1.0 + follow):
            todo.append(at + rng.expovariate(1.0 / (hours * HOUR)))
    return sorted(at for at in every if at < DAYS * DAY)


def planned(rng: Random, times: list[float], share: float, minutes: float = 30.0) -> list[float]:
    """Move a share of the times to the next full half hour, as content systems do with planned articles."""
    slot = minutes * MINUTE
    moved = [(at // slot + 1) * slot + rng.uniform(0, 90) if rng.random() < share else at for at in times]
    return sorted(at for at in moved if at < DAYS * DAY)


def batches(rng: Random, at_hours: tuple[float, ...], each: int, weekdays: frozenset[int]) -> list[float]:
    """Return times of editions: so many articles at once, at fixed times on some days of the week."""
    times = []
    for day in range(BEFORE, DAYS):
        for hour in at_hours if day % 7 in weekdays else ():
            start = day * DAY + hour * HOUR - _offset(day * DAY + hour * HOUR)
            times += [start + rng.uniform(0, 120) for _ in range(each)]
    return sorted(times)


def _offset(at: float) -> float:
    return 2 * HOUR if at >= SUMMER * DAY else HOUR


def _truthful(rng: Random, times: list[float]) -> tuple[Item, ...]:
    """An article comes into the feed up to three minutes after its date, since feeds are cached."""
    return tuple(sorted((Item(at + rng.uniform(0, 180), at) for at in times), key=lambda item: item.at))


def _dated_by_day(rng: Random, times: list[float]) -> tuple[Item, ...]:
    return tuple(replace(item, dated=item.dated // DAY * DAY) for item in _truthful(rng, times))


def _shifted(hours: float) -> Callable[[Random, list[float]], tuple[Item, ...]]:
    def dated(rng: Random, times: list[float]) -> tuple[Item, ...]:
        return tuple(replace(item, dated=item.dated + hours * HOUR) for item in _truthful(rng, times))

    return dated


Times = Callable[[Random], list[float]]
Dating = Callable[[Random, list[float]], tuple[Item, ...]]

# name, times, window, has a daily rhythm, dating
# These rates are smooth but for `planned` and `batches`: with a smooth rate even a schedule that knew it could not
# have a median below 0.45 (OFFICE) of a fixed interval's, and would be very late on the rest.
KINDS: tuple[tuple[str, Times, int, bool, Dating], ...] = (
    ("regional paper, 12 a day", lambda rng: smooth(rng, 12, OFFICE), 30, True, _truthful),
    ("national paper, 50 a day", lambda rng: smooth(rng, 50, PEAKS, ALL_DAYS), 40, True, _truthful),
    ("small paper, 4 a day", lambda rng: smooth(rng, 4, EVENING), 20, True, _truthful),
    ("paper with planned articles", lambda rng: planned(rng, smooth(rng, 12, PEAKS), 0.6), 30, True, _truthful),
    ("paper with breaking news", lambda rng: waves(rng, smooth(rng, 6, OFFICE), 0.6, 1.5), 30, True, _truthful),
    ("paper that moves by 8 hours", lambda rng: smooth(rng, 12, PEAKS, moved=8), 30, True, _truthful),
    ("dates without a time", lambda rng: smooth(rng, 12, PEAKS), 30, True, _dated_by_day),
    ("dates 3 hours early", lambda rng: smooth(rng, 12, PEAKS), 30, True, _shifted(-3)),
    ("dates 2 hours ahead", lambda rng: smooth(rng, 12, PEAKS), 30, True, _shifted(2)),
    ("two editions a day", lambda rng: batches(rng, (7, 17), 5, frozenset(range(6))), 20, True, _truthful),
    ("agency around the clock", lambda rng: waves(rng, smooth(rng, 70, CLOCK, ALL_DAYS), 0.7, 1), 40, False, _truthful),
    ("weekly magazine", lambda rng: batches(rng, (6,), 15, frozenset({3})), 20, False, _truthful),
    ("dead after 25 days", lambda rng: [at for at in smooth(rng, 8, OFFICE) if at < 25 * DAY], 20, False, _truthful),
)


def histories(seed: int) -> tuple[History, ...]:
    """Return one history of each kind; the same for the same seed."""
    made = []
    for number, (kind, times, window, rhythmic, dating) in enumerate(KINDS):
        rng = Random(seed * 1000 + number)
        made.append(History(kind, dating(rng, times(rng)), window, rhythmic))
    return tuple(made)
