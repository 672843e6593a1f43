"""Decide when a source is paused for good reason, and when the address it has moved to becomes its own."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.core.outcomes import SUCCESSES
from monitor.durations import format_duration as say
from monitor.model import Outcome


@dataclass(frozen=True, slots=True)
class LifecyclePolicy:
    """When what a server says of a source's address is believed; in seconds.

    410 Gone is said on purpose (RFC 9110 15.5.11) but also by broken deployments, so it has to be said for `gone_s`. A
    permanent
    redirect (301, 308) holds for good by RFC 9110, yet maintenance pages, hijacked names and misconfigured front ends
    send them for a day or a weekend: it has to last for `moved_s`.
    """

    gone_s: float = 3600.0
    moved_s: float = 3 * 86400.0


@dataclass(frozen=True, slots=True)
class Move:
    """What to keep of a permanent redirect, and whether its target is now the source's address; reason in words."""

    moved_to: str | None
    moved_since: datetime | None
    adopt: bool
    reason: str | None


def should_pause(outcome: Outcome, gone_since: datetime | None, now: datetime, policy: LifecyclePolicy) -> str | None:
    """Return why a source is to be paused, or None. Only a repeated 410 pauses; every other failure slows down.

    `gone_since` is when the first of the 410s in a row was said that this check ends.
    """
    if outcome is not Outcome.GONE or gone_since is None:
        return None
    apart = (now - gone_since).total_seconds()
    return f"the server says that it is gone for good (410, for {say(apart)})" if apart >= policy.gone_s else None


def adopt_move(
    moved_to: str | None,
    moved_since: datetime | None,
    outcome: Outcome,
    seen_url: str | None,
    now: datetime,
    policy: LifecyclePolicy,
) -> Move:
    """Return what is known of a source's move after a check, and whether to adopt it.

    `moved_to` and `moved_since` were known before; `seen_url` is where an unbroken chain of permanent redirects led in
    this check, None without one. An answer from elsewhere starts again, one from the old address ends it; a failure
    says nothing.
    """
    if outcome not in SUCCESSES:
        return Move(moved_to, moved_since, adopt=False, reason=None)
    if seen_url is None:
        return Move(None, None, adopt=False, reason="answers at its own address again" if moved_to else None)
    if seen_url != moved_to or moved_since is None:
        return Move(seen_url, now, adopt=False, reason=f"redirects permanently to {seen_url}")
    lasted = now - moved_since
    since = f"permanently redirected to {seen_url} for {say(max(lasted.total_seconds(), 0.0))}"
    if lasted < timedelta(seconds=policy.moved_s):
        return Move(seen_url, moved_since, adopt=False, reason=since)
    return Move(None, None, adopt=True, reason=f"{since}: taken as its address")
