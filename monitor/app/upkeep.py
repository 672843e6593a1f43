"""The daemon's care for the evidence and the outbox: each kind of work looks for itself whether it is due."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from monitor.app import alert_gathering, compacting, orphans, retaining, stamping, verifying
from monitor.app.context import Context
from monitor.app.timekeeping import Timekeeper
from monitor.errors import MonitorError

log = structlog.get_logger(__name__)


# From a record on the disk to its row: a page is read in between, and the database may be waited for.
LONGEST_VISIT = timedelta(minutes=10)


async def _tend(ctx: Context) -> None:
    """See to the file in use: what a visit kept and could not record, and whether it is to be closed."""
    await orphans.settle(ctx, ctx.clock.now() - LONGEST_VISIT)
    await ctx.evidence.tend()


# How often each looks, at most: a time-stamping authority that fails is not asked again every minute.
# Of many workers (docs/workers.md) the first does what is done once for the archive; what touches files that several
# may reach is done by one at a time.
WORK: tuple[tuple[str, timedelta, Callable[[Context], Awaitable[object]]], ...] = (
    ("verify", timedelta(minutes=1), verifying.verify_next),
    ("tend", timedelta(minutes=1), _tend),
    ("retain", timedelta(minutes=5), retaining.retain_when_due),
    ("compact", timedelta(minutes=10), compacting.compact_when_due),
    ("stamp", timedelta(hours=1), stamping.stamp_when_due),
    ("outbox", timedelta(hours=1), alert_gathering.forget_old),
)
ONCE = frozenset({"clock", "stamp", "outbox"})
IN_TURN = frozenset({"retain", "compact"})


class Upkeep:
    """What the daemon does for the evidence of an archive."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._looked: dict[str, datetime] = {}
        self._work = (("clock", timedelta(minutes=1), Timekeeper().look), *WORK)

    async def do_what_is_due(self, first: bool = True) -> None:
        """Do each kind of work that is due; one that fails is told and tried again, and holds up no other.

        `first` says whether this worker does what is done once for the archive.
        """
        for name, pause, work in self._work:
            now = self._ctx.clock.now()
            if (name in self._looked and abs(now - self._looked[name]) < pause) or (name in ONCE and not first):
                continue
            self._looked[name] = now
            try:
                await self._do(name, work)
            except (MonitorError, OSError) as error:
                log.error("upkeep.failed", work=name, error=str(error), hint=getattr(error, "hint", None))

    async def _do(self, name: str, work: Callable[[Context], Awaitable[object]]) -> None:
        if name not in ONCE | IN_TURN:
            await work(self._ctx)
            return
        async with self._ctx.db.alone(name) as mine:
            if mine:
                await work(self._ctx)
