"""`reextract`: read stored captures again, as the present extractor does."""

from typing import TYPE_CHECKING, Annotated

import typer

from monitor.answers import ReextractReport
from monitor.cli.choices import Json, OutletOption, outlet_key
from monitor.cli.inputs import number_or_text
from monitor.cli.notes import show_notes
from monitor.cli.screen import Screen
from monitor.cli.session import session_of
from monitor.cli.text import plural
from monitor.errors import UsageError

if TYPE_CHECKING:
    from monitor import Archive


def reextract(
    ctx: typer.Context,
    documents: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Their numbers or URLs.")] = None,
    outlet: OutletOption = None,
    every: Annotated[bool, typer.Option("--all", help="Every revision, whoever read it.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Store nothing, only tell.")] = False,
    json: Json = False,
) -> None:
    """Read stored captures again with the present extractor.

    Without an ID: the current texts that an older extractor read, of all documents; with --all every revision. Nothing
    is fetched. A text that comes out differently is a revision of its own and marked as another reading of the same
    bytes, never as an edit. What the evidence does not hold, or cannot be read, is counted and stays as it is.

    Example: monitor reextract --outlet granma.cu --dry-run
    """
    session = session_of(ctx, as_json=json)
    if documents and outlet is not None:
        raise UsageError("an ID and --outlet say two things", hint="name documents, or an outlet")
    which = [number_or_text(one) for one in documents or ()]

    async def work(archive: "Archive") -> ReextractReport:
        key = None if outlet is None else outlet_key(archive.outlets, outlet)
        with session.screen.progress("reading again") as progress:
            return await archive.reextract(which, outlet=key, every=every, dry_run=dry_run, progress=progress)

    report = session.ask(work)
    if json:
        return session.screen.json(report)
    show_notes(session.screen, report.changes, session.now)
    if report.changes:
        session.screen.line()
    show_sum(session.screen, report, dry_run=dry_run)
    if report.changes and not dry_run:
        session.screen.hint("changes --kind reextracted")
    return None


def show_sum(screen: Screen, report: ReextractReport, *, dry_run: bool) -> None:
    """Show what came of it, in one line."""
    if not report.documents:
        screen.note("nothing to read again: every current text was read by the present extractor; --all reads all")
        return
    counts = (
        (report.same, "the same text"),
        (report.different, "another text"),
        (report.unreadable, "no text"),
        (report.missing, "not in the evidence"),
    )
    told = ", ".join(f"{count:,} {what}" for count, what in counts if count)
    much = f"{plural(report.captures, 'capture')} of {plural(report.documents, 'document')}"
    read = f"{much} read again by {report.extractor}"
    untouched = "; nothing was stored" if dry_run else ""
    screen.line(f"{read}{': ' if told else ''}{told}{untouched}")
