"""One revision of a document, how it came to be known, and where on the page each value was read."""

from collections.abc import Iterator
from datetime import datetime

from rich.text import Text

from monitor.answers import DocumentView
from monitor.cli.layout import Column
from monitor.cli.screen import Screen
from monitor.cli.text import isolated, one_line, plural
from monitor.cli.times import moment, published
from monitor.model import Origin, Revision

VALUES = (
    Column("what"),
    Column("value", flexible=True),
    Column("as stated", flexible=True, below=100),
    Column("read from"),
)


def show_revision(screen: Screen, view: DocumentView, revision: Revision) -> None:
    """Show all that is kept about a revision but its text."""
    title = revision.title or view.document.title or "(no title)"
    screen.line(Text(f"{view.document.id}  {isolated(one_line(title))}", "bold"))
    for line in about(view, revision):
        screen.line(one_line(line), indent=4)
    if rows := list(values(revision)):
        screen.line()
        screen.table(VALUES, rows, indent=4)


def about(view: DocumentView, revision: Revision) -> Iterator[str]:
    """Yield the lines about a revision: address, which one it is, when it was seen, what read it."""
    yield view.document.url or "address unknown"
    origin = "saved text" if revision.origin is Origin.CORPUS else "found on the web"
    which = f"revision {revision.number} of {len(view.revisions)}"
    yield " · ".join(filter(None, (which, origin, revision.language, plural(revision.word_count, "word"))))
    yield f"first seen {moment(revision.first_seen_at)} · last seen {moment(revision.last_seen_at)}"
    read = f"read by {revision.extractor} · " if revision.extractor else ""
    yield f"{read}sha256 {revision.text_sha256}"
    if revision.reextracts:
        yield f"another reading of the bytes of revision {revision.reextracts}"
    if revision.asides:
        quoted = ", ".join(f"“{line}”" for line in revision.asides)
        yield f"no part of the article, by the page's own marks: {plural(len(revision.asides), 'line')}, {quoted}"


def values(revision: Revision) -> Iterator[tuple[str, str, str | None, str | None]]:
    """Yield what the page or file says of itself: name, value, the words for it, the place it was read from."""
    if revision.title and revision.title_source:
        yield "title", revision.title, None, revision.title_source
    if revision.byline:
        yield "byline", revision.byline, None, revision.byline_source
    if at := revision.published_at:
        stated = _stated(revision.published_raw, revision.published_zone)
        yield "published", _time(at), stated, revision.published_source
    if at := revision.modified_at:
        stated = _stated(revision.modified_raw, revision.modified_zone)
        yield "modified", _time(at), stated, revision.modified_source
    if revision.section:
        yield "section", revision.section, None, None
    if revision.canonical_url:
        yield "canonical", revision.canonical_url, None, None


def _time(at: datetime) -> str:
    told = published(at)
    return f"{told} UTC" if " " in told else told


def _stated(raw: str | None, zone: str | None) -> str | None:
    """Return a date as it stood on the page, with the zone it was stated in where the words do not show it."""
    if not raw:
        return zone
    return raw if not zone or zone in raw else f"{raw} ({zone})"
