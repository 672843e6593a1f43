"""Read imported pages into the histories of their documents."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import structlog
from sqlalchemy import Connection

from monitor.app import histories, rereading
from monitor.app.context import Context
from monitor.app.histories import Inserted
from monitor.app.importing_records import document_at
from monitor.core.url_shape import article_shape
from monitor.core.urls import canonical_url, host_of, page_key
from monitor.edges.decoding import BodyLimits, Ending, decode
from monitor.edges.warc_foreign import refers_of
from monitor.edges.warc_reader import parse
from monitor.edges.warc_records import read_response
from monitor.errors import EvidenceError
from monitor.interfaces import Extraction
from monitor.model import Capture, Document, DocumentState, Origin, Quality
from monitor.store import documents, hosts, importing, revisions
from monitor.store.originals import original_of

log = structlog.get_logger(__name__)

AN_ARTICLE = 3  # of core/url_shape.py: sections of a site may pass for less
NOT_WATCHED = "imported; nobody has looked since"


@dataclass(slots=True)
class Tally:
    """What came of the pages of one file."""

    documents: set[int] = field(default_factory=set)
    new_documents: int = 0
    revisions: int = 0
    earlier: int = 0


class Pages:
    """Have the pages of a file read: those of one document in the order of time, several documents at once."""

    def __init__(self, ctx: Context, reader: "Reader") -> None:
        self._ctx = ctx
        self._reader = reader

    async def read(self, sha256: str, tell: Callable[[float], None]) -> None:
        """Read what was imported of the file with that SHA-256 and nobody has read; `tell` how much of it was."""
        files = await self._ctx.db.read(importing.files_from, sha256)
        waiting = await self._ctx.db.read(importing.unread, [one.name for one in files]) if files else ()
        grouped: dict[str, list[Capture]] = defaultdict(list)
        for one in waiting:
            grouped[page_key(one.url)].append(one)
        groups, done = iter(list(grouped.values())), 0

        async def work() -> None:
            nonlocal done
            for group in groups:
                for one in group:
                    await self._reader.read(one)
                    done += 1
                    tell(done / len(waiting))

        tasks = [asyncio.ensure_future(work()) for _ in range(self._ctx.settings.extract.workers)]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()


class Reader:
    """Read one imported page after the other, and note what became of it."""

    def __init__(self, ctx: Context, *, new_documents: bool) -> None:
        self.tally = Tally()
        self._ctx = ctx
        self._new_documents = new_documents

    async def read(self, one: Capture) -> None:
        """Read a page that is a document's, or becomes one; leave all others."""
        document = await self._ctx.db.read(document_at, one.url)
        if document is None and not (self._new_documents and article_shape(one.url) >= AN_ARTICLE):
            return
        if document is not None and document.state is DocumentState.REDACTED:
            return
        original = one if one.record_type == "response" else await self._original(one)
        if original is None or original.media_type is None or "html" not in original.media_type.lower():
            return
        if document is not None and original.document_id == document.id and original.revision_id is not None:
            self._count(document, await self._ctx.db.write(self._seen_again, document, one, original.revision_id))
        elif (found := await self._extraction(document, original, one)) is not None:
            await self._store(document, one, found)

    async def _original(self, one: Capture) -> Capture | None:
        """Return the capture that a revisit refers to."""
        try:
            record = parse(await self._ctx.evidence.read(one.file, one.offset, one.length), one.file, one.offset)
        except EvidenceError as error:
            _log_unreadable(one, error)
            return None
        refers, digest = refers_of(record, self._ctx.clock.now()), record.header("WARC-Payload-Digest") or ""
        url = refers.url or one.url
        found = await self._ctx.db.read(original_of, url, refers.record_id, refers.at, digest)
        return found if found is not None and page_key(found.url) == page_key(one.url) else None

    async def _extraction(self, document: Document | None, original: Capture, one: Capture) -> Extraction | None:
        """Return what a page said, read with what is known of its document; None where its bytes are not there."""
        try:
            body, content_type = await self._payload(original)
        except EvidenceError as error:
            _log_unreadable(original, error)
            return None
        hints = (await self._ctx.db.read(rereading.known_of, self._ctx, document)).hints if document else ()
        read = self._ctx.extractor.read
        return await rereading.extract(read, hints, one.url, body, content_type, one.captured_at)

    async def _payload(self, one: Capture) -> tuple[bytes, str | None]:
        raw = await self._ctx.evidence.read(one.file, one.offset, one.length)
        return await asyncio.to_thread(_decoded, raw, self._ctx.settings.fetch.max_decoded)

    async def _store(self, document: Document | None, one: Capture, found: Extraction) -> None:
        if document is None and found.quality is not Quality.COMPLETE:
            return
        anew = await self._anew(document, one, found) if document else {}
        stored, inserted = await self._ctx.db.write(self._stored, document, one, found, anew)
        self._count(stored, inserted)
        self.tally.new_documents += document is None and inserted.new_number == 1

    async def _anew(self, document: Document, one: Capture, found: Extraction) -> dict[int, Extraction]:
        """Read the texts around a page again that another extractor read."""
        if found.quality is not Quality.COMPLETE:
            return {}
        around = await self._ctx.db.read(histories.neighbours, document, found, one.captured_at)
        read = self._ctx.extractor.read
        again = {other.id: await rereading.reread(self._ctx, read, document, other) for other in around}
        return {number: reading for number, reading in again.items() if reading is not None}

    def _count(self, document: Document, inserted: Inserted) -> None:
        if inserted.revision_id is not None:
            self.tally.documents.add(document.id)
        self.tally.revisions += inserted.new_number is not None
        self.tally.earlier += inserted.new_number is not None and inserted.earlier

    # --- within a transaction ---------------------------------------------------------------------------------

    def _seen_again(self, conn: Connection, document: Document, one: Capture, revision_id: int) -> Inserted:
        hosts.lock(conn, {document.host})
        document, revision = documents.get(conn, document.id) or document, revisions.get(conn, revision_id)
        assert revision is not None  # revisions are never deleted
        inserted = histories.see_again(conn, self._ctx, document, revision, one.captured_at)
        _describe(conn, one, document, inserted)
        return inserted

    def _stored(
        self,
        conn: Connection,
        document: Document | None,
        one: Capture,
        found: Extraction,
        anew: Mapping[int, Extraction],
    ) -> tuple[Document, Inserted]:
        hosts.lock(conn, {document.host if document else host_of(one.url)})
        known = documents.get(conn, document.id) if document else document_at(conn, one.url)
        document = known or self._made(conn, one, found)
        inserted = histories.insert(conn, self._ctx, document, found, one.captured_at, anew)
        _describe(conn, one, document, inserted)
        return document, inserted

    def _made(self, conn: Connection, one: Capture, found: Extraction) -> Document:
        """Make a document of a page that no source told of: it was there then, and is on no schedule."""
        url = canonical_url(one.url)
        outlet = self._ctx.registry.by_host(host_of(url))
        new = Document(
            id=0,
            origin=Origin.WEB,
            state=DocumentState.LIVE,
            first_seen_at=one.captured_at,
            url=url,
            host=host_of(url),
            outlet=outlet.key if outlet else None,
            language=found.language,
            title=found.title,
            state_reason=NOT_WATCHED,
            state_since=one.captured_at,
            published_at=found.published_at,
            plan_reason=NOT_WATCHED,
        )
        return documents.add(conn, new)[0]


def _describe(conn: Connection, one: Capture, document: Document, inserted: Inserted) -> None:
    importing.describe(
        conn,
        one.id,
        document_id=document.id,
        revision_id=inserted.revision_id,
        quality=inserted.quality,
        quality_reason=inserted.quality_reason,
    )


def _decoded(raw: bytes, most: int) -> tuple[bytes, str | None]:
    """Return the body of a record, decoded, and its media type. Raises EvidenceError where it is not whole."""
    headers, body = read_response(raw)
    decoded = decode(headers, body, BodyLimits(most, most))
    if decoded.ending is not Ending.COMPLETE:
        raise EvidenceError(f"its body is {decoded.ending}: {decoded.detail}")
    named = (value for name, value in headers if name.lower() == b"content-type")
    return decoded.body, next((value.decode("latin-1") for value in named), None)


def _log_unreadable(one: Capture, error: EvidenceError) -> None:
    log.warning(
        "evidence.unreadable", document=one.document_id, file=one.file, offset=one.offset, why=str(error)
    )  # fmt: skip
