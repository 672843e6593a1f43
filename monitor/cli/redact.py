"""`redact`: remove the bytes and texts of one document everywhere, for good."""

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.choices import Json
from monitor.cli.inputs import filled, number_or_text
from monitor.cli.layout import Column
from monitor.cli.screen import Screen
from monitor.cli.session import Session, session_of
from monitor.cli.text import isolated, one_line, plural
from monitor.cli.times import moment
from monitor.errors import MonitorError, UsageError
from monitor.evidence_answers import RemovalReport
from monitor.model import DocumentState
from monitor.sizes import format_size

if TYPE_CHECKING:
    from monitor import Archive

COLUMNS = (Column("what"), Column("at"), Column("bytes", right=True), Column("url", flexible=True))


def redact(
    ctx: typer.Context,
    document: Annotated[str, typer.Argument(metavar="ID", help="Its number or URL.")],
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why; it is kept and sealed, so quote nothing in it.")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Remove nothing, only tell what would go.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    json: Json = False,
) -> None:
    """Remove one document's bytes and texts everywhere, for good.

    Its captures, the captures of sources that tell of it, the texts and titles of all its revisions, search index,
    mirror, saved files. What is left is its address, which is never asked for again, numbers and times, and tombstones
    with the reason. Earlier exports, backups and texts of other documents are not touched (docs/retention.md).

    Example: monitor redact 12 --reason "court order 4 O 112/26"
    """
    session = session_of(ctx, as_json=json)
    which, why = number_or_text(document), filled(reason, "--reason")
    if not dry_run and not yes:
        _ask(session, which, why)
    report = _redact(session, which, why, dry_run=dry_run)
    if json:
        return session.screen.json(report)
    show(session.screen, report)
    return None


def _redact(session: Session, which: int | str, why: str, *, dry_run: bool) -> RemovalReport:
    async def work(archive: "Archive") -> RemovalReport:
        with session.screen.progress("looking through what sources sent") as progress:
            return await archive.custody.redact(which, why, dry_run=dry_run, progress=progress)

    return session.ask(work)


def _ask(session: Session, which: int | str, why: str) -> None:
    """Show what would go and ask for leave, where a person is there to be asked. Raises MonitorError for a no."""
    if not sys.stdin.isatty():
        raise UsageError("a redaction cannot be undone, and nobody is there to be asked", hint="--yes does it unasked")
    report = _redact(session, which, why, dry_run=True)
    for line in (*_about(report), _sum(report), *report.notes):
        session.screen.error(one_line(line))
    if not typer.confirm("This cannot be undone. Remove it?", err=True):
        raise MonitorError("nothing was removed")


def show(screen: Screen, report: RemovalReport) -> None:
    """Show what goes, and what stays with whom."""
    for number, line in enumerate(_about(report)):
        screen.line(line, indent=4 if number else 0)
    rows = [(one.what, moment(one.captured_at), one.bytes, one_line(one.url or "")) for one in report.removals]
    screen.table(COLUMNS, [tuple(row) for row in rows])
    if rows:
        screen.line()
    screen.line(_sum(report))
    for note in report.notes:
        screen.note(note)


def _about(report: RemovalReport) -> Iterator[str]:
    """Yield what a rehearsal is about: number and title, address, outlet and when it was first seen."""
    one = report.document
    if one is None:
        return
    yield one_line(f"{one.id}  {isolated(one_line(one.title or '(no title)'))}")
    yield one_line(one.url or "address unknown")
    known = (one.outlet or one.host, f"first seen {moment(one.first_seen_at)}")
    yield one_line(" · ".join(filter(None, known)))
    if one.state is DocumentState.REDACTED:
        yield one_line(f"redacted before{f', on {moment(one.state_since)}' if one.state_since else ''}")


def _sum(report: RemovalReport) -> str:
    bytes_, files = format_size(report.bytes), plural(len(report.files), "file")
    what = f"{plural(report.captures, 'capture')} ({bytes_}, in {files}) and {plural(report.revisions, 'text')}"
    return f"{what} would be removed; nothing was" if report.dry_run else f"{what} removed, for good"
