"""`doctor`: look over the archive and the machine, and say what to do about what is not well."""

from itertools import groupby
from typing import Annotated

import typer

from monitor.cli.choices import Json
from monitor.cli.screen import Screen
from monitor.cli.session import Session, session_of
from monitor.cli.text import plural
from monitor.errors import ConfigError
from monitor.running_answers import Finding, Grade

ILL = 1  # the exit code where something is bad
STYLES = {Grade.GOOD: "green", Grade.WARNING: "yellow", Grade.BAD: "bold red", Grade.SKIPPED: "dim"}
WIDEST = max(map(len, Grade))


def doctor(
    ctx: typer.Context,
    deep: Annotated[bool, typer.Option("--deep", help="Compare all indexes of the database; reads all of it.")] = False,
    network: Annotated[
        bool, typer.Option("--network", help="Ask robots.txt of a few sources: names, certificates, clocks.")
    ] = False,
    json: Json = False,
) -> None:
    """Look over the archive and its machine, and say what to do.

    It looks at the configuration, the disk, the database, the clock, the workers, the sources and their robots.txt, the
    evidence, alerts, backups, the walls around the processes that read pages, certificates and the page. It works also
    where the archive cannot be opened, changes nothing, and asks nobody outside without --network. Ends with 1 where
    something is bad; a warning is no failure. docs/health.md tells more.

    Example: monitor doctor --deep
    """
    session = session_of(ctx, as_json=json)
    found = _found(session, deep=deep, network=network)
    if json:
        session.screen.json(found)
    else:
        _show(session.screen, found)
    if any(one.grade is Grade.BAD for one in found):
        raise typer.Exit(ILL)


def _found(session: Session, *, deep: bool, network: bool) -> tuple[Finding, ...]:
    """Return the findings; a configuration that is no good is the only one."""
    from monitor import doctor as look_over

    try:
        settings = session.settings
        session.log()
    except ConfigError as error:
        return (Finding("configuration", Grade.BAD, str(error), error.hint or "docs/configuration.md has all options"),)
    with session.screen.progress("looking") as progress:
        return look_over(settings, deep=deep, network=network, progress=progress)


def _show(screen: Screen, found: tuple[Finding, ...]) -> None:
    """Show each finding in a line, with what to do below it; then how many there are of each grade.

    Neighbours that say the same, such as all that needs a database that is not there, share a line.
    """
    for (grade, detail, advice), same in groupby(found, lambda one: (one.grade, one.detail, one.advice)):
        about = ", ".join(dict.fromkeys(one.about for one in same))
        screen.hanging(f"{about}: {detail}", STYLES[grade], lead=f"{grade.value:<{WIDEST}}  ")
        if advice:
            screen.hanging(advice, lead=" " * (WIDEST + 2) + "→ ")
    counts = {grade: sum(one.grade is grade for one in found) for grade in Grade}
    told = (f"{counts[grade]:,} {grade.value}" for grade in (Grade.GOOD, Grade.BAD, Grade.SKIPPED) if counts[grade])
    warnings = (plural(counts[Grade.WARNING], "warning"),) if counts[Grade.WARNING] else ()
    screen.line(", ".join((*told, *warnings)))
