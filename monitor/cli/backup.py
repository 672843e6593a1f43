"""`backup`: keep snapshots of the archive in a folder, look after them, and see what there is."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.choices import Json
from monitor.cli.inputs import filled
from monitor.cli.layout import Column
from monitor.cli.screen import Screen
from monitor.cli.session import BEGIN, Session, session_of
from monitor.cli.text import plural
from monitor.cli.times import moment
from monitor.errors import EvidenceError, NotFoundError, UsageError
from monitor.running_answers import Snapshot
from monitor.sizes import format_size

COLUMNS = (
    Column("snapshot"),
    Column("rows", right=True),
    Column("evidence"),
    Column("files", right=True),
    Column("size", right=True),
    Column("added", right=True),
    Column("schema"),
    Column("verified"),
)


class Evidence(StrEnum):
    """What becomes of the evidence."""

    COPY = "copy"
    REFERENCE = "reference"
    NONE = "none"


def backup(
    ctx: typer.Context,
    folder: Annotated[
        str | None, typer.Argument(metavar="[FOLDER]", help="The folder of backups; backup.folder without.")
    ] = None,
    evidence: Annotated[
        Evidence | None, typer.Option("--evidence", help="Copy it, only list it with digests, or leave it out.")
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="Only show the snapshots there are.")] = False,
    verify: Annotated[bool, typer.Option("--verify", help="Only read the newest snapshot again.")] = False,
    every: Annotated[bool, typer.Option("--all", help="With --verify: read all snapshots.")] = False,
    prune: Annotated[bool, typer.Option("--prune", help="Only let go of what backup.keep does not ask for.")] = False,
    json: Json = False,
) -> None:
    """Keep a snapshot of the archive, also while it is at work.

    Database and evidence go into a folder, best on another disk. What it has already is not stored again, so every
    snapshot is whole and takes little. `monitor restore` puts one back in place. With --list, --verify or --prune no
    snapshot is made; a damaged backup ends --verify with 6. docs/backup.md has all of it.

    Example: monitor backup /mnt/backups/monitor
    """
    session = session_of(ctx, as_json=json)
    session.log()
    if listed + verify + prune > 1 or (every and not verify):
        raise UsageError("these options say two things", hint="take one of --list, --verify [--all] and --prune")
    place = None if folder is None else Path(filled(folder, "the folder"))
    if listed:
        _list(session, place)
    elif verify:
        _verify(session, place, every=every)
    elif prune:
        _prune(session, place)
    else:
        _make(session, place, evidence)


def _make(session: Session, place: Path | None, evidence: Evidence | None) -> None:
    from monitor import backup as make

    if not session.has_archive:
        raise NotFoundError(f"there is no archive in {session.settings.data_dir}", hint=BEGIN)
    with session.screen.progress("backing up", sizes=True) as progress:
        one = make(session.settings, place, evidence=evidence and str(evidence), progress=progress)
    if session.json:
        session.screen.json(one)
        return
    for problem in one.problems:
        session.screen.note(problem)
    files = plural(one.files, "file")
    evidence_told = f"{files} of evidence" if one.evidence == "copied" else f"evidence {one.evidence}"
    size, added = format_size(one.bytes), format_size(one.added_bytes)
    session.screen.line(f"snapshot {one.name}: {plural(one.rows, 'row')}, {evidence_told}; {size}, {added} of it new")
    where = "" if place is None else f" {place}"
    session.screen.hint(f"backup{where} --verify", f"restore {place or session.settings.backup.folder} --into NEW_DIR")


def _list(session: Session, place: Path | None) -> None:
    from monitor import list_backups

    found = list_backups(session.settings, place)
    if session.json:
        session.screen.json(found)
        return
    show(session.screen, found)
    for one in found[:1]:
        for problem in one.problems:
            session.screen.note(f"{one.name}: {problem}")


def show(screen: Screen, found: tuple[Snapshot, ...]) -> None:
    """Show snapshots, newest first."""
    if not found:
        screen.note("there is no snapshot yet")
    screen.table(COLUMNS, [_row(one) for one in found])


def _row(one: Snapshot) -> tuple[str, ...]:
    evidence = f"{one.evidence}, incomplete" if one.problems else one.evidence
    size, added = format_size(one.bytes), format_size(one.added_bytes)
    return (one.name, f"{one.rows:,}", evidence, f"{one.files:,}", size, added, one.schema, moment(one.verified_at))


def _verify(session: Session, place: Path | None, *, every: bool) -> None:
    from monitor import verify_backups

    with session.screen.progress("reading backups", sizes=True) as progress:
        report = verify_backups(session.settings, place, every=every, progress=progress)
    if session.json:
        session.screen.json(report)
    else:
        for line in report.damaged:
            session.screen.line(line)
        read = f"{plural(report.pieces, 'piece')} ({format_size(report.bytes)})"
        session.screen.line(f"{plural(report.snapshots, 'snapshot')} read, {read}: {_verdict(report.damaged)}")
    if report.damaged:
        raise EvidenceError("the backup is damaged", hint="make another: what is damaged is stored anew")


def _verdict(damaged: tuple[str, ...]) -> str:
    return f"{plural(len(damaged), 'problem')}" if damaged else "all is well"


def _prune(session: Session, place: Path | None) -> None:
    from monitor import prune_backups

    report = prune_backups(session.settings, place)
    if session.json:
        session.screen.json(report)
        return
    freed = f"{plural(report.pieces, 'piece')}, {format_size(report.freed_bytes)}"
    gone = f"{plural(len(report.removed), 'snapshot')} removed ({freed})"
    session.screen.line(f"{gone}, {len(report.kept):,} kept")
