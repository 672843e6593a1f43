"""`migrate` and `migrate-to`: bring an archive up to date, and move it to another database."""

from typing import Annotated

import typer

from monitor.cli.choices import Json
from monitor.cli.inputs import database_url
from monitor.cli.layout import Column
from monitor.cli.screen import Screen
from monitor.cli.session import BEGIN, Session, session_of
from monitor.cli.text import plural
from monitor.errors import NotFoundError
from monitor.running_answers import MigrationReport, MigrationStep, MoveReport
from monitor.sizes import format_size

Force = Annotated[
    bool, typer.Option("--force", help="Although a worker seems to be at work, one that is gone for sure.")
]


def migrate(
    ctx: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be done.")] = False,
    rehearse: Annotated[
        bool, typer.Option("--rehearse", help="Do all of it, and undo it: proves that it will work.")
    ] = False,
    no_backup: Annotated[bool, typer.Option("--no-backup", help="Make no backup before.")] = False,
    force: Force = False,
    json: Json = False,
) -> None:
    """Bring an archive of an earlier release up to date.

    Stop the daemon before. The archive is copied first: archive.db to a file beside it, a database on a server into
    backup.folder. Everything is one transaction: whatever happens in between, the archive is the old one, and the
    command can be given again. docs/upgrading.md tells more.

    Example: monitor migrate --dry-run
    """
    session = _ready(ctx, json)
    report = _migrated(session, dry_run=dry_run, rehearse=rehearse, backup=not no_backup, force=force)
    if json:
        session.screen.json(report)
    else:
        _show_end(session, report)


def _ready(ctx: typer.Context, json: bool) -> Session:
    session = session_of(ctx, as_json=json)
    session.log()
    if not session.has_archive:
        raise NotFoundError(f"there is no archive in {session.settings.data_dir}", hint=BEGIN)
    return session


def _migrated(session: Session, *, dry_run: bool, rehearse: bool, backup: bool, force: bool) -> MigrationReport:
    from monitor import migrate as bring_up

    screen = session.screen
    with screen.progress("copying") as copied:
        return bring_up(
            session.settings,
            dry_run=dry_run,
            rehearse=rehearse,
            backup=backup,
            force=force,
            waiting=lambda: screen.note("waiting for another process that migrates"),
            copied=copied,
            begun=None if session.json else lambda report: _show_beginning(screen, report),
            done=None if session.json else lambda step: screen.line(f"  done {_told(step)}"),
        )


def _show_beginning(screen: Screen, report: MigrationReport) -> None:
    if report.backup is not None:
        screen.line(f"backup: {report.backup}")
    screen.line(f"from schema {_schema(report)} to {report.after}:")


def _show_end(session: Session, report: MigrationReport) -> None:
    screen = session.screen
    if not report.steps:
        screen.line(f"{report.database} is up to date (schema {report.after})")
    elif report.done:
        screen.line(f"{report.database} is up to date now (schema {report.after})")
    elif report.rehearsed:
        screen.line("all of it works, and was undone: nothing has changed")
    else:
        _show_plan(session, report)


def _show_plan(session: Session, report: MigrationReport) -> None:
    screen = session.screen
    screen.line(f"{report.database}: from schema {_schema(report)} to {report.after}, nothing is changed yet")
    for step in report.steps:
        screen.line(f"  {_told(step)}")
    if report.size is not None:
        screen.line(f"the database has {format_size(report.size)}; {_backup_told(session, report)}")
    screen.hint("migrate")


def _backup_told(session: Session, report: MigrationReport) -> str:
    """Say what will become of the backup that is made before."""
    if report.free is not None:
        return f"it is copied first, beside itself, where {format_size(report.free)} are free"
    if session.settings.backup.folder is not None:
        return f"a snapshot of it goes to {session.settings.backup.folder} first"
    return "backup.folder is not set, so that no backup can be made first: set it, or say --no-backup"


def _schema(report: MigrationReport) -> str:
    return report.before or "nothing"


def _told(step: MigrationStep) -> str:
    return f"{step.revision}  {step.title}"


COLUMNS = (Column("table"), Column("rows", right=True), Column("sha256"), Column("equal"))


def migrate_to(
    ctx: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="The empty database: postgresql://USER@MACHINE/NAME")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count what would be moved.")] = False,
    force: Force = False,
    json: Json = False,
) -> None:
    """Move the archive to another database, and prove it equal.

    From SQLite to PostgreSQL, or back. Every row is copied under the number it has, read back, and compared by count
    and SHA-256, table by table; then the index for search and the chain of seals are checked. All of it is one
    transaction: a copy that differs is undone. The archive here stays as it is, and so do the files of evidence.
    Stop the daemon before. docs/moving.md has the steps before and after.

    Example: monitor migrate-to postgresql://monitor@localhost/monitor
    """
    session = _ready(ctx, json)
    report = _moved(session, database_url(url, "the URL"), dry_run=dry_run, force=force)
    if json:
        session.screen.json(report)
        return
    _show_tables(session.screen, report)
    _show_next(session, report)


def _moved(session: Session, url: str, *, dry_run: bool, force: bool) -> MoveReport:
    from monitor import migrate_to as move

    with session.screen.progress("moving") as progress:
        return move(session.settings, url, dry_run=dry_run, force=force, progress=progress)


def _show_tables(screen: Screen, report: MoveReport) -> None:
    equal = "yes" if report.done else ""
    screen.table(COLUMNS, [(one.table, str(one.rows), one.sha256[:12], equal) for one in report.tables])
    screen.line()


def _show_next(session: Session, report: MoveReport) -> None:
    screen, rows = session.screen, plural(sum(one.rows for one in report.tables), "row")
    if not report.done:
        screen.line(f"{rows} would be moved from {report.before} to {report.after}; nothing has changed")
        return
    screen.line(f"{rows} moved from {report.before} to {report.after}, and all of them are equal")
    password = " (with the password it needs)" if "***" in report.after else ""
    screen.line(f'Set database.url to "{report.after}"{password}, and start the daemon.')
    screen.line(f"The files of evidence stay in {session.settings.evidence_dir}; keep data_dir as it is.")
