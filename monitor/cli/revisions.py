"""One revision of a document, and how it came to be known."""

from collections.abc import Iterator

from rich.text import Text

from monitor.answers import DocumentView
from monitor.cli.screen import Screen
from monitor.cli.text import isolated, one_line, plural
from monitor.cli.times import moment, published
from monitor.model import Origin, Revision


def show_revision(screen: Screen, view: DocumentView, revision: Revision) -> None:
    """Show all that is kept about a revision but its text."""
    title = revision.title or view.document.title or "(no title)"
    screen.line(Text(f"{view.document.id}  {isolated(one_line(title))}", "bold"))
    for line in about(view, revision):
        screen.line(one_line(line), indent=4)


def about(view: DocumentView, revision: Revision) -> Iterator[str]:
    """Yield the lines about a revision: address, which one it is, what it says of itself, when it was seen."""
    yield view.document.url or "address unknown"
    origin = "saved text" if revision.origin is Origin.CORPUS else "found on the web"
    which = f"revision {revision.number} of {len(view.revisions)}"
    yield " · ".join(filter(None, (which, origin, revision.language, plural(revision.word_count, "word"))))
    if said := list(_said(revision)):
        yield " · ".join(said)
    yield f"first seen {moment(revision.first_seen_at)} · last seen {moment(revision.last_seen_at)}"
    read = f"read by {revision.extractor} · " if revision.extractor else ""
    yield f"{read}sha256 {revision.text_sha256}"


def _said(revision: Revision) -> Iterator[str]:
    """Yield what the page or file says of itself."""
    if revision.byline:
        yield f"by {revision.byline}"
    if revision.published_at:
        yield f"published {published(revision.published_at)}"
    if revision.modified_at:
        yield f"modified {published(revision.modified_at)}"
