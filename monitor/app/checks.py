"""Check one document: fetch its page, extract its text, and hand over what was found to be recorded."""

import random
from datetime import datetime

from monitor.answers import VisitReport
from monitor.app import findings, keeping
from monitor.app.context import Context
from monitor.app.findings import Finding
from monitor.app.gate import Gate
from monitor.core import presence
from monitor.core.presence import Sighting
from monitor.core.urls import is_front_page, same_page
from monitor.interfaces import Action, Extraction, FetchRequest, FetchResult, ReadFailure, ReadRequest, Task
from monitor.model import Document, Outcome, Quality
from monitor.store import documents, entries


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
    if extraction is not None:
        words = len(extraction.text.split())
        steps.append(f"extracted {words} words by {extraction.extractor}: {_judged(extraction)}")
    sighting, why = _sight(document, result, extraction)
    row = keeping.fetch_row(result, document_id=document.id)
    return Finding(document, row, capture, result, extraction, sighting, why, ctx.clock.now(), due, on_schedule)


def _sight(document: Document, result: FetchResult, extraction: Extraction | None) -> tuple[Sighting, str]:
    """Say what was seen; another page that we were sent to for the time being tells nothing of this one."""
    url, final = document.url or "", result.final_url
    sighting, why = presence.sight(
        result.outcome,
        requested_url=url,
        final_url=result.permanent_url,
        quality=extraction.quality if extraction else None,
        front_page=bool(final and is_front_page(final)),
    )
    elsewhere = final is not None and not same_page(final, url)
    if sighting is Sighting.FOUND and elsewhere and document.revision_count:
        return Sighting.UNCLEAR, f"sent to {final} for the time being"
    return sighting, why


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
