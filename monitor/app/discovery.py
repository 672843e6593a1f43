"""Add what tells of the articles behind a URL, and watch it."""

import re
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from monitor.answers import AddReport, ImportReport, SourceOptions
from monitor.app import planning
from monitor.app.choosing import Choice, choose, terms_for
from monitor.app.context import Context
from monitor.core.header_lines import header_line
from monitor.core.sources import new_source
from monitor.core.urls import check_url, host_of
from monitor.errors import MonitorError, SourceError, UsageError
from monitor.model import Source, SourceKind
from monitor.progress import Progress
from monitor.store import sources

# What readers and browsers put before or instead of the scheme of a feed: feed:https://..., feed://...
_FEED_SCHEME = re.compile(r"\s*feed:(?P<rest>(?://)?https?:.*|//.*)", re.IGNORECASE | re.DOTALL)


async def add_sources(
    ctx: Context, urls: Sequence[str], options: SourceOptions, *, dry_run: bool, progress: Progress | None = None
) -> tuple[AddReport, ...]:
    """Add each URL; a URL that fails is a report like the others.

    Raises UsageError for a bad crontab line, for a header that cannot be sent, and for one given for several hosts.
    """
    planning.next_by_cron(options.cron, ctx.clock.now())
    options = replace(options, headers=tuple(map(header_line, options.headers)))
    if options.headers and len({urlsplit(url).netloc.lower() for url in urls}) > 1:
        raise UsageError("a header is given for URLs of several hosts", hint="add those of each host by themselves")
    reports = []
    for number, url in enumerate(urls):
        reports.append(await _add(ctx, url, options, dry_run))
        if progress:
            progress(number + 1, len(urls))
    return tuple(reports)


async def add_proposed(ctx: Context, report: ImportReport, *, dry_run: bool) -> ImportReport:
    """Add the sources that an import proposed."""
    added = []
    for one in report.sources:
        options = SourceOptions(outlet=one.outlet, language=one.language)
        added.append(await _add(ctx, one.url, options, dry_run))
    return replace(report, added=tuple(added))


async def _add(ctx: Context, asked: str, options: SourceOptions, dry_run: bool) -> AddReport:
    try:
        url = check_url(_without_feed_scheme(asked))
        known = await ctx.db.read(sources.by_url, url)
        if known is not None and known.state != "removed":
            return _known(asked, known, options)
        choice = await choose(ctx, url, options)
    except SourceError as error:
        return await _unreachable(ctx, asked, url, options, error, dry_run)
    except MonitorError as error:
        return AddReport(asked, "refused", str(error), hint=error.hint)
    return await _keep(ctx, asked, url, choice, options, dry_run)


async def _unreachable(
    ctx: Context, asked: str, url: str, options: SourceOptions, error: SourceError, dry_run: bool
) -> AddReport:
    """Refuse a source that cannot be read, or keep it unverified when the operator insists."""
    if not options.force:
        hint = error.hint or "--force keeps it all the same, and tries again on schedule"
        return AddReport(asked, "refused", str(error), hint=hint)
    kind = options.kind or SourceKind.FEED
    choice = Choice(url, kind, f"kept unverified as a {kind}: {error}", verified=False)
    return await _keep(ctx, asked, url, choice, options, dry_run)


async def _keep(ctx: Context, asked: str, url: str, choice: Choice, options: SourceOptions, dry_run: bool) -> AddReport:
    source = _source(ctx, url, choice, options)
    others = tuple(one for one in choice.candidates if one.url != choice.url)
    known = await ctx.db.read(sources.by_url, source.url)
    if known is not None and known.state != "removed":
        return replace(_known(asked, known, options), candidates=others)
    hint = _not_kept(source, options)
    if dry_run:
        return AddReport(asked, "found", choice.reason, source, others, hint)
    stored, new = await ctx.db.write(sources.add, source)
    if not new:
        return replace(_known(asked, stored, options), candidates=others)
    status = "added" if choice.verified else "unverified"
    return AddReport(asked, status, choice.reason, stored, others, hint)


def _known(asked: str, source: Source, options: SourceOptions) -> AddReport:
    """Say that a URL is watched already, and that what was said of it now changes nothing."""
    said = options != SourceOptions(force=options.force)
    again = f"its options stay; to change them: monitor remove-source {source.id}, then add-source again"
    return AddReport(asked, "known", f"already watched as source {source.id}", source, hint=again if said else None)


def _not_kept(source: Source, options: SourceOptions) -> str | None:
    """Name the options that hold for the host asked, and not for the one where the source was found."""
    names = (("headers", "--header"), ("insecure_tls", "--insecure-tls"), ("ignore_robots", "--ignore-robots"))
    lost = [name for field, name in names if getattr(options, field) and not getattr(source, field)]
    return f"not kept, since the source is on another host: {', '.join(lost)}" if lost else None


def _source(ctx: Context, asked: str, choice: Choice, options: SourceOptions) -> Source:
    outlet = ctx.registry.by_host(host_of(choice.url))
    terms = terms_for(asked, choice.url, options)
    known = replace(
        options,
        outlet=options.outlet or (outlet.key if outlet else None),
        language=options.language or choice.language,
        headers=terms.headers,
        proxy=terms.proxy,
        insecure_tls=terms.insecure_tls,
        ignore_robots=terms.ignore_robots,
    )
    return new_source(choice.url, choice.kind, choice.title, known, ctx.clock.now(), verified=choice.verified)


def _without_feed_scheme(typed: str) -> str:
    """Return the address behind `feed:`; where that stands for the scheme, http:// leads to https:// if need be."""
    found = _FEED_SCHEME.fullmatch(typed)
    if found is None:
        return typed
    rest = found["rest"].strip()
    return rest.removeprefix("//") if rest.lower().lstrip("/").startswith("http") else f"http:{rest}"
