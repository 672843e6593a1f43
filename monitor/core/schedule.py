"""Decide when a source is checked next; nothing ever stops it, failures only slow it down.

Documents have their own planner in core/rechecks.py, offered here as well: one door to all plans.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from monitor.core.outcomes import failure_weight, say_outcome
from monitor.core.rechecks import DocumentHistory, RecheckPolicy, plan_document
from monitor.core.rhythm import learn_rhythm, time_until
from monitor.core.rhythm_words import say_rhythm
from monitor.durations import format_duration as say
from monitor.interfaces import Plan
from monitor.model import Outcome

__all__ = ["DocumentHistory", "RecheckPolicy", "SchedulePolicy", "SourceHistory", "plan_document", "plan_source"]

LONGEST_DOUBLINGS = 30.0  # beyond, `longest_s` holds anyway
WINDOW_SHARE = 0.5  # of what a feed holds, at most so much is to be new at the next check, lest something fall out
HOUR = timedelta(hours=1)
GONE_S = 3600.0  # a first 410 is asked about again no sooner, so that the second says something


@dataclass(frozen=True, slots=True)
class SchedulePolicy:
    """How often sources are checked; in seconds, `jitter` as a share of the interval.

    However quiet a source is, it is checked after `longest_s`; one that fails is slowed to `slowest_s`.

    An adaptive check comes when `expected` new articles are likely. 0.2 means that about every fifth check finds one:
    21 % of headline edits come within an hour of publication, so an outlet of six articles a day is asked about every
    three quarters of an hour. A bare 304 is the price of the others.
    """

    default_s: float = 3600.0
    shortest_s: float = 300.0
    longest_s: float = 21600.0
    slowest_s: float = 86400.0
    jitter: float = 0.1
    expected: float = 0.2


@dataclass(frozen=True, slots=True)
class SourceHistory:
    """What is known of a source after a fetch.

    `every_s` and `cron_next` (computed by the caller) are the operator's wish. `interval_s` is the plan before,
    `failures` those in a row including this fetch, `published` recent times of publication or first sight
    (rhythm.appeared_at), `ttl_s` the feed's own lower bound, `fresh_until` and `retry_after` the server's, `new_items`
    what this fetch brought. In `skip_hours` (UTC) and on `skip_days` (0 is Monday) the publisher asks to be left alone.
    `window` is how many items the feed held when last read, None when unknown.
    """

    every_s: float | None = None
    cron_next: datetime | None = None
    interval_s: float | None = None
    failures: int = 0
    published: tuple[datetime, ...] = ()
    ttl_s: float | None = None
    fresh_until: datetime | None = None
    retry_after: datetime | None = None
    outcome: Outcome = Outcome.OK
    new_items: int = 0
    first: bool = False
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    window: int | None = None


@dataclass(frozen=True, slots=True)
class _Wish:
    """An interval in seconds and why."""

    seconds: float
    reason: str


def plan_source(history: SourceHistory, now: datetime, policy: SchedulePolicy, jitter: float) -> Plan:
    """Return when to check a source next; `jitter` is a chance in [0, 1).

    The operator's `every_s` or cron holds exactly, through failures too. Otherwise

        interval = min(longest, max(base, ttl, max-age)), at least shortest;
        after failures min(slowest, base * 2^(weight * failures)),

    where base follows the rhythm of publication (core/rhythm.py), or without one halves when something new came and
    grows by a quarter when nothing did, and is never so long that more than half of what the feed holds would be new;
    weight is 1 for a hard failure, 0.5 for a soft, 0.25 for a temporary one. A check that falls into the feed's
    skipHours or skipDays (RSS 2.0) comes after them.
    Retry-After is a lower bound for all, operators included (RFC 9110 10.2.3). Jitter only lengthens, by at most
    `policy.jitter` of an adaptive interval or of the default one, whichever is shorter, so that sources added together
    drift apart and a check planned in the evening still meets the first edition.
    """
    operator = _operators(history, now)
    wish = _bounded(operator or _adaptive(history, now, policy), history, now, policy, exact=operator is not None)
    if operator is None:
        spread = policy.jitter * jitter
        wish = _Wish(wish.seconds + spread * min(wish.seconds, policy.default_s), wish.reason)
        wish = _after_skipped(wish, history, now, spread)
    return Plan(now + timedelta(seconds=wish.seconds), round(wish.seconds), wish.reason)


def _operators(history: SourceHistory, now: datetime) -> _Wish | None:
    if history.cron_next is not None:
        return _Wish(max((history.cron_next - now).total_seconds(), 0.0), "as its cron schedule says")
    if history.every_s is not None:
        return _Wish(history.every_s, f"every {say(history.every_s)}, as configured")
    return None


def _adaptive(history: SourceHistory, now: datetime, policy: SchedulePolicy) -> _Wish:
    base = _within_window(_base(history, now, policy), history)
    base = _Wish(min(max(base.seconds, policy.shortest_s), policy.longest_s), base.reason)
    weight = failure_weight(history.outcome)
    return _slowed(base, history, policy, weight) if weight else base


def _base(history: SourceHistory, now: datetime, policy: SchedulePolicy) -> _Wish:
    rhythm = learn_rhythm(history.published, now)
    if rhythm is None:
        return _by_steps(history, policy)
    wanted = policy.expected if history.window is None else min(policy.expected, history.window * WINDOW_SHARE)
    until = time_until(rhythm, wanted, now, timedelta(seconds=policy.longest_s)).total_seconds()
    if history.first:  # dates of a feed seen once may be made up: confirm them early
        return _Wish(min(until, policy.default_s), f"first check; {say_rhythm(rhythm)}")
    return _Wish(until, say_rhythm(rhythm) + _next(until, now, policy))


def _next(until: float, now: datetime, policy: SchedulePolicy) -> str:
    """Say when something is expected, where the wait is long enough to make one wonder."""
    if not policy.default_s < until < policy.longest_s:
        return ""
    return f"; next expected about {(now + timedelta(seconds=until)).astimezone(UTC):%H:%M} UTC"


def _by_steps(history: SourceHistory, policy: SchedulePolicy) -> _Wish:
    if history.first or history.interval_s is None or failure_weight(history.outcome):
        return _Wish(policy.default_s, "no rhythm known yet")
    if history.new_items:
        return _Wish(history.interval_s / 2, "no rhythm known yet, but something new came")
    return _Wish(history.interval_s * 1.25, "no rhythm known yet, and nothing new came")


def _within_window(base: _Wish, history: SourceHistory) -> _Wish:
    """Shorten an interval when the one before let more than half of what the feed holds be new."""
    if history.first or not history.window or not history.interval_s:
        return base
    most = history.interval_s * history.window * WINDOW_SHARE / max(history.new_items, 1)
    if history.new_items <= history.window * WINDOW_SHARE or base.seconds <= most:
        return base
    return _Wish(most, f"{history.new_items} of the {history.window} items it holds were new; lest any be missed")


def _slowed(base: _Wish, history: SourceHistory, policy: SchedulePolicy, weight: float) -> _Wish:
    failures = max(history.failures, 1)
    most = max(policy.slowest_s, policy.longest_s)
    least = min(GONE_S, most) if history.outcome is Outcome.GONE else 0.0
    seconds = max(min(base.seconds * 2.0 ** min(weight * failures, LONGEST_DOUBLINGS), most), least)
    row = "1 failure" if failures == 1 else f"{failures} failures in a row"
    return _Wish(seconds, f"{row} ({say_outcome(history.outcome)}); slowed to {say(seconds)}")


def _bounded(wish: _Wish, history: SourceHistory, now: datetime, policy: SchedulePolicy, *, exact: bool) -> _Wish:
    """Raise a wish to the lower bounds of publisher and server; an operator's only to Retry-After."""
    bounds = [] if exact else _publishers(history, now, policy)
    if history.retry_after is not None:
        asked = (history.retry_after - now).total_seconds()
        bounds.append(_Wish(asked, f"the server asked for {say(asked)} (Retry-After)"))
    return max([wish, *bounds], key=lambda bound: bound.seconds)


def _publishers(history: SourceHistory, now: datetime, policy: SchedulePolicy) -> list[_Wish]:
    fresh = (history.fresh_until - now).total_seconds() if history.fresh_until is not None else 0.0
    ttl = history.ttl_s or 0.0
    return [
        _Wish(min(fresh, policy.longest_s), f"the server asked for {say(fresh)} (max-age)"),
        _Wish(min(ttl, policy.longest_s), f"the feed asks for {say(ttl)} (ttl)"),
    ]


def _after_skipped(wish: _Wish, history: SourceHistory, now: datetime, spread: float) -> _Wish:
    """Move a check out of the hours and days in which the feed asks to be left alone, unless those are all."""
    hours, days = set(history.skip_hours), set(history.skip_days)
    planned = (now + timedelta(seconds=wish.seconds)).astimezone(UTC)
    if not (hours or days) or not _skipped(planned, hours, days):
        return wish
    if hours.issuperset(range(24)) or days.issuperset(range(7)):
        return wish
    full = planned.replace(minute=0, second=0, microsecond=0)
    free = next(at for n in range(1, 8 * 24) if not _skipped(at := full + n * HOUR, hours, days)) + spread * HOUR
    words = "skipHours" if planned.hour in hours else "skipDays"
    return _Wish(
        (free - now).total_seconds(), f"{wish.reason}; not before {free:%H:%M} UTC, as the feed asks ({words})"
    )


def _skipped(at: datetime, hours: set[int], days: set[int]) -> bool:
    return at.hour in hours or at.weekday() in days
