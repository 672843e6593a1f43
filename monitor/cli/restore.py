"""`restore`: put an archive back in place from a folder of backups."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.choices import Json
from monitor.cli.inputs import database_url as url_of
from monitor.cli.inputs import filled
from monitor.cli.screen import Screen
from monitor.cli.session import session_of
from monitor.cli.text import plural
from monitor.cli.times import moment
from monitor.errors import UsageError
from monitor.running_answers import RestoreReport
from monitor.sizes import format_size


def restore(
    ctx: typer.Context,
    folder: Annotated[str, typer.Argument(metavar="FOLDER", help="The folder of backups.")],
    snapshot: Annotated[
        str, typer.Argument(metavar="[SNAPSHOT]", help="Its name, as `monitor backup --list` shows it.")
    ] = "latest",
    into: Annotated[
        str, typer.Option("--into", metavar="DIR", help="The new data_dir: a folder with nothing in it.")
    ] = "",
    database_url: Annotated[
        str, typer.Option("--database-url", metavar="URL", help="An empty database, for a snapshot of PostgreSQL.")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only see whether it can be done.")] = False,
    json: Json = False,
) -> None:
    """Put an archive back from a backup, and prove it to be whole.

    Nothing is overwritten: the folder, and the database of PostgreSQL, must be empty. Every piece is checked on its
    way, then the whole. Interrupted, it leaves a folder that no other command opens; the same command goes on. What the
    snapshot lacks is told. docs/backup.md has all of it.

    Example: monitor restore /mnt/backups/monitor --into ./restored
    """
    from monitor import restore as put_back

    session = session_of(ctx, as_json=json)
    session.log()
    if not into.strip():
        raise UsageError("it is not said where to", hint="--into DIR: a folder that is not there yet, or is empty")
    source, target = Path(filled(folder, "the folder")), Path(into.strip())
    name, url = filled(snapshot, "the snapshot"), url_of(database_url, "--database-url") if database_url.strip() else ""
    with session.screen.progress("restoring", sizes=True) as progress:
        report = put_back(source, target, snapshot=name, database_url=url, dry_run=dry_run, progress=progress)
    if json:
        return session.screen.json(report)
    show(session.screen, report, target, dry_run=dry_run)
    return None


def show(screen: Screen, report: RestoreReport, target: Path, *, dry_run: bool) -> None:
    """Show what was put in place, and what it lacks."""
    one = report.snapshot
    held = f"{plural(one.rows, 'row')}, {plural(report.evidence_files, 'file')} of evidence, {format_size(one.bytes)}"
    done = "can be restored; nothing was written" if dry_run else f"restored into {target}"
    screen.line(f"snapshot {one.name} of {moment(one.made_at)} ({held}) {done}")
    for problem in report.problems:
        screen.note(problem)
    if not dry_run:
        database = f" --set database.url={report.database}" if one.database == "postgresql" else ""
        screen.note(f"look at it with: monitor --data-dir {shlex.quote(str(target))}{database} verify --again")
