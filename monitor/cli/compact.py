"""`compact`: closed evidence files become a fraction of their size, without loss."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.choices import Json
from monitor.cli.layout import Column
from monitor.cli.screen import Screen
from monitor.cli.session import session_of
from monitor.cli.text import plural
from monitor.cli.times import moment
from monitor.durations import format_duration
from monitor.evidence_answers import CompactReport
from monitor.sizes import format_size

MOST = 3  # files with the same reason that are told one by one

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
        session.screen.json(report)
    else:
        show_report(session.screen, report, dry_run=dry_run)
    if not report.finished:
        raise KeyboardInterrupt
    if report.made and dry_run and not json:
        session.screen.hint("compact --now" if now else "compact")


def show_report(screen: Screen, report: CompactReport, *, dry_run: bool) -> None:
    """Show what was made of each host, the sum in one line, and what was left and why."""
    if report.made:
        rows = [
            (host, f"{records:,}", format_size(before), format_size(after))
            for host, records, before, after in sorted(_by_host(report), key=lambda row: -row[2])
        ]
        screen.table(COLUMNS, rows)
        screen.line()
    for note in report.notes:
        screen.note(note)
    if report.made or report.finished:
        screen.line(_sum(report, dry_run=dry_run))
    if report.made and report.waiting:
        screen.note(_waiting(report))
    for line in _left(report.left):
        screen.note(f"left as it is: {line}")
    if not report.finished:
        screen.error(_interrupted(report))


def _left(lines: Sequence[str]) -> Iterator[str]:
    """Yield what was left and why; many files with the same reason are one line."""
    by_reason: dict[str, list[str]] = {}
    for line in lines:
        name, _, why = line.partition(": ")
        by_reason.setdefault(why, []).append(name)
    for why, names in by_reason.items():
        if len(names) > MOST:
            yield f"{plural(len(names), 'file')}, {names[0]} and others: {why}"
        else:
            yield from (f"{name}: {why}" for name in names)


def _waiting(report: CompactReport) -> str:
    old = format_duration(report.least_age_s)
    first = f", the first on {moment(report.due_at)}" if report.due_at else ""
    wait = "file waits until it is" if report.waiting == 1 else "files wait until they are"
    return f"{report.waiting:,} {wait} {old} old{first}; `compact --now` does not wait"


def _interrupted(report: CompactReport) -> str:
    if not report.replaced:
        return "interrupted; nothing was replaced, and nothing is left of it"
    return f"interrupted; {plural(len(report.replaced), 'file')} replaced, all others are as they were"


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
        return f"nothing to compact yet: {_waiting(report)}" if report.waiting else "nothing to compact"
    before, after = (sum(one.bytes_before for one in report.made), sum(one.bytes_after for one in report.made))
    done = "would become about" if dry_run else "became"
    share = f"{after / before:.0%}" if before else "0%"
    told = f"{plural(len(report.replaced), 'file')} of {format_size(before)} {done} {format_size(after)}, {share} of it"
    return told if dry_run else f"{told}, in {plural(len(report.made), 'file')}"
