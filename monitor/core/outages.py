"""Tell an outage from a takedown: when most of a place vanishes at once, nobody took an article down."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.core.presence import STAMP, Presence, PresenceStep
from monitor.model import DocumentState


@dataclass(frozen=True, slots=True)
class OutagePolicy:
    """When the others of a place say that it is out: at least `least` of them missing, and more than a `share`.

    Of 88 million articles 1.5 % vanished within a week: that among four or more, looked at within hours, most were
    taken down one by one is next to impossible (0.015^3), while a broken deploy or a lapsed domain takes nearly all.
    Half leaves room for what caches still serve. An outlet that mends its site at all does so once a weekend is over,
    so after `patience_s` seconds they are gone for good.
    """

    least: int = 3
    share: float = 0.5
    patience_s: float = 3 * 86400.0


@dataclass(frozen=True, slots=True)
class Crowd:
    """What became of the other documents of a place since one was first missed: so many `missing`, so many `found`.

    `place` is a host, or a source in words. Those that nobody looked at, or whose answer was unclear, do not count.
    """

    place: str
    missing: int
    found: int


def weigh(
    before: Presence, step: PresenceStep, crowds: Sequence[Crowd], now: datetime, policy: OutagePolicy
) -> PresenceStep:
    """Return a step to GONE as it is to be believed, given what became of the others of its places, widest first.

    In an outage the state stays and the row of misses goes on; nothing is said to be gone, so nothing will have to be
    restored. What outlasts the patience is gone, and the reason says that the whole place went. Other steps, and those
    of what was gone already, are returned as they are.
    """
    since = step.missed_since
    if step.state is not DocumentState.GONE or before.state is DocumentState.GONE or since is None:
        return step
    out = next((crowd for crowd in crowds if is_out(crowd, policy)), None)
    if out is None:
        return step
    told = f"{out.missing + 1} of {out.missing + out.found + 1} articles checked since {since:{STAMP}} are missing"
    if now - since >= timedelta(seconds=policy.patience_s):
        return replace(step, reason=f"the whole of {out.place} went: {told}; {step.reason}")
    reason = f"an outage of {out.place}, not a takedown: {told}"
    return PresenceStep(before.state, step.misses, since, None, reason, outage=True)


def is_out(crowd: Crowd, policy: OutagePolicy) -> bool:
    """Say whether the others of a place are missing in such numbers that it is an outage."""
    return crowd.missing >= policy.least and crowd.missing > policy.share * (crowd.missing + crowd.found)


def witnesses_wanted(crowd: Crowd, policy: OutagePolicy) -> int:
    """Return how many more of a host's documents are to be looked at before its silence or speech says anything."""
    return max(policy.least - crowd.missing - crowd.found, 0)
