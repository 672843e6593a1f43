"""Verify one evidence file: its bytes, its records, and the captures that the database has of it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from monitor.app.context import Context
from monitor.app.verifying_objects import OBJECT_MISSING, stored_fault
from monitor.app.verifying_pace import Pace
from monitor.app.verifying_records import PAGE, UNKNOWN, Comparison, Revisit, Stray
from monitor.edges.decoding import BodyLimits
from monitor.edges.warc_checks import same_digest
from monitor.edges.warc_places import StoredFile
from monitor.edges.warc_walk import Walk, claimed_name
from monitor.errors import EvidenceError
from monitor.evidence_answers import Fault
from monitor.model import Capture, EvidenceFile
from monitor.store import captures, files, originals
from monitor.store import verifying as store
from monitor.store.verifying import Extent

MISSING = "file-missing"
UNREADABLE = "file-unreadable"
SHORT = "file-short"
LONG = "file-long"
LENGTH = "file-length"
ALTERED = "file-altered"
SWAPPED = "file-swapped"
ORIGINAL = "revisit-original"

# A record without a capture may be one whose transaction is on its way: after that long it is not.
GRACE_S = 3.0

Told = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class FileResult:
    """What a file was found to be. `length` bytes of it were read; `sha256` is theirs."""

    faults: tuple[Fault, ...] = ()
    records: int = 0
    captures: int = 0
    length: int = 0
    sha256: str | None = None
    unsettled: int = 0  # records without a capture in a file that is being written
    unstored: bool = False  # what was in the store is not there any more, and the file itself is right


async def verify_file(ctx: Context, file: EvidenceFile, pace: Pace, told: Told) -> FileResult | None:
    """Read a file and compare it; keep with its row what came of it. None for one that was replaced meanwhile.

    Of a file that is stored the object is read too, or it alone where the file is not in our folder. `told` hears of
    bytes read. What is found wrong is looked at once more in the database, which others write to. Raises
    UnreachableError where the object store does not answer: then nothing is known of the file, and nothing noted.
    """
    from monitor.edges.object_store import MissingObjectError, UnreachableError  # loads what most archives need not

    try:
        result = await _read(ctx, file, pace, told)
    except UnreachableError:
        raise
    except MissingObjectError as error:
        result = FileResult((Fault(OBJECT_MISSING, file.name, f"{error}, and nowhere else"),))
    except EvidenceError as error:
        result = FileResult((Fault(UNREADABLE, file.name, str(error)),))
    faults = await ctx.db.read(_standing, file.name, result.faults)
    if faults is None:
        return None
    result = replace(result, faults=faults)
    await ctx.db.write(_keep, ctx, file.name, result)
    return result


def _standing(conn: Connection, name: str, faults: tuple[Fault, ...]) -> tuple[Fault, ...] | None:
    """Return the faults of captures that are still in that file; None where the file itself was replaced."""
    row = files.get(conn, name)
    if row is None or row.removed_at is not None:
        return None
    return tuple(one for one in faults if one.capture_id is None or _is_in(conn, one.capture_id, name))


def _is_in(conn: Connection, capture_id: int, name: str) -> bool:
    row = captures.get(conn, capture_id)
    return row is not None and row.file == name


def _keep(conn: Connection, ctx: Context, name: str, result: FileResult) -> None:
    """Keep that a file was found right, and when; or what is wrong with it, beside when it was right last."""
    if result.faults:
        first, more = result.faults[0], len(result.faults) - 1
        problem = f"{first.kind}: {first.detail}" + (f" (and {more} more)" if more else "")
        files.set_fields(conn, name, problem=problem)
        if result.unstored:
            files.set_fields(conn, name, stored_at=None)  # it is stored again
    else:
        values = {"verified_length": result.length, "sha256": result.sha256, "problem": None}
        files.set_fields(conn, name, verified_at=ctx.clock.now(), **values)


async def _read(ctx: Context, file: EvidenceFile, pace: Pace, told: Told) -> FileResult:
    stored = file.stored_at is not None
    path = await asyncio.to_thread(partial(ctx.places.find, file.name, stored=stored))
    if path is None:
        nor = " nor in a store that is configured (evidence.store)" if stored else ""
        return FileResult((Fault(MISSING, file.name, f"it is not in {ctx.settings.evidence_dir}{nor}"),))
    if other := await _swapped_with(ctx, file, path):
        return FileResult((Fault(SWAPPED, file.name, f"by its own first record it is {other}"),))
    try:
        with await asyncio.to_thread(Walk, path, None) as sized:
            extent = await _extent(ctx, file.name, sized)
        walk = await asyncio.to_thread(Walk, path, extent.length, file.verified_length)
    except OSError as error:
        return FileResult((Fault(UNREADABLE, file.name, f"it cannot be opened: {error.strerror}"),))
    with walk:
        result = await _compared(ctx, file, walk, extent, pace, told)
    return await _with_object(ctx, file, result, pace) if isinstance(path, Path) else result


async def _with_object(ctx: Context, file: EvidenceFile, result: FileResult, pace: Pace) -> FileResult:
    """Compare the object of a stored file with the file itself, which was found right."""
    store = ctx.places.store if file.stored_at is not None and not result.faults else None
    if store is None or result.sha256 is None:
        return result
    what = await stored_fault(store, file.name, result.length, result.sha256, pace)
    if what is None:
        return result
    return replace(result, faults=(Fault(what.kind, file.name, what.detail),), unstored=what.kind == OBJECT_MISSING)


async def _swapped_with(ctx: Context, file: EvidenceFile, path: Path | StoredFile) -> str | None:
    """Return the name of another file of the archive that this one says it is."""
    claimed = await asyncio.to_thread(claimed_name, path)
    if claimed is None or claimed == file.name:
        return None
    row = await ctx.db.read(files.get, claimed)
    return claimed if row is not None and row.removed_at is None else None


async def _extent(ctx: Context, name: str, sized: Walk) -> Extent:
    """Return how far a file goes by the database; where it goes further, once what may be on its way has arrived."""
    extent = await ctx.db.read(store.extent, name)
    if sized.size > extent.length and not sized.is_open:
        await ctx.clock.sleep(GRACE_S)
        extent = await ctx.db.read(store.extent, name)
    return extent


async def _compared(
    ctx: Context, file: EvidenceFile, walk: Walk, extent: Extent, pace: Pace, told: Told
) -> FileResult:  # fmt: skip
    faults = await _size_faults(ctx, file, walk, extent)
    fetch = ctx.settings.fetch
    limits = BodyLimits(fetch.max_bytes, fetch.max_decoded)
    cut_at = walk.length if walk.length < extent.length else None
    one = Comparison(file.name, walk.records(), limits, cut_at)
    while not one.done:
        if one.wants_captures:
            after = int(one.known_until)
            one.take(await ctx.db.read(store.captures_after, file.name, after, walk.length, PAGE))
        size = await asyncio.to_thread(one.advance, pace.step)
        faults += await _revisit_faults(ctx, file, one)
        told(size)
        await pace.passed(size)
    strays = await _strays(ctx, file.name, one, walk)
    faults += [*one.faults, *(() if walk.is_open else (_stray_fault(file.name, stray) for stray in strays))]
    faults = faults or _hash_faults(file, walk)
    unsettled = len(strays) if walk.is_open else 0
    return FileResult(tuple(faults), one.records, one.captures, walk.length, walk.sha256, unsettled)


async def _size_faults(ctx: Context, file: EvidenceFile, walk: Walk, extent: Extent) -> list[Fault]:
    name, length = file.name, extent.length
    faults = []
    if extent.committed < extent.furthest:
        what = f"the database accounts for {extent.committed} bytes of it, and its last capture ends at {length}"
        faults.append(Fault(LENGTH, name, what))
    if walk.size < length:
        lost = await ctx.db.read(store.captures_beyond, name, walk.size)
        what = f"it has {walk.size} of {length} bytes, and {lost} of its captures are not whole"
        faults.append(Fault(SHORT, name, what, walk.size))
    if walk.size > length and not walk.is_open:
        what = f"{walk.size - length} bytes follow the {length} that the database accounts for"
        faults.append(Fault(LONG, name, what, length))
    return faults


async def _revisit_faults(ctx: Context, file: EvidenceFile, one: Comparison) -> list[Fault]:
    """Return which revisits just read repeat nothing that is in the archive."""
    revisits, one.revisits = one.revisits, []
    if not revisits:
        return []
    said = await ctx.db.read(_amiss, revisits, imported=file.origin is not None)
    return [
        Fault(
            ORIGINAL,
            file.name,
            f"capture {each.id} (revisit of {each.url}) {what}",
            each.offset,
            each.id,
            each.document_id,
        )
        for each, what in said
    ]


def _amiss(conn: Connection, revisits: Sequence[Revisit], *, imported: bool) -> list[tuple[Capture, str]]:
    """Return what is wrong with what they refer to.

    Of an imported file the archive may lack it, what was removed for good is nobody's fault, and a revisit that tells
    no digest (WARC/1.1 6.7.3 asks for none) promises no payload.
    """
    found = []
    for revisit in revisits:
        refers, original = revisit.refers_to, originals.original_of(conn, *revisit.refers_to)
        if original is None and not imported and not originals.was_removed(conn, *refers):
            what = f"repeats {refers.record_id or refers.url}, which is not in the archive"
        elif original is not None and refers.digest and not same_digest(original.digest, refers.digest):
            what = f"repeats the payload {refers.digest}; that of capture {original.id} is {original.digest}"
        else:
            continue
        found.append((revisit.capture, what))
    return found


async def _strays(ctx: Context, name: str, one: Comparison, walk: Walk) -> tuple[Stray, ...]:
    """Return the records without a capture, once what may be on its way has arrived."""
    strays = one.finish()
    if strays and not walk.is_open:
        await ctx.clock.sleep(GRACE_S)
    return await ctx.db.read(_without_capture, name, strays) if strays else ()


def _without_capture(conn: Connection, name: str, strays: tuple[Stray, ...]) -> tuple[Stray, ...]:
    return tuple(
        one
        for one in strays
        if all(row.record_id != one.record_id for row in _captures_at(conn, name, one.offset))
    )  # fmt: skip


def _captures_at(conn: Connection, name: str, offset: int) -> tuple[Capture, ...]:
    return store.captures_after(conn, name, offset - 1, offset + 1, 1)


def _stray_fault(name: str, stray: Stray) -> Fault:
    what = f"no capture tells of the {stray.kind} of {stray.url} there, {stray.record_id}"
    return Fault(UNKNOWN, name, what, stray.offset)


def _hash_faults(file: EvidenceFile, walk: Walk) -> list[Fault]:
    """Tell of bytes that changed although every record is right: only what no checksum covers can."""
    if file.sha256 is None or walk.sha256_before in (None, file.sha256):
        return []
    what = f"its first {file.verified_length} bytes have the SHA-256 {walk.sha256_before}; it was {file.sha256}"
    return [Fault(ALTERED, file.name, f"{what}, though every record in it is right")]
