"""`run` and `tick`: the daemon, and one round of it."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.answers import TickReport
from monitor.cli.choices import Json
from monitor.cli.inputs import parse_time
from monitor.cli.session import session_of
from monitor.cli.times import moment
from monitor.cli.visits import news_of, summary, visit_line
from monitor.errors import UsageError

if TYPE_CHECKING:
    from monitor import Archive

FIRST_YEAR, LAST_YEAR = 2000, 2100  # of the archive's present; any other is a slip of the hand


def run(ctx: typer.Context) -> None:
    """Watch every source until stopped (the daemon).

    Logs to standard error. SIGTERM and Ctrl-C let the visits under way end. SIGHUP has the configuration read anew,
    and the log says what changed and what needs a restart.

    Example: monitor run
    """
    from monitor import daemon  # the scheduler: no other command needs it

    session = session_of(ctx)
    session.log(session.settings.log.level)
    raise typer.Exit(daemon.run(session.settings, daemon.Rereading(session.found, session.log)))


def tick(
    ctx: typer.Context,
    at: Annotated[
        str | None, typer.Option(metavar="TIME", help="As if it were this time (ISO 8601, UTC), 2000 to 2100.")
    ] = None,
    json: Json = False,
) -> None:
    """Visit everything that is due, once.

    Prints each visit with what is new and what changed; --verbose also logs every step. --at is for simulations: what
    is planned and found bears that time for good.

    Example: monitor tick
    """
    session = session_of(ctx, as_json=json)
    when = None if at is None else _possible(parse_time(at))
    if when:
        session.screen.note(f"as if it were {moment(when)}: plans and changes of this archive will bear that time")

    async def work(archive: "Archive") -> TickReport:
        with session.screen.progress("visiting hosts") as progress:
            return await archive.tick(progress=progress)

    report = session.ask(work, at=when, begins=True)
    if json:
        return session.screen.json(report)
    for visit in report.visits:
        session.screen.line(visit_line(visit))
    session.screen.line(f"{moment(report.at)}  {summary(report.visits)}")
    changed = [visit.id for visit in report.visits if visit.what == "document" and news_of(visit)]
    session.screen.hint(*([f"show {changed[0]}", "changes"] if changed else ["sources"]))
    return None


def _possible(at: datetime) -> datetime:
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise UsageError(f"--at {moment(at)} is out of range", hint=f"years {FIRST_YEAR} to {LAST_YEAR} will do")
    return at
