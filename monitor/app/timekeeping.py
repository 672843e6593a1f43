"""After the clock was set back: what had been planned while it was ahead would wait for days, and is done now."""

from datetime import datetime, timedelta

import structlog

from monitor.app.context import Context
from monitor.store import turned
from monitor.store.turned import BATCH, Ahead, Turned

log = structlog.get_logger(__name__)

# A smaller step only delays what is due, by as much.
SMALL = timedelta(minutes=2)


async def mend_plans(ctx: Context) -> Turned:
    """Recall what was planned by a clock that was ahead of the present one; return how much that was.

    The sign is a fetch that lies in the future: it outlives the process, and any number of workers can see it. What is
    recalled is due now, and is recalled once, since its next check bears the right time.
    """
    now = ctx.clock.now()
    ahead = await ctx.db.read(turned.ahead_of, now + SMALL)
    if ahead is None:
        return Turned()
    done = await _recall(ctx, now, ahead)
    if any(done):
        by = round((ahead.until - now).total_seconds())
        log.warning("schedule.recalled", seconds=by, **done._asdict(), hint="the clock was ahead; is it right now?")
    return done


async def _recall(ctx: Context, now: datetime, ahead: Ahead) -> Turned:
    last_source, last_document = await ctx.db.read(turned.last_ids)
    every = [(turned.recall_sources, after) for after in range(0, last_source, BATCH)]
    every += [(turned.recall_documents, after) for after in range(0, last_document, BATCH)]
    done = [await ctx.db.write(recall, after, now, now + SMALL, ahead) for recall, after in every]
    return Turned(*(sum(each) for each in zip(*done, strict=True))) if done else Turned()
