"""Write selected records as WARC, WACZ or CDXJ into a stream."""

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from tempfile import TemporaryFile
from typing import BinaryIO

from sqlalchemy import Connection

from monitor.app.context import Context
from monitor.app.export_evidence_names import Names
from monitor.app.export_evidence_records import Records
from monitor.edges.cdxj import ENCODING, SortedLines, line
from monitor.edges.wacz import ARCHIVE, WaczWriter, page_line
from monitor.edges.warc_export import Place, WarcWriter, request_of
from monitor.edges.warc_records import warcinfo
from monitor.model import Capture
from monitor.store import documents, revisions, selecting

_PAGES = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True, slots=True)
class About:
    """What an export says of itself."""

    title: str
    description: str  # what was selected
    software: str
    operator: str
    at: datetime

    def fields(self) -> Mapping[str, str]:
        """Return the fields of a warcinfo record beyond those that each has."""
        return {"operator": self.operator, "isPartOf": self.title, "description": self.description}


@dataclass(slots=True)
class Tally:
    """What was written: captures, and records of all kinds; the files in use that an index names as they are now."""

    captures: int = 0
    records: int = 0
    in_use: tuple[str, ...] = ()


async def write_warc(ctx: Context, records: Records, out: BinaryIO, name: str, about: About) -> Tally:
    """Write a `.warc.gz` that is called `name`."""
    writer, tally = WarcWriter(out), Tally()
    writer.add_member(warcinfo(name, about.at, about.software, about.fields()))
    async for one in records.selected():
        await _write(ctx, records, writer, one, tally)
    tally.records = writer.records
    return tally


async def write_wacz(ctx: Context, records: Records, out: BinaryIO, about: About) -> Tally:
    """Write a WACZ with one WARC file in it."""
    tally, index, told = Tally(), SortedLines(), {"title": about.title, "description": about.description}
    wacz = WaczWriter(out, about.at)
    with contextlib.closing(wacz), contextlib.closing(index), TemporaryFile() as pages:
        with wacz.archive() as archive:
            writer = WarcWriter(archive)
            writer.add_member(warcinfo(ARCHIVE, about.at, about.software, about.fields()))
            async for one in records.selected():
                for written, place in await _write(ctx, records, writer, one, tally):
                    index.add(line(written, ARCHIVE, place.offset, place.length, recordDigest=f"sha256:{place.sha256}"))
                    if _is_page(written):
                        pages.write(await ctx.db.read(_page_of, written))
        pages.seek(0)
        await asyncio.to_thread(wacz.index, index)
        await asyncio.to_thread(wacz.pages, pages)
        await asyncio.to_thread(wacz.finish, told | {"software": about.software})
    tally.records = writer.records
    return tally


async def write_cdxj(ctx: Context, records: Records, out: BinaryIO, *, whole: bool) -> Tally:
    """Write the index of captures where they lie in the evidence: from their rows alone, so damage is not seen.

    Of a `whole` archive no revisit refers to what is not selected, and no record is read.
    """
    tally, names = Tally(), Names(ctx)
    with contextlib.closing(SortedLines()) as index:
        async for one in records.selected():
            raw = await records.read(one) if one.record_type == "revisit" and not whole else None
            originals = await records.originals(one, raw) if raw is not None else []
            for each in (*(original for original, _ in originals), one):
                index.add(line(each, await names.of(each.file), each.offset, each.length))
                tally.captures += 1
        await asyncio.to_thread(out.writelines, (text.encode(ENCODING) for text in index))
    tally.in_use = tuple(names.in_use)
    return tally


async def _write(
    ctx: Context, records: Records, writer: WarcWriter, one: Capture, tally: Tally
) -> list[tuple[Capture, Place]]:
    """Write a capture's records, before them those that it refers to; return what was written, and where."""
    raw = await records.read(one)
    if raw is None:
        return []
    written, folder = [], ctx.places
    for each, record in (*await records.originals(one, raw), (one, raw)):
        room = await ctx.db.read(selecting.room_around, each)
        request = await asyncio.to_thread(request_of, folder, each, room.before, room.after)
        if request is not None:
            await asyncio.to_thread(writer.add, request)
        written.append((each, await asyncio.to_thread(writer.add_copy, record, folder, each)))
        tally.captures += 1
    return written


def _is_page(one: Capture) -> bool:
    """Say whether a capture shows a document. Revisits do not: they repeat a page that does."""
    kind = (one.media_type or _PAGES[0]).partition(";")[0].strip().lower()
    return one.document_id is not None and (one.record_type, one.status) == ("response", 200) and kind in _PAGES


def _page_of(conn: Connection, one: Capture) -> bytes:
    """Return the line of a page, with the text that was read of it."""
    document = documents.get(conn, one.document_id or 0)
    revision = revisions.get(conn, one.revision_id) if one.revision_id else None
    title = (revision.title if revision else None) or (document.title if document else None)
    return page_line(one.record_id.strip("<>"), one.url, one.captured_at, title, revision.text if revision else None)
