"""Redaction: remove the bytes and texts of one document everywhere, for good (docs/retention.md)."""

import asyncio
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from sqlalchemy import Connection

from monitor.app import mirror, removing, sealing
from monitor.app.asking import find
from monitor.app.context import Context
from monitor.app.leases import leased
from monitor.core.blanking import blanked
from monitor.core.query import parse_query
from monitor.core.traces import Traces, found_in, traces_of
from monitor.errors import DatabaseError, EvidenceError, UsageError
from monitor.evidence_answers import Removal, RemovalReport
from monitor.model import Capture, Document, RemovalCause
from monitor.progress import Progress
from monitor.store import captures as captures_of
from monitor.store import copies, counters, erasing, hosts, redactions, scrubbing
from monitor.store import removing as store
from monitor.store.erasing import UNSCRUBBED, Told

log = structlog.get_logger(__name__)

LOOKED = "redactions looked for"  # the counter of the newest capture of a source that was looked through
LISTED = 20  # documents in a note
QUOTED = 8  # words of a title that others are searched for
HEADLINES = 3  # titles that they are searched for


@dataclass(frozen=True, slots=True)
class Reach:
    """All that a redaction reaches: captures of the document, captures of sources that tell of it, what is noted."""

    told: Told
    captures: tuple[Capture, ...]
    of_sources: tuple[Capture, ...]
    notes: tuple[str, ...] = ()

    @property
    def every(self) -> tuple[Capture, ...]:
        """Return every capture, each once, by number."""
        found = {one.id: one for one in (*self.captures, *self.of_sources)}
        return tuple(found[number] for number in sorted(found))


async def redact(
    ctx: Context, which: int | str, reason: str, *, dry_run: bool = False, progress: Progress | None = None
) -> RemovalReport:
    """Remove a document everywhere; again for one that was redacted before, to remove what was left.

    Raises NotFoundError, UsageError without a reason, MonitorError while another process visits its host.
    """
    why = " ".join(reason.split())
    if not why:
        raise UsageError("a redaction needs a reason", hint="--reason; it is kept, so do not quote what is to go")
    one = await ctx.db.read(find, which)
    reach = await _reach(ctx, one.id, progress)
    if dry_run:
        files = tuple(sorted({each.file for each in reach.every}))
        return replace(_report(reach, reach.every, files, reach.notes, dry_run=True), document=one)
    await sealing.seal(ctx)  # so that the chain tells what it was that is removed
    _unlink_mirrored(ctx, reach.told)
    removed = await _erase(ctx, one, reach, why)
    notes = await _clean_up(ctx, reach.told, progress)
    await sealing.seal(ctx)
    log.info("document.redacted", id=one.id, url=one.url, reason=why, captures=len(removed))
    files = tuple(sorted({each.file for each in removed}))
    return _report(reach, removed, files, (*reach.notes, *notes), dry_run=False)


async def _reach(ctx: Context, document_id: int, progress: Progress | None) -> Reach:
    """Find all that tells of a document; sources are asked by reading what they sent."""
    told, urls, captures, alike = await ctx.db.read(_facts, document_id)
    traces = traces_of((*urls, *(one.url for one in told.entries)), told.titles)
    answers = await ctx.db.read(_answers, told)
    telling, notes = await _telling(ctx, traces, answers, progress)
    if alike:
        named = ", ".join(map(str, alike[:LISTED])) + (" and others" if len(alike) > LISTED else "")
        notes += (f"copies of it stay as they are, and are documents of their own: {named}",)
    notes += await _quoted(ctx, told)
    saved = sorted({one.path for one in told.corpus_files if one.path})
    notes += tuple(f"it was imported from {path}, which is not the archive's to remove" for path in saved)
    return Reach(told, captures, telling, notes)


async def _quoted(ctx: Context, told: Told) -> tuple[str, ...]:
    """Say where its headlines may stand beside: what others keep is not looked through, only their texts are searched.

    The newest titles are taken that have enough words not to be any other's.
    """
    of_texts, of_entries = (one.title for one in reversed(told.revisions)), (one.title for one in told.entries)
    titles = (told.document.title, *of_texts, *of_entries)
    telling = dict.fromkeys(one for one in titles if one and traces_of((), [one]).titles)
    phrases = [" ".join(one.replace('"', " ").split()[:QUOTED]) for one in telling]
    if not phrases:
        return ()
    said = " OR ".join(f'"{one}"' for one in dict.fromkeys(phrases[:HEADLINES]))
    try:
        quoting = await ctx.db.read(redactions.quoting, parse_query(said), told.document.id)
    except UsageError:  # nothing in it that could be searched for
        return ()
    found = f"{quoting} other document{' quotes' if quoting == 1 else 's quote'} it in a text"
    others = f"{found}: `monitor search {shlex.quote(said)} --revisions`" if quoting else "no text of another quotes it"
    return (
        "kept pages of other documents may hold its headline, in lists beside their text, and are not looked through; "
        + others,
    )


def _facts(conn: Connection, document_id: int) -> tuple[Told, tuple[str, ...], tuple[Capture, ...], tuple[int, ...]]:
    """Return what a document is told by, its addresses, its captures, and the documents that are copies of it."""
    told = erasing.told(conn, document_id)
    assert told is not None  # it was found, and documents are never deleted
    urls = redactions.addresses_of(conn, document_id)
    place = copies.place_of(conn, document_id)
    members = copies.members(conn, place.cluster_id) if place else ()
    alike = tuple(one.document_id for one in members if one.document_id != document_id)
    return told, urls, redactions.captures_about(conn, document_id, urls), alike


def _answers(conn: Connection, told: Told, after: int = 0) -> tuple[Capture, ...]:
    """Return the captures in which a document may be told of, its own left out."""
    sites = redactions.sites_of(conn, told.sources, told.document.url)
    return redactions.captures_of_sources(conn, told.sources, sites, after)


async def _telling(
    ctx: Context, traces: Traces, answers: Sequence[Capture], progress: Progress | None
) -> tuple[tuple[Capture, ...], tuple[str, ...]]:
    """Return the captures of sources that tell of a document, what repeats them and what led to them included."""
    fetches, digests, unread = set[int](), set[str](), 0
    for number, one in enumerate(answers):
        if one.record_type == "response":
            try:
                by = await _found_in(ctx, traces, one)
            except EvidenceError:
                unread, by = unread + 1, None
            if by is not None:
                fetches.add(one.fetch_id)
                digests.add(one.digest)
        if progress:
            progress(number + 1, len(answers))
    goes = (one for one in answers if one.fetch_id in fetches or _repeats(one, digests))
    notes = (f"{unread} captures of sources cannot be read, and so not looked through",) if unread else ()
    return tuple(goes), notes


def _repeats(one: Capture, digests: set[str]) -> bool:
    return one.record_type == "revisit" and one.digest in digests


async def _found_in(ctx: Context, traces: Traces, one: Capture) -> str | None:
    """Say by what a capture tells of a document. What cannot be decoded is looked through as it came."""
    # Imported here: few commands read evidence.
    from monitor.edges.decoding import BodyLimits, Ending, decode
    from monitor.edges.warc_records import read_response

    headers, raw = read_response(await ctx.evidence.read(one.file, one.offset, one.length))
    fetch = ctx.settings.fetch
    decoded = await asyncio.to_thread(decode, headers, raw, BodyLimits(fetch.max_bytes, fetch.max_decoded))
    body = decoded.body if decoded.ending is Ending.COMPLETE else raw
    return await asyncio.to_thread(found_in, traces, body, one.media_type)


async def _erase(ctx: Context, one: Document, reach: Reach, reason: str) -> tuple[Capture, ...]:
    """Erase all in one transaction, while nobody visits the host of the document."""
    of_sources = tuple(each.id for each in reach.of_sources)
    if one.host is None:
        return await ctx.db.write(_erased, one.id, of_sources, reason, ctx.clock.now())
    async with leased(ctx, one.host):
        return await ctx.db.write(_erased, one.id, of_sources, reason, ctx.clock.now())


def _erased(
    conn: Connection, document_id: int, of_sources: Iterable[int], reason: str, now: datetime
) -> tuple[Capture, ...]:
    """Erase a document as it is by now, and the captures of it and of its sources."""
    told, _, captures, _ = _facts(conn, document_id)
    hosts.lock(conn, {told.document.host})
    erasing.erase(conn, told, reason, now, blanked)
    ids = {*(one.id for one in captures), *of_sources}
    removed = store.mark(conn, sorted(ids), RemovalCause.REDACTION, reason, now)
    hosts.refresh_due(conn, [told.document.host or ""])
    return removed


async def _clean_up(ctx: Context, told: Told, progress: Progress | None) -> tuple[str, ...]:
    """Take the bytes out of mirror, evidence files and database; return what could not be done."""
    _unlink_mirrored(ctx, told)  # once more: a mirror that was under way may have written it
    await mirror.complete_seed(ctx)
    if (ctx.settings.mirror_dir / mirror.INDEX).exists():
        await mirror.write_index(ctx)
    swept = await removing.sweep(ctx, progress, everywhere=True)
    return (*swept.notes, *await _scrub(ctx))


def _unlink_mirrored(ctx: Context, told: Told) -> None:
    seed = ctx.settings.mirror_dir / "seed"
    for name in {one.name for one in told.corpus_files} - {""}:
        (seed / name).unlink(missing_ok=True)
    _unlink_new(ctx, () if told.mirror_number is None else (told.mirror_number,))


def _unlink_new(ctx: Context, numbers: Iterable[int]) -> None:
    folder = ctx.settings.mirror_dir / "new"
    for number in numbers:
        for path in folder.glob(f"{number:03d}_*"):
            if mirror.number_in(path.name) == number:
                path.unlink(missing_ok=True)


async def _scrub(ctx: Context) -> tuple[str, ...]:
    """Write the database anew where erased bytes may lie in its files; return why not, where that failed."""
    owed = await ctx.db.read(counters.get, UNSCRUBBED)
    if not owed:
        return ()
    try:
        done = await asyncio.to_thread(
            scrubbing.scrub, ctx.db.url, ctx.settings.database.patience, erasing.TABLES
        )  # fmt: skip
        why = "somebody reads it"
    except DatabaseError as error:
        done, why = False, str(error)
    if done:
        await ctx.db.write(counters.put, UNSCRUBBED, 0)
        return ()
    log.info("database.unscrubbed", why=why)
    return (f"erased text may still lie in the database's files ({why}); it is tried again, or run redact again",)


async def finish(ctx: Context) -> None:
    """Do what a redaction left to be done, and what came of redacted documents since: cheap where there is none."""
    numbers = await ctx.db.read(redactions.numbers)
    if not numbers:
        return
    _unlink_new(ctx, await ctx.db.read(erasing.mirror_numbers))
    await _told_again(ctx)
    left = await ctx.db.read(redactions.left_over)
    why = "of a document that was redacted"
    if left:
        await ctx.db.write(store.mark, left, RemovalCause.REDACTION, why, ctx.clock.now())
    for note in (*(await removing.sweep(ctx)).notes, *await _scrub(ctx)):
        log.debug("redaction.waiting", why=note)


async def _told_again(ctx: Context) -> None:
    """Look through what sources that still tell of redacted documents have sent since the last look."""
    numbers = await ctx.db.read(erasing.told_since)
    after, newest = await ctx.db.read(lambda conn: (counters.get(conn, LOOKED), redactions.newest_capture(conn)))
    looked = await ctx.db.read(captures_of.get, after) if after else None
    for number in numbers:
        told, urls, *_ = await ctx.db.read(_facts, number)
        traces = traces_of((*urls, *(one.url for one in told.entries)), ())
        # A source that has begun to tell of it had sent that before: to whoever found out what it was.
        fresh = looked is None or any(
            one.first_seen_at and one.first_seen_at >= looked.captured_at for one in told.entries
        )
        answers = await ctx.db.read(_answers, told, 0 if fresh else after)
        telling, _ = await _telling(ctx, traces, answers, None)
        why = f"tells of document {number}, which was redacted"
        ids = [one.id for one in telling]
        await ctx.db.write(store.mark, ids, RemovalCause.REDACTION, why, ctx.clock.now())
    if newest > after:
        await ctx.db.write(counters.put, LOOKED, newest)


def _report(
    reach: Reach, captures: Sequence[Capture], files: tuple[str, ...], notes: tuple[str, ...], *, dry_run: bool
) -> RemovalReport:
    of_sources = {one.id for one in reach.of_sources}
    texts = [one for one in reach.told.revisions if one.text or one.title]
    removals = (
        *(_removal(one, source=one.id in of_sources) for one in captures),
        *(
            Removal(
                "text",
                reach.told.document.url,
                one.first_seen_at,
                len(one.text.encode()),
                None,
                one.id,
                one.document_id,
            )
            for one in texts
        ),
    )
    return RemovalReport(
        captures=len(captures),
        revisions=len(texts),
        bytes=sum(one.length for one in captures),
        files=files,
        removals=removals,
        dry_run=dry_run,
        notes=notes,
    )


def _removal(one: Capture, *, source: bool) -> Removal:
    what = "source" if source else "document"
    return Removal(what, one.url, one.captured_at, one.length, one.id, one.revision_id, one.document_id)
