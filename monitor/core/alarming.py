"""Decide which alarms begin and which end: one for each thing that is wrong, told once, and never in a storm."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.errors import UsageError
from monitor.model import Alarm, AlarmKind

LONGEST_DETAIL = 500  # characters


class Condition(StrEnum):
    """How one thing is. In BETWEEN it is neither wrong enough to begin an alarm nor well enough to end one."""

    WELL = "well"
    BETWEEN = "between"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Symptom:
    """How one thing looks now, and in words why. What is well and has no alarm need not be said."""

    kind: AlarmKind
    subject: str
    condition: Condition
    detail: str


@dataclass(frozen=True, slots=True)
class AlarmPolicy:
    """How long an alarm lasts at least, so that what comes and goes is no storm of alarms.

    The first lasts `hold_s` seconds at least, and one that returns within `memory_s` of its last end twice as long as
    the one before, up to `longest_s`: with the defaults no more than ten begin in a day, whatever happens.
    """

    hold_s: float = 600.0
    longest_s: float = 6 * 3600.0
    memory_s: float = 86_400.0


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be written down: alarms that begin, and those that end, with their end."""

    raised: tuple[Alarm, ...] = ()
    ended: tuple[Alarm, ...] = ()


def above(value: float, limit: float, well: float) -> Condition:
    """Return how a value is that is wrong above `limit` and well at `well` or below (well <= limit)."""
    return Condition.WRONG if value > limit else Condition.WELL if value <= well else Condition.BETWEEN


def below(value: float, limit: float, well: float) -> Condition:
    """Return how a value is that is wrong below `limit` and well at `well` or above (well >= limit)."""
    return Condition.WRONG if value < limit else Condition.WELL if value >= well else Condition.BETWEEN


def decide(
    known: Sequence[Alarm],
    symptoms: Sequence[Symptom],
    judged: Collection[AlarmKind],
    now: datetime,
    policy: AlarmPolicy,
) -> Step:
    """Return which alarms begin and end. `known` are those that are open, and those that ended lately.

    Of a kind that was `judged`, an open alarm about whom no symptom speaks any more ends as well: the outlet is no
    longer watched, the worker forgotten. Of other kinds nothing changes. Of one thing at most one alarm is open.
    """
    found = {(one.kind, one.subject): one for one in symptoms if one.kind in judged}
    running = {(one.kind, one.subject): one for one in known if one.ended_at is None}
    wrong = [key for key, one in found.items() if one.condition is Condition.WRONG and key not in running]
    raised = tuple(Alarm(*key, now, found[key].detail[:LONGEST_DETAIL]) for key in wrong)
    over = (one for key, one in running.items() if one.kind in judged and _is_over(found.get(key)))
    return Step(raised, tuple(_ended(one, now) for one in over if _has_lasted(one, known, now, policy)))


def _is_over(symptom: Symptom | None) -> bool:
    return symptom is None or symptom.condition is Condition.WELL


def _has_lasted(one: Alarm, known: Sequence[Alarm], now: datetime, policy: AlarmPolicy) -> bool:
    """Say whether an alarm has lasted as long as it has to. A clock that was set back holds nothing up for ever."""
    lasted = abs((now - one.since).total_seconds())
    return lasted >= hold_s(sum(_counts(other, one, policy) for other in known), policy)


def _counts(other: Alarm, one: Alarm, policy: AlarmPolicy) -> bool:
    """Say whether an alarm is an earlier one of the same thing, not long before."""
    same = (other.kind, other.subject) == (one.kind, one.subject) and other.ended_at is not None
    return same and one.since - other.since <= timedelta(seconds=policy.memory_s)


def hold_s(before: int, policy: AlarmPolicy) -> float:
    """Return for how many seconds an alarm lasts at least that had so many `before` it."""
    return policy.longest_s if before > 32 else min(policy.longest_s, policy.hold_s * 2**before)


def _ended(one: Alarm, now: datetime) -> Alarm:
    return Alarm(one.kind, one.subject, one.since, one.detail, one.id, max(now, one.since))


def kinds_of(query: str) -> frozenset[AlarmKind]:
    """Return which alarms a rule tells of: `kind:disk,backup`, or all where it says nothing. Raises UsageError."""
    words = query.split()
    if not words:
        return frozenset(AlarmKind)
    named = {name for word in words for name in _names(word)}
    return frozenset(AlarmKind(name) for name in named)


def _names(word: str) -> Sequence[str]:
    field, _, values = word.partition(":")
    names = values.split(",")
    if field != "kind" or any(name not in set(AlarmKind) for name in names):
        raise UsageError(
            f"{word!r} names no kind of alarm", hint=f"kind: and one of {', '.join(AlarmKind)}, or nothing for all"
        )
    return names
