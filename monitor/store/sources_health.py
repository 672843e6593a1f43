"""How the sources are doing, counted in the database: reading all of them would take seconds where there are many."""

from sqlalchemy import Connection, case, func, select

from monitor.model import SourceState
from monitor.store.schema import source

STATES = ("ok", "failing", "silent", "unverified", "paused", "removed", "new")


def counts(conn: Connection, *, roughly: bool = False) -> dict[str, int]:
    """Return how many sources are in which health, as `monitor.health` tells it; those that none is in are left out.

    Removed sources are not counted. `roughly` answers from an index alone, and counts the new as ok.
    """
    active = source.c.state == SourceState.ACTIVE
    health = case(
        (~active, source.c.state),
        (source.c.failures > 0, "failing"),
        (source.c.verified.is_not(True), "unverified"),
        (source.c.silence.is_not(None), "silent"),
        *(() if roughly else ((source.c.last_checked_at.is_(None), "new"),)),
        else_="ok",
    ).label("health")
    kept = select(health, func.count()).where(source.c.state != SourceState.REMOVED)
    found = {str(row[0]): row[1] for row in conn.execute(kept.group_by(health))}
    return {state: found[state] for state in STATES if found.get(state)}
