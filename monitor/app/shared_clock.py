"""The database's clock, by which all daemons that share it go: read with every beat, and looked at for each lease.

What one daemon leases by a clock that was set since it read it, another takes for free, and both ask the host.
"""

from datetime import datetime

import structlog
from sqlalchemy import Connection

from monitor.app.context import Context
from monitor.edges.clock import BACK_S, TURNED_S, SharedClock, steady
from monitor.errors import DatabaseBusyError
from monitor.store import dialects, workers

log = structlog.get_logger(__name__)

# A step back by `BACK_S` is waited out; the rest is for a transaction that waits between two statements.
STALE_S = BACK_S + 5.0


class ClockTurnedError(DatabaseBusyError):
    """The database's clock was set since it was read: to be read anew before anything is leased by it."""


async def follow(ctx: Context) -> None:
    """Read the database's clock, where that is the one to go by."""
    if not isinstance(ctx.clock, SharedClock):
        return
    reading = await ctx.db.read(workers.read_clock, steady)
    turned = ctx.clock.follow(*reading) if reading else 0.0
    if abs(turned) > TURNED_S:
        log.warning("clock.turned", seconds=round(turned, 3), hint="the database's clock was set; leases follow it")


def checked(conn: Connection, ctx: Context) -> datetime:
    """Return the present, as leases are to go by it. Raises ClockTurnedError where the database says another."""
    said = dialects.present(conn) if isinstance(ctx.clock, SharedClock) else None
    now = ctx.clock.now()
    if said is not None and abs((said - now).total_seconds()) > STALE_S:
        raise ClockTurnedError("the database's clock was set", hint="try again: it is read anew")
    return now
