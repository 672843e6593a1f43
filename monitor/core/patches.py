"""Write the step between two texts of a document as `git apply` and `patch` read it."""

from monitor.answers import ChangeView
from monitor.core.changes import TextState
from monitor.core.diffs import unified


def patch_of(view: ChangeView, before: TextState, after: TextState) -> str:
    """Return a change as a patch of the file `documents/ID.txt`, "" where headline and text are the same.

    Above it stand lines that begin with #, which both programs pass over: what changed, when, and why. The file holds
    the headline, an empty line, and the text.
    """
    number = view.change.document_id
    body = unified(_whole(before), _whole(after), f"a/documents/{number}.txt", f"b/documents/{number}.txt")
    if not body:
        return ""
    about = "".join(f"# {_one_line(line)}\n" for line in _about(view))
    return f"{about}diff --git a/documents/{number}.txt b/documents/{number}.txt\n{body}\n"


def _whole(state: TextState) -> str:
    return f"{_one_line(state.title or '')}\n\n{state.text}\n"


def _about(view: ChangeView) -> tuple[str, ...]:
    change, document = view.change, view.document
    what = f"change {change.id}: {change.kind}, revision {change.from_revision} to {change.to_revision}"
    told = (
        f"{what}, found at {change.at.isoformat().replace('+00:00', 'Z')}",
        document.title,
        document.url,
        f"significance {change.significance:.2f}: {change.reason}",
    )
    return tuple(line for line in told if line)


def _one_line(text: str) -> str:
    return " ".join(text.split())
