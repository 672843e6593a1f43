"""`sources`, `pause`, `resume`, `remove-source`: what is watched, and how it is doing."""

import sys
from datetime import datetime
from typing import Annotated

import typer

from monitor.cli.choices import Json
from monitor.cli.health import STYLES
from monitor.cli.inputs import number_or_text
from monitor.cli.layout import Cell, Column
from monitor.cli.session import Session, session_of
from monitor.cli.source import show_source
from monitor.cli.text import one_line
from monitor.cli.times import due, length, relative
from monitor.errors import UsageError
from monitor.health import health
from monitor.model import Source, SourceState

Which = Annotated[str, typer.Argument(metavar="SOURCE", help="Its number, its URL, or a part of it only it has.")]

COLUMNS = (
    Column("id", right=True, style="bold"),
    Column("health"),
    Column("kind"),
    Column("outlet", at_most=24, wide=140),
    Column("source", flexible=True, bare=100),
    Column("title", flexible=True, wide=150),
    Column("next check"),
    Column("last change"),
    Column("every", wide=120),
    Column("why", flexible=True, below=120, style="dim"),
)
ANSWERS = {"y": True, "yes": True, "n": False, "no": False, "": False}


def sources(
    ctx: typer.Context,
    source: Annotated[str | None, typer.Argument(metavar="[SOURCE]", help="All about this one, instead.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Also those that were removed.")] = False,
    json: Json = False,
) -> None:
    """List the sources, or show all about one.

    Health is ok, new (never checked), failing, silent (quiet far beyond its rhythm), unverified (never read), paused
    or removed. Of one source: what it asks for, why the next check is when it is, how all its fetches ended, whether
    its server tells the truth, and the manners of its host.

    Example: monitor sources 3
    """
    session = session_of(ctx, as_json=json)
    if source is not None:
        which = number_or_text(source)
        return show_source(session, session.ask(lambda archive: archive.source_view(which)))
    found = session.ask(lambda archive: archive.sources(removed=every))
    if json:
        return session.screen.json(found)
    session.screen.table(COLUMNS, [source_row(one, session.now) for one in found])
    if not found:
        session.screen.note("no sources yet: `monitor add-source URL`, or `monitor import-corpus DIR --add-sources`")
        return None
    worst = _worst(found).id
    session.screen.hint(f"sources {worst}", f"check {worst}", f"documents --source {found[0].id}")
    return None


def source_row(source: Source, now: datetime) -> tuple[object, ...]:
    """Return a source as a row of COLUMNS."""
    state = health(source)
    return (
        source.id,
        Cell(state, STYLES[state]),
        source.kind,
        source.outlet,
        source.url,
        source.title,
        due(source.next_check_at, now) if source.state is SourceState.ACTIVE else "",
        relative(source.last_changed_at, now),
        _every(source),
        source.state_reason
        or (source.last_detail if source.failures else None)
        or source.silence
        or source.plan_reason,
    )


def _every(source: Source) -> str:
    seconds = source.every_s or source.interval_s
    return source.cron or (length(seconds) if seconds else "")


def _worst(found: tuple[Source, ...]) -> Source:
    order = ("failing", "silent", "unverified", "new", "ok", "paused", "removed")
    return min(found, key=lambda one: order.index(health(one)))


def pause(
    ctx: typer.Context,
    source: Which,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="Why, for whoever wonders later.")] = None,
    json: Json = False,
) -> None:
    """Stop polling a source until it is resumed.

    Example: monitor pause 3 --reason "the site is being rebuilt"
    """
    session = session_of(ctx, as_json=json)
    which = number_or_text(source)
    paused = session.ask(lambda archive: archive.pause(which, reason))
    _tell(session, "paused", paused)
    session.screen.hint(f"resume {paused.id}")


def resume(ctx: typer.Context, source: Which, json: Json = False) -> None:
    """Poll a paused source again, at once.

    Example: monitor resume 3
    """
    session = session_of(ctx, as_json=json)
    which = number_or_text(source)
    resumed = session.ask(lambda archive: archive.resume(which))
    _tell(session, "resumed", resumed)
    session.screen.hint(f"check {resumed.id}")


def remove_source(
    ctx: typer.Context,
    source: Which,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    json: Json = False,
) -> None:
    """Forget a source; what it told of stays in the archive.

    Example: monitor remove-source 3 --yes
    """
    session = session_of(ctx, as_json=json)
    which = number_or_text(source)
    one = session.ask(lambda archive: archive.source(which))
    # Asked while nothing is open and no event loop runs, so that Ctrl-C ends the command at once.
    if yes or _agreed(one):
        _tell(session, "removed", session.ask(lambda archive: archive.remove_source(one.id)))
    else:
        session.screen.note("nothing was removed")


def _agreed(source: Source) -> bool:
    """Ask on the terminal until the answer is clear. Raises UsageError where nobody can answer."""
    if not sys.stdin.isatty():
        raise UsageError(f"removing source {source.id} needs a yes", hint="add --yes")
    question = f"Remove {_told('', source).strip()}? What it told of stays. [y/N]"
    while True:
        answer = typer.prompt(question, default="", show_default=False, err=True).strip().casefold()
        if answer in ANSWERS:
            return ANSWERS[answer]
        question = f"{one_line(answer)!r} is neither yes nor no. Remove it? [y/N]"


def _tell(session: Session, done: str, source: Source) -> None:
    if session.json:
        session.screen.json(source)
    else:
        session.screen.line(_told(done, source))


def _told(done: str, source: Source) -> str:
    return one_line(f"{done} source {source.id}: {source.kind} {source.url}")
