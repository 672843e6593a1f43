"""Poll one source: fetch it, read it, and record what it tells of."""

import hashlib
import random
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from monitor.answers import VisitReport
from monitor.app import keeping, planning
from monitor.app.context import Context
from monitor.app.gate import Gate
from monitor.app.hearing import hear, hosts_of
from monitor.app.pages import poll_page
from monitor.app.probing import TASKS
from monitor.core import freshness, sitemaps
from monitor.core.outcomes import SUCCESSES
from monitor.core.patterns import wanted
from monitor.core.urls import host_of
from monitor.core.wording import counted
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
from monitor.model import Capture, Fetch, Outcome, Source, SourceKind
from monitor.store import entries, hosts, sources

# Of a sitemap index, at most this many of its newest parts are read in one poll.
PARTS = 3


@dataclass(frozen=True, slots=True)
class Poll:
    """Everything a poll found out before it is recorded."""

    source: Source
    fetch: Fetch
    capture: Capture | None
    result: FetchResult | None
    parsed: ParsedFeed | None
    items: tuple[FeedItem, ...]
    body_sha256: str | None
    problem: str | None
    at: datetime
    due: datetime  # when articles newly heard of are to be read


async def poll(ctx: Context, gate: Gate, source: Source, due: datetime, *, full: bool = False) -> VisitReport:
    """Poll a source and record it; `due` is when new articles are to be read, `full` forgets the validators."""
    if source.kind is SourceKind.PAGE:
        return await poll_page(ctx, gate, source, due, full=full)
    steps: list[str] = []
    verdict = await gate.admit(source.url, steps)
    if verdict.action is not Action.GO:
        return await _kept_out(ctx, gate, source, verdict, steps)
    request = FetchRequest(source.url) if full else FetchRequest(source.url, source.etag, source.last_modified)
    result = await gate.fetch(request, steps)
    found = await _observe(ctx, gate, source, result, due, steps)
    return await ctx.db.write(_record, ctx, gate, found, steps, random.random())


async def _observe(
    ctx: Context, gate: Gate, source: Source, result: FetchResult, due: datetime, steps: list[str]
) -> Poll:
    capture = await keeping.keep(ctx, result)
    sha256 = hashlib.sha256(result.body).hexdigest() if result.outcome is Outcome.OK else source.body_sha256
    parsed, problem = None, None
    if result.outcome is Outcome.OK and sha256 == source.body_sha256:
        steps.append("byte for byte what it was")
    elif result.outcome is Outcome.OK:
        capture = capture or await keeping.keep(ctx, result, news=True)
        parsed, problem = await _read(ctx, gate, source, result, steps)
    items = _wanted_items(source, parsed, steps)
    row = keeping.fetch_row(result, source_id=source.id)
    return Poll(source, row, capture, result, parsed, items, sha256, problem, ctx.clock.now(), due)


async def _read(
    ctx: Context, gate: Gate, source: Source, result: FetchResult, steps: list[str]
) -> tuple[ParsedFeed | None, str | None]:
    """Read what came; a problem is told apart from a quiet source."""
    parsed = await _parse(ctx, source, result)
    if isinstance(parsed, ReadFailure):
        steps.append(f"could not be read: {parsed.detail}")
        return None, f"could not be read: {parsed.detail}"
    if parsed.parts:
        parsed = await _with_parts(ctx, gate, source, parsed, steps)
    if parsed.problem:
        steps.append(f"a problem: {parsed.problem}")
    return parsed, parsed.problem if not parsed.items else None


async def _parse(ctx: Context, source: Source, result: FetchResult) -> ParsedFeed | ReadFailure:
    url = result.final_url or source.url
    now = ctx.clock.now()
    request = ReadRequest(TASKS[source.kind], url, result.body, result.header("content-type"), now)
    reading = await ctx.extractor.read(request)
    assert isinstance(reading, ParsedFeed | ReadFailure)
    return reading


async def _with_parts(ctx: Context, gate: Gate, source: Source, index: ParsedFeed, steps: list[str]) -> ParsedFeed:
    """Read the parts of a sitemap index that lie on the same host, news before the rest, and gather their items."""
    items = list(index.items)
    parts = [part for part in sitemaps.news_first(index.parts) if host_of(part) == gate.host.name]
    read = 0
    for url in parts[:PARTS]:
        if (await gate.admit(url, steps)).action is not Action.GO:
            continue
        result = await gate.fetch(FetchRequest(url), steps)
        capture = await keeping.keep(ctx, result)
        await ctx.db.write(keeping.record, keeping.fetch_row(result, source_id=source.id), capture)
        part = await _parse(ctx, source, result) if result.outcome is Outcome.OK else None
        items += sitemaps.articles(part) if isinstance(part, ParsedFeed) else ()
        read += isinstance(part, ParsedFeed)
    problem = index.problem if read else "none of its parts could be read"
    return replace(index, items=tuple(items), problem=problem)


def _wanted_items(source: Source, parsed: ParsedFeed | None, steps: list[str]) -> tuple[FeedItem, ...]:
    if parsed is None:
        return ()
    told = sitemaps.articles(parsed) if source.kind is SourceKind.SITEMAP else parsed.items
    items = tuple(item for item in told if wanted(item.url, source.include, source.exclude))
    left = len(told) - len(items)
    patterns = f", {left} left out by include and exclude" if left else ""
    steps.append(f"read as {parsed.format}: {counted(len(told), 'article')}{patterns}")
    return items


def _record(conn: Connection, ctx: Context, gate: Gate, poll: Poll, steps: list[str], jitter: float) -> VisitReport:
    source, result, steps = poll.source, poll.result, [*steps]
    hosts.lock(conn, {source.host, *hosts_of(poll.items)})
    gate.record(conn)
    keeping.record(conn, poll.fetch, poll.capture)
    if poll.parsed is None and poll.problem is None and poll.fetch.outcome in SUCCESSES:
        entries.sight_unchanged(conn, source.id, poll.at)
    new, touched = hear(conn, ctx, source, poll.items, poll.at, poll.due)
    if poll.items:
        steps.append(f"{new} of them new")
    ttl_s = poll.parsed.ttl_s if poll.parsed else None
    plan = planning.plan_source(
        conn, ctx, source, poll.fetch.outcome, poll.at, jitter, new_items=new, ttl_s=ttl_s, result=result
    )
    steps.append(f"next check {plan.next_check_at:%Y-%m-%d %H:%M} UTC: {plan.reason}")
    failed = poll.problem is not None or (result is not None and result.outcome not in SUCCESSES)
    values: dict[str, object] = {
        "last_checked_at": poll.at,
        "last_outcome": poll.fetch.outcome,
        "last_detail": poll.problem or poll.fetch.detail,
        "failures": source.failures + 1 if failed else 0,
        "next_check_at": plan.next_check_at,
        "interval_s": plan.interval_s,
        "plan_reason": plan.reason,
        **_learned(poll, new),
    }
    sources.set_fields(conn, source.id, **values)
    hosts.refresh_due(conn, touched)
    return VisitReport("source", source.id, source.url, poll.fetch.outcome, tuple(steps), heard_of=new)


def _learned(poll: Poll, new: int) -> dict[str, object]:
    """Return what a good answer teaches of a source: validators (also from a 304), title, language."""
    if poll.result is None or poll.result.outcome not in SUCCESSES or poll.problem:
        return {}
    etag, last_modified = freshness.validators(poll.result.hops[-1].headers) if poll.result.hops else (None, None)
    kept = poll.result.outcome is Outcome.NOT_MODIFIED
    source, parsed = poll.source, poll.parsed
    if parsed and parsed.parts:
        # The index may stand unchanged while a part of it grows: it is read in full every time.
        etag = last_modified = None
    values: dict[str, object] = {
        "etag": etag or (source.etag if kept else None),
        "last_modified": last_modified or (source.last_modified if kept else None),
        "body_sha256": None if parsed and parsed.parts else poll.body_sha256,
        "verified": True,
    }
    if new:
        values["last_changed_at"] = poll.at
    if parsed and parsed.title and not source.title:
        values["title"] = parsed.title
    if parsed and parsed.language and not source.language:
        values["language"] = parsed.language
    return values


def _put_off(conn: Connection, gate: Gate, source: Source, verdict: Verdict, now: datetime) -> None:
    """Poll later; a host that nobody found is the source's trouble too, and is shown with it."""
    sources.put_off(conn, source.id, verdict.until or now, verdict.reason)
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
    found = Poll(source, row, None, None, None, (), None, verdict.reason, now, now)
    return await ctx.db.write(_record, ctx, gate, found, steps, random.random())
