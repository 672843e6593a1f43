"""Once the clock is right again, mend what it planned while it was ahead and app/timekeeping.py could not see."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import structlog

from monitor.app.context import Context
from monitor.store import misdated as store
from monitor.store.misdated import Bounds

log = structlog.get_logger(__name__)

# Looks, a minute apart, that a clock must not have been set back for: a machine that begins with a wrong clock is set
# right by then, and the visits under way when it was set back have ended, which still plan by what they knew.
LOOKS = 10
TURNED = timedelta(seconds=1)


class Watch:
    """Looks at the clock again and again; once it has been left alone for a while, what it did before is mended."""

    def __init__(self) -> None:
        self._seen: datetime | None = None
        self._left = LOOKS

    async def mend_when_due(self, ctx: Context) -> int:
        """Mend once after the start, and once after each time that the clock was set back. Called every minute."""
        now, before = ctx.clock.now(), self._seen
        self._seen = now
        if before is not None and now < before - TURNED:
            self._left = LOOKS
        if self._left == 0:
            return 0
        self._left -= 1
        return await mend(ctx) if self._left == 0 else 0


async def mend(ctx: Context) -> int:
    """Have checked now what was planned in what is the future, and hosts asked soon; return how many rows were mended.

    In small transactions, each of which may be done again, and beside whoever visits.
    """
    bounds = bounds_of(ctx)
    mended = await ctx.db.write(store.mend_others, ctx.clock.now(), bounds)
    async for some in _pieces(ctx, bounds):
        mended += some
    if mended:
        log.warning("plans.mended", rows=mended, hint="the clock was ahead when they were made; they are due now")
    return mended


async def _pieces(ctx: Context, bounds: Bounds) -> AsyncIterator[int]:
    for table in store.SINCE:
        number: int | None = 0
        while number is not None:
            rows, number = await ctx.db.read(store.plans, table, number, ctx.clock.now())
            if rows:
                yield await ctx.db.write(store.mend_plans, table, rows, ctx.clock.now())
    name: str | None = ""
    while name is not None:
        names, name = await ctx.db.read(store.held, name, ctx.clock.now(), bounds)
        if names:
            yield await ctx.db.write(store.mend_held, names, ctx.clock.now(), bounds)


def bounds_of(ctx: Context) -> Bounds:
    """Return for how long anything may hold a host, by the manners in effect."""
    manners = ctx.politeness
    gap = max(manners.gap_s, manners.max_delay_s, *manners.gap_per_host.values())
    longest = max(gap, manners.max_backoff_s, manners.max_retry_after_s)
    return Bounds(
        timedelta(seconds=gap),
        timedelta(seconds=max(gap, manners.max_backoff_s)),
        timedelta(seconds=max(longest, 2 * ctx.settings.daemon.lease)),
        timedelta(seconds=ctx.settings.daemon.lease),
    )
