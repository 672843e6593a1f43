"""What an observer without fault would report of a history, who saw exactly the answers that were given."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from benchmarks.changes.edits import State
from benchmarks.changes.histories import HERE, History
from benchmarks.changes.serving import Observation
from monitor.model import ChangeKind

# So many checks, so far apart, prove that a page is gone; see PresencePolicy in monitor/core/presence.py.
PROOF = (3, timedelta(hours=6))
PROOF_410 = (2, timedelta(hours=1))
TIME_ENOUGH = timedelta(hours=24)  # who saw a first sign so long before the end had time to look again


class Group(StrEnum):
    """What an event is about; events of one group follow each other."""

    TEXT = "text"
    ADDRESS = "address"
    PRESENCE = "presence"


@dataclass(frozen=True, slots=True)
class Expected:
    """An event that was to be seen at `at`, in observation `index`; `since` is the observation before.

    Any of `kinds` is right, until `until`, when the next event of its group was seen. `what` is the script's word for
    it. One that is not `required` may be told, and may be missed.
    """

    history: History
    group: Group
    kinds: frozenset[ChangeKind]
    what: str
    at: datetime
    since: datetime
    index: int
    before: State | None = None
    after: State | None = None
    until: datetime | None = None
    required: bool = True

    @property
    def kind(self) -> ChangeKind:
        """Return the kind, or the first in order of those that are right."""
        return min(self.kinds)


def good(seen: Observation) -> bool:
    """Say whether an observation shows the article, whole."""
    return seen.truth.state is not None and seen.truth.bad is None and seen.status == 200


def expected(history: History, seen: Sequence[Observation], end: datetime) -> tuple[Expected, ...]:
    """Return the events of a history that were seen, in order."""
    every = [*_of_text_and_address(history, seen), *_of_presence(history, seen, end)]
    return tuple(_until(every))


def texts(seen: Sequence[Observation]) -> tuple[State, ...]:
    """Return the distinct texts that were seen whole, in order."""
    first: dict[tuple[str, tuple[str, ...]], State] = {}
    for one in seen:
        if good(one) and one.truth.state is not None:
            first.setdefault(one.truth.state.text, one.truth.state)
    return tuple(first.values())


def unseen(history: History, seen: Sequence[Observation]) -> int:
    """Count the script's steps that nobody saw: gone before a check came, or behind a wall."""
    states = {one.truth.state for one in seen if good(one)}
    places = {one.truth.place for one in seen}
    return sum(
        1 for step in history.steps if step.state not in states and (step.place == HERE or step.place not in places)
    )


def _of_text_and_address(history: History, seen: Sequence[Observation]) -> Iterator[Expected]:
    known: set[tuple[str, tuple[str, ...]]] = set()
    before: tuple[State, datetime] | None = None
    for index, one in enumerate(seen):
        state = one.truth.state
        if not good(one) or state is None:
            continue
        if before is not None:
            old, since = before
            what = "A/B headlines" if history.other in (old.headline, state.headline) else history.at(one.at).what
            event = Expected(history, Group.TEXT, frozenset(), what, one.at, since, index, old, state)
            if kind := _kind(old, state, known):
                yield replace(event, kinds=frozenset({kind}))
            if old.path != state.path:
                yield replace(event, group=Group.ADDRESS, kinds=frozenset({ChangeKind.RETITLED}))
        known.add(state.text)
        before = state, one.at


def _kind(old: State, new: State, known: set[tuple[str, tuple[str, ...]]]) -> ChangeKind | None:
    if old.text != new.text:
        if new.text in known:
            return ChangeKind.VARIANT
        if old.headline != new.headline and old.paragraphs != new.paragraphs:
            return ChangeKind.BOTH
        if old.headline == new.headline:
            return ChangeKind.BODY
        # A headline under test comes back around a body that was edited meanwhile.
        return ChangeKind.VARIANT if new.headline in {headline for headline, _ in known} else ChangeKind.HEADLINE
    return ChangeKind.BYLINE if (old.byline, old.published) != (new.byline, new.published) else None


def _of_presence(history: History, seen: Sequence[Observation], end: datetime) -> Iterator[Expected]:
    """Tell each time it was gone, and its return; only if it had been seen before."""
    start = next((number for number, one in enumerate(seen) if good(one)), None)
    if start is None:
        return
    gone: list[int] = []
    for index in range(start, len(seen) + 1):
        if index < len(seen) and seen[index].truth.place != HERE:
            gone.append(index)
        elif gone and (index == len(seen) or good(seen[index])):
            removal = _removal(history, seen, gone, end)
            yield removal
            if index < len(seen):
                at = seen[index].at
                yield replace(removal, kinds=frozenset({ChangeKind.RESTORED}), what="restored", at=at, index=index)
            gone = []


def _removal(history: History, seen: Sequence[Observation], gone: Sequence[int], end: datetime) -> Expected:
    first, last = seen[gone[0]], seen[gone[-1]]
    place = first.truth.place
    elsewhere = place == "other article"
    kinds = frozenset({ChangeKind.REMOVED, *((ChangeKind.MOVED,) if elsewhere else ())})
    proofs = [PROOF, *((PROOF_410,) if place == "410" else ())]
    spread = last.at - first.at
    proved = any(len(gone) >= checks and spread >= span for checks, span in proofs)
    lasting = gone[-1] == len(seen) - 1 and end - first.at >= TIME_ENOUGH
    since = seen[gone[0] - 1].at
    required = proved or lasting or elsewhere
    return Expected(history, Group.PRESENCE, kinds, place, first.at, since, gone[0], required=required)


def _until(every: Sequence[Expected]) -> Iterator[Expected]:
    for one in sorted(every, key=lambda event: event.at):
        later = [other.at for other in every if other.group is one.group and other.at > one.at]
        yield replace(one, until=min(later, default=None))
