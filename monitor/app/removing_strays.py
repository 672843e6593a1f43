"""Files in the evidence folder that no row in use names: what they hold, and whether anything is lost with them."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from monitor.app.context import Context
from monitor.core.urls import page_key
from monitor.errors import EvidenceError, UsageError
from monitor.model import EvidenceFile
from monitor.store import files, redactions

# Records that no row tells of: they belong to another record, or to the file.
_ATTENDANT = frozenset({"warcinfo", "request", "metadata"})
_SUFFIXES = (".warc.gz", ".warc.zst", ".warc.gz.open")
_NAMED = 5  # files in a note


@dataclass(frozen=True, slots=True)
class Stray:
    """How many records of a file are `kept` elsewhere, were `removed` for good, and are `nowhere` else.

    `torn` says that some of it cannot be read.
    """

    kept: int = 0
    removed: int = 0
    nowhere: int = 0
    torn: bool = False

    @property
    def is_spare(self) -> bool:
        """Say whether nothing is lost with it: each record is read elsewhere, or was to go."""
        return not self.nowhere and not self.torn and bool(self.kept or self.removed)


async def examine(ctx: Context, name: str) -> Stray:
    """Look through a file and ask the database about each of its records. Raises EvidenceError."""
    held, torn = await asyncio.to_thread(_held, ctx.settings.evidence_dir / name)
    return await ctx.db.read(_compared, ctx.settings.evidence_dir, name, held, torn)


def _held(path: Path) -> tuple[dict[str, str], bool]:
    """Return the ids of what a file holds, each with its address, and whether some of it cannot be read."""
    from monitor.edges.warc_reader import RawRecord
    from monitor.edges.warc_walk import Walk

    held: dict[str, str] = {}
    torn = False
    try:
        with Walk(path) as walk:
            for one in walk.records():
                if not isinstance(one, RawRecord):
                    torn = True
                elif one.kind not in _ATTENDANT:
                    held[one.header("WARC-Record-ID") or ""] = (one.header("WARC-Target-URI") or "").strip("<>")
    except OSError as error:
        raise EvidenceError(f"{path.name} cannot be read: {error.strerror}") from error
    return held, torn


def _compared(conn: Connection, directory: Path, name: str, held: Mapping[str, str], torn: bool) -> Stray:
    rows = {one.name: one for one in files.every(conn)}
    there = {one for one, row in rows.items() if one != name and is_whole(directory, row)}
    places = redactions.places_of(conn, held)
    barred = redactions.barred(conn)
    kept = {one for one in held if any(file in there for file, gone in places.get(one, ()) if not gone)}
    removed = {one for one in set(held) - kept if _was_to_go(places.get(one, ()), held[one], barred)}
    return Stray(len(kept), len(removed), len(held) - len(kept) - len(removed), torn)


def _was_to_go(places: tuple[tuple[str, bool], ...], url: str, barred: Mapping[str, int]) -> bool:
    """Say whether a record was removed; one that no row tells of, where it is of a page that was redacted."""
    return all(gone for _, gone in places) if places else _key(url) in barred


def _key(url: str) -> str:
    try:
        return page_key(url)
    except UsageError:
        return ""


def is_whole(directory: Path, row: EvidenceFile | None) -> bool:
    """Say whether a file in use is there, as long as its row says, or safe in the object store.

    One that is being written may be longer.
    """
    if row is None or row.removed_at is not None:
        return False
    if row.stored_at is not None:
        return True
    closed = directory / row.name
    if closed.is_file():
        return closed.stat().st_size == row.committed_length
    being_written = directory / f"{row.name}.open"
    return being_written.is_file() and being_written.stat().st_size >= row.committed_length


async def clear(ctx: Context) -> tuple[str, ...]:
    """Take away the strays that hold what was removed, where nothing else is lost with them; name the others.

    Only while no other process writes files anew (edges/warc_rewrite.py, `alone`).
    """
    rows = {one.name for one in await ctx.db.read(files.every)}
    strays, others = await asyncio.to_thread(_listed, ctx.settings.evidence_dir, rows)
    notes = [note for name in strays if (note := await _cleared(ctx, name))]
    if others:
        more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
        notes.append(f"not looked through, as no evidence of the archive's: {', '.join(others[:_NAMED])}{more}")
    return tuple(notes)


def _listed(directory: Path, rows: set[str]) -> tuple[list[str], list[str]]:
    """Return the files that no row in use names: those of evidence, and others."""
    unnamed = [name for name in _names(directory) if name.removesuffix(".open") not in rows]
    strays = [name for name in unnamed if name.endswith(_SUFFIXES)]
    return strays, [name for name in unnamed if name not in strays]


def _names(directory: Path) -> Iterator[str]:
    from monitor.edges.warc_folder import is_evidence_name
    from monitor.edges.warc_repair import matching

    for path in matching(directory):
        if is_evidence_name(path.name):
            yield path.name


async def _cleared(ctx: Context, name: str) -> str | None:
    """Take a stray away or say why not; None where it holds nothing that was removed."""
    from monitor.edges.warc_rewrite import take_away

    try:
        found = await examine(ctx, name)
    except EvidenceError as error:
        return f"{name} is no file of the archive's, and may hold what was removed: {error}"
    if found.removed and found.is_spare and not name.endswith(".open"):
        await asyncio.to_thread(take_away, ctx.settings.evidence_dir, name)
        return f"{name} was left over and held {found.removed} of the records that were removed: it went as well"
    if found.removed:
        return (
            f"{name} is no file of the archive's and holds {found.removed} of the records that were removed, beside "
            f"{found.nowhere} that are nowhere else: left alone, remove it yourself"
        )
    return f"{name} is no file of the archive's, and cannot be read to its end" if found.torn else None
