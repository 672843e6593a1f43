"""Take sources in from OPML: those that an archive wrote as they are, those of others as if their URLs were typed."""

from dataclasses import replace

from monitor.answers import AddReport
from monitor.app import discovery, planning
from monitor.app.context import Context
from monitor.core.opml import Outline, read_opml
from monitor.core.sources import new_source
from monitor.core.urls import check_url
from monitor.errors import MonitorError
from monitor.model import Source, SourceState
from monitor.progress import Progress
from monitor.store import sources


async def import_opml(
    ctx: Context, data: bytes, name: str, *, trust: bool, force: bool, dry_run: bool, progress: Progress | None
) -> tuple[AddReport, ...]:
    """Watch every source of an OPML file; each gets a report, also one that is refused. See `Exports.import_opml`."""
    outlines = read_opml(data, name)
    reports = []
    for number, one in enumerate(outlines):
        reports.append(await _take(ctx, one if trust else _harmless(one), force, dry_run))
        if progress:
            progress(number + 1, len(outlines))
    return tuple(reports)


def _harmless(one: Outline) -> Outline:
    """Leave out what a stranger's file could have us do: go through a proxy, believe anybody, ignore robots.txt."""
    return replace(one, options=replace(one.options, proxy=None, insecure_tls=False, ignore_robots=False))


async def _take(ctx: Context, one: Outline, force: bool, dry_run: bool) -> AddReport:
    if one.options.kind is not None:
        return await _restore(ctx, one, dry_run)
    (report,) = await discovery.add_sources(ctx, [one.url], replace(one.options, force=force), dry_run=dry_run)
    return report


async def _restore(ctx: Context, one: Outline, dry_run: bool) -> AddReport:
    """Watch a source as an archive described it; nobody is asked, its first poll tells whether it is there."""
    try:
        source = _source(ctx, one)
    except MonitorError as error:
        return AddReport(one.url, "refused", str(error), hint=error.hint)
    if dry_run:
        known = await ctx.db.read(sources.by_url, source.url)
        there = known is not None and known.state is not SourceState.REMOVED
        return AddReport(one.url, "known", "watched already", known) if there else _found(one, source)
    stored, new = await ctx.db.write(sources.add, source)
    if not new:
        hint = f"its options stay; to take over those of the file: monitor remove-source {stored.id}, then again"
        return AddReport(one.url, "known", f"already watched as source {stored.id}", stored, hint=hint)
    return AddReport(one.url, "added", "as the file has it", stored)


def _found(one: Outline, source: Source) -> AddReport:
    return AddReport(one.url, "found", "as the file has it", source)


def _source(ctx: Context, one: Outline) -> Source:
    """Return a source of an outline. Raises UsageError for a URL, or a crontab line, that is none."""
    assert one.options.kind is not None
    now = ctx.clock.now()
    planning.next_by_cron(one.options.cron, now)
    made = new_source(check_url(one.url), one.options.kind, one.title, one.options, now)
    return replace(made, state=SourceState.PAUSED, state_reason=one.paused) if one.paused else made
