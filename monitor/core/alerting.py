"""Decide what is told, when, and how often it is tried: the pure half of alerts."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.model import AlertPace, Change, ChangeKind, Document, DocumentState, NotificationState, Standing

DAILY_HOUR = 6  # UTC, when daily digests are told
_NAME = re.compile(r"[\w.-]{1,80}")
# Claims about the article, which may turn out to be none once furniture is learned of its outlet.
_CLAIMS = frozenset({ChangeKind.HEADLINE, ChangeKind.BODY, ChangeKind.BOTH, ChangeKind.VARIANT})


class Told(StrEnum):
    """What becomes of a change that a rule fits."""

    NOW = "now"
    LATER = "later"  # once a further check has seen it
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often a message is tried: pauses of `first_s` seconds, doubled each time up to `longest_s`.

    A pause is shortened by up to `spread` of itself, so that messages which failed together do not return together.
    """

    tries: int = 12
    first_s: float = 60.0
    longest_s: float = 6 * 3600.0
    spread: float = 0.2


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a channel said of a message: taken, or not and why. With `final` it will never be, so nobody asks again."""

    sent: bool
    detail: str | None = None
    retry_after: datetime | None = None
    final: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of the notifications of a message after a try."""

    state: NotificationState
    next_try_at: datetime | None
    detail: str | None


def is_name(text: str) -> bool:
    """Say whether that can name a rule: letters of any script, digits, `_`, `-` and `.`, at most 80."""
    return _NAME.fullmatch(text) is not None


def told(change: Change, document: Document) -> Told:
    """Return whether a change is told: what was seen at one check only waits for the next, what flickered never is.

    What has no standing (removed, restored, moved, byline) was confirmed before it became a change.
    """
    if document.state is DocumentState.REDACTED or change.standing is Standing.FLICKER:
        return Told.NEVER
    if change.standing is Standing.ONCE:
        return Told.LATER
    unmade = change.standing is Standing.CONFIRMED and change.kind not in _CLAIMS  # by what was learned since
    return Told.NEVER if unmade else Told.NOW


def due_at(pace: AlertPace, now: datetime) -> datetime:
    """Return when what is found now is told: now, at the next full hour, or at the next 06:00 UTC."""
    if pace is AlertPace.AT_ONCE:
        return now
    hour = now.replace(minute=0, second=0, microsecond=0)
    if pace is AlertPace.HOURLY:
        return hour + timedelta(hours=1)
    at = hour.replace(hour=DAILY_HOUR)
    return at if at > now else at + timedelta(days=1)


def pause(attempts: int, jitter: float, policy: RetryPolicy) -> timedelta:
    """Return how long to wait after that many tries in vain; `jitter` is in [0, 1)."""
    whole = policy.longest_s if attempts > 32 else min(policy.longest_s, policy.first_s * 2 ** (attempts - 1))
    return timedelta(seconds=whole * (1 - policy.spread * jitter))


def after_try(receipt: Receipt, attempts: int, now: datetime, policy: RetryPolicy, jitter: float) -> Step:
    """Return what becomes of a message after its try number `attempts`. A Retry-After is honoured where it is later."""
    if receipt.sent:
        return Step(NotificationState.SENT, None, None)
    if receipt.final or attempts >= policy.tries:
        return Step(NotificationState.FAILED, None, receipt.detail)
    again = now + pause(attempts, jitter, policy)
    if receipt.retry_after is not None:
        again = max(again, receipt.retry_after)
    return Step(NotificationState.WAITING, again, receipt.detail)


ENDED = "-ended"  # how the key of a notification ends that tells of the end of an alarm


def key_of_alarm(alert_id: int, channel: str, alarm_id: int, *, ended: bool) -> str:
    """Return what makes a notification of an alarm unique: its begin and its end are each told once."""
    return f"{alert_id}:{channel}:alarm-{alarm_id}{ENDED if ended else ''}"


def key_of(alert_id: int, channel: str, *, change_id: int | None = None, document_id: int | None = None) -> str:
    """Return what makes a notification unique: the same thing is told to one channel of one rule once."""
    about = f"change-{change_id}" if change_id is not None else f"document-{document_id}"
    return f"{alert_id}:{channel}:{about}"
