"""Fetch a URL wherever it leads: a leg for each host on the way, under that host's own lease, rules and turn."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from urllib.parse import urlsplit

import structlog
from sqlalchemy import Connection

from monitor.app import keeping
from monitor.app.context import Context
from monitor.app.gate import Gate
from monitor.app.leases import at_hand
from monitor.app.terms import NO_TERMS, Terms, is_home
from monitor.core import robots
from monitor.core.legs import dead_end, joined
from monitor.core.urls import host_of
from monitor.errors import UsageError
from monitor.interfaces import Action, FetchRequest, FetchResult, Verdict
from monitor.model import Fetch, Outcome
from monitor.store import fetches, hosts, redactions

log = structlog.get_logger(__name__)

REDIRECTS = range(300, 400)
BUSY = timedelta(minutes=1)  # after which a host that another process was visiting is asked for again


async def get(gate: Gate, request: FetchRequest, steps: list[str], terms: Terms = NO_TERMS) -> FetchResult | Verdict:
    """Get a URL if its host's robots.txt and manners allow it; else return the Verdict that kept it back.

    The gate is that of the host that is visited; another host is asked through its own, if that is to be had now.
    Redirects are followed only where their host allows it now; else the result is REDIRECTED, ROBOTS or REFUSED.
    """
    if host_of(request.url) == gate.host.name:
        first = await _ask(gate, request, steps, terms, rules=True)
    else:
        first = await _leg(gate.ctx, request, steps, terms, rules=True)
    return first if isinstance(first, Verdict) else await follow(gate.ctx, first, steps, terms)


async def follow(
    ctx: Context, result: FetchResult, steps: list[str], terms: Terms, *, rules: bool = True
) -> FetchResult:
    """Go on from a redirect until there is an answer or no way on; each hop is a request in its host's turn.

    Without `rules` robots.txt is not asked: for robots.txt itself. What the operator said for the first host (headers,
    trust) does not leave it, and once it has been left is not said there again: whoever sends us back chooses what is
    asked.
    """
    request = result.request
    while result.outcome is Outcome.REDIRECTED and (target := result.redirect_url):
        if why := dead_end(result.hops, target, ctx.settings.fetch.max_redirects):
            return replace(result, outcome=Outcome.REDIRECT_ERROR, detail=why, permanent_url=None)
        if (barred := await ctx.db.read(redactions.bars, target)) is not None:
            why = f"it leads to {target}, the page of document {barred}, which was redacted"
            return replace(result, outcome=Outcome.REFUSED, detail=why, permanent_url=None)
        before, request = result.hops[-1].url, replace(request, url=target)
        try:
            if not is_home(before, target):
                terms, request = terms.at(target, before), replace(request, headers=())
            further = host_of(target) == host_of(before)
            leg = await _leg(ctx, request, steps, terms, rules, further=further)
        except UsageError as error:  # nothing that has a host
            return replace(result, outcome=Outcome.REFUSED, detail=f"it leads to {target}: {error}", permanent_url=None)
        if isinstance(leg, Verdict):
            return _kept_back(result, leg)
        result = joined(result, leg)
    return result


async def _leg(
    ctx: Context, request: FetchRequest, steps: list[str], terms: Terms, rules: bool, *, further: bool = False
) -> FetchResult | Verdict:
    host = host_of(request.url)
    async with at_hand(ctx, host) as gate:
        if gate is None:
            return Verdict(Action.WAIT, f"another process is visiting {host}", ctx.clock.now() + BUSY)
        request = replace(request, proxy=terms.proxy, insecure_tls=terms.insecure_tls)
        return await _ask(gate, request, steps, terms, rules=rules, further=further)


async def _ask(
    gate: Gate, request: FetchRequest, steps: list[str], terms: Terms, *, rules: bool, further: bool = False
) -> FetchResult | Verdict:
    if rules and further:  # the host was asked a moment ago: its rules are at hand, and its turn is waited for
        verdict = gate.judge(request.url)
        if verdict.action is Action.REFUSE and not terms.ignore_robots:
            return verdict
    elif rules and (verdict := await _admit(gate, request.url, steps, terms)).action is not Action.GO:
        return verdict
    return await gate.leg(request, steps, further=further)


def _kept_back(result: FetchResult, verdict: Verdict) -> FetchResult:
    """Return a result that ends at a redirect, since the host it leads to kept us back."""
    outcome = Outcome.ROBOTS if verdict.action is Action.REFUSE else Outcome.REDIRECTED
    detail = f"it leads to {result.redirect_url}: {verdict.reason}"
    return replace(result, outcome=outcome, detail=detail, retry_after=verdict.until)


async def _admit(gate: Gate, url: str, steps: list[str], terms: Terms) -> Verdict:
    """Say whether a URL may be fetched now; fetches robots.txt where the copy is too old."""
    if (turn := gate.turn()).action is Action.WAIT:
        return turn
    async with gate.asking_robots:
        max_age = timedelta(seconds=gate.ctx.settings.fetch.robots_max_age)
        if robots.robots_due(gate.copy(), gate.ctx.clock.now(), max_age):
            await _fetch_robots(gate, url, steps, terms)
    if gate.host.robots_text and robots.is_large(gate.host.robots_text):
        await asyncio.to_thread(robots.prepare, gate.host.robots_text)
    verdict = gate.judge(url)
    if verdict.action is Action.WAIT and verdict.until is not None and verdict.until <= gate.ctx.clock.now():
        verdict = replace(verdict, until=gate.ctx.clock.now() + robots.RETRY_UNREACHABLE)
    if terms.ignore_robots and verdict.action is not Action.GO:
        _tell_once(gate.host.name, verdict.reason)
        verdict = Verdict(Action.GO, f"{verdict.reason}; ignored for this source, as told")
    if verdict.action is Action.WAIT:
        detail = await gate.ctx.db.read(fetches.last_detail, _robots_url(url))
        verdict = replace(verdict, reason=f"{detail}; {verdict.reason}" if detail else verdict.reason)
    steps.append(verdict.reason)
    return verdict if verdict.action is not Action.GO else gate.turn()


@lru_cache(maxsize=1_024)
def _tell_once(host: str, rule: str) -> None:
    """Log that a rule is ignored, once while the process runs: a source that ignores it does so at every poll."""
    log.warning("robots.ignored", host=host, rule=rule)


async def _fetch_robots(gate: Gate, url: str, steps: list[str], terms: Terms) -> None:
    """Read robots.txt wherever it leads: robots need no leave to read the rules (RFC 9309 2.3.1.2)."""
    first = await gate.leg(terms.request(_robots_url(url)), steps)
    if isinstance(first, Verdict):
        return
    result = await follow(gate.ctx, first, steps, terms, rules=False)
    unfit = terms.headers and result.outcome is Outcome.REFUSED
    if not result.hops and (terms.proxy or unfit):
        gate.unreached = result
        return  # its proxy failed, or what was to be sent along: that says nothing of the host
    # A redirect at whose end nobody answered today is no answer: there may be rules there. A loop has no end.
    led_nowhere = result.status in REDIRECTS and result.outcome is not Outcome.REDIRECT_ERROR
    status = None if led_nowhere else result.status
    gate.unreached = result if status is None else None
    kept = await keeping.keep(gate.ctx, result, keeping.policy_of(gate.ctx, None), keeping.NEWS)
    body = result.body if status is not None and not result.detail else None
    copy = robots.absorb(gate.copy(), status, body, gate.ctx.clock.now())
    gate.host = replace(gate.host, robots_text=copy.text, robots_status=copy.status, robots_fetched_at=copy.fetched_at)
    await gate.ctx.db.write(_record_robots, gate, keeping.fetch_row(result), kept)


def _record_robots(conn: Connection, gate: Gate, fetch: Fetch, kept: keeping.Captures) -> None:
    keeping.record(conn, fetch, kept)
    one = gate.host
    hosts.set_robots(conn, one.name, one.robots_text, one.robots_status, one.robots_fetched_at)
    gate.record(conn)


def _robots_url(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/robots.txt"
