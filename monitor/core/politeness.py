"""Decide when a host may be asked again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.core.outcomes import HOST_FAILURES, UNSENT, say_outcome
from monitor.durations import format_duration as say
from monitor.model import Host, Outcome

SLOWNESS = 5.0  # Heritrix's delay factor: a host that takes 4 s to answer is left alone for 20 s
SHORTEST_BACKOFF_S = 1.0
LONGEST_DOUBLINGS = 30  # beyond, the cap holds anyway, and floats would overflow


@dataclass(frozen=True, slots=True)
class PolitenessPolicy:
    """How gently hosts are treated; all in seconds.

    `gap_s` lies between two requests to a host, `gap_per_host` overrides it for a host and the hosts below it.
    `max_delay_s` caps what Crawl-delay and slowness can add, `max_retry_after_s` what Retry-After can, and
    `max_backoff_s` what failures can. `rate_limited_s` is the first wait after a 429 that does not say how long.
    """

    gap_s: float = 5.0
    gap_per_host: Mapping[str, float] = field(default_factory=dict)
    max_delay_s: float = 60.0
    max_backoff_s: float = 3600.0
    max_retry_after_s: float = 86400.0
    rate_limited_s: float = 60.0


@dataclass(frozen=True, slots=True)
class HostStep:
    """When a host may be asked again, its failures in a row, and why in words."""

    next_allowed_at: datetime
    failures: int
    reason: str


def after_fetch(
    host: Host,
    *,
    outcome: Outcome,
    finished_at: datetime,
    elapsed_s: float,
    retry_after: datetime | None,
    crawl_delay_s: float | None,
    policy: PolitenessPolicy,
) -> HostStep:
    """Return the host's next step after a fetch that took `elapsed_s` seconds and ended at `finished_at`.

    wait = the longest of
        gap            the host's own `delay_s`, else that of `gap_per_host`, else `gap_s`
        Crawl-delay    at most `max_delay_s`
        5 * elapsed_s  at most `max_delay_s`, so that slow hosts are asked more slowly; not where the gap is 0,
                       which says that the host is a mirror of one's own
        backoff        max(gap, 1 s) * 2^failures for failures of the host in a row, at most `max_backoff_s`;
                       max(gap, rate_limited_s / 2) * 2^failures after a 429 that does not say how long
        Retry-After    at most `max_retry_after_s`
    A page that is missing or forbidden is no failure of the host and ends the row, as does any success. What was
    never sent (refused by us, forbidden by robots.txt) changes nothing. A failing host is slowed, never dropped.
    """
    if outcome in UNSENT:
        waiting = max(host.next_allowed_at or finished_at, finished_at)
        return HostStep(waiting, host.failures, f"nothing was sent ({say_outcome(outcome)})")
    failures = host.failures + 1 if outcome in HOST_FAILURES else 0
    gap = _gap(host, policy)
    unsaid = outcome is Outcome.RATE_LIMITED and retry_after is None
    waits = [
        (gap, f"gap of {say(gap)}"),
        _crawl_delay(crawl_delay_s, policy),
        _slowness(elapsed_s if gap else 0.0, policy),
        _backoff(max(gap, policy.rate_limited_s / 2 if unsaid else SHORTEST_BACKOFF_S), failures, outcome, policy),
        _retry_after(retry_after, finished_at, policy),
    ]
    wait, reason = max(waits, key=lambda item: item[0])
    return HostStep(finished_at + timedelta(seconds=wait), failures, reason)


def _gap(host: Host, policy: PolitenessPolicy) -> float:
    """Return the host's own gap; a name in the policy covers the names below it, the longest counts."""
    if host.delay_s is not None:
        return max(host.delay_s, 0.0)
    labels = host.name.split(".")
    names = (".".join(labels[start:]) for start in range(len(labels)))
    return max(next((policy.gap_per_host[name] for name in names if name in policy.gap_per_host), policy.gap_s), 0.0)


def _crawl_delay(delay_s: float | None, policy: PolitenessPolicy) -> tuple[float, str]:
    return min(delay_s or 0.0, policy.max_delay_s), f"Crawl-delay of {say(delay_s or 0.0)}"


def _slowness(elapsed_s: float, policy: PolitenessPolicy) -> tuple[float, str]:
    return min(SLOWNESS * elapsed_s, policy.max_delay_s), f"slow host ({say(elapsed_s)} for an answer)"


def _backoff(base: float, failures: int, outcome: Outcome, policy: PolitenessPolicy) -> tuple[float, str]:
    if not failures:
        return 0.0, ""
    wait = min(base * 2.0 ** min(failures, LONGEST_DOUBLINGS), policy.max_backoff_s)
    row = "1 failure" if failures == 1 else f"{failures} failures in a row"
    return wait, f"{row} ({say_outcome(outcome)}); waiting {say(wait)}"


def _retry_after(until: datetime | None, now: datetime, policy: PolitenessPolicy) -> tuple[float, str]:
    asked = (until - now).total_seconds() if until is not None else 0.0
    return min(asked, policy.max_retry_after_s), f"the server asked for {say(asked)} (Retry-After)"
