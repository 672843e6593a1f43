"""Take in what a crash left behind: records that are on disk and whole, and that the database never heard of."""

import asyncio
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import Connection

from monitor.app import addresses, storing_folders
from monitor.app.context import Context
from monitor.app.removing_strays import is_whole
from monitor.core.outcomes import of_status
from monitor.errors import MonitorError
from monitor.model import Capture, Fetch
from monitor.store import captures, fetches, files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.edges.warc_reader import RawRecord

log = structlog.get_logger(__name__)

FOUND = "found on disk after a crash; what it brought is read at the next check"


async def mend(ctx: Context) -> None:
    """Cut what is torn off the files that a crash left open, index the records beyond, and close them.

    Files that were closed with something the database never heard of are looked through as well. Raises EvidenceError
    when the disk does not let us.
    """
    # Imported here: most commands open an archive without mending it.
    from monitor.edges.warc_repair import left_open

    for left in left_open(ctx.settings.evidence_dir):
        if left.has_twin:
            log.error("evidence.ambiguous", file=left.name, what="it is there twice, open and closed: left alone")
            continue
        known = await ctx.db.read(files.get, left.name)
        length, said = await asyncio.to_thread(left.cut, known.committed_length if known else None)
        log.warning("evidence.repaired", file=left.name, what=said)
        if length:
            await _take_in(ctx, left.name, left.records(0))
        elif known is not None:
            await ctx.db.write(files.forget_empty, left.name)
        left.close()
    await _look_through_closed(ctx)


async def settle(ctx: Context, before: datetime | None = None) -> bool:
    """Index what was kept until then and whose visit never recorded it; False where the database cannot be asked.

    Whoever visits may be cut short between the disk and the database: by the end of the program, by a database that
    another process holds.
    """
    places = ctx.evidence.unsettled(before)
    if not places:
        return True
    try:
        for name in dict.fromkeys(file for file, _ in places):  # as they were written, the same each time
            known = {one.offset for one in await ctx.db.read(captures.in_file, name)}
            if any(file == name and offset not in known for file, offset in places):
                await _take_in(ctx, name, await asyncio.to_thread(_whole, ctx, name))
    except MonitorError as error:
        log.warning("evidence.unsettled", error=str(error))
        return False
    ctx.evidence.settle(places)
    return True


async def _look_through_closed(ctx: Context) -> None:
    """Index what lies in closed files beyond what the database accounts for."""
    from monitor.edges.warc_repair import closed_files

    known = await ctx.db.read(captures.committed_lengths)
    for name, size in await asyncio.to_thread(closed_files, ctx.settings.evidence_dir):
        if size > known.get(name, 0):
            await _take_in(ctx, name, await asyncio.to_thread(_whole, ctx, name))


def _whole(ctx: Context, name: str) -> "Iterator[RawRecord]":
    from monitor.edges.warc_files import OPEN_SUFFIX
    from monitor.edges.warc_reader import records_of

    path = ctx.settings.evidence_dir / name
    return records_of(path if path.exists() else path.with_name(name + OPEN_SUFFIX))


async def _take_in(ctx: Context, file: str, records: "Iterator[RawRecord]") -> None:
    """Index the records of a file that no row tells of, at this place or another.

    From its start: of two records in a row the second may have been committed first, and the first not at all. What was
    removed stays so, and what is read elsewhere is not there twice: the file may be another one, written anew, of which
    the database was not told any more.
    """
    indexed = {one.offset for one in await ctx.db.read(captures.in_file, file)}
    read = await asyncio.to_thread(_orphans, ctx, file, records, indexed)
    found = await ctx.db.read(_told_nowhere, ctx.settings.evidence_dir, read)
    for one in found:
        log.warning("evidence.orphan_indexed", file=file, offset=one.offset, url=one.url)
    if found:
        await ctx.db.write(_index, found)
        await storing_folders.put_in(ctx, file)


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


def _told_nowhere(conn: Connection, directory: Path, orphans: tuple[Capture, ...]) -> tuple[Capture, ...]:
    if not orphans:
        return ()
    rows = {one.name: one for one in files.every(conn)}
    there = {name for name, row in rows.items() if is_whole(directory, row)}
    return tuple(
        one for one in orphans if not any(gone or file in there for file, gone in captures.places_of(conn, one))
    )


def _index(conn: Connection, orphans: tuple[Capture, ...]) -> None:
    for one in orphans:
        document = addresses.at(conn, one.url)
        number = document.id if document else None
        made = Fetch(
            one.url, of_status(one.status), one.captured_at, document_id=number, status=one.status, detail=FOUND
        )
        fetch_id = fetches.add(conn, made)
        captures.add(conn, replace(one, fetch_id=fetch_id, document_id=number))
