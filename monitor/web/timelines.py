"""What happened to a document, as one list: texts, changes of state, and the looks that found nothing new."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.answers import DocumentView
from monitor.model import Capture, Change, ChangeKind, Fetch, Outcome, Revision

# The changes that bring a revision not seen before; a variant or a restored page shows one that is known.
NEW_TEXTS = (ChangeKind.HEADLINE, ChangeKind.BODY, ChangeKind.BOTH, ChangeKind.FURNITURE, ChangeKind.REEXTRACTED)
WELL = (Outcome.OK, Outcome.NOT_MODIFIED)
MISSED = "without the article"  # an answer came, and no text of the document was in it: a front page, a consent page
VISIT = timedelta(minutes=2)  # from the start of a fetch until what it brought is recorded, with time to spare


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened: a change, or a text that no change tells of. `capture` is what it was read from."""

    at: datetime
    change: Change | None = None
    revision: Revision | None = None
    capture: Capture | None = None

    @property
    def is_text(self) -> bool:
        """Tell whether a text begins to stand, not only a state."""
        return self.revision is not None


@dataclass(frozen=True, slots=True)
class Looks:
    """Checks in a row that brought nothing new: from when to when, how many, and how those that found no text ended."""

    at: datetime
    until: datetime
    count: int
    failures: tuple[tuple[str, int], ...]


def timeline(view: DocumentView) -> tuple[Step | Looks, ...]:
    """Return what happened, newest first."""
    found = _steps(view)
    looks = _fruitless(sorted(view.fetches, key=lambda one: one.started_at), found)
    ended = _endings(view.captures)
    told: list[Step | Looks] = []
    for number, step in enumerate(found):
        until = found[number + 1].at if number + 1 < len(found) else None
        told += [step, *_together(_between(looks, step.at, until), ended)]
    before = [one for one in looks if not found or one.started_at < found[0].at]
    return tuple(reversed([*_together(before, ended), *told]))


def _steps(view: DocumentView) -> list[Step]:
    """Return each change, and each revision that no change tells of, by time."""
    kept = {one.number: one for one in view.revisions}
    captured = {one.revision_id or 0: one for one in view.captures}  # newest first: the oldest stays
    brought = {one.to_revision for one in view.changes if one.kind in NEW_TEXTS}
    begun = [
        Step(one.first_seen_at, None, one, captured.get(one.id)) for one in view.revisions if one.number not in brought
    ]
    changed = [_step(one, kept.get(one.to_revision or 0), captured) for one in view.changes]
    return sorted([*begun, *changed], key=lambda step: (step.at, step.change is not None))


def _step(change: Change, revision: Revision | None, captured: dict[int, Capture]) -> Step:
    shown = revision if change.kind in NEW_TEXTS else None
    return Step(change.at, change, shown or _known(change, revision), captured.get(shown.id) if shown else None)


def _known(change: Change, revision: Revision | None) -> Revision | None:
    """Return the text that stands again."""
    return revision if change.kind in (ChangeKind.VARIANT, ChangeKind.RESTORED) else None


def _fruitless(looks: Sequence[Fetch], steps: Sequence[Step]) -> list[Fetch]:
    """Return the looks without those that brought a step: its capture says so, or the time."""
    known = {step.capture.fetch_id for step in steps if step.capture}
    return [
        one
        for one in looks
        if one.id not in known and not any(timedelta() <= step.at - one.started_at <= VISIT for step in steps)
    ]


def _endings(captures: Sequence[Capture]) -> Callable[[Fetch], str | None]:
    """Return what tells how a look ended other than well, in words; None for one that found the text as it was."""
    answered = {one.fetch_id for one in captures}
    found = {one.fetch_id for one in captures if one.revision_id}

    def ending(one: Fetch) -> str | None:
        if one.outcome not in WELL:
            return one.outcome.replace("_", " ")
        return MISSED if one.id in answered - found else None

    return ending


def _between(looks: Sequence[Fetch], after: datetime, until: datetime | None) -> list[Fetch]:
    return [one for one in looks if one.started_at > after and (until is None or one.started_at < until)]


def _together(looks: Sequence[Fetch], ended: Callable[[Fetch], str | None]) -> Iterator[Looks]:
    if looks:
        failures = Counter(said for one in looks if (said := ended(one)))
        yield Looks(looks[0].started_at, looks[-1].started_at, len(looks), tuple(failures.items()))
