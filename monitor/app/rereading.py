"""Read articles: fetched ones with what is known beforehand, and kept bytes again by the present extractor."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import Connection

from monitor.app.context import Context
from monitor.app.finding import Again
from monitor.app.reading_kept import read_kept
from monitor.core import changes as comparing
from monitor.core.extractors import mode_of, same_extractor
from monitor.core.urls import site_of
from monitor.errors import EvidenceError
from monitor.interfaces import Extraction, ReadFailure, Reading, ReadRequest, Task
from monitor.model import Capture, Document, FurniturePart, Origin, Quality, Revision
from monitor.store import captures, entries, furniture, revisions

log = structlog.get_logger(__name__)

Reader = Callable[[ReadRequest], Awaitable[Reading]]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a document before its page is read: its text, and what helps the reader.

    `has_web` says that a text of the live page is kept, and not only a saved one.
    """

    current: Revision | None = None
    has_web: bool = False
    hints: tuple[tuple[str, str], ...] = ()


def known_of(conn: Connection, ctx: Context, document: Document) -> Known:
    """Return what is known of a document, the hints for the reader of its page with it; read at once."""
    current = revisions.get(conn, document.revision_id) if document.revision_id else None
    has_web = document.revision_count > 0 and revisions.has_web(conn, document.id)
    return Known(current, has_web, _hints_for(conn, ctx, document, current))


async def extract(
    read: Reader, hints: tuple[tuple[str, str], ...], url: str, body: bytes, content_type: str | None, at: datetime
) -> Extraction:
    """Return what the article page in `body` says, fetched at that time; FAILED where the reader did."""
    reading = await read(ReadRequest(Task.ARTICLE, url, body, content_type, at, hints))
    if isinstance(reading, ReadFailure):
        return Extraction("", None, Quality.FAILED, "none", quality_reason=f"{reading.kind}: {reading.detail}")
    assert isinstance(reading, Extraction)
    return reading


def _hints_for(
    conn: Connection, ctx: Context, document: Document, current: Revision | None
) -> tuple[tuple[str, str], ...]:
    told = entries.told_title(conn, document.id)
    outlet = ctx.registry.get(document.outlet) if document.outlet else None
    mode = mode_of(current.extractor) if current else None
    learned = furniture.learned(conn, site_of(document.url), FurniturePart.TITLE) if document.url else ()
    return (
        *((("feed_title", told),) if told else ()),
        *((("outlet", outlet.name),) if outlet else ()),
        *((("mode", mode),) if mode else ()),
        *(("title_rest", one.sample) for one in learned),
    )


async def before_an_edit(
    ctx: Context, read: Reader, document: Document, current: Revision | None, found: Extraction, body: bytes
) -> Again | None:
    """Read the text that stood once more where it differs from the one found now; None when there is no need.

    Without that, the work of a new extractor would pass for an edit, and so would that of another title in a feed:
    where the page is the same to the byte, nothing was edited.
    """
    if current is None or current.origin is Origin.CORPUS or found.quality is not Quality.COMPLETE:
        return None
    if comparing.fingerprint(found.title, found.text) == current.fingerprint:
        return None
    if not same_extractor(current.extractor, found.extractor):
        return Again(current.id, await reread(ctx, read, document, current))
    capture = await ctx.db.read(_behind, current)
    same = capture is not None and capture.sha256 == hashlib.sha256(body).hexdigest()
    return Again(current.id, same_bytes=same)


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
    known = await ctx.db.read(known_of, ctx, document)
    return await extract(read, known.hints, capture.url, body, content_type, capture.captured_at)


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

    _, record = await read_kept(ctx, capture)
    headers, raw = read_response(record)
    fetch = ctx.settings.fetch
    decoded = decode(headers, raw, BodyLimits(fetch.max_bytes, fetch.max_decoded))
    if decoded.ending is not Ending.COMPLETE:
        raise EvidenceError(f"its body is {decoded.ending}: {decoded.detail}")
    named = (value for name, value in headers if name.lower() == b"content-type")
    return decoded.body, next((value.decode("latin-1") for value in named), None)
