"""Decide when a host may be asked again."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar

from monitor.core.outcomes import HOST_FAILURES, UNSENT, say_outcome
from monitor.core.urls import without_port
from monitor.durations import format_duration as say
from monitor.model import Host, Outcome

SLOWNESS = 5.0  # Heritrix's delay factor: a host that takes 4 s to answer is left alone for 20 s
SHORTEST_BACKOFF_S = 1.0
LONGEST_DOUBLINGS = 30  # beyond, the cap holds anyway, and floats would overflow
SLOW_S = 1.0  # an answer within a second is that of no slow host

N = TypeVar("N", int, float)


@dataclass(frozen=True, slots=True)
class PolitenessPolicy:
    """How gently hosts are treated; all in seconds, but for `in_flight`.

    `gap_s` lies between the moments at which two requests to a host go out, `in_flight` is how many may be under way;
    `gap_per_host` and `in_flight_per_host` override them for a host and the hosts below it. `max_delay_s` caps what
    Crawl-delay and slowness can add, `max_retry_after_s` what Retry-After can, and `max_backoff_s` what failures can.
    `rate_limited_s` is the first wait after a 429 that does not say how long, `killed_s` the first after a page that
    killed its reader.
    """

    gap_s: float = 5.0
    gap_per_host: Mapping[str, float] = field(default_factory=dict)
    in_flight: int = 1
    in_flight_per_host: Mapping[str, int] = field(default_factory=dict)
    max_delay_s: float = 60.0
    max_backoff_s: float = 3600.0
    max_retry_after_s: float = 86400.0
    rate_limited_s: float = 60.0
    killed_s: float = 300.0


@dataclass(frozen=True, slots=True)
class HostStep:
    """A host as it is after something happened, `next_allowed_at` set, and why in words."""

    host: Host
    reason: str


def in_flight(host: Host, policy: PolitenessPolicy) -> int:
    """Return how many requests to a host may be under way at the same time."""
    return _for_host(host.name, policy.in_flight_per_host, policy.in_flight)


def gap(host: Host, crawl_delay_s: float | None, policy: PolitenessPolicy) -> float:
    """Return the seconds that lie between the starts of two requests to a host, whatever comes of the first."""
    return max(_gap(host, policy), _crawl_delay(crawl_delay_s, policy)[0])


def before_fetch(host: Host, *, started_at: datetime, crawl_delay_s: float | None, policy: PolitenessPolicy) -> Host:
    """Return the host while a request begun at `started_at` is under way: the next may start after its gap.

    Never before the time already set, which another request under way may have moved.
    """
    until = started_at + timedelta(seconds=gap(host, crawl_delay_s, policy))
    return replace(host, next_allowed_at=max(until, host.next_allowed_at or until))


def after_fetch(
    host: Host,
    *,
    outcome: Outcome,
    started_at: datetime,
    finished_at: datetime,
    elapsed_s: float,
    retry_after: datetime | None,
    crawl_delay_s: float | None,
    policy: PolitenessPolicy,
) -> HostStep:
    """Return the host's next step after a fetch that took `elapsed_s` seconds.

    The next request may start at the latest of
        started_at  + gap            the host's own `delay_s`, else that of `gap_per_host`, else `gap_s`
        started_at  + Crawl-delay    at most `max_delay_s`
        finished_at + 5 * elapsed_s  at most `max_delay_s`, so that slow hosts are asked more slowly, from a second on;
                                     not where the gap is 0, which says that the host is a mirror of one's own
        finished_at + backoff        max(gap, 1 s) * 2^failures for failures of the host in a row, at most
                                     `max_backoff_s`; max(gap, rate_limited_s / 2) * 2^failures after a 429 that does
                                     not say how long
        Retry-After                  at most `max_retry_after_s` away
    and never before the time already set, which another request under way may have moved. A page that is missing or
    forbidden is no failure of the host and ends the row, as does any success. What was never sent (refused by us,
    forbidden by robots.txt) changes nothing. A failing host is slowed, never dropped.
    """
    earliest = host.next_allowed_at or finished_at
    if outcome in UNSENT:
        waiting = replace(host, next_allowed_at=max(earliest, finished_at))
        return HostStep(waiting, f"nothing was sent ({say_outcome(outcome)})")
    failures = host.failures + 1 if outcome in HOST_FAILURES else 0
    gap = _gap(host, policy)
    unsaid = outcome is Outcome.RATE_LIMITED and retry_after is None
    delays = ((gap, f"gap of {say(gap)}"), _crawl_delay(crawl_delay_s, policy))
    pauses = (
        _slowness(elapsed_s if gap else 0.0, policy),
        _backoff(max(gap, policy.rate_limited_s / 2 if unsaid else SHORTEST_BACKOFF_S), failures, outcome, policy),
        _retry_after(retry_after, finished_at, policy),
    )
    times = [(started_at + timedelta(seconds=wait), why) for wait, why in delays]
    times += [(finished_at + timedelta(seconds=wait), why) for wait, why in pauses if wait > 0]
    until, reason = max(times, key=lambda item: item[0])
    patience = host.asked_for_patience + (outcome is Outcome.RATE_LIMITED)
    after = replace(host, next_allowed_at=max(until, earliest), failures=failures, asked_for_patience=patience)
    return HostStep(after, reason)


def after_reading(host: Host, *, killed: bool, now: datetime, policy: PolitenessPolicy) -> HostStep:
    """Return the host's next step after a page of it was read, or killed its reader.

    wait = killed_s * 2^(kills - 1), at most `max_backoff_s`: each costs a worker and its deadline, for everybody.
    """
    if not killed:
        return HostStep(replace(host, kills=0), "its page was read")
    kills = host.kills + 1
    wait = min(policy.killed_s * 2.0 ** min(kills - 1, LONGEST_DOUBLINGS), policy.max_backoff_s)
    until = max(host.next_allowed_at or now, now + timedelta(seconds=wait))
    row = "its page" if kills == 1 else f"{kills} of its pages in a row"
    return HostStep(replace(host, kills=kills, next_allowed_at=until), f"{row} killed the reader; waiting {say(wait)}")


def _gap(host: Host, policy: PolitenessPolicy) -> float:
    own = host.delay_s if host.delay_s is not None else _for_host(host.name, policy.gap_per_host, policy.gap_s)
    return max(own, 0.0)


def _for_host(name: str, given: Mapping[str, N], default: N) -> N:
    """Return what is given for a host: a name covers the names below it, the longest counts."""
    if not given:
        return default
    labels = without_port(name).split(".")
    names = (".".join(labels[start:]) for start in range(len(labels)))
    return next((given[one] for one in names if one in given), default)


def _crawl_delay(delay_s: float | None, policy: PolitenessPolicy) -> tuple[float, str]:
    return min(delay_s or 0.0, policy.max_delay_s), f"Crawl-delay of {say(delay_s or 0.0)}"


def _slowness(elapsed_s: float, policy: PolitenessPolicy) -> tuple[float, str]:
    slow = elapsed_s if elapsed_s >= SLOW_S else 0.0
    return min(SLOWNESS * slow, policy.max_delay_s), f"slow host ({say(elapsed_s)} for an answer)"


def _backoff(base: float, failures: int, outcome: Outcome, policy: PolitenessPolicy) -> tuple[float, str]:
    if not failures:
        return 0.0, ""
    wait = min(base * 2.0 ** min(failures, LONGEST_DOUBLINGS), policy.max_backoff_s)
    row = "1 failure" if failures == 1 else f"{failures} failures in a row"
    return wait, f"{row} ({say_outcome(outcome)}); waiting {say(wait)}"


def _retry_after(until: datetime | None, now: datetime, policy: PolitenessPolicy) -> tuple[float, str]:
    asked = (until - now).total_seconds() if until is not None else 0.0
    return min(asked, policy.max_retry_after_s), f"the server asked for {say(asked)} (Retry-After)"
