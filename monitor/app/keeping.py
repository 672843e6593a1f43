"""Keep a fetch: its bytes as evidence first, its row in the caller's transaction afterwards."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.app import storing_folders
from monitor.app.context import Context
from monitor.app.gate import Gate
from monitor.interfaces import Earlier, FetchResult, Hop, Kept
from monitor.model import Capture, EvidencePolicy, Fetch, Outcome, Source
from monitor.store import captures, fetches
from monitor.store.captures import Newest

# The captures of one fetch: of each redirect, and of the answer at their end. Empty where nothing is kept.
Captures = tuple[Capture, ...]


@dataclass(frozen=True, slots=True)
class Worth:
    """What is known of a response beyond its bytes, once somebody has read it.

    `news` says whether it brought a new text, entry or state. Where it did not, `reads_as` is the capture whose
    reading it repeats; without one it is kept in full, for a revisit that refers to another would lie.
    """

    news: bool
    reads_as: Capture | None = None


NEWS = Worth(news=True)
# What came is recorded so long after it was asked for at most, and so long before that where the clock goes back a bit.
LATER, EARLIER = timedelta(days=1), timedelta(minutes=1)


def policy_of(ctx: Context, source: Source | None) -> EvidencePolicy:
    """Return which responses are kept: the source's own policy, or else the configured one."""
    return (source.evidence if source else None) or EvidencePolicy(ctx.settings.evidence.keep)


def recorded_at(result: FetchResult, now: datetime) -> datetime:
    """Return the time at which a result is recorded: now, or when it had come, where the clock was set since then.

    Its evidence bears the time before, and `monitor verify` compares the times of texts with those of evidence.
    """
    if result.started_at - EARLIER <= now <= result.started_at + LATER:
        return now
    return result.started_at + timedelta(seconds=result.elapsed_s)


async def keep(
    ctx: Context, result: FetchResult, policy: EvidencePolicy, worth: Worth | None = None, gate: Gate | None = None
) -> Captures:
    """Put a result on disk as evidence and return its captures, not yet in the database; none when none is kept.

    Without `worth` nobody has read it yet: then it is kept only where that makes no difference. The `gate` it came
    through may know the captures before it, which else are looked up. Raises EvidenceError when the bytes cannot be
    made safe: then nothing about the fetch may be recorded.
    """
    if not result.hops or not result.hops[-1].status or policy is EvidencePolicy.NONE:
        return ()
    before = await _before(ctx, result, gate)
    sha256 = hashlib.sha256(result.body).hexdigest()
    earlier = _repeated(result, before, sha256) or _held(result, before, worth)
    undecided = policy is EvidencePolicy.CHANGES and worth is None and result.outcome is Outcome.OK
    if undecided and earlier is None:
        return ()
    if earlier is None and policy is EvidencePolicy.CHANGES and worth is not None and not worth.news:
        earlier = _read_before(result, worth)
    kept = await ctx.evidence.append(result, earlier)
    await storing_folders.put_in(ctx, kept.file)
    return _captures(result, kept, sha256)


async def _before(ctx: Context, result: FetchResult, gate: Gate | None) -> Newest:
    """Return what was captured last where this response came from: pages, or answers of its own kind for an error."""
    last = result.hops[-1]
    if last.status >= 400:
        return await ctx.db.read(captures.newest, last.url, last.status)
    if gate is not None and last.url in gate.captured:
        return gate.captured[last.url]
    return await ctx.db.read(captures.newest, last.url)


def _repeated(result: FetchResult, before: Newest, sha256: str) -> Earlier | None:
    """Return the capture whose payload this response repeats to the byte, if it does.

    By the SHA-256 of the decoded body too: bodies of one SHA-1, which the files state, can be made.
    """
    # Imported here: every command imports this module, and few write evidence.
    from monitor.edges.warc_records import payload_digest

    body, known = result.hops[-1].raw_body, before.response
    whole = result.outcome is not Outcome.NOT_MODIFIED and result.hops[-1].truncated is None
    if known is None or not whole or not body or known.sha256 != sha256 or known.digest != payload_digest(body):
        return None
    return _earlier(known)


def _held(result: FetchResult, before: Newest, worth: Worth | None) -> Earlier | None:
    """Return the capture that the server says still holds (304).

    Where other bytes came meanwhile that read the same and were not kept, it is those that hold.
    """
    stood = worth.reads_as if worth else None
    if result.outcome is not Outcome.NOT_MODIFIED or stood is None:
        return None
    newer = before.revisit
    other = newer is not None and newer.captured_at > stood.captured_at and newer.sha256 != stood.sha256
    return _earlier(stood, same_reading=other)


def _read_before(result: FetchResult, worth: Worth) -> Earlier | None:
    """Return the capture that was read as this response was.

    Only of the same content coding: readers put the head of the one before the payload of the other.
    """
    original = worth.reads_as
    if original is None or result.outcome is not Outcome.OK or original.coding != _coding(result.hops[-1].headers):
        return None
    return _earlier(original, same_reading=True)


def _coding(headers: tuple[tuple[bytes, bytes], ...]) -> str:
    from monitor.edges.decoding import codings_of

    return ", ".join(codings_of(headers))[:80]


def _earlier(one: Capture, *, same_reading: bool = False) -> Earlier:
    return Earlier(one.record_id, one.url, one.captured_at, one.digest, same_reading)


def _captures(result: FetchResult, kept: Kept, sha256: str) -> Captures:
    redirects = (
        _capture(hop, place, hashlib.sha256(_body_of(hop)).hexdigest())
        for hop, place in zip(result.hops[:-1], kept.before, strict=True)
    )
    return (*redirects, _capture(result.hops[-1], kept, sha256))


def _body_of(redirect: Hop) -> bytes:
    """Return the body of a redirect, decoded: few have one, and fewer a coded one."""
    if not redirect.raw_body:
        return b""
    from monitor.edges.decoding import BodyLimits, decode

    most = 100 * len(redirect.raw_body)
    return decode(redirect.headers, redirect.raw_body, BodyLimits(most, most, 100.0)).body


def _capture(hop: Hop, kept: Kept, sha256: str) -> Capture:
    media_type = next((value for name, value in hop.headers if name.lower() == b"content-type"), None)
    return Capture(
        file=kept.file,
        offset=kept.offset,
        length=kept.length,
        record_id=kept.record_id,
        record_type=kept.record_type,
        url=hop.url,
        captured_at=kept.captured_at,
        digest=kept.digest,
        sha256=sha256,
        status=hop.status,
        media_type=None if media_type is None else media_type.decode("latin-1").strip(" \t")[:200],
        record_sha256=kept.record_sha256,
        coding=_coding(hop.headers) if kept.record_type == "response" else None,
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


def record(conn: Connection, /, fetch: Fetch, kept: Captures, **of_answer: object) -> int | None:
    """Store a fetch and its captures, `of_answer` being further fields of the last; return the number of that."""
    fetch_id, number = fetches.add(conn, fetch), None
    for place, one in enumerate(kept, 1):
        further = of_answer if place == len(kept) else {}
        number = captures.add(conn, replace(one, fetch_id=fetch_id, **further))  # type: ignore[arg-type]
    return number
