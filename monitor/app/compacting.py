"""Compact closed and verified evidence files: per host, into `.warc.zst` with a dictionary of the host's own pages.

The order that survives a crash at any point: the new files are written, synced, read again from the disk and named;
one transaction moves the captures and marks the originals; then the originals go. What a crash leaves behind is either
new files that the database does not know, or originals that it no longer needs (app/compacting_leftovers.py).
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from monitor.app import compacting_foreseen, storing_back
from monitor.app.cancelling import answer_all_the_same, to_its_end
from monitor.app.compacting_candidates import batches, candidates
from monitor.app.compacting_estimates import LEAST_GAIN, Estimate, estimate
from monitor.app.compacting_leftovers import finish, finish_alone
from monitor.app.compacting_swap import Original, Run
from monitor.app.context import Context
from monitor.core.compacting import PartPolicy, Place, parts
from monitor.errors import EvidenceError
from monitor.evidence_answers import CompactedFile, CompactReport
from monitor.model import Capture, EvidenceFile
from monitor.progress import Progress
from monitor.store import captures
from monitor.store import compacting as store

__all__ = ["compact", "compact_when_due", "finish"]

log = structlog.get_logger(__name__)

# A dictionary pays by the number of pages that share it, so the daemon waits until there is something to share.
_WORTH_BYTES = 256 << 20
_WORTH_AGE = timedelta(days=30)
_LEFT: set[str] = set()  # files that this process found not to be worth it; no two files ever have the same name


@dataclass(slots=True)
class _Tally:
    """What came of a run so far. `total` and `done` are bytes of originals."""

    progress: Progress | None
    total: int = 0
    done: int = 0
    made: list[CompactedFile] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    due: list[datetime] = field(default_factory=list)  # when those that are too young will be old enough
    notes: list[str] = field(default_factory=list)
    finished: bool = True

    def told(self, read: int) -> None:
        self.done += read
        if self.progress:
            self.progress(min(self.done, self.total), self.total)

    def leave(self, name: str, why: object) -> None:
        self.left.append(f"{name}: {why}")

    def report(self, least_age_s: float) -> CompactReport:
        return CompactReport(
            tuple(self.made), tuple(self.replaced), tuple(self.left), len(self.due), least_age_s,
            min(self.due, default=None), tuple(self.notes), self.finished,
        )  # fmt: skip


async def compact(ctx: Context, *, dry_run: bool, now: bool, progress: Progress | None = None) -> CompactReport:
    """Compact what may be: closed, verified, whole, and as old as configured unless `now`; name what is left and why.

    What an interrupted run left is finished first. A dry run of much estimates from a few records of each host.
    Cancelled, it ends what cannot be stopped half way, takes its drafts away and answers with what it did, not
    finished. Raises EvidenceError where another process is at it.
    """
    tally = _Tally(progress)
    try:
        if not dry_run:
            tally.notes += await finish(ctx)
        ready = [one async for one in _ready(ctx, tally, now=now)]
        await _all(ctx, ready, tally, dry_run=dry_run)
    except asyncio.CancelledError:
        answer_all_the_same()
        tally.finished = False
    return tally.report(ctx.settings.evidence.compact_after)


async def _all(ctx: Context, ready: Sequence[EvidenceFile], tally: _Tally, *, dry_run: bool) -> None:
    tally.total = sum(one.committed_length for one in ready)
    for some in batches(ready):
        await _batch(ctx, some, tally, dry_run=dry_run)


async def compact_when_due(ctx: Context) -> CompactReport | None:
    """Compact in the daemon, where configured, once there is enough to gain from: 256 MiB, or 30 days' worth.

    What was left as it is once is not looked at again by this process. To be called as often as one likes.
    """
    if not ctx.settings.evidence.compact:
        return None
    tally = _Tally(None)
    ready = [one async for one in _ready(ctx, tally, now=False) if one.name not in _LEFT]
    if not await _is_worth_it(ctx, ready):
        return None
    await _all(ctx, ready, tally, dry_run=False)
    report = tally.report(ctx.settings.evidence.compact_after)
    _LEFT.update({one.name for one in ready} - set(report.replaced))
    return report


async def _is_worth_it(ctx: Context, ready: Sequence[EvidenceFile]) -> bool:
    if sum(one.committed_length for one in ready) >= _WORTH_BYTES:
        return True
    seen = [await ctx.db.read(store.newest, one.name) for one in ready]
    ages = [ctx.clock.now() - one for one in seen if one is not None]
    waited = max(ages, default=timedelta()) - timedelta(seconds=ctx.settings.evidence.compact_after)
    return waited >= _WORTH_AGE


async def _ready(ctx: Context, tally: _Tally, *, now: bool) -> AsyncIterator[EvidenceFile]:
    """Yield the files that may be compacted, by name; tell of those that are left as they are."""
    async for one in candidates(ctx, now=now):
        if one.due:
            tally.due.append(one.due)
        elif one.why:
            tally.leave(one.file.name, one.why)
        else:
            yield one.file


async def _batch(ctx: Context, some: Sequence[EvidenceFile], tally: _Tally, *, dry_run: bool) -> None:
    held = [Original(file, await ctx.db.read(_kept, file.name)) for file in some]
    guess = await estimate(ctx, [capture for one in held for capture in one.captures])
    worth = [one for one in held if guess.of(one.captures) >= LEAST_GAIN]
    for little in held:
        if little not in worth:
            tally.leave(little.file.name, guess.why_little(little.captures))
            tally.told(little.file.committed_length)
    if dry_run:
        await _foresee(ctx, worth, guess, tally)
    elif worth:
        await _compact(ctx, worth, tally)


def _kept(conn: Connection, name: str) -> tuple[Capture, ...]:
    return tuple(one for one in captures.in_file(conn, name) if one.removed_at is None)


async def _foresee(ctx: Context, worth: Sequence[Original], guess: Estimate, tally: _Tally) -> None:
    """Tell what would be made: of little by making it without writing it down, of more from the estimate."""
    away = any(not (ctx.settings.evidence_dir / one.file.name).is_file() for one in worth)
    if away or sum(one.file.committed_length for one in worth) > compacting_foreseen.EXACT_BYTES:
        fine, made = list(worth), compacting_foreseen.roughly(worth, guess, PartPolicy())
    else:
        fine, places = await _sound(ctx, worth, tally)
        made = await asyncio.to_thread(
            compacting_foreseen.exactly, ctx.settings.evidence_dir, list(parts(places, PartPolicy()))
        )
    before, after = sum(one.file.committed_length for one in fine), sum(one.bytes_after for one in made)
    if why := _short_of_room(ctx, fine) or _little(before, after):
        for one in fine:
            tally.leave(one.file.name, why)
    elif fine:
        tally.replaced += [one.file.name for one in fine]
        tally.made += made
    tally.told(before)


def _little(before: int, after: int) -> str | None:
    """Say why a run is not worth it, by the bytes of its originals and of what it made."""
    if after <= before * (1 - LEAST_GAIN):
        return None
    return f"{1 - after / before:.0%} would be gained, less than {LEAST_GAIN:.0%}"


async def _compact(ctx: Context, worth: Sequence[Original], tally: _Tally) -> None:
    from monitor.edges.warc_rewrite import alone

    try:
        with alone(ctx.settings.evidence_dir):
            await _compact_alone(ctx, worth, tally)
    except BlockingIOError as error:
        raise EvidenceError("another process is writing evidence anew", hint="try again when it is done") from error


async def _compact_alone(ctx: Context, worth: Sequence[Original], tally: _Tally) -> None:
    tally.notes += await finish_alone(ctx)
    fine, places = await _sound(ctx, worth, tally)
    if short := _short_of_room(ctx, fine):
        for one in fine:
            tally.leave(one.file.name, short)
    elif fine:
        await _replace(ctx, fine, places, tally)


async def _sound(ctx: Context, worth: Sequence[Original], tally: _Tally) -> tuple[list[Original], list[Place]]:
    """Return the files that hold what the database says, and their records."""
    places: list[Place] = []
    fine: list[Original] = []
    for one in worth:
        try:
            found = await _surveyed(ctx, one)
        except EvidenceError as error:
            tally.leave(one.file.name, error)
            continue
        places += found
        fine.append(one)
    return fine, places


async def _surveyed(ctx: Context, one: Original) -> tuple[Place, ...]:
    """Return the records of a file, brought back from the store where it is there only.

    Raises EvidenceError where they are not those of its captures.
    """
    from monitor.edges.compacting import survey

    await storing_back.bring(ctx, one.file.name)
    places = await asyncio.to_thread(survey, ctx.settings.evidence_dir, one.file.name, one.file.sha256)
    by_offset = {place.offset: place for place in places}
    for capture in one.captures:
        place = by_offset.get(capture.offset)
        if place is None or place.length != capture.length:
            raise EvidenceError(f"no record at byte {capture.offset}, where capture {capture.id} should be")
        if capture.record_sha256 is not None and capture.record_sha256 != place.sha256.hex():
            raise EvidenceError(f"capture {capture.id} is not the record that was written; see monitor verify")
    return places


def _short_of_room(ctx: Context, fine: Sequence[Original]) -> str | None:
    needed = sum(one.file.committed_length for one in fine) + ctx.settings.evidence.min_free
    free = shutil.disk_usage(ctx.settings.evidence_dir).free
    return "too little room on the disk to write it anew first" if free < needed else None


async def _replace(ctx: Context, fine: Sequence[Original], places: Sequence[Place], tally: _Tally) -> None:
    run, before = Run(ctx), sum(one.file.committed_length for one in fine)
    try:
        for part in parts(places, PartPolicy()):
            await run.write(part)
            tally.told(sum(place.length for place in part.places))
        if why := _little(before, run.length):
            raise EvidenceError(why)
    except asyncio.CancelledError:
        await run.undo()
        raise
    except EvidenceError as error:
        await _give_up(run, fine, tally, error)
        return
    await to_its_end(_put_in_place(run, fine, tally, before))


async def _put_in_place(run: Run, fine: Sequence[Original], tally: _Tally, before: int) -> None:
    """Let the new files stand for the originals, and take these away."""
    names = [one.file.name for one in fine]
    try:
        await run.commit(fine)
    except EvidenceError as error:
        await _give_up(run, fine, tally, error)
        return
    tally.replaced += names
    tally.made += run.told()
    await run.take_away(names)
    log.info("evidence.compacted", files=len(names), made=len(run.made), bytes_before=before, bytes_after=run.length)


async def _give_up(run: Run, fine: Sequence[Original], tally: _Tally, why: object) -> None:
    await run.undo()
    for one in fine:
        tally.leave(one.file.name, why)
