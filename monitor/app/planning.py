"""Ask the core when a source is to be polled next, with all that is known of it."""

from datetime import datetime

from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import Connection

from monitor.app.context import Context
from monitor.core import freshness, schedule
from monitor.core.cron import with_named_days
from monitor.core.outcomes import SUCCESSES
from monitor.core.schedule import SourceHistory
from monitor.errors import UsageError
from monitor.interfaces import FetchResult, Plan
from monitor.model import Outcome, Source
from monitor.store import sources


def plan_source(
    conn: Connection,
    ctx: Context,
    source: Source,
    outcome: Outcome,
    now: datetime,
    jitter: float,
    *,
    new_items: int = 0,
    ttl_s: int | None = None,
    result: FetchResult | None = None,
) -> Plan:
    """Return a source's next check after a poll that ended with `outcome`; `jitter` is in [0, 1)."""
    headers = result.hops[-1].headers if result and result.hops else ()
    history = SourceHistory(
        every_s=source.every_s,
        cron_next=next_by_cron(source.cron, now),
        interval_s=source.interval_s,
        failures=source.failures + (outcome not in SUCCESSES),
        published=sources.recent_times(conn, source.id),
        ttl_s=ttl_s,
        fresh_until=freshness.fresh_until(headers, now),
        retry_after=result.retry_after if result else None,
        outcome=outcome,
        new_items=new_items,
        first=source.last_checked_at is None,
    )
    return schedule.plan_source(history, now, ctx.schedule, jitter)


def next_by_cron(cron: str | None, now: datetime) -> datetime | None:
    """Return the next time of a crontab line in UTC, or None without one. Raises UsageError for a bad line."""
    if cron is None:
        return None
    try:
        trigger = CronTrigger.from_crontab(with_named_days(cron), timezone="UTC")
    except ValueError as error:
        raise UsageError(f"{cron!r} is no crontab line: {error}", hint='five fields: "*/20 6-22 * * 1-5"') from error
    found: datetime | None = trigger.get_next_fire_time(now, now)
    return found
