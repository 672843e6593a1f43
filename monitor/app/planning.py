"""Ask the core what a check means for a source, with all that is known of it: its next check, its state."""

from dataclasses import dataclass, replace
from datetime import datetime

from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import Connection

from monitor.app.context import Context
from monitor.core import freshness, lifecycle, schedule, silence
from monitor.core.cron import with_named_days
from monitor.core.legs import stayed_or_moved
from monitor.core.outcomes import SUCCESSES
from monitor.core.schedule import SourceHistory
from monitor.errors import UsageError
from monitor.interfaces import FetchResult, Plan
from monitor.model import Outcome, Source, SourceKind, SourceState
from monitor.store import fetches, sources


@dataclass(frozen=True, slots=True)
class Check:
    """What came of checking a source: its row before, the outcome, and what the answer brought."""

    before: Source
    outcome: Outcome
    at: datetime
    result: FetchResult | None = None
    new_items: int = 0
    items: int | None = None  # that the answer held; None when it was not read, or is no whole answer


def settle(conn: Connection, ctx: Context, after: Source, check: Check, jitter: float) -> Source:
    """Return a source as it is after a check: its next one, whether it fell silent, and whether it is paused.

    `after` is its row with what the answer taught; `jitter` is in [0, 1).
    """
    published = sources.recent_times(conn, after.id)
    plan = _plan(ctx, after, check, published, jitter)
    before = check.before
    gone = check.outcome is Outcome.GONE and not _is_elsewhere(check)
    since = fetches.gone_since(conn, after.id) if gone else None
    pause = lifecycle.should_pause(check.outcome, since, check.at, ctx.lifecycle)
    return replace(
        after,
        silence=_silence(before, check, published),
        holds=check.items or after.holds,
        next_check_at=plan.next_check_at,
        interval_s=plan.interval_s,
        plan_reason=plan.reason,
        state=SourceState.PAUSED if pause else after.state,
        state_reason=pause or after.state_reason,
    )


def say_next(source: Source) -> str:
    """Return in words when a source is checked next."""
    if source.state is not SourceState.ACTIVE:
        return f"{source.state}, no next check: {source.state_reason}"
    return f"next check {source.next_check_at:%Y-%m-%d %H:%M} UTC: {source.plan_reason}"


def _is_elsewhere(check: Check) -> bool:
    """Say whether the answer came from where a temporary redirect led, which says nothing of the source."""
    return check.result is not None and not stayed_or_moved(check.result.hops)


def _silence(before: Source, check: Check, published: tuple[datetime, ...]) -> str | None:
    """Say that a source is quiet far beyond its rhythm, or tells of nothing where it used to; None for all others.

    A sitemap of news holds those of two days and may be empty with good reason.
    """
    if check.outcome not in SUCCESSES:
        return before.silence
    if check.new_items or before.last_checked_at is None:
        return None
    read = check.items is not None and before.kind is not SourceKind.SITEMAP
    if read and (fault := silence.emptied(check.items or 0, before.holds)):
        return fault
    return silence.silent(published, check.at)


def _plan(ctx: Context, source: Source, check: Check, published: tuple[datetime, ...], jitter: float) -> Plan:
    result = check.result
    headers = result.hops[-1].headers if result and result.hops else ()
    history = SourceHistory(
        every_s=source.every_s,
        cron_next=next_by_cron(source.cron, check.at),
        interval_s=source.interval_s,
        failures=source.failures,
        published=published,
        ttl_s=source.ttl_s,
        fresh_until=freshness.fresh_until(headers, check.at),
        retry_after=result.retry_after if result else None,
        outcome=check.outcome,
        new_items=check.new_items,
        first=check.before.last_checked_at is None,
        skip_hours=source.skip_hours,
        skip_days=source.skip_days,
        window=source.holds,
    )
    return schedule.plan_source(history, check.at, ctx.schedule, jitter)


def next_by_cron(cron: str | None, now: datetime) -> datetime | None:
    """Return the next time of a crontab line in UTC, or None without one. Raises UsageError for a bad line."""
    if cron is None:
        return None
    try:
        trigger = CronTrigger.from_crontab(with_named_days(cron), timezone="UTC")
    except ValueError as error:
        raise UsageError(f"{cron!r} is no crontab line: {error}", hint='five fields: "*/20 6-22 * * 1-5"') from error
    found: datetime | None = trigger.get_next_fire_time(now, now)
    if found is None:
        raise UsageError(f"{cron!r} never comes", hint="there is no such day in any month")
    return found
