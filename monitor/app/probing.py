"""Fetch a URL once, in good manners, to see what it is."""

from dataclasses import dataclass

from monitor.app import keeping, legs
from monitor.app.context import Context
from monitor.app.gate import Gate
from monitor.app.leases import leased
from monitor.app.terms import NO_TERMS, Terms
from monitor.core.discovery import robots_sitemaps
from monitor.core.urls import host_of
from monitor.errors import SourceError
from monitor.interfaces import (
    Action,
    Extraction,
    FetchResult,
    PageReading,
    ParsedFeed,
    ReadFailure,
    ReadRequest,
    Task,
    Verdict,
)
from monitor.model import Outcome, SourceKind
from monitor.store import hosts

LATER = "try again later; --force keeps it and tries on schedule"
TASKS = {SourceKind.FEED: Task.FEED, SourceKind.SITEMAP: Task.SITEMAP, SourceKind.LISTING: Task.LISTING}


@dataclass(frozen=True, slots=True)
class Probe:
    """A URL that answered: where it really is, and what its host says in robots.txt."""

    url: str
    result: FetchResult
    robots_text: str | None


async def probe(ctx: Context, url: str, terms: Terms = NO_TERMS) -> Probe:
    """Fetch a URL with its host leased, and keep the evidence. Raises SourceError with the reason it is refused for."""
    found = await ask(ctx, url, terms)
    check(found)
    return found


async def ask(ctx: Context, url: str, terms: Terms = NO_TERMS) -> Probe:
    """Fetch a URL like `probe`, whatever the answer. Raises SourceError when it may not be asked now."""
    steps: list[str] = []
    ctx.room.need()
    async with leased(ctx, host_of(url)) as gate:
        result = await legs.get(gate, terms.request(url), steps, terms)
        if isinstance(result, Verdict):
            raise _kept_out(url, result, gate)
        kept = await keeping.keep(ctx, result, keeping.policy_of(ctx, None), keeping.NEWS)
        await ctx.db.write(keeping.record, keeping.fetch_row(result), kept)
        await ctx.db.write(gate.record)
    robots_text = gate.host.robots_text
    if (there := host_of(result.final_url or url)) != gate.host.name:  # the sitemaps are named where the page is
        host = await ctx.db.read(hosts.get, there)
        robots_text = host.robots_text if host else None
    # A temporary redirect is the site's own business today; a permanent one is its address.
    return Probe(result.permanent_url or url, result, robots_text)


def check(found: Probe) -> None:
    """Raise SourceError unless the answer was a good one."""
    if found.result.outcome is not Outcome.OK:
        raise SourceError(f"{found.result.request.url} cannot be read: {failure(found)}")


def failure(found: Probe) -> str:
    """Say in words what came instead of a good answer."""
    return found.result.detail or found.result.outcome.value.replace("_", " ")


def _kept_out(url: str, verdict: Verdict, gate: Gate) -> SourceError:
    """Say why a URL may not be fetched, and what a person can do about it."""
    if gate.unreached is not None and verdict.action is Action.REFUSE:
        return SourceError(f"{url} cannot be read: {verdict.reason}", hint="fetch.allow_private names exceptions")
    if gate.unreached is not None and gate.unreached.detail:
        return SourceError(f"{url} cannot be read: {gate.unreached.detail}", hint=_remedy(gate.unreached))
    hint = LATER if verdict.action is Action.WAIT else f"the site asks robots to stay away from it{_allowed(url, gate)}"
    return SourceError(f"{url}: {verdict.reason}", hint=hint)


def _remedy(result: FetchResult) -> str:
    if result.outcome is Outcome.TLS_ERROR:
        return "fetch.ca_file adds certificate authorities; --insecure-tls takes any certificate"
    return LATER


def _allowed(url: str, gate: Gate) -> str:
    """Name a sitemap that robots.txt offers to robots instead."""
    named = robots_sitemaps(gate.host.robots_text or "", url)
    return f", and names a sitemap for them: {named[0].url}" if named else ""


async def read_page(ctx: Context, found: Probe, hints: tuple[tuple[str, str], ...] = ()) -> PageReading:
    """Find out what is at a URL. Raises SourceError when it cannot be read at all."""
    reading = await _read(ctx, found, Task.PAGE, hints)
    assert isinstance(reading, PageReading)
    return reading


async def read_as(ctx: Context, found: Probe, kind: SourceKind) -> ParsedFeed:
    """Read a URL as a source of that kind. Raises SourceError when it cannot be read at all."""
    reading = await _read(ctx, found, TASKS[kind])
    assert isinstance(reading, ParsedFeed)
    return reading


async def _read(
    ctx: Context, found: Probe, task: Task, hints: tuple[tuple[str, str], ...] = ()
) -> ParsedFeed | PageReading | Extraction:
    result = found.result
    where = result.final_url or found.url
    request = ReadRequest(task, where, result.body, result.header("content-type"), ctx.clock.now(), hints)
    reading = await ctx.extractor.read(request)
    if isinstance(reading, ReadFailure):
        raise SourceError(f"{found.url} could not be read: {reading.detail}")
    return reading
