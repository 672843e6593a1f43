"""`export` of texts, changes and sources: JSONL, CSV, Parquet, plain texts, diffs, Atom, OPML."""

import sys
from io import RawIOBase
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from monitor.cli.export_query import LAST, Given, documents_of, filtered, with_times
from monitor.cli.interruption import told_of
from monitor.cli.screen import Screen
from monitor.cli.session import Session
from monitor.cli.text import plural
from monitor.errors import NotFoundError, UsageError
from monitor.sizes import format_size
from monitor.telling_answers import TableFormat, TableReport

if TYPE_CHECKING:
    from monitor import Archive

STDOUT = "-"
_NOTHING_GONE_ON_WITH = (TableFormat.PARQUET, TableFormat.OPML)


def run(
    session: Session,
    form: TableFormat,
    what: Given,
    *,
    file: str,
    changes: bool | None,
    every: bool,
    mark: str | None,
    resume: bool,
) -> None:
    """Write what is asked for, and tell of it in one line. Raises UsageError, NotFoundError."""
    last, drafts = what.since == LAST, list[Path]()
    _refuse(form, file, last=last, mark=mark, resume=resume)

    async def work(archive: "Archive") -> TableReport:
        which = await filtered(archive, what)
        documents, query = await documents_of(archive, what), with_times(archive, what)
        if documents == ():
            raise NotFoundError("none of these documents is a copy of that one", hint="`monitor copies` lists them")
        out = _stream(session.screen) if file == STDOUT else Path(file)
        drafts.append(archive.exports.draft_of(Path(file)))
        name = mark
        if last and name is None:
            asked = " ".join((query, *map(str, documents or ())))
            name = archive.exports.mark_of(form, Path(file), asked, which=which, changes=changes, all_kinds=every)
        with session.screen.progress("exporting") as progress:
            return await archive.exports.write(
                form,
                out,
                query,
                which=which,
                documents=documents or (),
                changes=changes,
                all_kinds=every,
                mark=name if last else None,
                resume=resume,
                progress=progress,
            )

    with told_of(session.screen, lambda: _left(file, form, drafts)):
        report = session.ask(work)
    if session.json:
        session.screen.json(report)
    else:
        _show(session.screen, report, _rows_of(form, changes))


def _refuse(form: TableFormat, file: str, *, last: bool, mark: str | None, resume: bool) -> None:
    if mark is not None and not last:
        raise UsageError("--mark names what --since last goes on from", hint="add --since last, or leave --mark out")
    if last and mark is None and file == STDOUT:
        raise UsageError("- has no name to remember it by", hint="--since last --mark NAME")
    if last and form is TableFormat.OPML:
        raise UsageError("sources are always exported all", hint="leave out --since last")
    if resume and file == STDOUT:
        raise UsageError("what went to - cannot be gone on with", hint="name a file")


def _stream(screen: Screen) -> BinaryIO:
    """Return standard output for bytes: as they are into a pipe, made safe in a window."""
    return cast("BinaryIO", _Window(screen)) if screen.window else sys.stdout.buffer


class _Window(RawIOBase):
    """A window that takes bytes and shows whole lines."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._rest = b""

    def write(self, data: Any) -> int:
        """Show the lines that are complete."""
        *lines, self._rest = (self._rest + bytes(data)).split(b"\n")
        for line in lines:
            self._screen.page(line.decode("utf-8", "replace") + "\n")
        return len(data)


def _left(file: str, form: TableFormat, drafts: list[Path]) -> str:
    if file == STDOUT:
        return "what was written is not all"
    if form not in _NOTHING_GONE_ON_WITH and any(draft.exists() for draft in drafts):
        return f"{file} is not whole yet: the same command with --resume goes on"
    return "no file was written"


def _rows_of(form: TableFormat, changes: bool | None) -> str:
    if form in (TableFormat.OPML, TableFormat.TEXT):
        return "source" if form is TableFormat.OPML else "text"
    of_changes = form in (TableFormat.DIFFS, TableFormat.ATOM) if changes is None else changes
    return "change" if of_changes else "document"


def _show(screen: Screen, report: TableReport, row: str) -> None:
    told = plural(report.rows, row)
    if report.path == STDOUT:
        screen.note(told)
    else:
        screen.line(f"{told}: {report.path}, {format_size(report.bytes)}")
    for note in report.notes:
        screen.note(note)
    if not report.rows:
        screen.note("nothing is new since the last one" if report.mark else "nothing was found")
    if report.mark:
        screen.note(f"--since last goes on from here (mark {report.mark})")
