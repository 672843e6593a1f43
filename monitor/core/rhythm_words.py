"""Say a rhythm of publication in words."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate

from monitor.core.rhythm import DAYS, HOURS, Rhythm

BUSY_SHARE, BUSY_DAYS = 0.88, 0.8  # of what is published, that busy hours and busy days hold
TELLING = 15.0  # articles, below which nothing is said of the days of the week
AT_LEAST = 0.9  # articles, to be said as about one
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def say_rhythm(rhythm: Rhythm) -> str:
    """Return the rhythm in words: "about 6 articles a day between 06 and 20 UTC, Monday to Friday"."""
    for factor, unit in ((1.0, "day"), (7.0, "week"), (30.0, "month")):
        count = round(rhythm.daily * factor)
        if rhythm.daily * factor >= AT_LEAST:
            busy = _busy_hours(rhythm) + _busy_days(rhythm) if count > 2 else ""
            return f"about {count} article{'s' if count > 1 else ''} a {unit}{busy}"
    return "less than an article a month"


def _busy_hours(rhythm: Rhythm) -> str:
    """Say the shortest part of the day that holds most publications, when that is at most two thirds of it."""
    found = _shortest_run(rhythm.hourly, 16, BUSY_SHARE)
    return f" between {found[0]:02d} and {sum(found) % HOURS:02d} UTC" if found else ""


def _busy_days(rhythm: Rhythm) -> str:
    """Say the shortest part of the week that holds most publications, when that is at most five days."""
    found = _shortest_run(rhythm.weekdays, 5, BUSY_DAYS) if rhythm.weight >= TELLING else None
    if found is None:
        return ""
    first, length = found
    last = DAY_NAMES[(first + length - 1) % DAYS]
    return f", {DAY_NAMES[first]} to {last}" if length > 1 else f", on {last}s"


def _shortest_run(rates: Sequence[float], longest: int, share: float) -> tuple[int, int] | None:
    """Return start and length of the shortest run around the circle that holds that share, the fullest first."""
    sums = [0.0, *accumulate([*rates, *rates])]
    size = len(rates)

    def fullest(length: int) -> tuple[float, int]:
        return max((sums[start + length] - sums[start], -start) for start in range(size))

    length = 1 + bisect_left(range(1, longest + 1), sums[size] * share, key=lambda run: fullest(run)[0])
    return None if length > longest else (-fullest(length)[1], length)
