"""`alert`: rules that tell of changes, new documents and alarms, and what became of what they told."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.choices import Json
from monitor.cli.inputs import named
from monitor.cli.outbox import fail_where_needed, show_deliveries, show_rule, show_rules
from monitor.cli.session import Session, session_of
from monitor.errors import UsageError
from monitor.model import AlertAbout, AlertPace
from monitor.telling_answers import AlertView, Delivery

if TYPE_CHECKING:
    from monitor import Archive


class Action(StrEnum):
    """What is to be done."""

    LIST = "list"
    ADD = "add"
    SHOW = "show"
    TEST = "test"
    PAUSE = "pause"
    RESUME = "resume"
    RETRY = "retry"
    REMOVE = "remove"


ToOption = Annotated[
    list[str] | None, typer.Option("--to", metavar="CHANNEL", help="add: a name in alerts.channels. Repeatable.")
]


def alert(
    ctx: typer.Context,
    action: Annotated[Action, typer.Argument(help="What to do.")],
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="The name of the alert.")] = None,
    query: Annotated[list[str] | None, typer.Argument(metavar="[QUERY]...", help="add: as `search` takes it.")] = None,
    to: ToOption = None,
    new: Annotated[bool, typer.Option("--new", help="add: tell of new documents.")] = False,
    changes: Annotated[bool, typer.Option("--changes", help="add: tell of changes, as without it.")] = False,
    alarms: Annotated[bool, typer.Option("--alarms", help="add: tell what is wrong with the archive itself.")] = False,
    hourly: Annotated[bool, typer.Option("--hourly", help="add: tell in a digest at each full hour.")] = False,
    daily: Annotated[bool, typer.Option("--daily", help="add: tell in a digest at 06:00 UTC.")] = False,
    test: Annotated[bool, typer.Option("--test", help="add: send a test as well.")] = False,
    json: Json = False,
) -> None:
    """Tell people and programs what changed, is new or went wrong.

    `add` makes a rule, which tells of what comes from now on; `list` lists them; `show` has the outbox of one and what
    was said last; `test` sends what it would have told of last, marked as a test; `pause` and `resume` stop it and let
    it go on from what comes then; `retry` sends what was given up; `remove` forgets it. A channel is a name under
    [alerts] in the configuration, whose address is that of mail, a chat or a webhook; without --to there is only the
    feed at /atom/alerts/NAME. With --alarms it tells what is wrong with the archive itself and needs no query, which
    kind:disk and the like narrow. The daemon sends. A test ends with 7 when a channel fails; docs/alerts.md has it all.

    Example: monitor alert add takedowns kind:removed outlet:radiohc.cu --to desk
    """
    session = session_of(ctx, as_json=json)
    words = " ".join(query or ())
    if action is not Action.ADD and any((words, to, new, changes, alarms, hourly, daily, test)):
        raise UsageError("a query and its options go with add", hint="`monitor alert add NAME QUERY... --to CHANNEL`")
    if action is Action.LIST:
        return _list(session, name)
    which = named(name, f"`monitor alert {action} NAME{' QUERY...' if action is Action.ADD else ''}`")
    if action is not Action.ADD:
        return _test(session, which) if action is Action.TEST else _do(session, action, which)
    if not words.strip() and not alarms:
        raise UsageError("the query is empty", hint="origin:web fits all that is fetched; see `monitor search --help`")
    if new + changes + alarms > 1 or (hourly and daily):
        said = "--new, --changes and --alarms, and --hourly and --daily, say two things"
        raise UsageError(said, hint="one of each")
    if not to and (hourly or daily or test):
        raise UsageError(
            "--hourly, --daily and --test say how a channel is told, and none is named",
            hint="name one of alerts.channels with --to; without, the alert is an Atom feed only",
        )
    about = AlertAbout.DOCUMENTS if new else AlertAbout.ALARMS if alarms else AlertAbout.CHANGES
    pace = AlertPace.HOURLY if hourly else AlertPace.DAILY if daily else AlertPace.AT_ONCE
    return _add(session, which, words, to or [], about, pace, test=test)


def _list(session: Session, name: str | None) -> None:
    if name is not None:
        raise UsageError("`alert list` takes no name", hint=f"`monitor alert show {name}` shows one")
    found = session.ask(lambda archive: archive.alerts.every())
    if session.json:
        return session.screen.json(found)
    show_rules(session.screen, found)
    if not found:
        session.screen.note("no alerts; `monitor alert add NAME QUERY... --to CHANNEL` makes one")
    return None


def _add(
    session: Session, name: str, query: str, to: list[str], about: AlertAbout, pace: AlertPace, *, test: bool
) -> None:
    async def work(archive: "Archive") -> tuple[AlertView, tuple[Delivery, ...]]:
        made = await archive.alerts.add(name, query, to, about=about, pace=pace)
        return made, await archive.alerts.test(name) if test else ()

    made, sent = session.ask(work)
    if session.json:
        session.screen.json(made)
    else:
        show_rules(session.screen, [made])
        show_deliveries(session.screen, sent)
        session.screen.note(f"as a feed: /atom/alerts/{name} of the page (web.listen)")
        session.screen.hint(*([f"alert test {name}"] if to else []), "alert list")
    fail_where_needed(sent)


def _test(session: Session, name: str) -> None:
    sent = session.ask(lambda archive: archive.alerts.test(name))
    if session.json:
        session.screen.json(sent)
    else:
        show_deliveries(session.screen, sent)
        if not sent:
            session.screen.note(f"{name} has no channel; it is told of at /atom/alerts/{name} only")
    fail_where_needed(sent)


def _do(session: Session, action: Action, name: str) -> None:
    async def work(archive: "Archive") -> AlertView:
        alerts = archive.alerts
        if action in (Action.PAUSE, Action.RESUME):
            return await alerts.pause(name, paused=action is Action.PAUSE)
        does = {Action.SHOW: alerts.show, Action.RETRY: alerts.retry, Action.REMOVE: alerts.remove}[action]
        return await does(name)

    view = session.ask(work)
    if session.json:
        return session.screen.json(view)
    if action is Action.REMOVE:
        lost = f"; {view.waiting} in its outbox will not be told" if view.waiting else ""
        return session.screen.line(f"removed {name}{lost}")
    return show_rule(session.screen, view, session.now)
