"""The history of a document as steps: which revision stood from when, for how long, and what changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from monitor.answers import DocumentView
from monitor.cli.significance import in_words
from monitor.cli.times import length, moment
from monitor.cli.visits import change_words
from monitor.model import Change, ChangeKind, Revision

# The changes that bring a revision not seen before; a variant or a restored page shows one that is known.
EDITS = (ChangeKind.HEADLINE, ChangeKind.BODY, ChangeKind.BOTH)


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened: a revision begins to stand (`revision` is its number), or the page goes."""

    at: datetime
    revision: int | None
    change: Change | None = None


def history(view: DocumentView, now: datetime) -> Iterator[tuple[object, ...]]:
    """Yield a row for each step, oldest first: time, revision, words, how long it stood, what happened."""
    kept = {one.number: one for one in view.revisions}
    found = steps(view)
    ends = [*(step.at for step in found[1:]), None]
    for step, end in zip(found, ends, strict=False):
        revision = kept.get(step.revision or 0)
        yield (
            moment(step.at),
            _named(step),
            revision and revision.word_count,
            _stood(step, end, now),
            _what(step, revision),
        )


def steps(view: DocumentView) -> list[Step]:
    """Return the steps of a document by time: each change, and each revision that no change tells of."""
    told = {change.to_revision for change in view.changes if change.kind in EDITS}
    begun = [Step(one.first_seen_at, one.number) for one in view.revisions if one.number not in told]
    changed = [Step(change.at, change.to_revision, change) for change in view.changes]
    return sorted([*begun, *changed], key=lambda step: (step.at, step.change is not None))


def _named(step: Step) -> str:
    return str(step.revision) if step.revision else ""


def _stood(step: Step, end: datetime | None, now: datetime) -> str:
    if step.change and step.change.kind is ChangeKind.REMOVED:
        return f"gone {length((end - step.at).total_seconds())}" if end else "gone since"
    if end is None:
        return "stands"
    return length((end - step.at).total_seconds())


def _what(step: Step, revision: Revision | None) -> str:
    if step.change is None:
        origin = f"the {'saved text' if revision and revision.origin == 'corpus' else 'first text'}"
        return origin if step.revision == 1 else "another text"
    weight = in_words(step.change.significance)
    return f"{weight}: {change_words(step.change)}"
