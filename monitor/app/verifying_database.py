"""Verify the database by itself, and the folder of the evidence by it."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection

from monitor.app.context import Context
from monitor.edges.warc_checks import DIFFERS
from monitor.edges.warc_walk import listed
from monitor.errors import DatabaseError
from monitor.evidence_answers import Fault
from monitor.store import files
from monitor.store import verifying as store

DATABASE = "database-damaged"
REFERENCE = "reference-missing"
INDEX = "search-missing"
TWICE = "capture-repeated"
GONE = "capture-in-removed-file"
MISFILED = "capture-document"
CURRENT = "document-current"
COUNT = "document-count"
FOREIGN = "file-unknown"
LEFTOVER = "file-leftover"
LEFT_THERE = "file-removed"
TWIN = "file-twice"
UNCHECKED = "part-unchecked"  # what was not compared to its end

_MOST = 100  # lines of each kind
_UNFINISHED = ".tmp"


async def damage(ctx: Context) -> tuple[list[Fault], tuple[str, ...]]:
    """Have the database check itself; return what is wrong, and in words what it could not be asked."""
    try:
        said = await ctx.db.read(store.integrity, _MOST)
    except DatabaseError as error:
        return [Fault(DATABASE, "the database", str(error))], ()
    wrong = [Fault(DATABASE, "the database", line) for line in said.damage]
    unindexed = [
        Fault(INDEX, f"revision {number}", "full-text search does not find it: its words are not in the index")
        for number in said.unindexed
    ]
    return wrong + unindexed, said.notes


async def disagreements(ctx: Context) -> list[Fault]:
    """Return where rows of the database do not agree with each other."""
    return await ctx.db.read(lambda conn: list(_disagreements(conn)))


def _disagreements(conn: Connection) -> Iterator[Fault]:
    for key in store.dangling(conn):
        yield Fault(REFERENCE, key.column, f"{key.rows} rows name a {key.refers_to} that is not there")
    for record in store.repeated_records(conn, _MOST):
        what = f"{record.times} captures have the record {record.record_id}"
        yield Fault(TWICE, f"capture {record.capture_id}", what, capture_id=record.capture_id)
    for one in store.captures_in_removed_files(conn, _MOST):
        what = f"it should be in {one.file}, which was replaced or removed"
        yield Fault(GONE, f"capture {one.id}", what, one.offset, one.id, one.document_id)
    for filed in store.misfiled(conn, _MOST):
        whose = f"is of document {filed.document_id}" if filed.document_id else "is of no document"
        what = f"it {whose}, and shows revision {filed.revision_id}, which is of document {filed.of_document}"
        yield Fault(MISFILED, f"capture {filed.capture_id}", what, None, filed.capture_id, filed.document_id)
    for number in store.without_current(conn, _MOST):
        yield Fault(CURRENT, f"document {number}", "its current revision is not one of its own", document_id=number)
    for row in store.miscounted(conn, _MOST):
        what = f"it has {row.counted} revisions, and says {row.said}"
        yield Fault(COUNT, f"document {row.document_id}", what, document_id=row.document_id)


async def strangers(ctx: Context) -> list[Fault]:
    """Return the files in the folder of the evidence that the database does not know, or no longer.

    A file still open that it does not know is one just begun, or is taken in at the next start.
    """
    folder = ctx.settings.evidence_dir
    names = await asyncio.to_thread(listed, folder)
    rows = {one.name: one for one in await ctx.db.read(lambda conn: files.every(conn, removed=True))}
    closed = names.closed & rows.keys()
    removed = {name for name in closed if rows[name].removed_at is not None}
    unknown = sorted(await asyncio.to_thread(_still_there, folder, names.closed - rows.keys()))
    wrong = [Fault(LEFT_THERE, name, f"{rows[name].removed_why or 'removed'}, and still there") for name in removed]
    wrong += [Fault(TWIN, name, "it is there twice, closed and still open") for name in names.closed & names.open]
    wrong += [_stranger(name) for name in unknown]
    return sorted(wrong, key=lambda one: one.what)


def _still_there(folder: Path, names: frozenset[str]) -> list[str]:
    return [name for name in names if (folder / name).exists()]


def _stranger(name: str) -> Fault:
    if name.endswith(_UNFINISHED):
        return Fault(LEFTOVER, name, "it was being written and never finished")
    return Fault(FOREIGN, name, "the database does not know it")


def merged(faults: list[Fault], chain: tuple[Fault, ...]) -> list[Fault]:
    """Return the faults with those of the chain: what both tell of is one, and the chain tells which side was altered.

    The chain covers what a capture's row and a revision say, not where the record lies.
    """
    of_capture = {one.capture_id: place for place, one in enumerate(faults) if one.kind == DIFFERS}
    of_row = {one.what: place for place, one in enumerate(faults) if one.capture_id is None}
    all_of_them = list(faults)
    for one in chain:
        place = of_capture.get(one.capture_id) if one.capture_id is not None else of_row.get(one.what)
        if place is None or one.kind != "row-altered":
            all_of_them.append(one)
        else:
            before = all_of_them[place]
            all_of_them[place] = replace(before, detail=f"{before.detail}; by the chain of seals the row was altered")
    return all_of_them
