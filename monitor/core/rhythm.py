"""Learn when in the day a source publishes, and how much."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import exp2, log

HOURS = 24
HALF_LIFE_DAYS = 7.0  # of what an old publication time still says
PRIOR_DAYS = 2.0  # the daily mean counts for so many days in every hour's rate
WAVE = timedelta(hours=3)  # news comes in waves: what came lately tells of the next hours
STEP = timedelta(minutes=5)
BUSY_SHARE = 0.85


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Expected publications: `hourly` per hour for each UTC hour of the day, `wave` per hour for the next hours."""

    hourly: tuple[float, ...]
    wave: float = 0.0

    @property
    def daily(self) -> float:
        """Return how many publications a day is to be expected to bring."""
        return sum(self.hourly)


def learn_rhythm(published: Sequence[datetime], now: datetime) -> Rhythm | None:
    """Return the rhythm behind publication times, or None when fewer than three tell anything.

    A time of age a days weighs w = 2^(-a/7). With the weighted number of days seen, D = 7/ln 2 (1 - 2^(-span/7)):
    mean = sum(w) / 24 D, and the rate of an hour is (sum of its w, smoothed 1-2-1 with its neighbours, + 2 mean) /
    (D + 2), so that few times give a flat day and many their own. Times in one minute count once, since one check
    catches them all; a bare midnight is a date without a time and is spread over the day. Future times are ignored.
    """
    times = {at.astimezone(UTC).replace(second=0, microsecond=0) for at in published if at <= now}
    if len(times) < 3:
        return None
    exposure = _weighted_days(max((now - min(times)) / timedelta(days=1), 1.0))
    by_hour, spread = _weigh(times, now)
    mean = (sum(by_hour) + spread) / (HOURS * exposure)
    smooth = [_smoothed(by_hour, hour) + spread / HOURS for hour in range(HOURS)]
    hourly = tuple((weight + PRIOR_DAYS * mean) / (exposure + PRIOR_DAYS) for weight in smooth)
    lately = sum(1 for at in times if now - at < WAVE)
    return Rhythm(hourly, lately / (WAVE / timedelta(hours=1)) if lately > 1 else 0.0)


def time_until(rhythm: Rhythm, expected: float, now: datetime, longest: timedelta) -> timedelta:
    """Return how long until so many publications are `expected`, at most `longest`, in steps of five minutes.

    Within three hours from now the rate is that of the hour or of the wave, whichever is higher.
    """
    waited, total = timedelta(0), 0.0
    while total < expected and waited < longest:
        rate = rhythm.hourly[(now + waited).astimezone(UTC).hour]
        total += (max(rate, rhythm.wave) if waited < WAVE else rate) * (STEP / timedelta(hours=1))
        waited += STEP
    return min(waited, longest)


def say_rhythm(rhythm: Rhythm) -> str:
    """Return the rhythm in words: "about 6 articles a day between 06 and 20 UTC", "about 2 articles a month"."""
    for factor, unit in ((1.0, "day"), (7.0, "week"), (30.0, "month")):
        count = round(rhythm.daily * factor)
        if count >= 1:
            return f"about {count} article{'s' if count > 1 else ''} a {unit}{_busy_hours(rhythm) if count > 2 else ''}"
    return "less than an article a month"


def _weighted_days(days: float) -> float:
    return HALF_LIFE_DAYS / log(2.0) * (1.0 - exp2(-days / HALF_LIFE_DAYS))


def _weigh(times: set[datetime], now: datetime) -> tuple[list[float], float]:
    """Return the weight in each hour, and that of the dates without a time."""
    by_hour, spread = [0.0] * HOURS, 0.0
    for at in times:
        weight = exp2((at - now) / timedelta(days=HALF_LIFE_DAYS))
        if at.hour == 0 and at.minute == 0:
            spread += weight
        else:
            by_hour[at.hour] += weight
    return by_hour, spread


def _smoothed(by_hour: list[float], hour: int) -> float:
    return by_hour[hour - 1] / 4 + by_hour[hour] / 2 + by_hour[(hour + 1) % HOURS] / 4


def _busy_hours(rhythm: Rhythm) -> str:
    """Say the shortest part of the day that holds most publications, when that is at most two thirds of it."""
    wanted = rhythm.daily * BUSY_SHARE
    for length in range(1, 17):
        share, start = max((_within(rhythm, start, length), -start) for start in range(HOURS))
        if share >= wanted:
            return f" between {-start:02d} and {(-start + length) % HOURS:02d} UTC"
    return ""


def _within(rhythm: Rhythm, start: int, length: int) -> float:
    return sum(rhythm.hourly[(start + hour) % HOURS] for hour in range(length))
