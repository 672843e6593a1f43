"""`retain`: remove the captures that the retention policies no longer keep."""

from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.choices import Json
from monitor.cli.layout import Column
from monitor.cli.screen import Screen
from monitor.cli.session import session_of
from monitor.cli.text import one_line, plural
from monitor.cli.times import moment
from monitor.evidence_answers import RemovalReport
from monitor.sizes import format_size

if TYPE_CHECKING:
    from monitor import Archive

KINDS = (
    Column("kind"),
    Column("captures", right=True),
    Column("bytes", right=True),
    Column("from"),
    Column("to"),
)
EXAMPLES = (Column("kind"), Column("at"), Column("bytes", right=True), Column("url", flexible=True))


def retain(
    ctx: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Remove nothing, only tell what would go.")] = False,
    json: Json = False,
) -> None:
    """Remove the captures that `[retention]` no longer keeps.

    By kind: robots.txt, what sources sent, articles that brought nothing new, and the captures behind texts; a source
    may have a time of its own. Texts and changes stay, and each capture that goes leaves a tombstone that the chain
    seals. Evidence files are written anew without them. The daemon does this once a day.

    Example: monitor retain --dry-run
    """
    session = session_of(ctx, as_json=json)

    async def work(archive: "Archive") -> RemovalReport:
        with session.screen.progress("writing evidence anew") as progress:
            return await archive.custody.retain(dry_run=dry_run, progress=progress)

    report = session.ask(work)
    if json:
        return session.screen.json(report)
    show(session.screen, report)
    return None


def show(screen: Screen, report: RemovalReport) -> None:
    """Show what goes, by kind, with the oldest of each."""
    for note in report.notes:
        screen.note(note)
    if not report.captures:
        screen.note("nothing is kept for longer than [retention] says; `monitor config` shows it")
        return
    screen.table(
        KINDS,
        [
            (one.kind, f"{one.captures:,}", format_size(one.bytes), moment(one.oldest), moment(one.newest))
            for one in report.kinds
        ],
    )
    screen.line()
    rows = [(one.what, moment(one.captured_at), one.bytes, one_line(one.url or "")) for one in report.removals]
    screen.table(EXAMPLES, [tuple(row) for row in rows])
    screen.line()
    screen.line(_sum(report))


def _sum(report: RemovalReport) -> str:
    much = f"{plural(report.captures, 'capture')}, {format_size(report.bytes)}, in {plural(len(report.files), 'file')}"
    if report.dry_run:
        return f"{much} would be removed; nothing was"
    return f"{much} removed; tombstones tell of them"
