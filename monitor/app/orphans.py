"""Take in what a crash left behind: records that are on disk and whole, and that the database never heard of."""

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import Connection

from monitor.app import addresses
from monitor.app.context import Context
from monitor.core.outcomes import of_status
from monitor.model import Capture, Fetch
from monitor.store import captures, fetches, files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.edges.warc_reader import RawRecord

log = structlog.get_logger(__name__)

FOUND = "found on disk after a crash; what it brought is read at the next check"


async def mend(ctx: Context) -> None:
    """Cut what is torn off the files that a crash left open, index the records beyond, and close them.

    Raises EvidenceError when the disk does not let us.
    """
    # Imported here: most commands open an archive without mending it.
    from monitor.edges.warc_repair import left_open

    for left in left_open(ctx.settings.evidence_dir):
        if left.has_twin:
            log.error("evidence.ambiguous", file=left.name, what="it is there twice, open and closed: left alone")
            continue
        known = await ctx.db.read(files.get, left.name)
        committed = known.committed_length if known else None
        length, said = await asyncio.to_thread(left.cut, committed)
        log.warning("evidence.repaired", file=left.name, what=said)
        # From the start: of two records in a row the second may have been committed first, and the first not at all.
        indexed = {one.offset for one in await ctx.db.read(captures.in_file, left.name)}
        orphans = await asyncio.to_thread(_orphans, ctx, left.name, left.records(0), indexed) if length else ()
        for one in orphans:
            log.warning("evidence.orphan_indexed", file=left.name, offset=one.offset, url=one.url)
        await ctx.db.write(_index, orphans)
        left.close()


def _orphans(ctx: Context, file: str, records: "Iterator[RawRecord]", indexed: set[int]) -> tuple[Capture, ...]:
    """Return the captures that these records are, up to the first that is none of ours, without those `indexed`."""
    from monitor.edges.warc_captures import capture_of
    from monitor.edges.warc_reader import BadRecordError

    found: list[Capture] = []
    try:
        for record in records:
            one = None if record.offset in indexed else capture_of(record, file, ctx.settings.fetch.max_decoded)
            found += [one] if one else []
    except BadRecordError as error:
        log.error("evidence.orphan_unreadable", file=file, offset=error.offset, why=error.why)
    return tuple(found)


def _index(conn: Connection, orphans: tuple[Capture, ...]) -> None:
    for one in orphans:
        document = addresses.at(conn, one.url)
        number = document.id if document else None
        made = Fetch(
            one.url, of_status(one.status), one.captured_at, document_id=number, status=one.status, detail=FOUND
        )
        fetch_id = fetches.add(conn, made)
        captures.add(conn, replace(one, fetch_id=fetch_id, document_id=number))
