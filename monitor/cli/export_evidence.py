"""`export` of captures: WARC, WACZ and CDXJ."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from monitor.cli.export_query import Given, filtered
from monitor.cli.inputs import number_or_text, parse_since, parse_until
from monitor.cli.interruption import told_of
from monitor.cli.screen import Screen
from monitor.cli.session import Session
from monitor.cli.text import plural
from monitor.errors import EvidenceError, NotFoundError, UsageError
from monitor.evidence_answers import ExportFormat, ExportReport, Selection
from monitor.sizes import format_size

if TYPE_CHECKING:
    from monitor import Archive

STDOUT = "-"
MOST = 30_000  # documents of a search; databases limit the parameters of a statement
_NAMED = 10  # of what was left out, that are told one by one


def run(session: Session, given: str, form: ExportFormat, what: Given) -> None:
    """Write captures, and tell of them. Raises EvidenceError when some could not be read."""

    async def work(archive: "Archive") -> ExportReport:
        selection = await _selection(archive, what)
        with session.screen.progress("exporting") as progress:
            return await archive.custody.export(selection, form, out, progress=progress)

    with told_of(session.screen, lambda: _left(given)), _place(given, session.screen) as out:
        report = session.ask(work)
    if session.json:
        session.screen.json(report)
    else:
        show(session.screen, report, on_screen=given == STDOUT)
    if report.left_out:
        raise EvidenceError(
            f"{plural(len(report.left_out), 'thing')} could not be read and {_is(report)} left out",
            hint="`monitor verify` says what is wrong with the evidence",
        )


async def _selection(archive: "Archive", what: Given) -> Selection:
    which = await filtered(archive, what)
    return Selection(
        documents=await _found(archive, what) if what.query else what.documents,
        source_id=which.source_id,
        outlet=which.outlet,
        cluster_of=None if what.copies_of is None else number_or_text(what.copies_of),
        since=None if what.since is None else parse_since(what.since, archive.now()),
        until=None if what.until is None else parse_until(what.until, archive.now()),
    )


async def _found(archive: "Archive", what: Given) -> tuple[int, ...]:
    found = await archive.exports.found(what.query)
    if not found:
        raise NotFoundError("nothing was found", hint=f"`monitor search` with the same words: {what.query}")
    if len(found) > MOST:
        told = f"{len(found):,} documents were found, and captures of {MOST:,} at most go into a file by a search"
        raise UsageError(told, hint="narrow it, or export an outlet or everything: --outlet, or no search")
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
