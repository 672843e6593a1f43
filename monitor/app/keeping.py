"""Keep a fetch: its bytes as evidence first, its row in the caller's transaction afterwards."""

import hashlib
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from monitor.app.context import Context
from monitor.app.gate import Gate
from monitor.interfaces import Earlier, FetchResult, Kept
from monitor.model import Capture, Fetch, Outcome
from monitor.store import captures, fetches


async def keep(ctx: Context, result: FetchResult, *, news: bool = False, gate: Gate | None = None) -> Capture | None:
    """Put a result on disk as evidence and return its capture, not yet in the database; None when none is kept.

    The `gate` it came through may know the capture before it, which else is looked up.

    `evidence.keep` decides: `all` keeps every response, at once; `changes` only what is called with `news`; `none`
    nothing. Raises EvidenceError when the bytes cannot be made safe: then nothing about the fetch may be recorded.
    """
    policy = ctx.settings.evidence.keep
    if not result.hops or not result.hops[-1].status or policy == "none" or (policy == "changes" and not news):
        return None
    kept = await ctx.evidence.append(result, await _earlier(ctx, result, gate))
    return _capture(result, kept)


async def _earlier(ctx: Context, result: FetchResult, gate: Gate | None) -> Earlier | None:
    """Find the capture that this response repeats: the same payload, or one the server says still holds (304)."""
    # Imported here: every command imports this module, and few write evidence.
    from monitor.edges.warc_records import payload_digest

    last = result.hops[-1]
    if gate is not None and last.url in gate.captured:
        before = gate.captured.pop(last.url)  # for once: another may come after it
    else:
        before = await ctx.db.read(captures.latest, last.url)
    if before is None:
        return None
    same = result.outcome is Outcome.OK and last.raw_body and before.digest == payload_digest(last.raw_body)
    if same or result.outcome is Outcome.NOT_MODIFIED:
        return Earlier(before.record_id, before.url, before.captured_at, before.digest)
    return None


def _capture(result: FetchResult, kept: Kept) -> Capture:
    last = result.hops[-1]
    return Capture(
        file=kept.file,
        offset=kept.offset,
        length=kept.length,
        record_id=kept.record_id,
        record_type=kept.record_type,
        url=last.url,
        captured_at=kept.captured_at,
        digest=kept.digest,
        sha256=hashlib.sha256(result.body).hexdigest(),
        status=last.status,
        media_type=(result.header("content-type") or "")[:200] or None,
    )


def fetch_row(result: FetchResult, *, source_id: int | None = None, document_id: int | None = None) -> Fetch:
    """Return the row of a fetch that was made."""
    return Fetch(
        url=result.request.url,
        outcome=result.outcome,
        started_at=result.started_at,
        source_id=source_id,
        document_id=document_id,
        status=result.status,
        final_url=result.final_url,
        elapsed_ms=round(result.elapsed_s * 1000),
        raw_bytes=sum(len(hop.raw_body) for hop in result.hops),
        detail=_detail(result),
    )


def _detail(result: FetchResult) -> str | None:
    """Say of a fetch what may have to be known later: that anybody could have answered it, for one."""
    unsafe = result.request.insecure_tls and any(hop.url.startswith("https:") for hop in result.hops)
    unchecked = "its certificate was not checked" if unsafe else None
    return "; ".join(filter(None, (result.detail, unchecked))) or None


def refused_row(
    url: str, reason: str, at: datetime, *, source_id: int | None = None, document_id: int | None = None
) -> Fetch:
    """Return the row of a fetch that robots.txt kept us from making."""
    return Fetch(url, Outcome.ROBOTS, at, source_id=source_id, document_id=document_id, detail=reason)


def record(conn: Connection, fetch: Fetch, capture: Capture | None) -> int | None:
    """Store a fetch and its capture; return the capture's number."""
    fetch_id = fetches.add(conn, fetch)
    return None if capture is None else captures.add(conn, replace(capture, fetch_id=fetch_id))
