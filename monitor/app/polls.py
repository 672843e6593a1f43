"""Poll one source: fetch it, read it, and record what it tells of."""

import hashlib
import random
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.answers import VisitReport
from monitor.app import keeping, legs, polled
from monitor.app.addresses import address_of
from monitor.app.context import Context
from monitor.app.gate import Gate
from monitor.app.keeping import NEWS, Worth
from monitor.app.pages import poll_page
from monitor.app.polled import IM_USED, Poll
from monitor.app.probing import TASKS
from monitor.app.terms import Terms, terms_of
from monitor.core import freshness, sitemaps
from monitor.core.patterns import wanted
from monitor.core.urls import MAX_URL, site_of
from monitor.errors import UsageError
from monitor.interfaces import (
    Action,
    FeedItem,
    FetchRequest,
    FetchResult,
    ParsedFeed,
    ReadFailure,
    ReadRequest,
    Verdict,
)
from monitor.model import Outcome, Source, SourceKind
from monitor.store import captures, entries, fetches, sources
from monitor.wording import counted

# RFC 3229 with the manipulation "feed": a server that knows it sends only what is new, with status 226.
DELTA = ("A-IM", "feed")


async def poll(ctx: Context, gate: Gate, source: Source, due: datetime, *, full: bool = False) -> VisitReport:
    """Poll a source and record it; `due` is when new articles are to be read, `full` forgets the validators."""
    if source.kind is SourceKind.PAGE:
        return await poll_page(ctx, gate, source, due, full=full)
    steps: list[str] = []
    terms = terms_of(source, source.url)
    result = await legs.get(gate, _request(ctx, source, terms, full, steps), steps, terms)
    if isinstance(result, Verdict):
        return await _kept_out(ctx, gate, source, result, steps)
    found = await _observe(ctx, gate, source, result, due, steps)
    return await ctx.db.write(polled.record, ctx, gate, found, steps, random.random())


def _request(ctx: Context, source: Source, terms: Terms, full: bool, steps: list[str]) -> FetchRequest:
    """Return the request for a source: conditional, but now and then not, since servers lie."""
    if source.etag is None and source.last_modified is None:
        return terms.request(source.url)
    every = timedelta(seconds=ctx.settings.fetch.unconditional)
    honesty = freshness.Honesty(source.fully_checked_at, source.full_checks, source.lies)
    if full or freshness.full_fetch_due(honesty, ctx.clock.now(), every):
        steps.append("asked in full, to see whether the server tells the truth when it says that nothing changed")
        return terms.request(source.url)
    request = terms.request(source.url, source.etag, source.last_modified)
    if source.kind is not SourceKind.FEED:
        return request
    return replace(request, headers=(*request.headers, DELTA))


async def _observe(
    ctx: Context, gate: Gate, source: Source, result: FetchResult, due: datetime, steps: list[str]
) -> Poll:
    policy = keeping.policy_of(ctx, source)
    sha256 = _body_hash(result) if result.outcome is Outcome.OK else source.body_sha256
    kept = await keeping.keep(ctx, result, policy, await _unread(ctx, source, result, sha256), gate)
    parsed, problem = None, None
    if result.outcome is Outcome.OK and sha256 == source.body_sha256:
        steps.append("byte for byte what it was")
    elif result.outcome is Outcome.OK:
        parsed, problem = await _read(ctx, gate, source, result, steps)
    items = _wanted_items(source, parsed, steps)
    told = _told(parsed) if parsed and not problem else None
    if not kept and result.outcome is Outcome.OK:
        same = told is not None and told == source.items_sha256 and result.status != IM_USED
        kept = await keeping.keep(ctx, result, policy, await _as_told(ctx, source) if same else NEWS, gate)
    row = keeping.fetch_row(result, source_id=source.id)
    at = keeping.recorded_at(result, ctx.clock.now())
    return Poll(source, row, kept, result, parsed, items, sha256, problem, at, due, told)


async def _unread(ctx: Context, source: Source, result: FetchResult, sha256: str | None) -> Worth | None:
    """Say what an answer is worth before it is read: it tells nothing new where it is a 304, or the last one again."""
    again = result.outcome is Outcome.OK and sha256 == source.body_sha256 and source.items_sha256 is not None
    if again or result.outcome is Outcome.NOT_MODIFIED:
        return await _as_told(ctx, source)
    return None if result.outcome is Outcome.OK else NEWS


async def _as_told(ctx: Context, source: Source) -> Worth:
    """Say that an answer tells what the source told last, if that is kept."""
    original = await ctx.db.read(captures.get, source.told_by) if source.told_by else None
    return NEWS if original is None or original.removed_at else Worth(news=False, reads_as=original)


def _told(parsed: ParsedFeed) -> str:
    """Return what a source tells as a hash: two answers with the same one differ in nothing that we read."""
    items = sorted((item.key, item.url, item.title or "", item.raw_date or "") for item in parsed.items)
    return hashlib.sha256(repr((parsed.format, parsed.parts, items)).encode()).hexdigest()


def _body_hash(result: FetchResult) -> str | None:
    """Return what the next body is compared with; a delta (226) is no state of the feed."""
    return None if result.status == IM_USED else hashlib.sha256(result.body).hexdigest()


async def _read(
    ctx: Context, gate: Gate, source: Source, result: FetchResult, steps: list[str]
) -> tuple[ParsedFeed | None, str | None]:
    """Read what came; a problem is told apart from a quiet source."""
    parsed = await _parse(ctx, gate, source, result)
    if isinstance(parsed, ReadFailure):
        steps.append(f"could not be read: {parsed.detail}")
        return None, f"could not be read: {parsed.detail}"
    if parsed.parts:
        parsed = await _with_parts(ctx, gate, source, parsed, steps)
    if parsed.problem:
        steps.append(f"a problem: {parsed.problem}")
    return parsed, parsed.problem if not parsed.items else None


async def _parse(ctx: Context, gate: Gate, source: Source, result: FetchResult) -> ParsedFeed | ReadFailure:
    url = result.final_url or source.url
    now = ctx.clock.now()
    lessons: tuple[tuple[str, str], ...] = ()
    if source.kind is SourceKind.LISTING:
        lessons = await ctx.db.read(entries.link_lessons, source.id)
    request = ReadRequest(TASKS[source.kind], url, result.body, result.header("content-type"), now, lessons)
    reading = await gate.read(request)
    assert isinstance(reading, ParsedFeed | ReadFailure)
    return reading


async def _with_parts(ctx: Context, gate: Gate, source: Source, index: ParsedFeed, steps: list[str]) -> ParsedFeed:
    """Read the first parts of a sitemap index that are of the same site and may have changed; gather their items."""
    items = list(index.items)
    todo = await _parts_to_read(ctx, source, index)
    read = 0
    for url in todo:
        terms = terms_of(source, url)
        result = await legs.get(gate, terms.request(url), steps, terms)
        if isinstance(result, Verdict):
            continue
        kept = await keeping.keep(ctx, result, keeping.policy_of(ctx, source), NEWS, gate)
        await ctx.db.write(keeping.record, keeping.fetch_row(result, source_id=source.id), kept)
        part = await _parse(ctx, gate, source, result) if result.outcome is Outcome.OK else None
        items += sitemaps.articles(part) if isinstance(part, ParsedFeed) else ()
        read += isinstance(part, ParsedFeed)
    left = len(todo) - read
    unread = f"{left} of its {counted(len(todo), 'part')} could not be read" if left else None
    problem = unread or index.problem
    return replace(index, items=tuple(items), problem=problem)


async def _parts_to_read(ctx: Context, source: Source, index: ParsedFeed) -> tuple[str, ...]:
    ours = [part for part in sitemaps.news_first(index.parts) if site_of(part) == site_of(source.url)]
    fetched = await ctx.db.read(fetches.last_good, ours)
    every = timedelta(seconds=ctx.settings.fetch.unconditional)
    dates = dict(zip(index.parts, index.part_dates or (None,) * len(index.parts), strict=True))
    parts = tuple((part, dates[part], fetched.get(part)) for part in ours)
    return sitemaps.parts_to_read(parts, source.added_at, ctx.clock.now(), every)


def _wanted_items(source: Source, parsed: ParsedFeed | None, steps: list[str]) -> tuple[FeedItem, ...]:
    if parsed is None:
        return ()
    told = sitemaps.articles(parsed) if source.kind is SourceKind.SITEMAP else parsed.items
    fit = tuple(item for item in told if _can_be_kept(item.url))
    items = tuple(item for item in fit if wanted(item.url, source.include, source.exclude))
    odd = f", {len(told) - len(fit)} without an address that can be kept" if len(fit) < len(told) else ""
    patterns = f", {len(fit) - len(items)} left out by include and exclude" if len(items) < len(fit) else ""
    steps.append(f"read as {parsed.format}: {counted(len(told), 'article')}{odd}{patterns}")
    return items


def _can_be_kept(url: str) -> bool:
    """Say whether an address is one, and short enough for every index; what a worker says is not trusted."""
    try:
        return len(address_of(url)) <= MAX_URL
    except UsageError:
        return False


def _put_off(conn: Connection, gate: Gate, source: Source, verdict: Verdict, now: datetime) -> None:
    """Poll later; a host that nobody found is the source's trouble too, and is shown with it."""
    sources.put_off(conn, source.id, verdict.until or now + legs.BUSY, verdict.reason)
    if gate.unreached is not None:
        values = {"last_outcome": gate.unreached.outcome, "last_detail": verdict.reason}
        sources.set_fields(conn, source.id, last_checked_at=now, failures=source.failures + 1, **values)


async def _kept_out(ctx: Context, gate: Gate, source: Source, verdict: Verdict, steps: list[str]) -> VisitReport:
    """Record that a source was not polled: put off, or refused by robots.txt."""
    now = ctx.clock.now()
    if verdict.action is Action.WAIT:
        steps.append(f"not now: {verdict.reason}")
        await ctx.db.write(_put_off, gate, source, verdict, now)
        return VisitReport("source", source.id, source.url, None, tuple(steps))
    row = keeping.refused_row(source.url, verdict.reason, now, source_id=source.id)
    found = Poll(source, row, (), None, None, (), None, verdict.reason, now, now)
    return await ctx.db.write(polled.record, ctx, gate, found, steps, random.random())
