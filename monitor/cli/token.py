"""`token`: who may ask the daemon over the network."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.choices import Json
from monitor.cli.inputs import named, number_or_text
from monitor.cli.layout import Cell, Column
from monitor.cli.session import Session, session_of
from monitor.cli.times import moment, relative
from monitor.durations import parse_duration
from monitor.errors import UsageError
from monitor.model import Token, TokenScope

if TYPE_CHECKING:
    from monitor import Archive
    from monitor.telling_answers import NewToken

COLUMNS = (
    Column("id", right=True, style="bold"),
    Column("token", flexible=True),
    Column("allows"),
    Column("state"),
    Column("expires"),
    Column("last used"),
    Column("made", wide=100),
)
STYLES = {"valid": "green", "expired": "yellow", "revoked": "dim"}


class Action(StrEnum):
    """What to do."""

    CREATE = "create"
    LIST = "list"
    REVOKE = "revoke"


def token(
    ctx: typer.Context,
    action: Annotated[Action, typer.Argument(help="What to do.")],
    which: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Its name; to revoke also its number.")] = None,
    write: Annotated[bool, typer.Option("--write", help="create: it allows changes, and not only reading.")] = False,
    expires: Annotated[
        str | None, typer.Option("--expires", metavar="LENGTH", help="create: it ends after so long, such as 90d.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="list: also those that were revoked.")] = False,
    json: Json = False,
) -> None:
    """Make, list and revoke tokens of the web page and API.

    Whoever reads the archive from elsewhere shows one, and so does every program that changes something. `create`
    prints the secret alone on standard output, this once: only its SHA-256 is kept. What has a token's name, once it
    was revoked or has expired, may be made anew. A token that is revoked ends at once, also in browsers that logged in
    with it.

    Example: monitor token create newsroom-screen --expires 90d
    """
    session = session_of(ctx, as_json=json)
    _check_fits(action, write=write, expires=expires, every=every)
    if action is Action.LIST:
        if which is not None:
            raise UsageError("`token list` takes no name", hint="it lists all")
        return _list(session, every=every)
    name = named(which, f"`monitor token {action} NAME`")
    return _revoke(session, name) if action is Action.REVOKE else _create(session, name, write, expires)


def _check_fits(action: Action, *, write: bool, expires: str | None, every: bool) -> None:
    """Refuse an option of another action, which would be ignored."""
    given = {"--write": write, "--expires": expires is not None, "--all": every}
    fitting = {Action.CREATE: ("--write", "--expires"), Action.LIST: ("--all",), Action.REVOKE: ()}[action]
    for option, is_given in given.items():
        if is_given and option not in fitting:
            raise UsageError(f"`token {action}` takes no {option}", hint="`monitor token --help` tells which do")


def _create(session: Session, name: str, write: bool, expires: str | None) -> None:
    lasts = None if expires is None else parse_duration(expires)
    scope = TokenScope.WRITE if write else TokenScope.READ

    async def work(archive: "Archive") -> "NewToken":
        ends = None if lasts is None else archive.now() + timedelta(seconds=lasts)
        return await archive.tokens.create(name, scope, expires_at=ends)

    made = session.ask(work, begins=True)
    if session.json:
        return session.screen.json(made)
    session.screen.line(made.secret)
    until = f" until {moment(made.token.expires_at)} UTC" if made.token.expires_at else ""
    allowed = "reading and writing" if write else "reading"
    session.screen.note(f"token {made.token.id}, {made.token.name!r}, for {allowed}{until}; its secret is shown once")
    return None


def _list(session: Session, *, every: bool) -> None:
    found = session.ask(lambda archive: archive.tokens.every(revoked=every))
    if session.json:
        return session.screen.json(found)
    session.screen.table(COLUMNS, [_row(one, session.now) for one in found])
    if not found:
        session.screen.note("no tokens; `monitor token create NAME` makes one")
    return None


def _row(one: Token, now: datetime) -> tuple[object, ...]:
    state = _state(one, now)
    return (
        one.id,
        one.name,
        "read and write" if one.scope is TokenScope.WRITE else "read",
        Cell(state, STYLES[state]),
        moment(one.expires_at) if one.expires_at else "never",
        relative(one.last_used_at, now) or "never",
        moment(one.made_at),
    )


def _state(one: Token, now: datetime) -> str:
    if one.revoked_at is not None:
        return "revoked"
    return "expired" if one.expires_at is not None and one.expires_at <= now else "valid"


def _revoke(session: Session, named: str) -> None:
    gone = session.ask(lambda archive: archive.tokens.revoke(number_or_text(named)))
    if session.json:
        return session.screen.json(gone)
    session.screen.line(f"revoked token {gone.id}, {gone.name!r}")
    return None
