"""Decide when a document is looked at again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from monitor.core.budgets import Load, say_load, stretch
from monitor.core.edit_ages import Ladder
from monitor.core.outcomes import SUCCESSES, say_outcome
from monitor.durations import format_duration as say
from monitor.interfaces import Plan
from monitor.model import DocumentState, Outcome

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
OLD_NEWS_S = DAY  # published longer before we first saw it: its own age counts
SLACK = 1.2  # a gap shorter than planned by a sixth still counts as that gap
TELLING = SUCCESSES | {Outcome.NOT_FOUND, Outcome.GONE}
PATIENCE = 8.0  # after an unclear answer the wait is an eighth of the age, in an outage of its length
LONGEST = 365 * DAY  # however many a host has, each is looked at once a year
STAMP = "%Y-%m-%d %H:%M UTC"


@dataclass(frozen=True, slots=True)
class RecheckPolicy:
    """When documents are looked at again; all in seconds.

    `ladder_s` are ages of the text at which to look; the last one repeats. Of the headline changes of 16,979 German
    articles 21 % came within 1 h, 48 % within 3 h, 65 % within 6 h, 92 % within 24 h and 96 % within 48 h.
    `missed_s` are the waits after the first, second, ... check that found nothing, one of which ends where such checks
    span `settled_s`, when it can be judged; `gone_s` the waits once it counts as gone or moved; `blocked_s` while the
    site keeps us out, which servers under load do for an hour; `robots_s` where robots.txt does, which they mean.
    `jitter` is a share. A page with `restless` edits or more lately is looked at every `restless_s` at the latest.
    """

    ladder_s: tuple[float, ...] = (20 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 30 * DAY)
    missed_s: tuple[float, ...] = (20 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR)
    gone_s: tuple[float, ...] = (DAY, 7 * DAY, 30 * DAY)
    blocked_s: tuple[float, ...] = (HOUR, 6 * HOUR, DAY, 7 * DAY)
    robots_s: float = 7 * DAY
    jitter: float = 0.1
    settled_s: float = 6 * HOUR
    restless: int = 8
    restless_s: float = 3 * HOUR


@dataclass(frozen=True, slots=True)
class DocumentHistory:
    """What is known of a document after a check.

    `misses` are checks in a row that found nothing, this one included, the first at `missed_since`; `last_checked_at`
    is the check before this one. In an `outage` all of its host is missing. A text not believed yet was answered at
    `doubts` checks in a row since `doubted_since`. Of late it had `edits`, what went back and forth included, the first
    of them at `edited_since`.
    """

    first_seen_at: datetime
    published_at: datetime | None = None
    last_changed_at: datetime | None = None
    last_checked_at: datetime | None = None
    outcome: Outcome = Outcome.OK
    misses: int = 0
    retry_after: datetime | None = None
    state: DocumentState = DocumentState.LIVE
    missed_since: datetime | None = None
    outage: bool = False
    doubts: int = 0
    doubted_since: datetime | None = None
    edits: int = 0
    edited_since: datetime | None = None


def plan_document(
    history: DocumentHistory,
    now: datetime,
    policy: RecheckPolicy,
    jitter: float,
    ladder: Ladder | None = None,
    load: Load | None = None,
) -> Plan:
    """Return when to look at a document again; `jitter` is a chance in [0, 1) and only lengthens.

    A text is looked at when its age reaches the next rung of the ladder, the last of which repeats. Its age counts from
    the later of first sight and last change, so that a change starts the ladder anew at its densest; what was old when
    it was first seen counts from its publication. A page that is another at every check (a live report, a counter
    nobody knows for one) would be looked at every few minutes for ever: its waits are an eighth of the time since its
    edits began at least, up to `restless_s`, so that its later texts are not lost either. A missing document is looked
    at soon until it is judged, a gone, moved or blocked one rarely. After an answer that says nothing (a timeout, a
    503) the wait is an eighth of the age or the next rung, whichever is sooner; in an outage it is an eighth of the
    outage. Retry-After is a lower bound. `ladder` is the outlet's own, instead of the policy's; the `load` of its host
    stretches the waits of the ladder and of an outage, to a year at most.
    """
    wait, reason = _wait(history, now, policy, ladder or Ladder(policy.ladder_s), load)
    if history.retry_after is not None and (asked := (history.retry_after - now).total_seconds()) > wait:
        wait, reason = asked, f"the server asked for {say(asked)} (Retry-After)"
    wait *= 1.0 + policy.jitter * jitter
    return Plan(now + timedelta(seconds=wait), round(wait), reason)


def next_rung(ladder: tuple[float, ...], age: float) -> float:
    """Return the seconds from `age` to the next rung, the last repeating for ever.

    A rung nearer than half the step that leads to it is passed over: the check that is late has already served it.
    """
    rungs = (0.0, *ladder)
    for below, rung in pairwise(rungs):
        if age <= (below + rung) / 2:
            return rung - age
    return (int(age / rungs[-1] + 0.5) + 1) * rungs[-1] - age


def _wait(
    history: DocumentHistory, now: datetime, policy: RecheckPolicy, ladder: Ladder, load: Load | None
) -> tuple[float, str]:
    if history.state is DocumentState.GONE:
        return _resting(history, now, policy, "gone")
    if history.state is DocumentState.BLOCKED and not (history.misses and history.outcome in TELLING):
        return _blocked(history, now, policy)
    if history.outage:
        return _stretched(*_in_an_outage(history, now), LONGEST, load)
    if history.misses:
        return _missed(history, now, policy)
    if history.state is DocumentState.MOVED:
        return _resting(history, now, policy, "moved")
    if history.doubts and history.outcome in SUCCESSES:
        return _doubted(history, now, policy)
    return _on_the_ladder(history, now, policy, ladder, load)


def _missed(history: DocumentHistory, now: datetime, policy: RecheckPolicy) -> tuple[float, str]:
    """Look soon to settle it; answers that settle nothing stretch the gap, by half each time and up to a day."""
    wait = policy.missed_s[min(history.misses, len(policy.missed_s)) - 1]
    if history.outcome in TELLING:
        return _until_settled(history.missed_since, now, policy, wait), f"missed {_times(history.misses)}"
    gap = _seconds(now, history.last_checked_at or now)
    stretched = max(wait, min(gap * 1.5, DAY))
    return stretched, f"missed {_times(history.misses)}, then unclear ({say_outcome(history.outcome)})"


def _doubted(history: DocumentHistory, now: datetime, policy: RecheckPolicy) -> tuple[float, str]:
    """Look soon whether a text that is not believed yet still stands."""
    wait = policy.missed_s[min(history.doubts, len(policy.missed_s)) - 1]
    wait = _until_settled(history.doubted_since, now, policy, wait)
    return wait, f"its new text was doubted {_times(history.doubts)}"


def _until_settled(since: datetime | None, now: datetime, policy: RecheckPolicy, wait: float) -> float:
    """Shorten a wait that would lead past the time when a row of checks spans enough to be judged."""
    left = policy.settled_s - _seconds(now, since or now)
    return max(left, min(wait, policy.missed_s[0])) if 0 < left < wait else wait


def _in_an_outage(history: DocumentHistory, now: datetime) -> tuple[float, str]:
    lasted = _seconds(now, history.missed_since or now)
    return max(lasted / PATIENCE, HOUR), f"missed {_times(history.misses)}, in an outage"


def _resting(history: DocumentHistory, now: datetime, policy: RecheckPolicy, what: str) -> tuple[float, str]:
    return _longer(history, now, policy.gone_s), f"{what}, looked at rarely"


def _blocked(history: DocumentHistory, now: datetime, policy: RecheckPolicy) -> tuple[float, str]:
    wait = policy.robots_s if history.outcome is Outcome.ROBOTS else _longer(history, now, policy.blocked_s)
    return wait, f"the site keeps us out ({say_outcome(history.outcome)})"


def _longer(history: DocumentHistory, now: datetime, waits: tuple[float, ...]) -> float:
    """Return the first wait longer than the one before the last check: the gaps themselves tell how long it was."""
    gap = _seconds(now, history.last_checked_at or now) * SLACK
    return next((wait for wait in waits if wait > gap), waits[-1])


def _on_the_ladder(
    history: DocumentHistory, now: datetime, policy: RecheckPolicy, ladder: Ladder, load: Load | None
) -> tuple[float, str]:
    since, what = _anchor(history)
    age = _seconds(now, since)
    wait = next_rung(ladder.rungs_s, age)
    if history.outcome in SUCCESSES:
        if (calmer := _restless(history, now, policy)) > wait:
            return _stretched(calmer, _edited_often(history, calmer), calmer, load)
        learned = f"; {ladder.said}" if ladder.said else ""
        return _stretched(wait, f"{say(age + wait)} after it was {what}{learned}", age + wait, load)
    return min(wait, max(ladder.rungs_s[0], age / PATIENCE)), f"unclear ({say_outcome(history.outcome)})"


def _restless(history: DocumentHistory, now: datetime, policy: RecheckPolicy) -> float:
    """Return how long to wait at least, which grows as the edits of a page pile up; 0 for one edited in earnest."""
    if history.edits < policy.restless or history.edited_since is None:
        return 0.0
    return min(max(_seconds(now, history.edited_since) / PATIENCE, policy.ladder_s[0]), policy.restless_s)


def _edited_often(history: DocumentHistory, wait: float) -> str:
    since = history.edited_since
    return f"edited at {history.edits} checks since {since:{STAMP}}, looked at every {say(60 * round(wait / 60))}"


def _stretched(wait: float, reason: str, age: float, load: Load | None) -> tuple[float, str]:
    """Put a check at that age of the text off as far as the load of its host demands."""
    if load is None or (times := stretch(load, age)) <= 1.0:
        return wait, reason
    return max(min(wait * times, LONGEST), wait), f"{reason}; {say_load(load, times)}"


def _anchor(history: DocumentHistory) -> tuple[datetime, str]:
    if history.last_changed_at is not None and history.last_changed_at > history.first_seen_at:
        return history.last_changed_at, "changed"
    published = history.published_at
    if published is not None and _seconds(history.first_seen_at, published) > OLD_NEWS_S:
        return published, "published"
    return history.first_seen_at, "first seen"


def _seconds(now: datetime, since: datetime) -> float:
    return max((now - since).total_seconds(), 0.0)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times in a row"
