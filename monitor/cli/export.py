"""The command that gives captures to other programs."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.choices import Json, OutletOption, outlet_key
from monitor.cli.inputs import filled, number_or_text, parse_since, parse_until
from monitor.cli.interruption import told_of
from monitor.cli.screen import Screen
from monitor.cli.session import session_of
from monitor.cli.text import plural
from monitor.errors import EvidenceError, UsageError
from monitor.evidence_answers import ExportFormat, ExportReport, Selection
from monitor.sizes import format_size

if TYPE_CHECKING:
    from monitor import Archive

STDOUT = "-"
_SUFFIXES = {".warc.gz": ExportFormat.WARC, ".wacz": ExportFormat.WACZ, ".cdxj": ExportFormat.CDXJ}
_NAMED = 10  # of what was left out, that are told one by one


def export(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="Where to: FILE.warc.gz, FILE.wacz or FILE.cdxj.")],
    documents: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Documents by number or URL; all without.")
    ] = None,
    warc: Annotated[bool, typer.Option("--warc", help="As WARC, whatever the name of the file.")] = False,
    wacz: Annotated[bool, typer.Option("--wacz", help="As WACZ, whatever the name of the file.")] = False,
    cdxj: Annotated[bool, typer.Option("--cdxj", help="As an index of the evidence itself; - is the screen.")] = False,
    source: Annotated[
        str | None, typer.Option("--source", metavar="SOURCE", help="Only this source and what it told of.")
    ] = None,
    outlet: OutletOption = None,
    copies_of: Annotated[
        str | None, typer.Option("--copies-of", metavar="ID", help="Only this document and its copies.")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="WHEN", help="Captured since: 24h, 7d, 2026-11-16 or a time.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="WHEN", help="Captured until: 24h, 2026-11-16 (all day) or a time.")
    ] = None,
    json: Json = False,
) -> None:
    """Write captures to a file that others read and replay.

    WARC and WACZ hold the records as they were written, the redirects on the way, and what revisits refer to; pywb and
    replayweb.page open them. CDXJ is an index of where the captures lie in the evidence. What is missing or damaged is
    left out, named, and ends the command with 6; the file is written all the same. No file is overwritten.

    Example: monitor export granma.wacz --outlet granma.cu --since 30d
    """
    session = session_of(ctx, as_json=json)
    given = filled(file, "the name of the file")
    form = _form(given, {ExportFormat.WARC: warc, ExportFormat.WACZ: wacz, ExportFormat.CDXJ: cdxj})
    if given == STDOUT and json:
        raise UsageError("--json and - both want standard output", hint="name a file")
    which = tuple(number_or_text(one) for one in documents or ())

    async def work(archive: "Archive") -> ExportReport:
        selection = Selection(
            documents=which,
            source_id=None if source is None else (await archive.source(number_or_text(source))).id,
            outlet=None if outlet is None else outlet_key(archive.outlets, outlet),
            cluster_of=None if copies_of is None else number_or_text(copies_of),
            since=None if since is None else parse_since(since, archive.now()),
            until=None if until is None else parse_until(until, archive.now()),
        )
        with session.screen.progress("exporting") as progress:
            return await archive.custody.export(selection, form, out, progress=progress)

    with told_of(session.screen, lambda: _left(given)), _place(given, session.screen) as out:
        report = session.ask(work)
    if json:
        session.screen.json(report)
    else:
        show(session.screen, report, on_screen=given == STDOUT)
    if report.left_out:
        raise EvidenceError(
            f"{plural(len(report.left_out), 'thing')} could not be read and {_is(report)} left out",
            hint="`monitor verify` says what is wrong with the evidence",
        )


def _form(given: str, asked: dict[ExportFormat, bool]) -> ExportFormat:
    """Return the format that the flags or the name of the file say. Raises UsageError."""
    flags = [form for form, wanted in asked.items() if wanted]
    named = [form for suffix, form in _SUFFIXES.items() if given.lower().endswith(suffix)]
    if len(flags) > 1:
        raise UsageError("a file has one format", hint="give one of --warc, --wacz and --cdxj")
    if not flags and not named:
        raise UsageError(f"{given} does not say what to write", hint="end it with .warc.gz, .wacz or .cdxj")
    found = (flags or named)[0]
    if given == STDOUT and found is not ExportFormat.CDXJ:
        raise UsageError(f"{found.upper()} goes into a file", hint="only --cdxj may go to -")
    return found


@contextmanager
def _place(given: str, screen: Screen) -> Iterator[Path]:
    """Give the file to write; what is for standard output is passed on when it is whole."""
    if given != STDOUT:
        yield Path(given)
        return
    with TemporaryDirectory() as folder:
        out = Path(folder) / "index.cdxj"
        yield out
        with out.open(encoding="ascii") as lines:
            for line in lines:
                screen.page(line)


def _left(given: str) -> str:
    return f"{given} is there" if given != STDOUT and Path(given).exists() else "no file was written"


def show(screen: Screen, report: ExportReport, *, on_screen: bool) -> None:
    """Show what was exported in one line, and what was left out."""
    of = f" of {plural(report.documents, 'document')}" if report.documents else ""
    told = f"{plural(report.captures, 'capture')}{of}"
    if report.brought:
        told += f", {report.brought:,} of them because others refer to them"
    if on_screen:
        screen.note(told)
    else:
        screen.line(f"{told}: {report.path}, {format_size(report.bytes)}")
    for fault in report.left_out[:_NAMED]:
        screen.note(f"left out: {fault.what}: {fault.detail}")
    if len(report.left_out) > _NAMED:
        screen.note(f"left out: {len(report.left_out) - _NAMED:,} more; --json names all")
    for name in report.in_use:
        screen.note(f"{name} is in use and will lose its .open: make the index again then")
    if report.format is ExportFormat.WARC:
        screen.hint(f"export {report.path.removesuffix('.warc.gz')}.wacz")


def _is(report: ExportReport) -> str:
    return "was" if len(report.left_out) == 1 else "were"
