"""Hold what the program tells against what was to be seen: found, told as another kind, missed, made up, lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from benchmarks.changes.edits import State
from benchmarks.changes.histories import History
from benchmarks.changes.noise import index_at, noise_at
from benchmarks.changes.serving import Observation
from benchmarks.changes.truth import Expected, Group, expected, texts, unseen
from monitor.answers import DocumentView
from monitor.core.typography import normalise
from monitor.model import Change, ChangeKind, Revision

# Kinds that claim something happened to the article; furniture and another extractor's reading are no claims.
CLAIMS = {
    Group.TEXT: (ChangeKind.HEADLINE, ChangeKind.BODY, ChangeKind.BOTH, ChangeKind.VARIANT, ChangeKind.BYLINE),
    Group.ADDRESS: (ChangeKind.RETITLED, ChangeKind.MOVED),
    Group.PRESENCE: (ChangeKind.REMOVED, ChangeKind.RESTORED, ChangeKind.MOVED),
}
EDITS = frozenset(CLAIMS[Group.TEXT])


@dataclass(frozen=True, slots=True)
class Held:
    """An expected event and what was told of it: nothing, or a change, of the right kind or not."""

    event: Expected
    change: Change | None

    @property
    def right(self) -> bool:
        """Say whether it was told as what it was."""
        return self.change is not None and self.change.kind in self.event.kinds


@dataclass(frozen=True, slots=True)
class MadeUp:
    """A claim where nothing had happened, and the noise that led to it."""

    history: History
    change: Change
    noise: str


@dataclass(frozen=True, slots=True)
class Lost:
    """A text that was served whole, and is in no revision; `title_only` when only its headline is missing."""

    history: History
    state: State
    title_only: bool


@dataclass(frozen=True, slots=True)
class Score:
    """What came of one history."""

    history: History
    views: tuple[DocumentView, ...]
    seen: tuple[Observation, ...]
    held: tuple[Held, ...]
    made_up: tuple[MadeUp, ...]
    lost: tuple[Lost, ...]
    texts: int
    unseen: int

    @property
    def changes(self) -> tuple[Change, ...]:
        """Return every change that was told, in order."""
        return changes_of(self.views)


def changes_of(views: Sequence[DocumentView]) -> tuple[Change, ...]:
    """Return the changes of several documents, in order of time."""
    return tuple(sorted((one for view in views for one in view.changes), key=lambda one: (one.at, one.id)))


def score(history: History, views: tuple[DocumentView, ...], seen: tuple[Observation, ...], end: datetime) -> Score:
    """Score one history."""
    left = list(changes_of(views))
    held = [_held(event, left) for event in expected(history, seen, end)]
    claims = {kind for kinds in CLAIMS.values() for kind in kinds}
    made_up = tuple(
        MadeUp(history, one, noise_at(seen, index_at(seen, one.at))) for one in left if one.kind in claims
    )  # fmt: skip
    revisions = tuple(one for view in views for one in view.revisions)
    known = texts(seen)
    lost = tuple(found for one in known if (found := _lost(history, one, known, revisions)) is not None)
    return Score(history, views, seen, tuple(held), made_up, lost, len(known), unseen(history, seen))


def _held(event: Expected, left: list[Change]) -> Held:
    """Find what was told of an event in its time, a right kind before a wrong one, and take it off the list."""
    told = [
        one
        for one in left
        if one.kind in CLAIMS[event.group] and event.at <= one.at and (event.until is None or one.at < event.until)
    ]
    found = next((one for one in told if one.kind in event.kinds), None) or next(iter(told), None)
    if found is not None:
        left.remove(found)
    return Held(event, found)


def _lost(history: History, state: State, known: Sequence[State], revisions: Sequence[Revision]) -> Lost | None:
    """Look for a revision with all paragraphs in order, and none that only another state has."""
    own = {_squeezed(one) for one in state.paragraphs}
    others = {_squeezed(one) for other in known for one in other.paragraphs}
    foreign = {one for one in others - own if not any(one in mine for mine in own)}
    holding = [one for one in revisions if _holds(_squeezed(one.text), state, foreign)]
    headline = _squeezed(state.headline)
    if any(headline in _squeezed(one.title or "") for one in holding):
        return None
    return Lost(history, state, title_only=bool(holding))


def _holds(text: str, state: State, foreign: set[str]) -> bool:
    at = 0
    for paragraph in map(_squeezed, state.paragraphs):
        at = text.find(paragraph, at)
        if at < 0:
            return False
        at += len(paragraph)
    return not any(one in text for one in foreign)


def _squeezed(text: str) -> str:
    return "".join(normalise(text).split())
