"""`service`: put the daemon in place as a service of the system or of a user, and take it away again."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.choices import Json
from monitor.cli.inputs import filled
from monitor.cli.layout import Column
from monitor.cli.screen import Screen
from monitor.cli.session import session_of
from monitor.errors import UsageError
from monitor.running_answers import ServiceReport

COLUMNS = (Column("file", flexible=True), Column("state"))
# Which options go with which action.
FITTING = {
    "install": frozenset({"--now", "--backup", "--socket", "--executable", "--force", "--dry-run"}),
    "uninstall": frozenset({"--force", "--dry-run"}),
    "status": frozenset({"--executable"}),
}


class Action(StrEnum):
    """What to do."""

    INSTALL = "install"
    UNINSTALL = "uninstall"
    STATUS = "status"


def service(
    ctx: typer.Context,
    action: Annotated[Action, typer.Argument(help="What to do.")],
    user: Annotated[bool, typer.Option("--user", help="For you alone, instead of for the system.")] = False,
    now: Annotated[bool, typer.Option("--now", help="install: start it, now and at every boot.")] = False,
    backup: Annotated[bool, typer.Option("--backup", help="install: with a backup every night.")] = False,
    socket: Annotated[bool, typer.Option("--socket", help="install: systemd listens for the page.")] = False,
    root: Annotated[
        str | None, typer.Option("--root", metavar="DIR", help="Below this folder, as for a package, instead of /.")
    ] = None,
    executable: Annotated[
        str | None, typer.Option("--executable", metavar="PATH", help="install: the program it runs, instead of this.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Also what was edited, or beside a package's.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing, only tell.")] = False,
    json: Json = False,
) -> None:
    """Install the daemon as a systemd service, or take it away.

    `install` writes the units with the path of this program and a system user's entry, and tells which commands come
    next; where systemd runs it tells that itself. Files that somebody edited stay unless --force is given. A Debian
    package has units of its own: beside them `install` refuses, and names the command that starts those. `uninstall`
    removes what `install` wrote and nothing else: archive and configuration stay. `status` shows what lies where.
    docs/service.md has all of it.

    Example: monitor service install --user --now
    """
    from monitor import ServiceOptions, install_service, service_files, uninstall_service

    session = session_of(ctx, as_json=json)
    _check_fits(action, {"--now": now, "--backup": backup, "--socket": socket, "--executable": executable is not None,
                         "--force": force, "--dry-run": dry_run})  # fmt: skip
    options = ServiceOptions(
        user=user,
        now=now,
        backup=backup,
        socket=socket,
        root=Path("/") if root is None else Path(filled(root, "--root")).absolute(),
        executable=None if executable is None else Path(filled(executable, "--executable")),
        force=force,
        dry_run=dry_run,
    )
    if action is Action.STATUS:
        found = service_files(options)
        return session.screen.json(found) if json else session.screen.table(COLUMNS, found)
    report = (install_service if action is Action.INSTALL else uninstall_service)(options)
    if json:
        return session.screen.json(report)
    _show(session.screen, report, "remove" if action is Action.UNINSTALL else "write", dry_run)
    return None


def _check_fits(action: Action, given: dict[str, bool]) -> None:
    """Refuse an option of another action, which would be ignored."""
    for option, is_given in given.items():
        if is_given and option not in FITTING[action]:
            raise UsageError(f"`service {action}` takes no {option}", hint="`monitor service --help` tells which do")


def _show(screen: Screen, report: ServiceReport, doing: str, dry_run: bool) -> None:
    done = f"would {doing}" if dry_run else {"write": "wrote", "remove": "removed"}[doing]
    for file in report.files:
        screen.line(f"{done} {file}")
    for file in report.left:
        screen.line(f"left as it is: {file}")
    if not report.files and not report.left:
        screen.note(f"there is nothing to {doing}")
    for problem in report.problems:
        screen.note(problem)
    if report.commands:
        screen.line("next:")
        for command in report.commands:
            screen.line(command, indent=2)
