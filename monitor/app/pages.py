"""Poll a watched page: the page is its own document, and the source's schedule decides when it is read."""

import random
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from monitor.answers import VisitReport
from monitor.app import checks, legs, planning
from monitor.app.context import Context
from monitor.app.gate import Gate
from monitor.app.hearing import hear_of
from monitor.app.planning import Check
from monitor.app.turns import turn_of
from monitor.core.outcomes import SUCCESSES
from monitor.interfaces import FeedItem
from monitor.model import Outcome, Source
from monitor.store import hosts, sources


async def poll_page(ctx: Context, gate: Gate, source: Source, due: datetime, *, full: bool) -> VisitReport:
    """Read a watched page as the document it is, and plan its source."""
    item = FeedItem(key=source.url, url=source.url, title=source.title)
    document = await ctx.db.write(hear_of, ctx, source, item, ctx.clock.now(), None)
    report = await checks.check(ctx, gate, document, due, full=full, on_schedule=False, source=source)
    now = ctx.clock.now()
    if report.outcome is None:
        until = report.until or now + legs.BUSY
        await ctx.db.write(sources.put_off, source.id, until, report.steps[-1])
        return replace(report, what="source", id=source.id)
    after = await ctx.db.write(_record, ctx, source, report.outcome, report, now, random.random())
    told = planning.say_next(after)
    turn = turn_of(source, after)
    return replace(report, what="source", id=source.id, steps=(*report.steps, told), turn=turn)


def _record(
    conn: Connection,
    ctx: Context,
    source: Source,
    outcome: Outcome,
    report: VisitReport,
    now: datetime,
    jitter: float,
) -> Source:
    changed, answered = report.revision is not None, outcome in SUCCESSES
    after = replace(
        source,
        last_checked_at=now,
        last_changed_at=now if changed else source.last_changed_at,
        last_outcome=outcome,
        last_detail=None if answered else report.steps[-1],
        failures=0 if answered else source.failures + 1,
        verified=source.verified or answered,
    )
    after = planning.settle(conn, ctx, after, Check(source, outcome, now, new_items=int(changed)), jitter)
    sources.save(conn, source, after)
    hosts.refresh_due(conn, [source.host])
    return after
