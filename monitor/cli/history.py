"""The history of a document as steps: which revision stood from when, for how long, and what changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.answers import DocumentView
from monitor.cli.times import length, moment
from monitor.cli.wording import doubt, in_short, judged_again
from monitor.model import Change, ChangeKind, DocumentState, Revision
from monitor.wording import weight_of

# The changes that bring a revision not seen before; a variant or a restored page shows one that is known.
NEW_TEXTS = (ChangeKind.HEADLINE, ChangeKind.BODY, ChangeKind.BOTH, ChangeKind.FURNITURE, ChangeKind.REEXTRACTED)
# The text that stood stands on.
ASIDE = (ChangeKind.BYLINE, ChangeKind.RETITLED)


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened: a revision begins to stand (`revision` is its number), or the page goes."""

    at: datetime
    revision: int | None
    change: Change | None = None

    @property
    def is_aside(self) -> bool:
        """Tell what happened beside the text, which stands on."""
        return self.change is not None and self.change.kind in ASIDE


def history(view: DocumentView) -> Iterator[tuple[object, ...]]:
    """Yield a row for each step, oldest first: time, revision, words, how long it stood, what happened."""
    kept = {one.number: one for one in view.revisions}
    found = steps(view)
    removed = view.document.state_since if view.document.state is DocumentState.REDACTED else None
    for number, step in enumerate(found):
        revision = kept.get(step.revision or 0)
        yield (
            moment(step.at),
            str(step.revision or ""),
            revision and revision.word_count,
            _stood(step, _end(found[number + 1 :]) or removed),
            _what(step, revision),
        )
    if removed:
        yield moment(removed), "", None, "", "redacted: texts and captures were removed for good"


def steps(view: DocumentView) -> list[Step]:
    """Return the steps of a document by time: each change, and each revision that no change tells of."""
    told = {change.to_revision for change in view.changes if change.kind in NEW_TEXTS}
    begun = [Step(one.first_seen_at, one.number) for one in view.revisions if one.number not in told]
    changed = [Step(change.at, change.to_revision, change) for change in view.changes]
    return sorted([*begun, *changed], key=lambda step: (step.at, step.change is not None))


def _end(later: Sequence[Step]) -> datetime | None:
    return next((step.at for step in later if not step.is_aside), None)


def _stood(step: Step, end: datetime | None) -> str:
    if step.is_aside or (step.change and step.change.kind is ChangeKind.MOVED):
        return ""
    if step.change and step.change.kind is ChangeKind.REMOVED:
        return f"gone {length((end - step.at).total_seconds())}" if end else "gone since"
    return length((end - step.at).total_seconds()) if end else "stands"


def _what(step: Step, revision: Revision | None) -> str:
    if step.change is None:
        origin = f"the {'saved text' if revision and revision.origin == 'corpus' else 'first text'}"
        return origin if step.revision == 1 else "another text"
    told = "; ".join(filter(None, (in_short(step.change), doubt(step.change), judged_again(step.change))))
    return ": ".join(filter(None, (weight_of(step.change), told)))
