"""Show what was captured at a URL as mementos (RFC 7089): when, and the bytes of each."""

from collections.abc import Sequence
from datetime import datetime

from monitor.app.addresses import known_at
from monitor.app.context import Context
from monitor.app.reading_kept import read_kept
from monitor.errors import EvidenceError, NotFoundError, UsageError
from monitor.evidence_answers import Memento, MementoBody
from monitor.model import Capture
from monitor.store import mementos as store

_MAX_RATIO = 200.0  # as the fetcher allows: what is kept was let in by it

Headers = tuple[tuple[bytes, bytes], ...]


async def timemap(ctx: Context, url: str) -> tuple[Memento, ...]:
    """Return the captures of a URL, oldest first; where there are none, those of the document that is found by it."""
    return tuple(map(_memento, await _captures(ctx, url)))


async def memento(ctx: Context, url: str, at: datetime) -> MementoBody:
    """Return the capture of a URL nearest to a time, with its body decoded; of two as near, the earlier."""
    found = await _captures(ctx, url)
    place = min(range(len(found)), key=lambda index: abs(found[index].captured_at - at))
    headers, body = await _content(ctx, found[place])
    return MementoBody(
        memento=_memento(found[place]),
        headers=headers,
        body=body,
        first=_memento(found[0]),
        last=_memento(found[-1]),
        previous=_memento(found[place - 1]) if place else None,
        following=_memento(found[place + 1]) if place + 1 < len(found) else None,
    )


async def _captures(ctx: Context, url: str) -> Sequence[Capture]:
    found = await ctx.db.read(store.of_url, url)
    if not found and (address := await _address(ctx, url)) not in (None, url):
        found = await ctx.db.read(store.of_url, address or "")
    if not found:
        raise NotFoundError(f"nothing is kept of {url}", hint="`monitor show URL` lists the captures of a document")
    return found


async def _address(ctx: Context, url: str) -> str | None:
    try:
        document = await ctx.db.read(known_at, url)
    except UsageError:
        return None
    return document.url if document else None


def _memento(one: Capture) -> Memento:
    return Memento(one.url, one.captured_at, one.id, one.status, one.media_type)


async def _content(ctx: Context, one: Capture) -> tuple[Headers, bytes]:
    """Return headers and decoded body of a capture; a revisit's body is that of the response it refers to.

    Raises EvidenceError where the bytes are missing, damaged or not those that were written.
    """
    # Imported here: most commands read no evidence.
    from monitor.edges.decoding import BodyLimits, decode
    from monitor.edges.warc_reader import parse
    from monitor.edges.warc_records import read_response

    _, raw = await read_kept(ctx, one)
    headers, body = read_response(raw)
    if one.record_type == "revisit":
        record = parse(raw)
        at, url = record.header("WARC-Refers-To-Date"), record.header("WARC-Refers-To-Target-URI")
        original = None
        if at and url:
            named = record.header("WARC-Refers-To")
            original = await ctx.db.read(store.referred, url, datetime.fromisoformat(at), named)
        if original is None:
            raise EvidenceError(f"the capture that {one.record_id} refers to is not kept")
        other, body = read_response((await read_kept(ctx, original))[1])
        headers = headers or other
    most = ctx.settings.fetch.max_decoded
    decoded = decode(headers, body, BodyLimits(most, most, _MAX_RATIO))
    return headers, decoded.body
