"""`compact`: closed evidence files become a fraction of their size, without loss."""

from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.choices import Json
from monitor.cli.layout import Column
from monitor.cli.screen import Screen
from monitor.cli.session import session_of
from monitor.cli.text import plural
from monitor.evidence_answers import CompactReport
from monitor.sizes import format_size

if TYPE_CHECKING:
    from monitor import Archive


def compact(
    ctx: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Change nothing, only estimate.")] = False,
    now: Annotated[bool, typer.Option("--now", help="Do not wait until files are old enough.")] = False,
    json: Json = False,
) -> None:
    """Shrink closed evidence files, without loss.

    Per host, with a dictionary of the host's own pages; only files that `verify` found right. Every record
    stays the same to the byte, and is read again from the disk before the file that held it goes. What would gain too
    little is left as it is, and named: bodies that servers had compressed cannot be compressed again
    (docs/compaction.md). `export` turns all into plain `.warc.gz`.

    Example: monitor compact --dry-run
    """
    session = session_of(ctx, as_json=json)

    async def work(archive: "Archive") -> CompactReport:
        with session.screen.progress("compacting") as progress:
            return await archive.custody.compact(dry_run=dry_run, now=now, progress=progress)

    report = session.ask(work)
    if json:
        return session.screen.json(report)
    show_report(session.screen, report, dry_run=dry_run)
    if report.made and dry_run:
        session.screen.hint("compact")
    return None


def show_report(screen: Screen, report: CompactReport, *, dry_run: bool) -> None:
    """Show what was made of each host, the sum in one line, and what was left and why."""
    if report.made:
        rows = [
            (host, f"{records:,}", format_size(before), format_size(after))
            for host, records, before, after in sorted(_by_host(report), key=lambda row: -row[2])
        ]
        screen.table(COLUMNS, rows)
        screen.line()
    screen.line(_sum(report, dry_run=dry_run))
    for line in report.left:
        screen.note(f"left as it is: {line}")


def _by_host(report: CompactReport) -> list[tuple[str, int, int, int]]:
    """Return records and bytes of each host, before and after; a large one has several files."""
    sums: dict[str, tuple[int, int, int]] = {}
    for one in report.made:
        records, before, after = sums.get(one.host, (0, 0, 0))
        sums[one.host] = (records + one.records, before + one.bytes_before, after + one.bytes_after)
    return [(host, *told) for host, told in sums.items()]


COLUMNS = (
    Column("host"),
    Column("records", right=True),
    Column("before", right=True),
    Column("after", right=True),
)


def _sum(report: CompactReport, *, dry_run: bool) -> str:
    if not report.made:
        return "nothing to compact"
    before, after = (sum(one.bytes_before for one in report.made), sum(one.bytes_after for one in report.made))
    done = "would become about" if dry_run else "became"
    share = f"{after / before:.0%}" if before else "0%"
    told = f"{plural(len(report.replaced), 'file')} of {format_size(before)} {done} {format_size(after)}, {share} of it"
    return told if dry_run else f"{told}, in {plural(len(report.made), 'file')}"
