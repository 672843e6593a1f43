"""`verify`: read the evidence again, and say exactly what is wrong."""

from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.choices import Json
from monitor.cli.inputs import filled
from monitor.cli.screen import Screen
from monitor.cli.session import session_of
from monitor.cli.text import one_line, plural
from monitor.cli.times import moment
from monitor.errors import EvidenceError, UsageError
from monitor.evidence_answers import Fault, VerifyReport
from monitor.sizes import format_size, parse_size

if TYPE_CHECKING:
    from monitor import Archive

_RESTORE = "restore the file from a backup"
_KEEP = "keep a copy of file and database as they are, and find out who changed them"
_ROW = "restore the database from a backup"
_RECORD = f"{_RESTORE}; without one the bytes of this record are lost"
_CHAIN = "docs/proofs.md tells what it means; compare with a stamp or a bundle made before"

# What to do about each kind of fault; docs/verify.md has the same with what it means.
ADVICE = {
    "file-missing": _RESTORE,
    "file-unreadable": "check the disk and the permissions, then verify the file again",
    "file-short": _RESTORE,
    "file-long": "keep a copy, then cut the file at that byte",
    "file-length": _ROW,
    "file-altered": "nothing that is read from it changed; find out what wrote to it",
    "file-swapped": "give both files their own names again",
    "file-unknown": "move it out of the folder, or import it with `monitor import-warc`",
    "file-leftover": "remove it, unless a command is writing it right now",
    "file-removed": "run the command that removed it again, or delete the file",
    "file-twice": "keep a copy of both; the closed one is the one that is read",
    "object-missing": "it is stored again from the disk; where it is nowhere else, restore it from a backup",
    "object-altered": "keep a copy, and find out who wrote it; remove it there, and it is stored again from the disk",
    "record-damaged": _RECORD,
    "record-altered": _KEEP,
    "record-digest": _KEEP,
    "record-header": _KEEP,
    "record-repeated": "two records of one file cannot be told apart; see where the second came from",
    "record-unknown": "the next start of `monitor run` takes it in where a crash left it, else see who wrote it",
    "record-removed": "run `monitor redact` or `monitor retain` again",
    "capture-differs": _KEEP,
    "capture-misplaced": _ROW,
    "capture-lost": _RESTORE,
    "capture-repeated": _ROW,
    "capture-in-removed-file": _ROW,
    "capture-document": _ROW,
    "revisit-original": "the record that it repeats has to be restored with its file",
    "text-altered": _ROW,
    "text-times": f"the seals tell when its captures were made; {_ROW}",
    "text-unread": "report what it says, with the log; the other texts were made again",
    "text-differs": f"the seals tell whether text or bytes were altered; {_ROW}",
    "saved-altered": "import the saved file again from where it came from",
    "document-current": _ROW,
    "document-count": _ROW,
    "search-missing": _ROW,
    "reference-missing": _ROW,
    "part-unchecked": "see the log for why, mend that, then verify again",
    "database-damaged": f"copy it first, then {_ROW}",
    **dict.fromkeys(("chain-broken", "seal-missing", "seal-link", "seal-hash", "seal-leaves", "seal-root"), _CHAIN),
    **dict.fromkeys(("row-missing", "row-altered", "tombstone-missing"), _CHAIN),
}


def verify(
    ctx: typer.Context,
    files: Annotated[
        list[str] | None, typer.Argument(metavar="[FILE]...", help="Evidence files by name; all without.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Also what was read within a day.")] = False,
    no_texts: Annotated[
        bool, typer.Option("--no-texts", help="Do not extract texts again from their bytes, which takes longest.")
    ] = False,
    rate: Annotated[
        str | None, typer.Option("--rate", metavar="SIZE", help="Read no more than this a second, such as 20MB.")
    ] = None,
    json: Json = False,
) -> None:
    """Read all evidence again and say exactly what is wrong.

    Compares files, records and their digests with the database, texts with the bytes they were read from, the chain of
    seals with what it seals, and the database with itself. Only files that were read and right within a day are left
    out, and told of, so that a run takes up one that was interrupted: --again reads all. With a FILE only that file is
    read. Changes nothing but the notes of what was verified. Ends with 6 when anything is wrong. docs/verify.md
    explains every fault.

    Example: monitor verify --rate 20MB
    """
    session = session_of(ctx, as_json=json)
    names = [filled(one, "the file") for one in files or ()]
    speed = None if rate is None else _speed(rate)

    async def work(archive: "Archive") -> VerifyReport:
        with session.screen.progress("verifying", sizes=True) as progress:
            return await archive.custody.verify(names, again=again, texts=not no_texts, rate=speed, progress=progress)

    report = session.ask(work)
    if json:
        session.screen.json(report)
    else:
        show(session.screen, report)
    if not report.finished:
        raise KeyboardInterrupt
    if report.faults:
        raise EvidenceError(
            f"{plural(len(report.faults), 'thing')} {_is(report)} wrong with the archive",
            hint="docs/verify.md says what each means and what to do",
        )


def _speed(given: str) -> int:
    size = parse_size(filled(given, "--rate"))
    if size == 0:
        raise UsageError("--rate 0 would never end", hint="leave it out to read as fast as possible")
    return size


def show(screen: Screen, report: VerifyReport) -> None:
    """Show each thing that is wrong, and in one line what was read."""
    for fault in report.faults:
        screen.line(told(fault))
    for note in report.notes:
        screen.note(note)
    screen.line(_sum(report))
    if not report.finished:
        screen.note("interrupted; what was verified is kept, and the next run goes on from there")


def told(fault: Fault) -> str:
    """Return a fault as a line: what kind, where, what, and what to do."""
    where = fault.what if fault.offset is None else f"{fault.what} at byte {fault.offset}"
    advice = ADVICE.get(fault.kind)
    return one_line(f"{fault.kind}: {where}: {fault.detail}" + (f" -> {advice}" if advice else ""))


def _sum(report: VerifyReport) -> str:
    read = f"{plural(report.files, 'file')} read ({format_size(report.bytes)}, {plural(report.records, 'record')}"
    read += f", {plural(report.captures, 'capture')})"
    parts = [read]
    if report.skipped:
        since = f" since {moment(report.skipped_since)}" if report.skipped_since else ""
        parts.append(f"{plural(report.skipped, 'file')} not read again{since} (--again reads them)")
    if report.texts:
        parts.append(f"{plural(report.texts, 'text')} made again")
    if report.seals:
        parts.append(plural(report.seals, "seal"))
    wrong = plural(len(report.faults), "fault") if report.faults else "nothing wrong"
    where = " in what was read" if report.skipped and not report.faults else ""
    return f"{', '.join(parts)}: {wrong}{where}{'' if report.finished else ' so far'}"


def _is(report: VerifyReport) -> str:
    return "is" if len(report.faults) == 1 else "are"
