"""Work out what a URL is, choose the source that tells of its articles, and watch it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from monitor.answers import AddReport, ImportReport, SourceOptions
from monitor.app import planning, probing
from monitor.app.context import Context
from monitor.app.probing import Probe
from monitor.core.discovery import robots_sitemaps
from monitor.core.sitemaps import news_first
from monitor.core.urls import canonical_url, check_url, host_of, is_front_page, same_page
from monitor.core.wording import counted
from monitor.errors import MonitorError, SourceError
from monitor.interfaces import Candidate, PageReading, ParsedFeed
from monitor.model import Outlet, Source, SourceKind
from monitor.store import sources

Progress = Callable[[int, int], None]

# How many candidates are fetched before settling for the page itself. Named ones come first.
TRIES = 8
# Below this score nobody named the candidate; such guesses only help a front page, since they speak for a whole site.
NAMED = 0.35
LISTED = 5  # links to articles that make a page worth watching as a listing


@dataclass(frozen=True, slots=True)
class _Choice:
    """What will be watched, and why; `verified` when it was fetched and tells of articles."""

    url: str
    kind: SourceKind
    reason: str
    title: str | None = None
    language: str | None = None
    candidates: tuple[Candidate, ...] = ()
    verified: bool = True


async def add_sources(
    ctx: Context, urls: Sequence[str], options: SourceOptions, *, dry_run: bool, progress: Progress | None = None
) -> tuple[AddReport, ...]:
    """Add each URL; a URL that fails is a report like the others. Raises UsageError for a bad crontab line."""
    planning.next_by_cron(options.cron, ctx.clock.now())
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
        url = check_url(asked)
        known = await ctx.db.read(sources.by_url, url)
        if known is not None and known.state != "removed":
            return AddReport(asked, "known", f"already watched as source {known.id}", known)
        choice = await _choose(ctx, url, options)
    except SourceError as error:
        return await _unreachable(ctx, asked, url, options, error, dry_run)
    except MonitorError as error:
        return AddReport(asked, "refused", str(error), hint=error.hint)
    return await _keep(ctx, asked, choice, options, dry_run)


async def _unreachable(
    ctx: Context, asked: str, url: str, options: SourceOptions, error: SourceError, dry_run: bool
) -> AddReport:
    """Refuse a source that cannot be read, or keep it unverified when the operator insists."""
    if not options.force:
        hint = error.hint or "--force keeps it all the same, and tries again on schedule"
        return AddReport(asked, "refused", str(error), hint=hint)
    kind = options.kind or SourceKind.FEED
    choice = _Choice(url, kind, f"kept unverified as a {kind}: {error}", verified=False)
    return await _keep(ctx, asked, choice, options, dry_run)


async def _keep(ctx: Context, asked: str, choice: _Choice, options: SourceOptions, dry_run: bool) -> AddReport:
    source = _source(ctx, choice, options)
    others = tuple(one for one in choice.candidates if one.url != choice.url)
    if dry_run:
        return AddReport(asked, "found", choice.reason, source, others)
    stored, new = await ctx.db.write(sources.add, source)
    if not new:
        return AddReport(asked, "known", f"already watched as source {stored.id}", stored, others)
    status = "added" if choice.verified else "unverified"
    return AddReport(asked, status, choice.reason, stored, others)


def _source(ctx: Context, choice: _Choice, options: SourceOptions) -> Source:
    now = ctx.clock.now()
    outlet = ctx.registry.by_host(host_of(choice.url))
    return Source(
        url=choice.url,
        kind=choice.kind,
        host=host_of(choice.url),
        title=choice.title,
        outlet=options.outlet or (outlet.key if outlet else None),
        language=options.language or choice.language,
        tags=options.tags,
        every_s=options.every_s,
        cron=options.cron,
        include=options.include,
        exclude=options.exclude,
        verified=choice.verified,
        added_at=now,
        next_check_at=now,
        plan_reason="new",
    )


async def _choose(ctx: Context, url: str, options: SourceOptions) -> _Choice:
    """Fetch a URL and decide what to watch. Raises SourceError when it cannot be reached or is nothing to watch."""
    if options.kind in (SourceKind.FEED, SourceKind.SITEMAP, SourceKind.LISTING):
        return await _as_told(ctx, url, options.kind)
    probe = await probing.probe(ctx, url)
    if options.kind is SourceKind.PAGE:
        return _itself(probe, SourceKind.PAGE, "watched as one page, as told")
    reading = await probing.read_page(ctx, probe)
    if reading.kind in (SourceKind.FEED, SourceKind.SITEMAP):
        return _itself(probe, reading.kind, reading.reason, reading)
    return await _of_page(ctx, probe, reading, options)


async def _as_told(ctx: Context, url: str, kind: SourceKind) -> _Choice:
    """Take a URL for the kind the operator says, if it reads as one."""
    probe = await probing.probe(ctx, url)
    parsed = await probing.read_as(ctx, probe, kind)
    if not parsed.items and not parsed.parts:
        said = parsed.problem or "it tells of no article"
        raise SourceError(f"{url} is no {kind}: {said}", hint="leave --kind out to find out what it is")
    return _Choice(probe.url, kind, _said(parsed), parsed.title, parsed.language)


def _itself(probe: Probe, kind: SourceKind, reason: str, reading: PageReading | None = None) -> _Choice:
    if reading is None:
        return _Choice(probe.url, kind, reason)
    return _Choice(probe.url, kind, reason, reading.title, reading.language, reading.candidates)


async def _of_page(ctx: Context, probe: Probe, reading: PageReading, options: SourceOptions) -> _Choice:
    """Choose among what a page names: the first candidate that tells of articles, else the page itself."""
    language = options.language or reading.language
    hinted = _hinted(ctx.registry.by_host(host_of(probe.url)), probe.url, language)
    named = robots_sitemaps(probe.robots_text or "", probe.url)
    ranked = _ranked(probe.url, (*hinted, *named, *reading.candidates))
    candidates = tuple(one for one in ranked if one.score >= NAMED)
    for candidate in _worth_trying(probe.url, ranked):
        choice = await _try(ctx, candidate)
        if choice is not None:
            return replace(choice, language=choice.language or language, candidates=candidates)
    if len(reading.article_links) >= LISTED or reading.kind is SourceKind.LISTING:
        reason = (
            f"no feed found; the page links {counted(len(reading.article_links), 'article')}, which will be followed"
        )
        return replace(_itself(probe, SourceKind.LISTING, reason, reading), candidates=candidates)
    return replace(_itself(probe, SourceKind.PAGE, f"one page: {reading.reason}", reading), candidates=candidates)


def _hinted(outlet: Outlet | None, url: str, language: str | None) -> tuple[Candidate, ...]:
    """Return the feeds that the outlet file remembers for this site, those in the page's language first."""
    if outlet is None:
        return ()
    feeds = [feed for feed in outlet.feeds if host_of(feed) == host_of(url)]
    marked = [feed for feed in feeds if language and f"/{language}" in urlsplit(feed).path]
    best = 0.55 if is_front_page(url) else 0.38
    return tuple(
        Candidate(feed, SourceKind.FEED, best + (0.05 if feed in marked else 0.0), "remembered in the outlet file")
        for feed in feeds
    )


def _ranked(url: str, candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """Put the best first, each address once."""
    best: dict[str, Candidate] = {}
    for one in sorted(candidates, key=lambda one: -one.score):
        best.setdefault(canonical_url(one.url), one)
    return tuple(one for one in best.values() if not same_page(one.url, url) or one.kind is not SourceKind.PAGE)


def _worth_trying(url: str, candidates: tuple[Candidate, ...]) -> list[Candidate]:
    """Leave out the page itself and, for a section, guesses that would speak for the whole site."""
    least = 0.0 if is_front_page(url) else NAMED
    return [one for one in candidates if one.kind is not SourceKind.LISTING and one.score >= least][:TRIES]


async def _try(ctx: Context, candidate: Candidate, *, of_index: bool = False) -> _Choice | None:
    """Fetch a candidate, `of_index` when an index named it; None when it is not there or tells of nothing."""
    try:
        probe = await probing.probe(ctx, candidate.url)
        parsed = await probing.read_as(ctx, probe, candidate.kind)
    except MonitorError:
        return None  # a guess that failed is no error of the page that led to it; the next one is tried
    if not parsed.items and not parsed.parts:
        return None
    news = None if of_index else next((part for part in news_first(parsed.parts) if "news" in part.lower()), None)
    if news and (choice := await _try(ctx, replace(candidate, url=news), of_index=True)):
        return choice  # the part with the news is a better source than the index of the whole site
    return _Choice(
        probe.url,
        parsed.kind,
        f"{_said(parsed)}; {candidate.reason}",
        parsed.title or candidate.title,
        parsed.language or candidate.language,
    )


def _said(parsed: ParsedFeed) -> str:
    what = counted(len(parsed.parts), "part") if parsed.parts else counted(len(parsed.items), "article")
    return f"a {parsed.kind} ({parsed.format}) with {what}"
