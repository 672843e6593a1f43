"""Choose the records of a foreign file that are not here yet, and keep them: on disk first, then in the database."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from sqlalchemy import Connection

from monitor.app import addresses, storing_folders
from monitor.app.context import Context
from monitor.core.import_checks import Use
from monitor.core.urls import page_key
from monitor.edges.import_files import ForeignFile, ImportWriter, Put, Whole
from monitor.edges.warc_foreign import UNKNOWN, Refers, Taken, sha256_of
from monitor.edges.warc_reader import RawRecord
from monitor.edges.warc_records import payload_digest
from monitor.errors import EvidenceError, UsageError
from monitor.model import Capture, Document, DocumentState, Fetch
from monitor.shipped import version
from monitor.sizes import format_size
from monitor.store import captures, fetches, importing
from monitor.store.importing import Wanted
from monitor.store.originals import original_of

GROUP_BYTES = 4 << 20  # uncompressed, that share a sync and a transaction
GROUP_RECORDS = 200
LOOKED_UP = 2_000  # captures in one transaction that reads


@dataclass(frozen=True, slots=True)
class Chosen:
    """What of a file is to be kept: its captures by place, and the places of all records, requests and warcinfo too."""

    captures: dict[int, Taken]
    places: frozenset[int]
    repeated: int
    redacted: int
    without_response: int

    def __len__(self) -> int:
        return len(self.captures)


async def choose(ctx: Context, taken: Sequence[Taken]) -> Chosen:
    """Say which records of a file are new here. Requests go with the response that they asked for."""
    found = [one for one in taken if one.use is Use.CAPTURE]
    gone = await ctx.db.read(importing.redacted_pages)
    redacted = {one.place for one in found if gone and page_key(one.url) in gone}
    wanted = [one for one in await _resolved(ctx, found) if one.place not in redacted]
    repeated = await _repeated(ctx, wanted)
    kept = {one.place: one for one in wanted if one.place not in repeated}
    requests = [one for one in taken if one.use is Use.REQUEST]
    going = _going_with(requests, list(kept.values()))
    ours = _going_with(requests, found)
    infos = {one.place for one in taken if one.use is Use.WARCINFO}
    places = frozenset((*kept, *going, *infos))
    return Chosen(kept, places, len(repeated), len(redacted), len(requests) - len(ours))


def _going_with(requests: Sequence[Taken], responses: Sequence[Taken]) -> set[int]:
    """Return the places of the requests of responses: linked from either side, else of the same time and address."""
    ids = {one.record_id for one in responses}
    linked = {link for one in responses for link in one.linked}
    moments = {(one.url, one.at) for one in responses}
    return {
        one.place
        for one in requests
        if ids.intersection(one.linked) or one.record_id in linked or (not one.linked and (one.url, one.at) in moments)
    }


async def _repeated(ctx: Context, wanted: Sequence[Taken]) -> set[int]:
    """Return the places of what is here already, or twice in the file."""
    found: set[int] = set()
    seen: set[str] = set()
    for one in wanted:
        if one.record_id in seen:
            found.add(one.place)
        seen.add(one.record_id)
    for start in range(0, len(wanted), LOOKED_UP):
        part = [_wanted(one) for one in wanted[start : start + LOOKED_UP]]
        found |= await ctx.db.read(importing.repeated, part)
    return found


def _wanted(one: Taken) -> Wanted:
    assert one.at is not None  # a capture has a date, or it is none
    return Wanted(one.place, one.record_id, one.url, one.at, one.digest, one.sha256)


async def _resolved(ctx: Context, found: Sequence[Taken]) -> list[Taken]:
    """Return the captures with what revisits take from their originals: digest, body, status, media type."""
    by_id = {one.record_id: one for one in found if one.refers is None}
    by_digest = {(one.url, one.digest): one for one in found if one.refers is None}
    by_time = {(one.url, one.at): one for one in found if one.refers is None}
    resolved: list[Taken] = []
    for one in found:
        refers = one.refers
        if refers is None:
            resolved.append(one)
            continue
        url = refers.url or one.url
        original = (
            by_id.get(refers.record_id or "") or by_time.get((url, refers.at)) or by_digest.get((url, one.digest))
        )
        here = None if original else await ctx.db.read(_original, one, refers)
        resolved.append(_like(one, original or here))
    return resolved


def _original(conn: Connection, one: Taken, refers: Refers) -> Capture | None:
    return original_of(conn, refers.url or one.url, refers.record_id, refers.at, one.digest)


def _like(one: Taken, original: Taken | Capture | None) -> Taken:
    if original is None:
        return replace(one, digest=one.digest or payload_digest(b""))
    return replace(
        one,
        digest=one.digest or original.digest,
        sha256=original.sha256 if one.sha256 == UNKNOWN else one.sha256,
        status=original.status if one.status is None else one.status,
        media_type=one.media_type or original.media_type,
    )


def documents_at(conn: Connection, urls: Sequence[str]) -> set[int]:
    """Return the documents whose pages are at these URLs."""
    return {one.id for url in urls if (one := document_at(conn, url)) is not None}


def document_at(conn: Connection, url: str) -> Document | None:
    """Return the document whose page a URL shows, or showed, or None. A redirector shows none."""
    try:
        if page_key(addresses.address_of(url)) != page_key(url):
            return None
    except UsageError:
        return None
    found = addresses.known_at(conn, url)
    return addresses.article_of(conn, found) if found else None


class _Group(NamedTuple):
    """Records that are written together."""

    records: list[tuple[int, RawRecord]]
    position: int  # in the foreign file, behind the last


class Keeper:
    """Keep the chosen records of one file."""

    def __init__(self, ctx: Context, file: ForeignFile, whole: Whole) -> None:
        self._ctx = ctx
        self._file = file
        self._origin = f"imported from {file.called} (sha256 {whole.sha256})"
        self._detail = f"imported from {file.called}"
        told = {
            "operator": ctx.settings.fetch.contact,
            "description": f"records of {file.called}, as they were there",
            "imported-from": file.called,
            "imported-size": str(whole.size),
            "imported-sha256": whole.sha256,
        }
        self._writer = ImportWriter(
            ctx.settings.evidence_dir,
            ctx.clock.now,
            f"monitor-archive/{version()}",
            told,
            ctx.settings.evidence.rotate_size,
        )
        self._files: list[str] = []

    async def keep(self, chosen: Chosen, tell: Callable[[int], None]) -> tuple[str, ...]:
        """Write the records and store their captures; return the evidence files that hold them.

        Raises EvidenceError, DatabaseError; what was stored until then stays, and the next import goes on behind it.
        """
        if self._ctx.room.is_low():
            least = format_size(self._ctx.settings.evidence.min_free)
            raise EvidenceError(
                f"{self._file.called} was not imported: less than {least} are free", hint="make room on the disk"
            )
        groups = _groups(self._file, chosen)
        try:
            while (group := await asyncio.to_thread(next, groups, None)) is not None:
                await self._store(chosen, group)
                tell(group.position)
        finally:
            await asyncio.to_thread(self._writer.close)
        return tuple(self._files)

    async def _store(self, chosen: Chosen, group: _Group) -> None:
        self._ctx.room.need()
        puts, length = await asyncio.to_thread(self._writer.put, group.records)
        rows = [(chosen.captures[put.place], put) for put in puts if put.place in chosen.captures]
        file = puts[0].file
        if file not in self._files:
            self._files.append(file)
        await self._ctx.db.write(self._record, rows, file, length)
        await storing_folders.put_in(self._ctx, file)

    def _record(self, conn: Connection, rows: Sequence[tuple[Taken, Put]], file: str, length: int) -> None:
        known: dict[str, int | None] = {}
        for one, put in rows:
            if one.url not in known:
                found = document_at(conn, one.url)
                known[one.url] = found.id if found and found.state is not DocumentState.REDACTED else None
            fetch_id = fetches.add(conn, self._fetch(one))
            captures.add(conn, _capture(one, put, fetch_id, known[one.url]))
        importing.account_for(conn, file, length, self._origin)

    def _fetch(self, one: Taken) -> Fetch:
        """Return the row of a fetch that others made: of no source and no document, whose plans it must not touch."""
        assert one.at is not None
        return Fetch(
            one.url,
            one.outcome,
            one.at,
            status=one.status,
            final_url=one.url,
            raw_bytes=one.size,
            detail=self._detail,
        )


def _capture(one: Taken, put: Put, fetch_id: int, document_id: int | None) -> Capture:
    assert one.at is not None
    return Capture(
        file=put.file,
        offset=put.offset,
        length=put.length,
        record_id=one.record_id,
        record_type=one.record_type,
        url=one.url,
        captured_at=one.at,
        digest=one.digest,
        sha256=one.sha256,
        fetch_id=fetch_id,
        status=one.status,
        media_type=one.media_type,
        document_id=document_id,
        record_sha256=one.record_sha256,
    )


def _groups(file: ForeignFile, chosen: Chosen) -> Iterator[_Group]:
    """Yield the chosen records in groups, each the one that was examined. Raises EvidenceError where it is another."""
    records: list[tuple[int, RawRecord]] = []
    size = captured = 0
    for place, record in file.chosen(chosen.places):
        _same(file, chosen.captures.get(place), record)
        records.append((place, record))
        captured += place in chosen.captures
        size += len(record.block)
        if captured and (size >= GROUP_BYTES or len(records) >= GROUP_RECORDS):
            yield _Group(records, file.position)
            records, size, captured = [], 0, 0
    if captured:
        yield _Group(records, file.position)


def _same(file: ForeignFile, taken: Taken | None, record: RawRecord) -> None:
    if taken is not None and sha256_of(record) != taken.record_sha256:
        raise EvidenceError(f"{file.called} changed while it was imported", hint="import it again")
