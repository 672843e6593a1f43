"""`show`: everything kept about one document."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated

import typer
from rich.text import Text

from monitor.answers import ClusterView, DocumentView
from monitor.cli.choices import Json
from monitor.cli.history import history
from monitor.cli.inputs import number_or_text
from monitor.cli.layout import Column
from monitor.cli.revisions import show_revision
from monitor.cli.screen import Screen
from monitor.cli.session import session_of
from monitor.cli.text import isolated, one_line, plural
from monitor.cli.times import due, moment, published
from monitor.errors import NotFoundError
from monitor.model import Capture, Citation, Document, DocumentState, Entry, Fetch, Origin, Quality, Revision

HISTORY = (
    Column("at"),
    Column("revision"),
    Column("words", right=True),
    Column("stood"),
    Column("what", flexible=True, wrap=True),
)
CAPTURES = (
    Column("at"),
    Column("status", right=True),
    Column("record"),
    Column("file", flexible=True),
    Column("offset", right=True),
    Column("bytes", right=True),
    Column("doubt", flexible=True, below=140),
)
FETCHES = (
    Column("at"),
    Column("outcome"),
    Column("status", right=True),
    Column("took", right=True),
    Column("bytes", right=True),
    Column("detail", flexible=True, wrap=True),
)
ENTRIES = (Column("source", right=True), Column("first seen"), Column("last seen"), Column("title", flexible=True))
CITATIONS = (
    Column("kind"),
    Column("cited", flexible=True),
    Column("means", flexible=True),
    Column("at", right=True),
    Column("sure", right=True),
)
FILES = (Column("imported"), Column("file", flexible=True), Column("encoding"), Column("read from", flexible=True))
NEWEST = 20  # rows of a section; --json has all


def show(
    ctx: typer.Context,
    document: Annotated[str, typer.Argument(metavar="ID", help="Its number or URL.")],
    text: Annotated[bool, typer.Option("--text", help="Print the title and the text only.")] = False,
    revision: Annotated[
        int | None, typer.Option("--revision", metavar="N", min=1, help="This revision, not the current one.")
    ] = None,
    json: Json = False,
) -> None:
    """Show all about a document, or its text.

    State and reason, former addresses, copies, history, what sources said, captures (file, offset and length of the
    WARC record, and why one made no revision), fetches, files and citations. In a window each part ends with its
    newest 20 rows. With --revision: all about that revision, where on the page each value was read, and its text.

    Example: monitor show 12 --text
    """
    session = session_of(ctx, as_json=json)
    which = number_or_text(document)
    view = session.ask(lambda archive: archive.document(which))
    wanted = revision_of(view, revision)
    if json:
        return session.screen.json(view)
    if text:
        _show_text(session.screen, view.document, wanted)
    elif revision and wanted:
        show_revision(session.screen, view, wanted)
        session.screen.line()
        session.screen.paragraphs(wanted.text)
    else:
        show_view(session.screen, view, session.now)
    _hint(session.screen, view, text)
    return None


def revision_of(view: DocumentView, number: int | None) -> Revision | None:
    """Return a revision by number, the current one for None, None for a page never read. Raises NotFoundError."""
    current = [one for one in view.revisions if one.id == view.document.revision_id]
    found = [one for one in view.revisions if one.number == number] if number else current or view.revisions[-1:]
    if number and not found:
        known = ", ".join(str(one.number) for one in view.revisions) or "none"
        raise NotFoundError(f"document {view.document.id} has no revision {number}", hint=f"it has: {known}")
    return found[0] if found else None


def _show_text(screen: Screen, document: Document, revision: Revision | None) -> None:
    if document.state is DocumentState.REDACTED:
        raise NotFoundError(
            f"document {document.id} was redacted", hint=f"monitor show {document.id} says when and why"
        )
    if revision is None:
        raise NotFoundError(f"document {document.id} was never read", hint=f"monitor check --document {document.id}")
    screen.line(Text(one_line(revision.title or document.title or "(no title)"), "bold"))
    screen.line()
    screen.paragraphs(revision.text)


def show_view(screen: Screen, view: DocumentView, now: datetime) -> None:
    """Show all but the text."""
    for number, line in enumerate(header(view, now)):
        screen.line(Text(line, "bold" if number == 0 else ""), indent=0 if number == 0 else 4)
    _section(screen, "history", HISTORY, history(view))
    _section(screen, "what sources said", ENTRIES, map(_entry_row, view.entries))
    _section(screen, "captures", CAPTURES, map(_capture_row, sorted(view.captures, key=lambda one: one.captured_at)))
    _section(screen, "fetches", FETCHES, map(fetch_row, sorted(view.fetches, key=lambda one: one.started_at)))
    _section(
        screen,
        "files",
        FILES,
        [(moment(one.imported_at), one.name, one.encoding, one.path) for one in view.corpus_files],
    )
    _section(screen, "citations", CITATIONS, map(_citation_row, view.citations))


def header(view: DocumentView, now: datetime) -> Iterable[str]:
    """Yield the lines on top: title, addresses, origin, state, copies, next check."""
    one = view.document
    yield f"{one.id}  {isolated(one_line(one.title or '(no title)'))}"
    yield one_line(one.url or "address unknown")
    for former in view.addresses:
        yield one_line(f"until {moment(former.until)} at {former.url}")
    saved = "saved text" if one.origin is Origin.CORPUS else None
    known = (saved, one.outlet or one.host, one.language, _published(one.published_at))
    yield one_line(" · ".join([*filter(None, known), f"first seen {moment(one.first_seen_at)}"]))
    yield one_line(f"{one.state}{_dated(' since', one.state_since)}{_because(one.state_reason)}")
    if one.moved_to and one.moved_to not in (one.state_reason or ""):
        yield one_line(f"moved to {one.moved_to}")
    if one.unlisted_at:
        yield f"its source tells of it no more since {moment(one.unlisted_at)}"
    if view.cluster:
        yield from _copies(view.cluster, one)
    if one.next_check_at:
        yield one_line(f"next check {due(one.next_check_at, now)}{_because(one.plan_reason)}")


def _copies(cluster: ClusterView, one: Document) -> Iterable[str]:
    """Yield a line about the copies of a document: how many others there are, and who had it first."""
    others = plural(cluster.size - 1, "other document")
    first = cluster.copies[0]
    if first.document.id == one.id:
        yield f"had it first; {others} with this text: `monitor copies {one.id}`"
        return
    named = one_line(" ".join(filter(None, (str(first.document.id), first.document.outlet or first.document.host))))
    title = isolated(one_line(first.document.title or first.document.url or "(no title)"))
    yield f"{others} with this text, first had by {named} ({title}): `monitor copies {one.id}`"


def _dated(what: str, at: datetime | None) -> str:
    return f"{what} {moment(at)}" if at else ""


def _published(at: datetime | None) -> str:
    return f"published {published(at)}" if at else ""


def _because(reason: str | None) -> str:
    return f": {reason}" if reason else ""


def _section(screen: Screen, name: str, columns: Sequence[Column], rows: Iterable[tuple[object, ...]]) -> None:
    """Show a part that has rows, the newest 20 of them in a window."""
    every = list(rows)
    shown = every[-NEWEST:] if screen.window else every
    if not shown:
        return
    left_out = f", the last {NEWEST} of {len(every):,}" if len(every) > len(shown) else ""
    screen.line()
    screen.line(Text(f"{name}{left_out}", "bold"))
    screen.table(columns, shown, indent=2)


def _entry_row(entry: Entry) -> tuple[object, ...]:
    date = f"{entry.raw_date} ({entry.date_flag})" if entry.date_flag else entry.raw_date
    said = " · ".join(filter(None, (entry.title, date)))
    return entry.source_id, moment(entry.first_seen_at), moment(entry.last_seen_at), said


def _capture_row(one: Capture) -> tuple[object, ...]:
    if one.removed_at:
        return moment(one.captured_at), one.status, one.record_type, f"removed {moment(one.removed_at)}", "", "", ""
    return moment(one.captured_at), one.status, one.record_type, one.file, one.offset, one.length, _doubt(one)


def _doubt(one: Capture) -> str:
    """Return why a capture made no revision; nothing for a complete one."""
    if one.quality in (None, Quality.COMPLETE):
        return ""
    return ": ".join(filter(None, (str(one.quality).replace("_", " "), one.quality_reason)))


def fetch_row(one: Fetch) -> tuple[object, ...]:
    """Return a fetch as a row of FETCHES."""
    outcome = str(one.outcome).replace("_", " ")
    return moment(one.started_at), outcome, one.status, f"{one.elapsed_ms} ms", one.raw_bytes, one.detail


def _citation_row(one: Citation) -> tuple[object, ...]:
    return str(one.kind).replace("_", " "), one.cited, one.url or one.outlet, one.start, f"{one.confidence:.0%}"


def _hint(screen: Screen, view: DocumentView, text: bool) -> None:
    """Name what can be asked next; of a document that was removed for good that is nothing."""
    one = view.document
    if one.state is DocumentState.REDACTED:
        return
    more = [f"diff {one.id}"] if len(view.revisions) > 1 else []
    read = [f"show {one.id} --text"] if view.revisions and not text else []
    screen.hint(*more, *read, *_check(one))


def _check(one: Document) -> list[str]:
    return [f"check --document {one.id}"] if one.url else []
