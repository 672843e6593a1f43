"""Compact closed and verified evidence files: per host, into `.warc.zst` with a dictionary of the host's own pages.

The order that survives a crash at any point: the new files are written, synced, read again from the disk and named;
one transaction moves the captures and marks the originals; then the originals go. What a crash leaves behind is either
new files that the database does not know, or originals that it no longer needs (app/compacting_leftovers.py).
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from sqlalchemy import Connection

from monitor.app.compacting_estimates import LEAST_GAIN, Estimate, estimate
from monitor.app.compacting_leftovers import finish
from monitor.app.compacting_swap import Original, Run
from monitor.app.context import Context
from monitor.core.compacting import PartPolicy, Place, host_of, parts
from monitor.errors import EvidenceError
from monitor.evidence_answers import CompactedFile, CompactReport
from monitor.model import Capture, EvidenceFile
from monitor.store import captures, files, removing
from monitor.store import compacting as store

__all__ = ["compact", "compact_when_due", "finish"]

Progress = Callable[[int, int], None]

log = structlog.get_logger(__name__)

UNCLEAN = "holds bytes that were removed, and is written anew without them first"
_BATCH_BYTES = 512 << 20  # of originals whose captures move in one transaction
_BATCH_FILES = 64
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

    def told(self, read: int) -> None:
        self.done += read
        if self.progress:
            self.progress(min(self.done, self.total), self.total)

    def leave(self, name: str, why: object) -> None:
        self.left.append(f"{name}: {why}")


async def compact(ctx: Context, *, dry_run: bool, now: bool, progress: Progress | None = None) -> CompactReport:
    """Compact what may be: closed, verified, whole, and as old as configured unless `now`; name what is left and why.

    A dry run estimates from a few records of each host. Raises EvidenceError where another process is at it.
    """
    tally = _Tally(progress)
    ready = [one async for one in _ready(ctx, tally, now=now)]
    return await _all(ctx, ready, tally, dry_run=dry_run)


async def _all(ctx: Context, ready: Sequence[EvidenceFile], tally: _Tally, *, dry_run: bool) -> CompactReport:
    tally.total = sum(one.committed_length for one in ready)
    for some in _batches(ready):
        await _batch(ctx, some, tally, dry_run=dry_run)
    return CompactReport(tuple(tally.made), tuple(tally.replaced), tuple(tally.left))


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
    report = await _all(ctx, ready, tally, dry_run=False)
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
    unclean = await ctx.db.read(removing.unclean)
    for file in await ctx.db.read(files.every):
        path = ctx.settings.evidence_dir / file.name
        if not file.name.endswith(".warc.gz") or path.with_name(f"{file.name}.open").exists():
            continue
        size = path.stat().st_size if path.is_file() else None
        why = UNCLEAN if file.name in unclean else _unfit(file, size) or await _too_young(ctx, file, now=now)
        if why is None:
            yield file
        else:
            tally.leave(file.name, why)


def _unfit(file: EvidenceFile, size: int | None) -> str | None:
    if size is None:
        return "is missing"
    if file.problem is not None:
        return f"verify found a problem: {file.problem}"
    if file.verified_at is None or file.verified_length != file.committed_length:
        return "was not verified yet"
    return None if size == file.committed_length else "is not as long as the database says"


async def _too_young(ctx: Context, file: EvidenceFile, *, now: bool) -> str | None:
    newest = await ctx.db.read(store.newest, file.name)
    if newest is None:
        return "holds no capture"
    young = ctx.clock.now() - newest < timedelta(seconds=ctx.settings.evidence.compact_after)
    return "is younger than evidence.compact_after" if young and not now else None


def _batches(ready: Iterable[EvidenceFile]) -> Iterator[list[EvidenceFile]]:
    some: list[EvidenceFile] = []
    for one in ready:
        full = sum(file.committed_length for file in some) + one.committed_length > _BATCH_BYTES
        if some and (full or len(some) >= _BATCH_FILES):
            yield some
            some = []
        some.append(one)
    if some:
        yield some


async def _batch(ctx: Context, some: Sequence[EvidenceFile], tally: _Tally, *, dry_run: bool) -> None:
    held = [Original(file, await ctx.db.read(_kept, file.name)) for file in some]
    guess = await estimate(ctx, [capture for one in held for capture in one.captures])
    worth = [one for one in held if guess.of(one.captures) >= LEAST_GAIN]
    for little in held:
        if little not in worth:
            tally.leave(little.file.name, guess.why_little(little.captures))
            tally.told(little.file.committed_length)
    if dry_run:
        _foresee(worth, guess, tally)
    elif worth:
        await _compact(ctx, worth, tally)


def _kept(conn: Connection, name: str) -> tuple[Capture, ...]:
    return tuple(one for one in captures.in_file(conn, name) if one.removed_at is None)


def _foresee(worth: Sequence[Original], guess: Estimate, tally: _Tally) -> None:
    """Tell what would be made; requests are not counted, and are little."""
    by_host: dict[str, list[int]] = {}
    for one in worth:
        tally.replaced.append(one.file.name)
        for capture in one.captures:
            by_host.setdefault(host_of(capture.url), []).append(capture.length)
    for host, lengths in by_host.items():
        after = round(sum(lengths) * guess.left_of(host))
        tally.made.append(
            CompactedFile("", host, len(lengths), sum(lengths), after, guess.dictionaries.get(host, 0))
        )  # fmt: skip
    tally.told(sum(one.file.committed_length for one in worth))


async def _compact(ctx: Context, worth: Sequence[Original], tally: _Tally) -> None:
    from monitor.edges.warc_rewrite import alone

    try:
        with alone(ctx.settings.evidence_dir):
            await _compact_alone(ctx, worth, tally)
    except BlockingIOError as error:
        raise EvidenceError("another process is writing evidence anew", hint="try again when it is done") from error


async def _compact_alone(ctx: Context, worth: Sequence[Original], tally: _Tally) -> None:
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
    if short := _short_of_room(ctx, fine):
        for one in fine:
            tally.leave(one.file.name, short)
    elif fine:
        await _replace(ctx, fine, places, tally)


async def _surveyed(ctx: Context, one: Original) -> tuple[Place, ...]:
    """Return the records of a file. Raises EvidenceError where they are not those of its captures."""
    from monitor.edges.compacting import survey

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
    run, names = Run(ctx), [one.file.name for one in fine]
    before = sum(one.file.committed_length for one in fine)
    try:
        for part in parts(places, PartPolicy()):
            await run.write(part)
            tally.told(sum(place.length for place in part.places))
        if run.length > before * (1 - LEAST_GAIN):
            raise EvidenceError(f"{1 - run.length / before:.0%} would be gained, less than {LEAST_GAIN:.0%}")
        await run.commit(fine)
    except EvidenceError as error:
        await run.undo()
        for name in names:
            tally.leave(name, error)
        return
    await run.take_away(names)
    tally.replaced += names
    tally.made += run.told()
    log.info("evidence.compacted", files=len(names), made=len(run.made), bytes_before=before, bytes_after=run.length)
