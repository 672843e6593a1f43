"""Once a clock that was ahead is right again, what it had planned would wait for days, and is done now."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from monitor.app.context import Context
from monitor.store import timekeeping as store
from monitor.store.timekeeping import Ahead, Bounds

log = structlog.get_logger(__name__)

# Looks, a minute apart, without a sign, after which all is looked through: a machine that begins with a wrong clock is
# set right by then, and whoever still went by the wrong one has ended.
LOOKS = 10
BACK = timedelta(seconds=1)  # a step by which the clock was set; it does not drift so far in a minute
LATE = timedelta(hours=1)  # without a look: too many fetches to look at, so that it begins with the newest


class Timekeeper:
    """Looks at clock and fetches every minute, and mends what was planned by a clock that was ahead of the present one.

    The sign is a new fetch that lies in the future: it outlives the process, any daemon sees it, and visits that were
    under way make another when they are recorded. Then all is mended at once. It is once more when there was no sign
    for a while, since not everything planned makes a fetch: after each sign or step back of the clock, after a long
    sleep, and after the start.
    """

    def __init__(self) -> None:
        self._looked_at: datetime | None = None
        self._fetch: int | None = None  # the last one looked at
        self._left = LOOKS

    async def look(self, ctx: Context) -> Counter[str]:
        """Mend what is to be mended; return how many rows of which table that were. Called every minute."""
        now, before = ctx.clock.now(), self._looked_at
        self._looked_at = now
        if before is not None and now > before + LATE:
            self._fetch, self._left = None, self._left or LOOKS
        ahead, newest = await _told(ctx, self._fetch)
        seen = ahead is not None and ahead.until > now + store.SLACK
        if seen or (before is not None and now < before - BACK):
            self._left = LOOKS
        mended: Counter[str] = Counter()
        if seen or self._left == 1:
            mended = await mend(ctx, ahead if seen else None)
        self._fetch, self._left = newest, max(0, self._left - 1)
        return mended


async def _told(ctx: Context, after: int | None) -> tuple[Ahead | None, int]:
    """Return what all fetches tell that follow a number, and the number of the last."""
    told, last = await ctx.db.read(store.asked, after)
    more = told
    while told is not None and more is not None:
        told = Ahead(max(told.until, more.until), {**told.asked, **more.asked})
        more, last = await ctx.db.read(store.asked, last)
    return told, last


async def mend(ctx: Context, ahead: Ahead | None = None) -> Counter[str]:
    """Have checked now what was planned in what is the future, and hosts asked as soon as they may be.

    In small transactions, each of which may be done again, and beside whoever visits.
    """
    bounds, mended = replace(bounds_of(ctx), ahead=ahead), Counter[str]()
    for table, first in store.TABLES.items():
        last: store.Key | None = first
        while last is not None:
            keys, last = await ctx.db.read(store.misdated, table, last, ctx.clock.now(), bounds)
            for at in range(0, len(keys), store.FEW):
                some = keys[at : at + store.FEW]
                mended += await ctx.db.write(store.mend, table, some, ctx.clock.now(), bounds)
    if mended:
        by = round((ahead.until - ctx.clock.now()).total_seconds()) if ahead else None
        log.warning("schedule.recalled", seconds=by, **mended, hint="the clock was ahead; is it right now?")
    return mended


def bounds_of(ctx: Context) -> Bounds:
    """Return for how long anything may hold a host, by the manners in effect."""
    manners = ctx.politeness
    gap = max(manners.gap_s, manners.max_delay_s, *manners.gap_per_host.values())
    longest = max(gap, manners.max_backoff_s, manners.max_retry_after_s, 2 * ctx.settings.daemon.lease)
    return Bounds(
        timedelta(seconds=gap),
        timedelta(seconds=max(gap, manners.max_backoff_s)),
        timedelta(seconds=longest),
        timedelta(seconds=ctx.settings.daemon.lease),
    )
