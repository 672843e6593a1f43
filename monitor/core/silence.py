"""Tell a source that has fallen silent from one that is merely quiet."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import accumulate, pairwise
from math import sqrt

from monitor.core.rhythm import HOUR_S, HOURS, MONDAY_S, Rhythm, learn_rhythm
from monitor.core.rhythm_words import say_rhythm
from monitor.durations import format_duration as say
from monitor.wording import counted

WEEK = 7 * HOURS
ENOUGH = 5  # gaps between times of publication, below which nothing is usual
SHORTEST = timedelta(days=1)  # a silence shorter than that is never reported
DEVIATIONS = 9.0  # gaps that chance makes are exponential: one in e^10 = 22,000 is longer than mean + 9 deviations
STEADIEST = 0.3  # a source is not believed to be more regular than that (deviation of its gaps by their mean)
LONGER = 2.0  # than any gap before
BATCH = timedelta(hours=1)  # what comes closer together counts as one, or closer than half the mean distance


def silent(published: Sequence[datetime], now: datetime) -> str | None:
    """Say that a source has been quiet far beyond its rhythm, or return None.

    `published` are recent times of publication. Gaps between them are measured in the articles that the rhythm (hour of
    day and day of week, as learned up to the newest of them) makes expected in them, so that nights and weekends count
    little. The gap since the newest is a silence when it is longer than

        mean + 9 deviations * (1 + 8 / number of gaps)   and   twice the longest gap before,

    both over the gaps that part batches; never with fewer than five gaps, nor within a day.
    """
    times = sorted({at for at in published if at <= now})
    if len(times) <= ENOUGH or now - times[-1] < SHORTEST:
        return None
    rhythm = learn_rhythm(times, times[-1])
    if rhythm is None:
        return None
    clock = _clock(rhythm)
    apart = min(BATCH, timedelta(days=0.5 / rhythm.daily))
    gaps = [clock(later) - clock(sooner) for sooner, later in pairwise(times) if later - sooner >= apart]
    if len(gaps) < ENOUGH or clock(now) - clock(times[-1]) <= _longest_usual(gaps):
        return None
    usual = say_rhythm(rhythm).replace("article ", "").replace("articles ", "")
    gap = say(round((now - times[-1]) / timedelta(hours=1)) * HOUR_S)
    return f"no new article for {gap} where {usual} {'was' if usual.startswith('about 1 ') else 'were'} usual"


def emptied(items: int, held: int | None) -> str | None:
    """Say that a source which held items yields none at all, which is a fault and no silence; else return None."""
    if items or not held:
        return None
    return f"yields nothing at all, where it held {counted(held, 'article')}"


def _longest_usual(gaps: Sequence[float]) -> float:
    count = len(gaps)
    mean = sum(gaps) / count
    deviation = max(sqrt(sum((gap - mean) ** 2 for gap in gaps) / count), STEADIEST * mean)
    return max(mean + DEVIATIONS * deviation * (1.0 + 8.0 / count), LONGER * max(gaps))


def _clock(rhythm: Rhythm) -> Callable[[datetime], float]:
    """Return a clock that counts expected articles instead of seconds."""
    rates = [rhythm.hourly[hour % HOURS] * rhythm.weekdays[hour // HOURS] for hour in range(WEEK)]
    before = [0.0, *accumulate(rates)]

    def expected_by(at: datetime) -> float:
        hours = (at.timestamp() + MONDAY_S) / HOUR_S
        weeks, hour = divmod(hours, WEEK)
        whole = int(hour)
        return weeks * before[WEEK] + before[whole] + rates[whole] * (hour - whole)

    return expected_by
