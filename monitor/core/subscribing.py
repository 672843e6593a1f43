"""Decide how a WebSub subscription lives: when its hub is asked, when it ends, and how polling goes on beside it.

What the hub says is judged in core/websub.py, which names the sections of the Recommendation.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.durations import format_duration
from monitor.interfaces import Plan
from monitor.model import Subscription, SubscriptionState

_WANTED = (SubscriptionState.REQUESTED, SubscriptionState.ACTIVE)
_MOST_DOUBLINGS = 30  # beyond, `longest_retry_s` holds anyway


@dataclass(frozen=True, slots=True)
class PushPolicy:
    """How hubs are asked and how far they are trusted; in seconds, `jitter` and `renewed_after` as shares.

    A lease of `lease_s` is asked for and renewed after two thirds of what is granted. A hub that has not confirmed is
    asked again after `retry_s`, doubled each time up to `longest_retry_s`. A push brings the next poll, no sooner than
    `gap_s` after the last. While the newest articles came within `trust_s` of a push, polls come `stretch` times
    later than planned, up to `polling_s`.
    """

    lease_s: float = 604_800.0
    renewed_after: float = 2 / 3
    jitter: float = 0.1
    retry_s: float = 900.0
    longest_retry_s: float = 86_400.0
    gap_s: float = 60.0
    trust_s: float = 900.0
    stretch: float = 4.0
    polling_s: float = 21_600.0


def heard(
    known: Subscription | None, named: Subscription | None, now: datetime, policy: PushPolicy
) -> Subscription | None:
    """Return what a subscription becomes when its feed was read, or None when it stays; `named` is a new one.

    `named` is None when the feed names no hub any more: the lease then runs out by itself. A feed that names another
    hub or topic begins anew, with the new token and secret, since a callback belongs to one hub (5.1.1); one that
    ended begins again. A hub that denied is not asked again until the feed names another (5.2).
    """
    if named is None:
        return ended(known, "the feed names no hub any more") if known and known.state in _WANTED else None
    if known is None:
        return replace(named, renew_at=now)
    if (known.hub, known.topic) == (named.hub, named.topic) and known.state is not SubscriptionState.ENDED:
        return None
    # A feed that names one hub and then another is not run after: the waits of the one before go on.
    soonest = known.requested_at + _wait(known.failures, policy) if known.requested_at else now
    renew_at, failures = max(now, soonest), known.failures
    return replace(named, id=known.id, requested_at=known.requested_at, renew_at=renew_at, failures=failures)


def asked(known: Subscription, now: datetime, policy: PushPolicy, jitter: float) -> Subscription:
    """Plan the next request to the hub before this one is made; `jitter` is in [0, 1).

    Only the hub's confirmation takes the plan back. So neither a crash nor a hub that accepts and never confirms
    makes us ask more often.
    """
    wait = _wait(known.failures + 1, policy) * (1.0 + policy.jitter * jitter)
    return replace(known, requested_at=now, renew_at=now + wait, failures=known.failures + 1)


def refused(known: Subscription, detail: str, until: datetime | None) -> Subscription:
    """Note why a hub did not take a request; it is not asked again before `until`, if it named a time."""
    renew_at = max(filter(None, (known.renew_at, until)), default=None)
    return replace(known, renew_at=renew_at, detail=detail)


def _wait(failures: int, policy: PushPolicy) -> timedelta:
    doublings = min(max(failures - 1, 0), _MOST_DOUBLINGS)
    return timedelta(seconds=min(policy.retry_s * 2.0**doublings, policy.longest_retry_s))


def ended(known: Subscription, detail: str) -> Subscription:
    """End a subscription on our side; the hub's lease runs out, and pushes until then are answered with 410."""
    return replace(known, state=SubscriptionState.ENDED, lease_until=None, renew_at=None, detail=detail)


def lapsed(known: Subscription, now: datetime) -> Subscription | None:
    """Return what becomes of a subscription whose lease has run out, or None while it holds: asked for once more."""
    if known.state is not SubscriptionState.ACTIVE or (known.lease_until is not None and known.lease_until > now):
        return None
    detail = known.detail or "the lease ran out before the hub renewed it"
    return replace(known, state=SubscriptionState.REQUESTED, renew_at=known.renew_at or now, detail=detail)


def pushed(known: Subscription, now: datetime) -> Subscription:
    """Count a push that was signed."""
    return replace(known, last_push_at=now, pushes=known.pushes + 1)


def due_after_push(last_checked_at: datetime | None, now: datetime, policy: PushPolicy) -> datetime:
    """Return when a source is polled after a push: at once, but no sooner than `gap_s` after its last poll.

    However often a hub pushes, the publisher is asked at most once in that time.
    """
    soonest = last_checked_at + timedelta(seconds=policy.gap_s) if last_checked_at else now
    return max(now, soonest)


@dataclass(frozen=True, slots=True)
class Polled:
    """A poll that has just ended: when it began and ended, when news last came (it included), and who plans.

    `adaptive` is False where the operator set the times; they hold, and a push comes on top.
    """

    began_at: datetime
    at: datetime
    changed_at: datetime | None
    adaptive: bool = True


def paced(plan: Plan, known: Subscription | None, polled: Polled, policy: PushPolicy) -> Plan:
    """Return the plan of a poll with regard to the source's hub.

    A push that came while the poll was under way may tell of more than it saw: the next poll comes at once. A hub is
    trusted, and the source polled less often, only while the newest articles came with a push; when a poll finds some
    that no push told of, polling is as without a hub from then on. `interval_s` stays the source's own.
    """
    if known is None:
        return plan
    if known.last_push_at is not None and known.last_push_at > polled.began_at:
        at = min(plan.next_check_at, due_after_push(polled.at, polled.at, policy))
        return Plan(at, plan.interval_s, "its hub told of something new during the last check")
    if not polled.adaptive or not is_trusted(known, polled.changed_at, polled.at, policy):
        return plan
    seconds = max(plan.interval_s, round(min(plan.interval_s * policy.stretch, policy.polling_s)))
    later = plan.next_check_at + timedelta(seconds=seconds - plan.interval_s)
    return Plan(later, plan.interval_s, f"{plan.reason}; every {format_duration(seconds)} only, since its hub pushes")


def is_trusted(known: Subscription, changed_at: datetime | None, now: datetime, policy: PushPolicy) -> bool:
    """Say whether the hub has told of the newest articles, found at `changed_at`, and its lease holds."""
    if known.state is not SubscriptionState.ACTIVE or known.lease_until is None or known.lease_until <= now:
        return False
    if known.last_push_at is None or changed_at is None:
        return False
    return known.last_push_at >= changed_at - timedelta(seconds=policy.trust_s)
