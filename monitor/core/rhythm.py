"""Learn when in the week a source publishes, and how much; find the time when something new is to be expected.

The figures in this file were chosen by replaying made histories (benchmarks/schedule.py).
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp2, log, sqrt

HOURS, DAYS, SLOTS = 24, 7, 12
MINUTE_S, SLOT_S, HOUR_S, DAY_S = 60, 300, 3600, 86_400
MONDAY_S = 3 * DAY_S  # second 0 of the epoch was a Thursday

HALF_LIFE_DAYS = 21.0  # of what an old publication time still says
HOUR_PRIOR = 2.0  # days at the mean rate that count in each hour's rate
DAY_PRIOR = 1.0  # days at the mean rate that count in the rate of each day of the week
CHANCE = 19.7  # chi squared of twelve even shares stays below it in 19 of 20 cases
WAVE = timedelta(hours=2)  # news comes in waves: what came lately tells of the next hours
WAVE_SD = 1.0  # standard deviations that chance explains
SLACK = 0.4  # a check comes when this share more or less is expected, if a cluster of articles ends there
STEEP = 2.0  # a cluster ends where the rate falls to less than a half


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The expected rate of publication: hourly x weekdays x slots + wave, in articles an hour.

    `hourly` is the rate in each UTC hour of an average day, `weekdays` the factor of each day from Monday, `slots` that
    of each five minutes of an hour (planned articles come at full and half hours), both with mean 1. `wave` is how much
    more than that comes just now; it holds for two hours. `weight` is the number of articles that this was learned
    from, old ones counted less.
    """

    hourly: tuple[float, ...]
    wave: float = 0.0
    weekdays: tuple[float, ...] = (1.0,) * DAYS
    slots: tuple[float, ...] = (1.0,) * SLOTS
    weight: float = 0.0

    @property
    def daily(self) -> float:
        """Return how many publications an average day is to be expected to bring."""
        return sum(self.hourly)


def appeared_at(published: datetime | None, first_seen: datetime, checked_before: datetime | None) -> datetime:
    """Return when an article came into its feed, as nearly as two checks and its own date tell.

    A date before the check that did not show the article yet, or after the one that did, is no time of appearance: it
    is a day without a time, in the wrong zone, or back-dated. Then the middle between the checks is as good as any.
    `checked_before` is None for what the first check found, whose dates must be believed unless they lie ahead.
    """
    if published is not None and (checked_before or published) <= published <= first_seen:
        return published
    return first_seen if checked_before is None else first_seen - (first_seen - checked_before) / 2


def learn_rhythm(published: Sequence[datetime], now: datetime) -> Rhythm | None:
    """Return the rhythm behind publication times, or None when fewer than three tell anything.

    A time of age a days weighs w = 2^(-a/21). With the weighted number of days seen, D = 21/ln 2 (1 - 2^(-span/21)):
    mean = sum(w) / 24 D, and the rate of an hour is (sum of its w, smoothed 1-2-1 with its neighbours, + 2 mean) /
    (D + 2); the factor of a weekday is what it brought over what its share of D makes expected, both with one mean day
    added; for the parts of the hour see _slots. So few times give a flat week and many their own. Times in one minute
    count once, since one check catches them all; a bare midnight is a date without a time and is spread over the day.
    Future times are ignored.
    """
    end = now.timestamp()
    minutes = sorted({int(at.timestamp()) // MINUTE_S for at in published if at <= now})
    if len(minutes) < 3:
        return None
    oldest = minutes[0] * MINUTE_S
    exposure = _exposure(end - max(end - oldest, DAY_S), end)
    hours, days, slots, spread = _weigh(minutes, end)
    weight = sum(hours) + spread
    hourly = _hourly(hours, spread, weight, exposure)
    weekdays = _weekdays(days, weight / exposure, _weekday_exposures(oldest, end))
    calm = Rhythm(hourly, 0.0, weekdays, _slots(slots), weight)
    return Rhythm(hourly, _wave(calm, minutes, end), weekdays, calm.slots, weight)


def time_until(rhythm: Rhythm, expected: float, now: datetime, longest: timedelta) -> timedelta:
    """Return how long until so many publications are `expected`, at most `longest`, at a full five minutes.

    A check delayed by a moment delays what waits already and catches what comes in the moment, so it is best placed
    where the rate falls: at the steepest fall to under a half between 0.6 and 1.4 times `expected`, else at `expected`
    itself.
    """
    start = now.timestamp()
    end = start + longest.total_seconds()
    moment, total, before = start, 0.0, 0.0
    crossed, fall, steepest = end, end, 0.0
    while total < expected * (1.0 + SLACK) and moment < end:
        rate = rate_at(rhythm, moment, waving=moment - start < WAVE.total_seconds())
        if before - rate > steepest and before > rate * STEEP and total >= expected * (1.0 - SLACK):
            fall, steepest = moment, before - rate
        until = min((moment // SLOT_S + 1) * SLOT_S, end)
        total += rate * (until - moment) / HOUR_S
        moment, before = until, rate
        if total >= expected:
            crossed = min(crossed, moment)
    return timedelta(seconds=(fall if steepest else crossed) - start)


def rate_at(rhythm: Rhythm, moment: float, *, waving: bool = False) -> float:
    """Return the expected publications an hour at a `moment` in seconds since 1970."""
    hour = int(moment) // HOUR_S
    calm = rhythm.hourly[hour % HOURS] * rhythm.weekdays[(hour + MONDAY_S // HOUR_S) // HOURS % DAYS]
    return calm * rhythm.slots[int(moment) % HOUR_S // SLOT_S] + (rhythm.wave if waving else 0.0)


def _exposure(start: float, end: float) -> float:
    """Return the weighted number of days between two moments, of which `end` weighs most."""
    return HALF_LIFE_DAYS / log(2.0) * (1.0 - exp2((start - end) / DAY_S / HALF_LIFE_DAYS))


def _weekday_exposures(oldest: float, end: float) -> list[float]:
    """Return the weighted number of days seen of each day of the week: all but today by geometric series."""
    week = exp2(-DAYS / HALF_LIFE_DAYS)
    today = (end + MONDAY_S) // DAY_S * DAY_S - MONDAY_S
    seen = [0.0] * DAYS
    for back in range(1, DAYS + 1):
        newest = today - back * DAY_S
        times = max((newest - oldest) // (DAYS * DAY_S) + 1, 0)
        age = (end - newest) / DAY_S - 0.5
        seen[_weekday(newest)] = exp2(-age / HALF_LIFE_DAYS) * (1.0 - week**times) / (1.0 - week)
    seen[_weekday(today)] += (end - max(today, oldest)) / DAY_S
    return seen


def _weekday(moment: float) -> int:
    return int(moment + MONDAY_S) // DAY_S % DAYS


def _weigh(minutes: Sequence[int], end: float) -> tuple[list[float], list[float], list[float], float]:
    """Return the weights by hour, by weekday and by part of the hour, and that of the dates without a time."""
    hours, days, slots, spread = [0.0] * HOURS, [0.0] * DAYS, [0.0] * SLOTS, 0.0
    decay, now = 1.0 / (HALF_LIFE_DAYS * 1440), end / MINUTE_S
    for at in minutes:
        weight = exp2((at - now) * decay)
        days[(at // 1440 + 3) % DAYS] += weight
        if at % 1440:
            hours[at // 60 % HOURS] += weight
            slots[at % 60 // 5] += weight
        else:
            spread += weight
    return hours, days, slots, spread


def _hourly(hours: list[float], spread: float, weight: float, exposure: float) -> tuple[float, ...]:
    smooth = [hours[h - 1] / 4 + hours[h] / 2 + hours[(h + 1) % HOURS] / 4 for h in range(HOURS)]
    extra = spread / HOURS + HOUR_PRIOR * weight / HOURS / exposure
    return tuple((w + extra) / (exposure + HOUR_PRIOR) for w in smooth)


def _weekdays(days: list[float], daily: float, exposures: list[float]) -> tuple[float, ...]:
    prior = DAY_PRIOR * daily
    factors = [(w + prior) / (seen * daily + prior) for w, seen in zip(days, exposures, strict=True)]
    mean = sum(factors) / DAYS
    return tuple(factor / mean for factor in factors)


def _slots(weights: list[float]) -> tuple[float, ...]:
    """Draw the shares of the parts of the hour to one mean by as much as chance explains (James and Stein 1961).

    With chi squared against even shares, a factor keeps 1 - CHANCE / chi squared of its distance from 1.
    """
    mean = sum(weights) / SLOTS
    chi = sum((weight - mean) ** 2 for weight in weights) / mean if mean else 0.0
    kept = max(0.0, 1.0 - CHANCE / chi) if chi else 0.0
    return tuple(1.0 + kept * (weight / mean - 1.0) if mean else 1.0 for weight in weights)


def _wave(calm: Rhythm, minutes: Sequence[int], end: float) -> float:
    """Return how many an hour have come lately beyond what was expected and one standard deviation of it."""
    hours = round(WAVE / timedelta(hours=1))
    lately = len(minutes) - bisect_right(minutes, (end - WAVE.total_seconds()) / MINUTE_S)
    if lately < 2:
        return 0.0
    usual = sum(rate_at(calm, end - (back + 0.5) * HOUR_S) for back in range(hours))
    return max(0.0, lately - usual - WAVE_SD * sqrt(usual + 1.0)) / hours
