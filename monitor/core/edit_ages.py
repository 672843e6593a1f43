"""Learn from an outlet's edits at which ages its articles are worth another look."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import log
from statistics import median

from monitor.core.rhythm import DAY_S, HOUR_S, MINUTE_S
from monitor.durations import format_duration as say
from monitor.wording import counted

ENOUGH = 10  # edits; fewer teach nothing
PRIOR = 30.0  # edits that the configured ladder counts for
TAKEDOWNS = 0.2  # of the weight lies on all ages alike: articles are taken down at any, whenever they are edited
THIN_S = 2.0 * DAY_S  # rungs beyond this age stay as configured: 96 % of headline edits come before it
_STEPS = (5 * MINUTE_S, 10 * MINUTE_S, 15 * MINUTE_S, 30 * MINUTE_S, HOUR_S, 3 * HOUR_S, 6 * HOUR_S, 12 * HOUR_S, DAY_S)


@dataclass(frozen=True, slots=True)
class EditAge:
    """How old a text was when it was edited, in seconds: it still stood at `after_s` and no more at `by_s`."""

    after_s: float
    by_s: float


@dataclass(frozen=True, slots=True)
class Ladder:
    """Ages of a text at which to look at it, in seconds, rising, the last repeating; `said` is what taught them."""

    rungs_s: tuple[float, ...]
    said: str | None = None


def learn_ladder(edits: Sequence[EditAge], name: str, configured: tuple[float, ...]) -> Ladder:
    """Return the ladder for an outlet: as many rungs as configured, placed where its edits are found soonest.

    What counts is delay measured by the age of the text (an hour late is much for a text of an hour, nothing for one of
    a week): least is the expected log of (age + c) at the check by (age + c) at the edit, c being the first rung. By
    that measure the configured ladder is itself the best for a certain spread of edits, the one that lays the mass 1/w
    between two rungs w apart on the log scale (for the default ladder 20, 52, 63, 84 and 94 % within 1, 3, 6, 24 and
    48 hours; facts of 16,979 articles: 21, 48, 65, 92 and 96 %). It counts as 30 edits. An edit's mass is spread over
    the time between the two checks that it fell into, since checks notice edits only where the rungs were.

    Rungs beyond two days, the last in any case, stay as configured, for takedowns. No two are closer than half the
    first one. With fewer than ten edits the ladder stays as it is. Takes some milliseconds.
    """
    kept = tuple(rung for rung in configured if rung > THIN_S) or configured[-1:]
    learned = len(configured) - len(kept)
    if len(edits) < ENOUGH or learned < 1:
        return Ladder(configured)
    grid = _grid(configured, kept[0])
    rungs = _placed(_weighed(edits, configured, grid), grid, learned, configured)
    half = say(MINUTE_S * round(median(edit.by_s for edit in edits) / MINUTE_S))
    return Ladder((*rungs, *kept), f"half of {name}'s {counted(len(edits), 'edit')} come within {half}")


def _grid(configured: tuple[float, ...], end: float) -> tuple[float, ...]:
    """Return the ages to choose from, up to `end`: round ones, a sixth apart, and those configured."""
    return tuple(sorted({*_round_ages(end), *(rung for rung in configured if rung < end), end}))


def _round_ages(end: float) -> Iterator[float]:
    age = float(_STEPS[0])
    while age < end:
        yield age
        age += max(step for step in _STEPS if step == _STEPS[0] or step <= age / 6)


def _weighed(edits: Sequence[EditAge], configured: tuple[float, ...], grid: tuple[float, ...]) -> list[float]:
    """Return the weight of each cell of the grid: the configured ladder's, the edits', and the takedowns'."""
    scale = [log(age + configured[0]) for age in (0.0, *grid)]
    weights = [0.0] * len(grid)
    rungs = [rung for rung in (0.0, *configured) if rung <= grid[-1]]
    spans = [(log(low + configured[0]), log(high + configured[0])) for low, high in pairwise(rungs)]
    whole = sum(1.0 / (high - low) for low, high in spans)
    for low, high in spans:
        _spread(weights, scale, low, high, PRIOR / whole / (high - low))
    for edit in edits:
        low = log(max(min(edit.after_s, edit.by_s - 1.0), 0.0) + configured[0])
        _spread(weights, scale, low, log(edit.by_s + configured[0] + 1.0), 1.0)
    _spread(weights, scale, scale[0], scale[-1], sum(weights) * TAKEDOWNS / (1.0 - TAKEDOWNS))
    return weights


def _spread(weights: list[float], scale: list[float], low: float, high: float, weight: float) -> None:
    """Lay a weight evenly on the cells between two points of the scale; what lies beyond it is left out."""
    first = max(bisect_right(scale, low) - 1, 0)
    last = min(bisect_left(scale, high), len(weights))
    for cell in range(first, last):
        share = min(scale[cell + 1], high) - max(scale[cell], low)
        weights[cell] += weight * max(share, 0.0) / (high - low)


def _placed(
    weights: list[float], grid: tuple[float, ...], count: int, configured: tuple[float, ...]
) -> tuple[float, ...]:
    """Return the `count` points of the grid, before its end, that make the expected delay least.

    By dynamic programming over the points: the best way to each of them, one step longer each time.
    """
    points = (0.0, *grid)
    cost = _costs(weights, [log(age + configured[0]) for age in points])
    apart = min(configured[0] / 2, *(high - low for low, high in pairwise((0.0, *configured))))
    ways: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    for _ in range(count):
        steps = ((at, to) for to in range(1, len(grid)) for at in ways if points[to] - points[at] >= apart)
        further: dict[int, tuple[float, tuple[int, ...]]] = {}
        for at, to in steps:
            way = (ways[at][0] + cost(at, to), (*ways[at][1], to))
            further[to] = min(further.get(to, way), way)
        ways = further
    _, best = min((spent + cost(at, len(grid)), way) for at, (spent, way) in ways.items())
    return tuple(points[at] for at in best)


def _costs(weights: list[float], scale: list[float]) -> Callable[[int, int], float]:
    """Return what it costs, on the log scale, to look at one point of the grid and then not before another."""
    mass = [0.0, *accumulate(weights)]
    centres = (weight * (low + high) / 2 for weight, (low, high) in zip(weights, pairwise(scale), strict=True))
    moment = [0.0, *accumulate(centres)]
    return lambda at, to: (mass[to] - mass[at]) * scale[to] - (moment[to] - moment[at])
