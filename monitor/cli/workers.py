"""`workers`: the daemons at work on the archive."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer

from monitor.cli.choices import Json
from monitor.cli.layout import Cell, Column, Row
from monitor.cli.screen import Screen
from monitor.cli.session import session_of
from monitor.cli.times import moment, relative
from monitor.running_answers import WorkerView

WORKERS = (
    Column("worker", style="bold"),
    Column("machine", flexible=True, wide=120),
    Column("state"),
    Column("since"),
    Column("last sign"),
    Column("hosts", right=True),
    Column("visits", right=True),
    Column("fetches", right=True),
    Column("version", wide=100),
)
STYLES = {"working": "green", "dead": "bold red", "stopped": "dim"}


def workers(
    ctx: typer.Context,
    past: Annotated[bool, typer.Option("--all", help="Also those that stopped in the last week.")] = False,
    json: Json = False,
) -> None:
    """List the daemons at work on the archive, on all machines.

    One that is dead gave no sign of life for four beats and did not say goodbye: its hosts are visited by others once
    its leases run out, at once where another daemon runs on its machine. Hosts are those leased to it now; visits and
    fetches count since it began. docs/workers.md tells how many daemons share one archive.

    Example: monitor workers --all
    """
    session = session_of(ctx, as_json=json)
    found = session.ask(lambda archive: archive.workers.every(past=past))
    if json:
        return session.screen.json(found)
    show_workers(session.screen, found, session.now, past=past)
    return None


def show_workers(screen: Screen, found: Sequence[WorkerView], now: datetime, *, past: bool) -> None:
    """Show workers as a table; without any say how one is started."""
    if not found:
        screen.note("no daemon is at work on this archive; `monitor run` starts one")
        if not past:
            screen.hint("workers --all", "run")
        return
    screen.table(WORKERS, [_row(one, now) for one in found])
    if any(one.state == "dead" for one in found):
        screen.hint("workers --all", "status")


def _row(view: WorkerView, now: datetime) -> Row:
    one = view.worker
    state = Cell(view.state, STYLES[view.state])
    counts = (view.leases, f"{one.visits:,}", f"{one.fetches:,}")
    return (one.name, one.machine, state, moment(one.started_at), relative(one.beat_at, now), *counts, one.version)
