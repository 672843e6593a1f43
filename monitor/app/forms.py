"""Write a comparison down for others: as a page of its own, and as a unified diff."""

from monitor.answers import DiffView
from monitor.core import diff_html, diffs
from monitor.model import Document, Revision


def diff_page(view: DiffView) -> str:
    """Return a comparison as one HTML page that needs nothing else: no script, no font, no network."""
    return diff_html.diff_page(view)


def unified_diff(view: DiffView) -> str:
    """Return a comparison as a unified diff by lines, the headline on top; "" when nothing differs."""
    before, after = _whole(view, "delete"), _whole(view, "insert")
    earlier = _named(view.other or view.document, view.before)
    return diffs.unified(before, after, earlier, _named(view.document, view.after))


def _whole(view: DiffView, own: str) -> str:
    """Return one side of a comparison: headline, empty line, text."""
    title, text = ("".join(one.text for one in part if one.op in ("equal", own)) for part in (view.title, view.text))
    return f"{title}\n\n{text}\n"


def _named(document: Document, revision: Revision) -> str:
    return f"document {document.id} revision {revision.number}"
