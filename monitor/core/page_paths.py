"""Where a change or a document is among the pages of the archive."""

from monitor.answers import ChangeView
from monitor.model import Alarm, Document


def path_of(item: ChangeView | Document | Alarm) -> str:
    """Return the path of the page about it: its diff, or where in the history of the document a change stands."""
    if isinstance(item, Alarm):
        return "/#alarms"
    if isinstance(item, Document):
        return f"/documents/{item.id}"
    steps = revisions_of(item)
    place = f"/diff?from={steps[0]}&to={steps[1]}" if steps else f"#change-{item.change.id}"
    return f"/documents/{item.document.id}{place}"


def revisions_of(view: ChangeView) -> tuple[int, int] | None:
    """Return the revisions before and after a change, where there are two."""
    before, after = view.change.from_revision, view.change.to_revision
    return (before, after) if before and after and before != after else None
