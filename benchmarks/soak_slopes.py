"""Whether what was sampled over days is flat, grows with what was published, or just grows."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, linear_regression, median

WARM_UP = 0.2  # of the time is left out: caches fill, and the first month's pages come all at once
FLAT_SHARE = 0.05  # of the mean, over the whole time that is looked at
EVEN = 0.25  # by so much may growth for each article differ between the two halves
_PARTS = 6  # whose medians are fitted, so that a peak in one sample bends nothing


@dataclass(frozen=True, slots=True)
class Slope:
    """How a series went: its first and last level, growth a day, growth for each unit of the cause, and in words."""

    name: str
    first: float
    last: float
    daily: float
    each: tuple[float, float] | None  # growth for each unit of the cause, in the first and the second half
    verdict: str

    @property
    def is_sound(self) -> bool:
        """Say whether it is flat or explained."""
        return not self.verdict.startswith("GROWS")


@dataclass(frozen=True, slots=True)
class Cause:
    """What explains growth, where it is even with it: such as how many articles there are."""

    name: str
    values: Sequence[float]


def slope(
    name: str, days: Sequence[float], values: Sequence[float], cause: Cause | None = None, least: float = 0.0
) -> Slope:
    """Judge a series. Even growth with a `cause` is explained, and growth by no more than `least` in all is none.

    Raises ValueError for fewer than a dozen samples.
    """
    start = int(len(days) * WARM_UP)
    days, values = days[start:], values[start:]
    if len(days) < 2 * _PARTS:
        raise ValueError(f"{len(days)} samples after warming up are too few")
    levels = [median(part) for part in _parts(values)]
    daily = linear_regression([fmean(part) for part in _parts(days)], levels).slope
    grown = daily * (days[-1] - days[0])
    if grown <= max(FLAT_SHARE * abs(fmean(levels)), least, 1e-9):
        return Slope(name, levels[0], levels[-1], daily, None, "flat")
    if _levels_off(levels):
        return Slope(name, levels[0], levels[-1], daily, None, "levels off")
    if cause is None:
        return Slope(name, levels[0], levels[-1], daily, None, "GROWS")
    each = _for_each(values, cause.values[start:])
    how = "grows as" if each[1] <= each[0] * (1 + EVEN) else "GROWS faster than"
    return Slope(name, levels[0], levels[-1], daily, each, f"{how} {cause.name}")


def _levels_off(levels: Sequence[float]) -> bool:
    """Say whether the second half grew little, and far less than the first: what fills up, such as a cache."""
    middle = len(levels) // 2
    first, second = levels[middle] - levels[0], levels[-1] - levels[middle]
    return second <= FLAT_SHARE / 2 * fmean(levels) and second <= first / 2


def _for_each(values: Sequence[float], cause: Sequence[float]) -> tuple[float, float]:
    """Return the growth for each unit of the cause in the first half and in the second."""
    middle = len(values) // 2
    halves = ((0, middle), (middle, len(values) - 1))
    first, second = ((values[b] - values[a]) / max(cause[b] - cause[a], 1) for a, b in halves)
    return first, second


def _parts(values: Sequence[float]) -> list[Sequence[float]]:
    size = len(values) / _PARTS
    return [values[int(number * size) : int((number + 1) * size)] for number in range(_PARTS)]
