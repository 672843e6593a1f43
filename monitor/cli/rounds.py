"""`run` and `tick`: the daemon, and one round of it."""

from typing import Annotated

import typer

from monitor.cli.choices import Json
from monitor.cli.inputs import parse_time
from monitor.cli.session import session_of
from monitor.cli.times import moment
from monitor.cli.visits import news_of, summary, visit_line


def run(ctx: typer.Context) -> None:
    """Watch every source until stopped (the daemon).

    Logs to standard error. SIGTERM and Ctrl-C let the visits under way end.

    Example: monitor run
    """
    from monitor import daemon  # the scheduler: no other command needs it

    session = session_of(ctx)
    session.log(session.settings.log.level)
    raise typer.Exit(daemon.run(session.settings))


def tick(
    ctx: typer.Context,
    at: Annotated[str | None, typer.Option(metavar="TIME", help="As if it were this time (ISO 8601, UTC).")] = None,
    json: Json = False,
) -> None:
    """Visit everything that is due, once.

    Prints each visit with what is new and what changed.

    Example: monitor tick --at 2026-11-16T14:05
    """
    session = session_of(ctx, as_json=json)
    when = parse_time(at) if at else None
    report = session.ask(lambda archive: archive.tick(), at=when, level=session.settings.log.level)
    if json:
        return session.screen.json(report)
    for visit in report.visits:
        session.screen.line(visit_line(visit))
    session.screen.line(f"{moment(report.at)}  {summary(report.visits)}")
    changed = [visit.id for visit in report.visits if visit.what == "document" and news_of(visit)]
    session.screen.hint(*([f"show {changed[0]}", "changes"] if changed else ["sources"]))
    return None
