"""Check one document: fetch its page, extract its text, and hand over what was found to be recorded."""

import random
from datetime import datetime

from monitor.answers import VisitReport
from monitor.app import findings, keeping
from monitor.app.context import Context
from monitor.app.findings import Finding
from monitor.app.gate import Gate
from monitor.core import changes as comparing
from monitor.core import presence
from monitor.core.presence import Sighting
from monitor.core.url_shape import NO_ARTICLE, article_shape
from monitor.core.urls import is_front_page, same_page, site_of
from monitor.interfaces import Action, Extraction, FetchRequest, FetchResult, ReadFailure, ReadRequest, Task
from monitor.model import Document, Outcome, Quality
from monitor.store import documents, entries, revisions, sources


async def check(
    ctx: Context, gate: Gate, document: Document, due: datetime, *, full: bool = False, on_schedule: bool = True
) -> VisitReport:
    """Check a document and record it; `full` forgets the validators."""
    steps: list[str] = []
    url = document.url or ""
    verdict = await gate.admit(url, steps)
    if verdict.action is Action.WAIT:
        steps.append(f"not now: {verdict.reason}")
        if on_schedule:
            await ctx.db.write(documents.put_off, document, verdict.until or ctx.clock.now(), verdict.reason)
        return VisitReport("document", document.id, url, None, tuple(steps))
    if verdict.action is Action.REFUSE:
        found = _refused(ctx, document, verdict.reason, due, on_schedule)
    else:
        request = FetchRequest(url) if full else FetchRequest(url, document.etag, document.last_modified)
        result = await gate.fetch(request, steps)
        found = await _observe(ctx, document, result, due, on_schedule, steps)
    return await ctx.db.write(findings.record, ctx, gate, found, steps, random.random())


def _refused(ctx: Context, document: Document, reason: str, due: datetime, on_schedule: bool) -> Finding:
    now = ctx.clock.now()
    row = keeping.refused_row(document.url or "", reason, now, document_id=document.id)
    return Finding(document, row, None, None, None, Sighting.BLOCKED, reason, now, due, on_schedule)


async def _observe(
    ctx: Context, document: Document, result: FetchResult, due: datetime, on_schedule: bool, steps: list[str]
) -> Finding:
    capture = await keeping.keep(ctx, result)
    extraction = await _extract(ctx, document, result) if result.outcome is Outcome.OK else None
    read_before = await ctx.db.read(revisions.has_web, document.id)
    if capture is None and await _is_news(ctx, document, result, extraction):
        capture = await keeping.keep(ctx, result, news=True)
    if extraction is not None:
        words = len(extraction.text.split())
        steps.append(f"extracted {words} words by {extraction.extractor}: {_judged(extraction)}")
    is_article = read_before or await _leads_to_an_article(ctx, document, result)
    sighting, why = _sight(
        document, result, extraction, read_before=read_before, on_schedule=on_schedule, is_article=is_article
    )
    row = keeping.fetch_row(result, document_id=document.id)
    return Finding(
        document, row, capture, result, extraction, sighting, why, ctx.clock.now(), due, on_schedule, read_before
    )


async def _leads_to_an_article(ctx: Context, document: Document, result: FetchResult) -> bool:
    """Say whether the address we were sent to is an article's, as far as an address can tell.

    Feeds link through redirectors; consent pages, logins and maintenance pages redirect as well. Trusted are a
    permanent redirect, the shape of an article's address, and the way from a redirector home to the source's own site.
    """
    final = result.final_url
    if final is None or result.permanent_url or article_shape(final) >= 1:
        return True
    source = await ctx.db.read(sources.get, document.source_id) if document.source_id else None
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
    if final is None or same_page(final, url) or sighting not in (Sighting.FOUND, Sighting.MOVED):
        return sighting, why
    if not on_schedule:
        return Sighting.FOUND, f"there, at {final}"  # a watched page is whatever its address leads to
    if read_before:
        return (sighting, why) if sighting is Sighting.MOVED else (Sighting.UNCLEAR, f"sent to {final} for now")
    if is_article:
        return Sighting.FOUND, "found where its link led"
    return Sighting.UNCLEAR, f"sent to {final}, which has not the shape of an article's address"


async def _is_news(ctx: Context, document: Document, result: FetchResult, extraction: Extraction | None) -> bool:
    """Say whether a response shows another text, or another state, than the one that is kept."""
    if extraction is None:
        return result.outcome is not Outcome.NOT_MODIFIED and document.misses == 0
    fingerprint = comparing.fingerprint(extraction.title, extraction.text)
    known = await ctx.db.read(revisions.by_fingerprint, document.id, fingerprint)
    return known is None or known.id != document.revision_id


def _judged(extraction: Extraction) -> str:
    reason = f" ({extraction.quality_reason})" if extraction.quality_reason else ""
    return f"{extraction.quality}{reason}"


async def _extract(ctx: Context, document: Document, result: FetchResult) -> Extraction:
    told = await ctx.db.read(entries.of_document, document.id)
    hints = tuple(("feed_title", entry.title) for entry in told[-1:] if entry.title)
    url = result.final_url or document.url or ""
    request = ReadRequest(
        Task.ARTICLE, url, result.body, result.header("content-type"), ctx.clock.now(), hints
    )  # fmt: skip
    reading = await ctx.extractor.read(request)
    if isinstance(reading, ReadFailure):
        return Extraction("", None, Quality.FAILED, "none", quality_reason=f"{reading.kind}: {reading.detail}")
    assert isinstance(reading, Extraction)
    return reading
