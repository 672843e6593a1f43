"""Fetch a URL once, in good manners, to see what it is."""

from dataclasses import dataclass

from monitor.app import keeping
from monitor.app.context import Context
from monitor.app.gate import Gate
from monitor.app.leases import leased
from monitor.core.urls import host_of
from monitor.errors import SourceError
from monitor.interfaces import (
    Action,
    Extraction,
    FetchRequest,
    FetchResult,
    PageReading,
    ParsedFeed,
    ReadFailure,
    ReadRequest,
    Task,
    Verdict,
)
from monitor.model import Outcome, SourceKind

LATER = "try again later; --force keeps it and tries on schedule"
TASKS = {SourceKind.FEED: Task.FEED, SourceKind.SITEMAP: Task.SITEMAP, SourceKind.LISTING: Task.LISTING}


@dataclass(frozen=True, slots=True)
class Probe:
    """A URL that answered: where it really is, and what its host says in robots.txt."""

    url: str
    result: FetchResult
    robots_text: str | None


async def probe(ctx: Context, url: str) -> Probe:
    """Fetch a URL with its host leased, and keep the evidence. Raises SourceError with the reason it is refused for."""
    steps: list[str] = []
    async with leased(ctx, host_of(url)) as gate:
        verdict = await gate.admit(url, steps)
        if verdict.action is not Action.GO:
            raise _kept_out(url, verdict, gate)
        result = await gate.fetch(FetchRequest(url), steps)
        capture = await keeping.keep(ctx, result)
        await ctx.db.write(keeping.record, keeping.fetch_row(result), capture)
        await ctx.db.write(gate.record)
    if result.outcome is not Outcome.OK:
        raise SourceError(f"{url} cannot be read: {result.detail or result.outcome.value.replace('_', ' ')}")
    # A temporary redirect is the site's own business today; a permanent one is its address.
    return Probe(result.permanent_url or url, result, gate.host.robots_text)


def _kept_out(url: str, verdict: Verdict, gate: Gate) -> SourceError:
    """Say why a URL may not be fetched, and what a person can do about it."""
    if gate.unreached is not None and verdict.action is Action.REFUSE:
        return SourceError(f"{url} cannot be read: {verdict.reason}", hint="fetch.allow_private names exceptions")
    if gate.unreached is not None and gate.unreached.detail:
        return SourceError(f"{url} cannot be read: {gate.unreached.detail}", hint=LATER)
    hint = LATER if verdict.action is Action.WAIT else "the site asks robots to stay away from it"
    return SourceError(f"{url}: {verdict.reason}", hint=hint)


async def read_page(ctx: Context, found: Probe) -> PageReading:
    """Find out what is at a URL. Raises SourceError when it cannot be read at all."""
    reading = await _read(ctx, found, Task.PAGE)
    assert isinstance(reading, PageReading)
    return reading


async def read_as(ctx: Context, found: Probe, kind: SourceKind) -> ParsedFeed:
    """Read a URL as a source of that kind. Raises SourceError when it cannot be read at all."""
    reading = await _read(ctx, found, TASKS[kind])
    assert isinstance(reading, ParsedFeed)
    return reading


async def _read(ctx: Context, found: Probe, task: Task) -> ParsedFeed | PageReading | Extraction:
    result = found.result
    where = result.final_url or found.url
    request = ReadRequest(task, where, result.body, result.header("content-type"), ctx.clock.now())
    reading = await ctx.extractor.read(request)
    if isinstance(reading, ReadFailure):
        raise SourceError(f"{found.url} could not be read: {reading.detail}")
    return reading
