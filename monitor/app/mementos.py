"""Show what was captured at a URL as mementos (RFC 7089): when, and the bytes of each."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection

from monitor.app.addresses import known_at
from monitor.app.context import Context
from monitor.app.reading_kept import read_kept
from monitor.errors import EvidenceError, NotFoundError, UsageError
from monitor.evidence_answers import BodyMark, MementoAmong, MementoBody, TimeMap
from monitor.model import Capture
from monitor.store import captures
from monitor.store import mementos as store
from monitor.store.mementos import NOW, Place
from monitor.store.originals import original_of

if TYPE_CHECKING:
    from monitor.edges.warc_reader import RawRecord

T = TypeVar("T")


async def timemap(ctx: Context, url: str, start: datetime | None, capture_id: int | None) -> TimeMap:
    """Return the captures of a URL from a time, and there from that capture, on; oldest first.

    Where there are none of the URL, those of the document that is found by it.
    """
    place = Place(start, (capture_id or 1) - 1) if start else None  # numbers begin with 1
    return await _looked_up(ctx, url, lambda conn, url: store.page(conn, url, place))


async def timegate(ctx: Context, url: str, at: datetime | None, capture_id: int | None = None) -> MementoAmong:
    """Return which capture of a URL is nearest to a time, or the newest; of those of that moment, the one named."""
    place = NOW if at is None else Place(at) if capture_id is None else Place(at, capture_id)
    return await _looked_up(ctx, url, lambda conn, url: store.among(conn, url, place))


async def memento(ctx: Context, url: str, at: datetime, capture_id: int | None) -> MementoBody:
    """Return what `timegate` does with its body, decoded."""
    found = await timegate(ctx, url, at, capture_id)
    kept = await ctx.db.read(captures.get, found.memento.capture_id)
    assert kept is not None  # rows of captures stay
    return await _body(ctx, found, kept)


async def _looked_up(ctx: Context, url: str, ask: Callable[[Connection, str], T | None]) -> T:
    found = await ctx.db.read(ask, url)
    if found is None and (address := await _address(ctx, url)) not in (None, url):
        found = await ctx.db.read(ask, address or "")
    if found is None:
        raise NotFoundError(f"nothing is kept of {url}", hint="`monitor show URL` lists the captures of a document")
    return found


async def _address(ctx: Context, url: str) -> str | None:
    try:
        document = await ctx.db.read(known_at, url)
    except UsageError:
        return None
    return document.url if document else None


async def _body(ctx: Context, found: MementoAmong, one: Capture) -> MementoBody:
    """Return a memento with its body: a revisit's is that of the response it repeats, and coded as that was.

    Raises EvidenceError where the bytes are missing, damaged or not those that were written.
    """
    # Imported here: most commands read no evidence.
    from monitor.edges.decoding import BodyLimits, Ending, decode
    from monitor.edges.warc_records import SAME_READING, read_response

    own = await _record(ctx, one)
    whole = own if one.record_type == "response" else await _original(ctx, one, own)
    coded, raw = read_response(whole.raw)
    most = ctx.settings.fetch.max_decoded
    decoded = await asyncio.to_thread(decode, coded, raw, BodyLimits(most, most))
    plain = decoded.ending is Ending.COMPLETE
    marks = (
        (BodyMark.TRUNCATED, whole.header("WARC-Truncated") is not None),
        (BodyMark.SAME_READING, own.header("WARC-Profile") == SAME_READING),
        (BodyMark.CODED, not plain),
    )
    # A 304 tells only what changed of the headers (RFC 9110 15.4.5), or nothing where its record has no block.
    headers = coded if one.status == 304 else read_response(own.raw)[0] or coded
    return MementoBody(found, headers, decoded.body if plain else raw, tuple(mark for mark, so in marks if so))


async def _record(ctx: Context, one: Capture) -> "RawRecord":
    from monitor.edges.warc_reader import parse

    return parse((await read_kept(ctx, one))[1])


async def _original(ctx: Context, one: Capture, revisit: "RawRecord") -> "RawRecord":
    from monitor.edges.warc_checks import reference

    original = await ctx.db.read(original_of, *reference(revisit))
    if original is None:
        raise EvidenceError(f"the capture that {one.record_id} refers to is not kept")
    return await _record(ctx, original)
