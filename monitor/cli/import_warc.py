"""`import-warc`: what other archives kept, taken in as captures with their own dates."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.choices import Json
from monitor.cli.inputs import filled
from monitor.cli.screen import Screen
from monitor.cli.session import session_of
from monitor.cli.text import one_line, plural
from monitor.errors import EvidenceError, NotFoundError
from monitor.evidence_answers import Fault, ImportedFile

if TYPE_CHECKING:
    from monitor import Archive

MOST = 20  # faults of a file that are told one by one


def import_warc(
    ctx: typer.Context,
    files: Annotated[list[str], typer.Argument(metavar="FILE", help="WARC or WACZ files.")],
    keep_good: Annotated[
        bool, typer.Option("--keep-good", help="Of a file with faults, keep the records that are sound.")
    ] = False,
    new_documents: Annotated[
        bool, typer.Option("--new-documents", help="Make documents of articles that are none here yet.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Store nothing, only tell.")] = False,
    json: Json = False,
) -> None:
    """Take in WARC and WACZ files of other archives.

    Their records are kept to the byte, as captures with their own dates, and pages of documents that are known here
    become part of their history, also before it began. Records that the archive has already are left out, so that a
    file can be imported again. A file with a fault is refused whole; each fault is told with its place in the file, and
    the command ends with 6. docs/exchange.md tells what is read, and what each fault means.

    Example: monitor import-warc crawl.warc.gz collection.wacz --dry-run
    """
    session = session_of(ctx, as_json=json)
    paths = [_there(filled(one, "the file")) for one in files]

    async def work(archive: "Archive") -> tuple[ImportedFile, ...]:
        with session.screen.progress("importing") as progress:
            return await archive.custody.import_warc(
                paths, keep_good=keep_good, new_documents=new_documents, dry_run=dry_run, progress=progress
            )

    nothing_yet = dry_run and not session.has_archive
    reports = session.ask_without(work) if nothing_yet else session.ask(work, begins=True)
    if json:
        session.screen.json(reports)
    else:
        show(session.screen, reports, keep_good=keep_good, dry_run=dry_run)
        if any(one.documents for one in reports) and not dry_run:
            session.screen.hint("changes", "documents")
    _refuse(reports, keep_good=keep_good)


def _there(name: str) -> Path:
    """Return a file that is there, so that no archive is begun for one that is not. Raises NotFoundError."""
    path = Path(name)
    if not path.exists():
        raise NotFoundError(f"{name}: no such file", hint="name WARC or WACZ files")
    return path


def show(screen: Screen, reports: Sequence[ImportedFile], *, keep_good: bool, dry_run: bool) -> None:
    """Show what came of each file: its faults first, then one line."""
    for report in reports:
        for fault in report.faults[:MOST]:
            screen.line(_told(fault))
        if (more := len(report.faults) - MOST) > 0:
            screen.line(f"and {plural(more, 'fault')} more; --json lists all")
        screen.line(one_line(_sum(report, keep_good=keep_good, dry_run=dry_run)))


def _told(fault: Fault) -> str:
    place = "" if fault.offset is None else f": byte {fault.offset}"
    return one_line(f"{fault.what}{place}: {fault.kind}: {fault.detail}")


def _sum(report: ImportedFile, *, keep_good: bool, dry_run: bool) -> str:
    if report.faults and not keep_good:
        return f"{report.file}: refused, nothing was kept; --keep-good keeps what is sound"
    counts = (
        (report.repeated, "here already"),
        (report.redacted, "of documents that were removed for good"),
        (report.passed_over, "no captures"),
    )
    told = "".join(f", {count:,} {what}" for count, what in counts if count)
    verb = "would be kept" if dry_run else "kept"
    line = f"{report.file}: {plural(report.records, 'record')}: {plural(report.kept, 'capture')} {verb}{told}"
    return f"{line}; {_of_documents(report)}" if report.documents else line


def _of_documents(report: ImportedFile) -> str:
    new = f" ({report.new_documents:,} new)" if report.new_documents else ""
    texts = f", {plural(report.revisions, 'new text')}" if report.revisions else ""
    earlier = f", {report.earlier:,} older than all known before" if report.earlier else ""
    return f"{plural(report.documents, 'document')}{new}{texts}{earlier}"


def _refuse(reports: Sequence[ImportedFile], *, keep_good: bool) -> None:
    """Raise EvidenceError where anything was refused; what, was told already."""
    faults = sum(len(one.faults) for one in reports)
    if not faults:
        return
    wrong = [one.file for one in reports if one.faults]
    hint = "docs/exchange.md tells what each fault means" + ("" if keep_good else "; --keep-good keeps what is sound")
    raise EvidenceError(f"{plural(faults, 'fault')} in {', '.join(wrong)}", hint=hint)
