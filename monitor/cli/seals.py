"""`seals`: the newest seals of the chain, and who stamped them."""

from collections.abc import Sequence

import typer

from monitor.cli.choices import Json, limit
from monitor.cli.layout import Column
from monitor.cli.screen import Screen
from monitor.cli.session import session_of
from monitor.cli.stamp import next_step
from monitor.cli.text import listed
from monitor.cli.times import moment
from monitor.evidence_answers import SealView
from monitor.model import Stamp

SEALS = (
    Column("seal", right=True, style="bold"),
    Column("at"),
    Column("leaves", right=True),
    Column("stamps", at_most=40),
    Column("hash", flexible=True, below=120),
)


def seals(ctx: typer.Context, at_most: int = limit(20), json: Json = False) -> None:
    """List the newest seals of the chain, with their stamps.

    The hash of a seal stands for all that is in it and in every seal before: keep one, print one or publish one, and
    nobody can alter unnoticed what was there by then. `monitor verify` checks the chain, docs/proofs.md defines it.

    Example: monitor seals --limit 1 --json
    """
    session = session_of(ctx, as_json=json)
    found = session.ask(lambda archive: archive.custody.seals(at_most))
    if json:
        return session.screen.json(found)
    show_seals(session.screen, found)
    if found and not found[0].stamps:
        session.screen.hint(next_step(session))
    return None


def show_seals(screen: Screen, found: Sequence[SealView]) -> None:
    """Show seals as a table; without any say how they are made."""
    if not found:
        screen.note("nothing is sealed yet; `monitor run` does it every minute, `monitor prove` at once")
        return
    rows = [(one.seal.number, moment(one.seal.at), one.seal.leaves, _stamps(one), one.seal.hash) for one in found]
    screen.table(SEALS, rows)


def _stamps(view: SealView) -> str:
    return listed(_said(one) for one in view.stamps)


def _said(one: Stamp) -> str:
    return str(one.method) if one.token is not None else f"{one.method} (asked)"
