"""Read articles: fetched ones with what is known beforehand, and kept bytes again by the present extractor."""

from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog
from sqlalchemy import Connection

from monitor.app.context import Context
from monitor.core import changes as comparing
from monitor.core.extractors import mode_of, same_extractor
from monitor.core.urls import site_of
from monitor.errors import EvidenceError
from monitor.interfaces import Extraction, ReadFailure, Reading, ReadRequest, Task
from monitor.model import Capture, Document, FurniturePart, Origin, Quality, Revision
from monitor.store import captures, entries, furniture, revisions

log = structlog.get_logger(__name__)

Reader = Callable[[ReadRequest], Awaitable[Reading]]


async def extract(
    ctx: Context, read: Reader, document: Document, url: str, body: bytes, content_type: str | None, at: datetime
) -> Extraction:
    """Return what the article page in `body` says, fetched at that time; FAILED where the reader did."""
    hints = await ctx.db.read(hints_for, ctx, document)
    reading = await read(ReadRequest(Task.ARTICLE, url, body, content_type, at, hints))
    if isinstance(reading, ReadFailure):
        return Extraction("", None, Quality.FAILED, "none", quality_reason=f"{reading.kind}: {reading.detail}")
    assert isinstance(reading, Extraction)
    return reading


def hints_for(conn: Connection, ctx: Context, document: Document) -> tuple[tuple[str, str], ...]:
    """Return what is known beforehand to the reader of a document's page."""
    told = [entry.title for entry in entries.of_document(conn, document.id) if entry.title]
    outlet = ctx.registry.get(document.outlet) if document.outlet else None
    current = revisions.get(conn, document.revision_id) if document.revision_id else None
    mode = mode_of(current.extractor) if current else None
    learned = furniture.learned(conn, site_of(document.url or ""), FurniturePart.TITLE)
    return (
        *(("feed_title", title) for title in told[-1:]),
        *((("outlet", outlet.name),) if outlet else ()),
        *((("mode", mode),) if mode else ()),
        *(("title_rest", one.sample) for one in learned),
    )


async def before_an_edit(ctx: Context, read: Reader, document: Document, found: Extraction) -> Extraction | None:
    """Return what the present extractor makes of the text that stood, where another one read it and it differs now.

    Without that, the work of a new extractor would pass for an edit. None when there is no need, or nothing to read.
    """
    current = await ctx.db.read(revisions.get, document.revision_id) if document.revision_id else None
    if current is None or current.origin is Origin.CORPUS or found.quality is not Quality.COMPLETE:
        return None
    if same_extractor(current.extractor, found.extractor):
        return None
    if comparing.fingerprint(found.title, found.text) == current.fingerprint:
        return None
    return await reread(ctx, read, document, current)


async def reread(ctx: Context, read: Reader, document: Document, revision: Revision) -> Extraction | None:
    """Return what the present extractor makes of the bytes behind a revision; None when they are not there."""
    capture = await ctx.db.read(_behind, revision)
    if capture is None:
        return None
    try:
        kept = await _payload(ctx, capture)
    except EvidenceError as error:
        log.warning(
            "evidence.unreadable", document=document.id, file=capture.file, offset=capture.offset, why=str(error)
        )
        return None
    body, content_type = kept
    return await extract(ctx, read, document, capture.url, body, content_type, capture.captured_at)


def _behind(conn: Connection, revision: Revision) -> Capture | None:
    """Return the capture whose bytes a revision was read from; for another reading of it, the one behind the first."""
    capture = captures.behind(conn, revision.id)
    if capture is None and revision.reextracts is not None:
        first = revisions.numbered(conn, revision.document_id, revision.reextracts)
        return _behind(conn, first) if first else None
    return capture


async def _payload(ctx: Context, capture: Capture) -> tuple[bytes, str | None]:
    """Return a captured body, decoded, and its media type. Raises EvidenceError when it is not there or not whole."""
    # Imported here: every command imports this module, and few read evidence.
    from monitor.edges.decoding import BodyLimits, Ending, decode
    from monitor.edges.warc_records import read_response

    headers, raw = read_response(await ctx.evidence.read(capture.file, capture.offset, capture.length))
    fetch = ctx.settings.fetch
    decoded = decode(headers, raw, BodyLimits(fetch.max_bytes, fetch.max_decoded, MAX_RATIO))
    if decoded.ending is not Ending.COMPLETE:
        raise EvidenceError(f"its body is {decoded.ending}: {decoded.detail}")
    named = (value for name, value in headers if name.lower() == b"content-type")
    return decoded.body, next((value.decode("latin-1") for value in named), None)


MAX_RATIO = 200.0  # as the fetcher allows: what is kept was let in by it
