"""`config`, `outlets`: the settings of an archive, and whom it knows."""

from typing import TYPE_CHECKING

import typer

from monitor.cli.choices import Json
from monitor.cli.layout import Column
from monitor.cli.session import session_of
from monitor.cli.text import listed
from monitor.model import Outlet

if TYPE_CHECKING:
    from monitor import Archive

SETTINGS = (Column("option", style="bold"), Column("value", flexible=True), Column("from", flexible=True))
OUTLETS = (
    Column("key", style="bold"),
    Column("name", flexible=True),
    Column("languages", at_most=20),
    Column("home", flexible=True),
    Column("also called", flexible=True, wide=110),
)


def config(ctx: typer.Context, json: Json = False) -> None:
    """Print every option and where its value came from.

    Warnings go to standard error. docs/configuration.md tells what each option does.

    Example: monitor config --json
    """
    from monitor.config import explain, warnings

    session = session_of(ctx, as_json=json)
    origins, warned = explain(session.settings), warnings(session.settings)
    if json:
        return session.screen.json({"settings": origins, "warnings": warned})
    session.screen.table(SETTINGS, [(one.key, one.value, one.origin) for one in origins])
    for sentence in warned:
        session.screen.note(f"warning: {sentence}")
    return None


def outlets(ctx: typer.Context, json: Json = False) -> None:
    """List the outlets known by name.

    They come from the shipped list and from the files that corpus.outlets names.

    Example: monitor outlets
    """
    session = session_of(ctx, as_json=json)
    known = session.ask(_outlets) if session.has_archive else session.ask_without(_outlets)
    if json:
        return session.screen.json(known)
    session.screen.table(OUTLETS, map(_outlet_row, known))
    if known:
        session.screen.hint(f"documents --outlet {known[0].key}")
    return None


async def _outlets(archive: "Archive") -> tuple[Outlet, ...]:
    return archive.outlets


def _outlet_row(one: Outlet) -> tuple[object, ...]:
    home = one.homes[0][1] if one.homes else ""
    return one.key, one.name, " ".join(one.languages), home, listed((*one.aliases, *one.bare))
