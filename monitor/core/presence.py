"""Judge whether an article is still there; one missed check proves nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.core.outcomes import say_outcome
from monitor.core.urls import is_front_page, same_page
from monitor.durations import format_duration as say
from monitor.model import ChangeKind, DocumentState, Outcome, Quality

STAMP = "%Y-%m-%d %H:%M UTC"  # of times in reasons


@dataclass(frozen=True, slots=True)
class PresencePolicy:
    """When a missing article counts as gone: so many `checks` in a row that missed it, spread over `span_s` seconds.

    Servers give spurious 404s under load. A 410 is said on purpose, so `withdrawn_checks` and `withdrawn_span_s` are
    enough once the newest miss is one. That its source dropped it, no longer than `dropped_within_s` before it was
    first missed, is an editor's doing and no server's: it stands for one of the checks (`dropped_checks`), but not for
    the span, since a source and its pages may be broken by one and the same deploy.
    """

    checks: int = 3
    span_s: float = 6 * 3600.0
    withdrawn_checks: int = 2
    withdrawn_span_s: float = 3600.0
    dropped_checks: int = 2
    dropped_within_s: float = 2 * 86400.0


@dataclass(frozen=True, slots=True)
class Presence:
    """What was known of a document's page before a check; `unlisted_at` is when its source dropped it."""

    state: DocumentState
    misses: int = 0
    missed_since: datetime | None = None
    state_since: datetime | None = None
    unlisted_at: datetime | None = None


class Sighting(StrEnum):
    """What one check saw of the page."""

    FOUND = "found"
    MISSING = "missing"
    WITHDRAWN = "withdrawn"  # missing, and the server says that it is for good (410)
    MOVED = "moved"
    BLOCKED = "blocked"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class PresenceStep:
    """What is known of the page after a check; `change` is set when this check changed it, `reason` always.

    `outage` says that it would count as gone, were not all around it missing as well (core/outages.py).
    """

    state: DocumentState
    misses: int
    missed_since: datetime | None
    change: ChangeKind | None
    reason: str
    outage: bool = False


_BY_OUTCOME = {
    Outcome.NOT_MODIFIED: (Sighting.FOUND, "there, unmodified"),
    Outcome.NOT_FOUND: (Sighting.MISSING, "not found (404)"),
    Outcome.GONE: (Sighting.WITHDRAWN, "gone (410)"),
    Outcome.FORBIDDEN: (Sighting.BLOCKED, "the server forbids it (401, 402, 403 or 451)"),
    Outcome.ROBOTS: (Sighting.BLOCKED, "robots.txt forbids it"),
}
_BY_QUALITY = {
    Quality.SOFT_404: (Sighting.MISSING, "an error page under status 200 (soft 404)"),
    Quality.BOT_WALL: (Sighting.BLOCKED, "a bot wall answered instead"),
    Quality.EMPTY: (Sighting.UNCLEAR, "the page has no text"),
    Quality.COLLAPSED: (Sighting.UNCLEAR, "the page has far less text than before"),
    Quality.LOGIN: (Sighting.UNCLEAR, "a login page answered instead"),
    Quality.CONSENT: (Sighting.UNCLEAR, "a consent page answered instead"),
    Quality.TRUNCATED: (Sighting.UNCLEAR, "the page breaks off"),
    Quality.TOO_DEEP: (Sighting.UNCLEAR, "the page is nested too deeply to read"),
    Quality.FAILED: (Sighting.UNCLEAR, "the page could not be read"),
}
_STATE_AFTER = {Sighting.FOUND: DocumentState.LIVE, Sighting.MOVED: DocumentState.MOVED}


def sight(
    outcome: Outcome, *, requested_url: str, final_url: str | None, quality: Quality | None, front_page: bool
) -> tuple[Sighting, str]:
    """Say what one check saw of the page at `requested_url`, with the reason in words.

    `final_url` is where an unbroken chain of permanent redirects (301, 308) led, or None; `front_page` says that the
    answer came from a front page, by whatever redirect; `quality` is the extraction's, None when nothing was read.
    Missing are 404, 410, and the soft 404s: a redirect to the front page, an error page under status 200. Timeouts,
    5xx, 429 and all that happened on the way say nothing of the page and are UNCLEAR, as are pages that stand before it
    (login, consent) and halves of it. A paywall shows that it is there.
    """
    if outcome is not Outcome.OK:
        return _BY_OUTCOME.get(outcome, (Sighting.UNCLEAR, f"no answer to judge by ({say_outcome(outcome)})"))
    if front_page and not is_front_page(requested_url):
        return Sighting.MISSING, "redirected to the front page (soft 404)"
    if quality in _BY_QUALITY:
        return _BY_QUALITY[quality]
    if final_url is not None and not same_page(requested_url, final_url):
        return Sighting.MOVED, f"moved to {final_url}"
    return Sighting.FOUND, "there, behind a paywall" if quality is Quality.PAYWALL else "there"


def judge(presence: Presence, sighting: Sighting, reason: str, now: datetime, policy: PresencePolicy) -> PresenceStep:
    """Return the next state of a document after a sighting, with the Change it makes, if any.

    Gone only after enough misses in a row, spread over long enough (PresencePolicy); back with the first sight.
    A page that was never read can be gone without a Change, for nothing was removed that we knew. UNCLEAR changes
    nothing; BLOCKED neither ends a row of misses nor brings back what is gone or moved; a redirect to another page
    brings nothing back either.
    """
    if sighting is Sighting.UNCLEAR:
        return PresenceStep(presence.state, presence.misses, presence.missed_since, None, reason)
    if sighting is Sighting.BLOCKED:
        return _blocked(presence, reason)
    if sighting in (Sighting.MISSING, Sighting.WITHDRAWN):
        return _missed(presence, sighting, reason, now, policy)
    if sighting is Sighting.MOVED and presence.state is DocumentState.GONE:  # to another page: this one is not back
        return PresenceStep(presence.state, presence.misses, presence.missed_since, None, f"still gone: {reason}")
    state = _STATE_AFTER[sighting]
    change = _change(presence.state, state)
    return PresenceStep(state, 0, None, change, _back(presence, change, reason, now))


def _change(before: DocumentState, after: DocumentState) -> ChangeKind | None:
    if after is DocumentState.MOVED:
        return None if before is DocumentState.MOVED else ChangeKind.MOVED
    return ChangeKind.RESTORED if before in (DocumentState.GONE, DocumentState.MOVED) else None


def _back(presence: Presence, change: ChangeKind | None, reason: str, now: datetime) -> str:
    """Say for how long it was away: from the first check that missed it, or from when it moved."""
    since = presence.missed_since or presence.state_since
    if change is ChangeKind.RESTORED and since is not None:
        return f"back after {say((now - since).total_seconds())}: {reason}"
    if presence.missed_since is not None:
        return f"{reason}; it had been missed {_times(presence.misses)} since {presence.missed_since:{STAMP}}"
    return reason


def _blocked(presence: Presence, reason: str) -> PresenceStep:
    """Tell what keeps us out, and whether it is new that it does."""
    kept = presence.state in (DocumentState.GONE, DocumentState.MOVED)
    state = presence.state if kept else DocumentState.BLOCKED
    new = ", as it did not before" if presence.state is DocumentState.LIVE else ""
    return PresenceStep(state, presence.misses, presence.missed_since, None, reason + new)


def _missed(presence: Presence, sighting: Sighting, reason: str, now: datetime, policy: PresencePolicy) -> PresenceStep:
    misses, since = presence.misses + 1, presence.missed_since or now
    if presence.state is DocumentState.GONE:
        return PresenceStep(DocumentState.GONE, misses, since, None, f"still gone: {reason}")
    dropped = _dropped_at(presence, since, policy)
    if dropped is not None:
        reason = f"{reason}; its source had dropped it at {dropped:{STAMP}}"
    if not _enough(misses, now - since, sighting, dropped is not None, policy):
        return PresenceStep(presence.state, misses, since, None, f"missing, check {misses} of its row: {reason}")
    change = None if presence.state is DocumentState.PENDING else ChangeKind.REMOVED
    spread = say((now - since).total_seconds())
    return PresenceStep(
        DocumentState.GONE, misses, since, change, f"gone after {misses} checks over {spread}: {reason}"
    )


def _dropped_at(presence: Presence, since: datetime, policy: PresencePolicy) -> datetime | None:
    """Return when its source dropped it, unless that is too long ago to have to do with it."""
    at = presence.unlisted_at
    return at if at is not None and at >= since - timedelta(seconds=policy.dropped_within_s) else None


def _enough(misses: int, spread: timedelta, sighting: Sighting, dropped: bool, policy: PresencePolicy) -> bool:
    checks = min(policy.dropped_checks, policy.checks) if dropped else policy.checks
    enough = misses >= checks and spread >= timedelta(seconds=policy.span_s)
    if sighting is not Sighting.WITHDRAWN:
        return enough
    span = timedelta(seconds=policy.withdrawn_span_s)
    return enough or (misses >= policy.withdrawn_checks and spread >= span)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
