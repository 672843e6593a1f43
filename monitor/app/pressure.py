"""Fetch no faster than the database records: while writes wait, no visit starts, and those under way pause.

A server that is out of reach is told of here too: what asks it meanwhile fails, and is tried again by the ticks.
"""

import asyncio
from time import monotonic

import structlog

from monitor.app.context import Context
from monitor.core.pressure import PressurePolicy, is_slow

log = structlog.get_logger(__name__)

LOOK_S = 0.1
LONGEST_PAUSE_S = 10.0  # of a visit between two targets; its own next write waits anyway
POLICY = PressurePolicy()


class Pressure:
    """Whether the database keeps up. Tells once when it does not, and once when it does again."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._slow_since: float | None = None
        self._lost_at: float | None = None

    def is_high(self) -> bool:
        """Say whether nothing more may be started, since what was fetched waits to be recorded."""
        self._tell_of_loss()
        waiting, oldest_s = self._ctx.db.load()
        slow = is_slow(self._slow_since is not None, waiting, oldest_s, POLICY)
        if slow and self._slow_since is None:
            self._slow_since = monotonic()
            hint = "no further visits start until it keeps up; is the disk slow, or another program in the database?"
            log.warning("database.slow", waiting=waiting, oldest_s=round(oldest_s, 1), hint=hint)
        elif not slow and self._slow_since is not None:
            log.info("database.recovered", slow_for_s=round(monotonic() - self._slow_since, 1))
            self._slow_since = None
        return slow

    def _tell_of_loss(self) -> None:
        lost_s = self._ctx.db.lost_s()
        if lost_s is not None and self._lost_at is None:
            self._lost_at = monotonic() - lost_s
            log.warning("database.lost", hint="what was under way is tried again by the ticks; is the server running?")
        elif lost_s is None and self._lost_at is not None:
            log.info("database.restored", lost_for_s=round(monotonic() - self._lost_at, 1))
            self._lost_at = None

    async def relief(self, most_s: float | None = LONGEST_PAUSE_S) -> None:
        """Pause until the database keeps up, for `most_s` seconds at most where that is told."""
        ends = None if most_s is None else monotonic() + most_s
        while self.is_high() and (ends is None or monotonic() < ends):  # noqa: ASYNC110 - no event tells of time waited
            await asyncio.sleep(LOOK_S)
