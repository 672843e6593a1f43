"""Decide when a source is checked next; nothing ever stops it, failures only slow it down.

Documents have their own planner in core/rechecks.py, offered here as well: one door to all plans.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.core.outcomes import failure_weight, say_outcome
from monitor.core.rechecks import DocumentHistory, RecheckPolicy, plan_document
from monitor.core.rhythm import learn_rhythm, say_rhythm, time_until
from monitor.durations import format_duration as say
from monitor.interfaces import Plan
from monitor.model import Outcome

__all__ = ["DocumentHistory", "RecheckPolicy", "SchedulePolicy", "SourceHistory", "plan_document", "plan_source"]

LONGEST_DOUBLINGS = 30.0  # beyond, `longest_s` holds anyway


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
    `failures` those in a row including this fetch, `published` recent times of publication or first sight, `ttl_s`
    the feed's own lower bound, `fresh_until` and `retry_after` the server's, `new_items` what this fetch brought.
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
    grows by a quarter when nothing did; weight is 1 for a hard failure, 0.5 for a soft, 0.25 for a temporary one.
    Retry-After is a lower bound for all, operators included (RFC 9110 10.2.3). Jitter only lengthens, by at most
    `policy.jitter` of an adaptive interval, so that sources added together drift apart.
    """
    operator = _operators(history, now)
    wish = _bounded(operator or _adaptive(history, now, policy), history, now, policy, exact=operator is not None)
    share = 0.0 if operator else policy.jitter * jitter
    seconds = wish.seconds * (1.0 + share)
    return Plan(now + timedelta(seconds=seconds), round(seconds), wish.reason)


def _operators(history: SourceHistory, now: datetime) -> _Wish | None:
    if history.cron_next is not None:
        return _Wish(max((history.cron_next - now).total_seconds(), 0.0), "as its cron schedule says")
    if history.every_s is not None:
        return _Wish(history.every_s, f"every {say(history.every_s)}, as configured")
    return None


def _adaptive(history: SourceHistory, now: datetime, policy: SchedulePolicy) -> _Wish:
    base = _base(history, now, policy)
    base = _Wish(min(max(base.seconds, policy.shortest_s), policy.longest_s), base.reason)
    weight = failure_weight(history.outcome)
    return _slowed(base, history, policy, weight) if weight else base


def _base(history: SourceHistory, now: datetime, policy: SchedulePolicy) -> _Wish:
    rhythm = learn_rhythm(history.published, now)
    if rhythm is None:
        return _by_steps(history, policy)
    until = time_until(rhythm, policy.expected, now, timedelta(seconds=policy.longest_s)).total_seconds()
    if history.first:  # dates of a feed seen once may be made up: confirm them early
        return _Wish(min(until, policy.default_s), f"first check; {say_rhythm(rhythm)}")
    return _Wish(until, say_rhythm(rhythm))


def _by_steps(history: SourceHistory, policy: SchedulePolicy) -> _Wish:
    if history.first or history.interval_s is None or failure_weight(history.outcome):
        return _Wish(policy.default_s, "no rhythm known yet")
    if history.new_items:
        return _Wish(history.interval_s / 2, "no rhythm known yet, but something new came")
    return _Wish(history.interval_s * 1.25, "no rhythm known yet, and nothing new came")


def _slowed(base: _Wish, history: SourceHistory, policy: SchedulePolicy, weight: float) -> _Wish:
    failures = max(history.failures, 1)
    most = max(policy.slowest_s, policy.longest_s)
    seconds = min(base.seconds * 2.0 ** min(weight * failures, LONGEST_DOUBLINGS), most)
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
