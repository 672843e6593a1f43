"""Check one document: fetch its page, extract its text, and hand over what was found to be recorded."""

import random
from datetime import datetime, timedelta

import structlog

from monitor.answers import VisitReport
from monitor.app import findings, furnishing, keeping, legs, redacted, rereading
from monitor.app.context import Context
from monitor.app.finding import Again, Finding
from monitor.app.gate import Gate
from monitor.app.keeping import NEWS, Worth
from monitor.app.rereading import Known
from monitor.app.terms import terms_of
from monitor.core import changes as comparing
from monitor.core import presence
from monitor.core.freshness import Honesty, full_fetch_due
from monitor.core.legs import PERMANENT
from monitor.core.presence import Sighting
from monitor.core.url_shape import NO_ARTICLE, article_shape
from monitor.core.urls import is_front_page, same_page, site_of
from monitor.interfaces import Action, Extraction, FetchResult
from monitor.model import Document, DocumentState, Outcome, Quality, Source
from monitor.store import captures as captures_of
from monitor.store import documents, furniture, revisions, sources

log = structlog.get_logger(__name__)

JUDGED_AT_ONCE = 50  # changes, so that no other write waits long

# What would be held against a page.
NEGATIVE = (Sighting.MISSING, Sighting.WITHDRAWN, Sighting.BLOCKED)


async def check(
    ctx: Context,
    gate: Gate,
    document: Document,
    due: datetime,
    *,
    full: bool = False,
    on_schedule: bool = True,
    source: Source | None = None,
) -> VisitReport:
    """Check a document and record it; `full` forgets the validators. `source` is whose terms hold, its own if None."""
    steps: list[str] = []
    url = document.url or ""
    if document.state is DocumentState.REDACTED:  # a page that is watched; of others no check is due
        never = ctx.clock.now() + redacted.NEVER
        return VisitReport("document", document.id, url, None, (redacted.said(document),), until=never)
    if source is None and document.source_id:
        source = await ctx.db.read(sources.get, document.source_id)
    full = full or _trust_is_used_up(ctx, document, source)
    terms = terms_of(source, url)
    request = terms.request(url) if full else terms.request(url, document.etag, document.last_modified)
    result = await legs.get(gate, request, steps, terms)
    if isinstance(result, FetchResult):
        found = await _observe(ctx, gate, document, source, result, due, on_schedule, steps)
    elif result.action is Action.REFUSE:
        found = _refused(ctx, document, result.reason, due, on_schedule)
    else:
        steps.append(f"not now: {result.reason}")
        until = result.until or ctx.clock.now() + legs.BUSY
        if on_schedule:
            await ctx.db.write(documents.put_off, document, until, result.reason)
        return VisitReport("document", document.id, url, None, tuple(steps), until=until)
    report = await ctx.db.write(findings.record, ctx, gate, found, steps, random.random())
    await _judge_anew(ctx, site_of(url))
    return report


async def _judge_anew(ctx: Context, site: str) -> None:
    """Judge an outlet's changes by what was learned of its furniture, now or before a stop."""
    while await ctx.db.read(furniture.owed, site):
        otherwise = await ctx.db.write(furnishing.judge_what_is_due, ctx, site, ctx.clock.now(), JUDGED_AT_ONCE)
        if otherwise:
            log.info("changes.judged", site=site, otherwise=otherwise)
        if otherwise < JUDGED_AT_ONCE:
            return


def _trust_is_used_up(ctx: Context, document: Document, source: Source | None) -> bool:
    """Say whether to ask in full: the last answer is long ago, or the source's server was found lying about changes."""
    every = timedelta(seconds=ctx.settings.fetch.unconditional)
    honesty = Honesty(document.last_checked_at, source.full_checks if source else 0, source.lies if source else 0)
    return full_fetch_due(honesty, ctx.clock.now(), every)


def _refused(ctx: Context, document: Document, reason: str, due: datetime, on_schedule: bool) -> Finding:
    now = ctx.clock.now()
    row = keeping.refused_row(document.url or "", reason, now, document_id=document.id)
    return Finding(document, row, (), None, None, Sighting.BLOCKED, reason, now, due, on_schedule)


async def _observe(
    ctx: Context,
    gate: Gate,
    document: Document,
    source: Source | None,
    result: FetchResult,
    due: datetime,
    on_schedule: bool,
    steps: list[str],
) -> Finding:
    policy = keeping.policy_of(ctx, source)
    captures = await keeping.keep(ctx, result, policy, await _held(ctx, document, result), gate)
    known, extraction, again = Known(), None, None
    if result.outcome is Outcome.OK:
        known, extraction, again = await _read(ctx, gate, document, result, steps)
        captures = captures or await keeping.keep(
            ctx, result, policy, await _worth(ctx, document, known, extraction), gate
        )
    read_before = known.has_web or _was_there(document)
    if extraction is None:
        read_before = read_before or await ctx.db.read(revisions.has_web, document.id)
    is_article = read_before or _leads_to_an_article(document, source, result)
    sighting, why = _sight(
        document, result, extraction, read_before=read_before, on_schedule=on_schedule, is_article=is_article
    )
    watched = source.id if source and not on_schedule else None  # a watched page is its source
    row = keeping.fetch_row(result, document_id=document.id, source_id=watched)
    return Finding(
        document,
        row,
        captures,
        result,
        extraction,
        sighting,
        why,
        keeping.recorded_at(result, ctx.clock.now()),
        due,
        on_schedule,
        read_before,
        again,
    )


async def _read(
    ctx: Context, gate: Gate, document: Document, result: FetchResult, steps: list[str]
) -> tuple[Known, Extraction, Again | None]:
    """Read a page, with what is known of its document; where that may show an edit, also what stood before, again."""
    known = await ctx.db.read(rereading.known_of, ctx, document)
    url, media_type = result.final_url or document.url or "", result.header("content-type")
    extraction = await rereading.extract(gate.read, known.hints, url, result.body, media_type, ctx.clock.now())
    again = await rereading.before_an_edit(ctx, gate.read, document, known.current, extraction, result.body)
    why = f" ({extraction.quality_reason})" if extraction.quality_reason else ""
    words = len(extraction.text.split())
    steps.append(f"extracted {words} words by {extraction.extractor}: {extraction.quality}{why}")
    return known, extraction, again


def _was_there(document: Document) -> bool:
    """Say whether the page of a document was seen: with the very text that was saved it has no revision of its own."""
    seen = (DocumentState.LIVE, DocumentState.GONE, DocumentState.MOVED)
    return document.revision_count > 0 and document.state in seen


def _leads_to_an_article(document: Document, source: Source | None, result: FetchResult) -> bool:
    """Say whether the address we were sent to is an article's, as far as an address can tell.

    Feeds link through redirectors; consent pages, logins and maintenance pages redirect as well. Trusted are a
    permanent redirect, the shape of an article's address, and the way from a redirector home to the source's own site.
    """
    final = result.final_url
    if final is None or result.permanent_url or article_shape(final) >= 1:
        return True
    home = source is not None and site_of(final) == site_of(source.url) != site_of(document.url or "")
    return home and article_shape(final) > NO_ARTICLE


def _sight(
    document: Document,
    result: FetchResult,
    extraction: Extraction | None,
    *,
    read_before: bool,
    on_schedule: bool,
    is_article: bool,
) -> tuple[Sighting, str]:
    """Say what was seen of a document's page, wherever the server sent us."""
    url, final = document.url or "", result.final_url
    sighting, why = presence.sight(
        result.outcome,
        requested_url=url,
        final_url=result.permanent_url,
        quality=extraction.quality if extraction else None,
        front_page=bool(final and is_front_page(final)),
    )
    if sighting in NEGATIVE and result.hops and not _speaks_for_it(result, url, sighting):
        return Sighting.UNCLEAR, f"sent elsewhere for now, where: {why}"
    if final is None or same_page(final, url) or sighting not in (Sighting.FOUND, Sighting.MOVED):
        return sighting, why
    if not on_schedule:
        return Sighting.FOUND, f"there, at {final}"  # a watched page is whatever its address leads to
    if read_before:
        return (sighting, why) if sighting is Sighting.MOVED else (Sighting.UNCLEAR, f"sent to {final} for now")
    if is_article:
        return Sighting.FOUND, "found where its link led"
    return Sighting.UNCLEAR, f"sent to {final}, which has not the shape of an article's address"


def _speaks_for_it(result: FetchResult, url: str, sighting: Sighting) -> bool:
    """Say whether what was found in place of a page is said of that page.

    A temporary redirect to another site, to a login, a consent page or maintenance is not; one to the site's own error
    page or front page is.
    """
    ways = result.hops if result.outcome is Outcome.ROBOTS else result.hops[:-1]  # not followed to what is forbidden
    if all(hop.status in PERMANENT for hop in ways):
        return True
    return sighting is not Sighting.BLOCKED and site_of(result.final_url or url) == site_of(url)


async def _held(ctx: Context, document: Document, result: FetchResult) -> Worth | None:
    """Say of a 304 which capture it confirms: that behind the text that stands; nothing of what was not read yet."""
    if result.outcome is Outcome.OK:
        return None
    if result.outcome is not Outcome.NOT_MODIFIED or document.revision_id is None:
        return NEWS
    return Worth(news=False, reads_as=await ctx.db.read(captures_of.behind, document.revision_id))


async def _worth(ctx: Context, document: Document, known: Known, extraction: Extraction) -> Worth:
    """Say whether a page shows another text, or another state, than the one that is kept."""
    current = known.current
    if current is None or document.state is not DocumentState.LIVE or extraction.quality is not Quality.COMPLETE:
        return NEWS
    stated = (extraction.byline, extraction.published_at, extraction.published_raw)
    same = stated == (current.byline, current.published_at, current.published_raw)
    if not same or comparing.fingerprint(extraction.title, extraction.text) != current.fingerprint:
        return NEWS
    original = await ctx.db.read(captures_of.behind, current.id)
    return NEWS if original is None else Worth(news=False, reads_as=original)
