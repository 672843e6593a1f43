"""Put closed evidence files into the object store, and take out of it what was replaced or removed.

The order that survives a crash at any point: the file is on the local disk, synced and verified; the database says as
what it is to be stored; it is put there and read back; the database says that it is safe there; only then may it go
from the disk. What is replaced goes from the store once what replaced it is safe there. Each step may be done again.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from monitor.app import storing_folders
from monitor.app.context import Context
from monitor.app.storing_folders import Ours
from monitor.app.verifying_files import verify_file
from monitor.app.verifying_pace import Pace
from monitor.errors import ConfigError, EvidenceError
from monitor.model import EvidenceFile
from monitor.progress import Progress
from monitor.running_answers import StoreReport, Waiting
from monitor.store import files
from monitor.store.files import Left

if TYPE_CHECKING:
    from monitor.edges.object_store import ObjectStore

log = structlog.get_logger(__name__)

_NO_FILE = "is-it-there"  # which no file is called
_PAUSE = timedelta(minutes=1)  # after the first failure; it doubles
_LONGEST_PAUSE = timedelta(hours=1)


@dataclass(slots=True)
class _Run:
    """What it works with, and what came of it so far."""

    ctx: Context
    store: "ObjectStore"
    us: Ours
    stored: list[str] = field(default_factory=list)
    bytes: int = 0
    removed: list[str] = field(default_factory=list)
    evicted: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def report(self) -> StoreReport:
        return StoreReport(
            self.store.url, tuple(self.stored), self.bytes, tuple(self.removed), tuple(self.evicted), tuple(self.notes)
        )


async def store(ctx: Context, progress: Progress | None = None, *, ask: bool = False) -> StoreReport:
    """Store what is closed and not stored yet, remove what is to go, and let go of what is old enough on the disk.

    With `ask` the store is asked for something also where there is nothing to do: a person wants to know if it answers.
    What cannot be stored, such as a damaged file, is named. Raises ConfigError without a store, UnreachableError where
    it does not answer (what was done until then stays), EvidenceError while another process is at it.
    """
    run = await _begun(ctx)
    if ask:
        await asyncio.to_thread(run.store.size, _NO_FILE)
    with _alone(ctx):
        rows = await _closed(run)
        total = sum(one.committed_length for one in rows)
        for one in rows:
            await _store(run, one)
            if progress:
                progress(run.bytes, total)
        await _take_out(run)
        await _let_go(run)
    return run.report()


async def take_out(ctx: Context) -> tuple[str, ...]:
    """Take out of the store what was replaced or removed, what replaced it stored first; return what could not be done.

    For whoever removes bytes for good and waits for it.
    """
    left = await ctx.db.read(files.left_stored)
    if not left:
        return ()
    try:
        run = await _begun(ctx)
        with _alone(ctx):
            for one in await _closed(run):
                if one.origin is not None:
                    await _store(run, one)
            await _take_out(run)
    except (EvidenceError, ConfigError) as error:
        return (f"{len(left)} files that were to go are still in the object store: {error}; it is tried again",)
    return tuple(run.notes)


async def waiting(ctx: Context) -> Waiting:
    """Return how much of the evidence, of all folders, is in the object store and how much is not yet."""
    stored = await ctx.db.read(files.amount_stored)
    unstored = await ctx.db.read(files.amount_unstored)
    oldest = await ctx.db.read(files.oldest_unstored)
    return Waiting(
        ctx.settings.evidence.store or None, stored.files, stored.bytes, unstored.files, unstored.bytes, oldest
    )


class OthersTurnError(EvidenceError):
    """Another process is storing the files of this folder, and does all that waits."""


class Storing:
    """The daemon's part: again and again, with pauses that double while the store is out of reach. Tells of it once."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._failures = 0
        self._not_before: datetime | None = None

    async def do_what_is_due(self) -> StoreReport | None:
        """Store what waits; None where nothing is configured, or it is not time to try again. Raises ConfigError."""
        if not self._ctx.settings.evidence.store or not self._is_time():
            return None
        try:
            await storing_folders.adopt_abandoned(self._ctx)
            report = await store(self._ctx)
        except OthersTurnError:  # nothing is wrong: daemons of one machine may share a folder
            return None
        except EvidenceError as error:
            self._failed(error)
            return None
        if self._failures:
            log.info("evidence.store_reached", store=report.store)
        self._failures, self._not_before = 0, None
        return report

    def _is_time(self) -> bool:
        now, until = self._ctx.clock.now(), self._not_before
        return until is None or now >= until or until - now > _LONGEST_PAUSE  # the clock was put back

    def _failed(self, error: EvidenceError) -> None:
        pause = min(_PAUSE * 2 ** min(self._failures, 10), _LONGEST_PAUSE)
        self._failures, self._not_before = self._failures + 1, self._ctx.clock.now() + pause
        if self._failures == 1:
            log.error("evidence.store_unreachable", error=str(error), hint=error.hint)


async def _begun(ctx: Context) -> _Run:
    store = await asyncio.to_thread(lambda: ctx.places.store)
    if store is None:
        raise ConfigError("no object store is configured", hint="evidence.store; docs/storage.md tells how")
    if await ctx.db.read(files.any_stored, store.url):
        await asyncio.to_thread(store.need)
    await storing_folders.name_folder(ctx)
    return _Run(ctx, store, await storing_folders.ours(ctx))


@contextmanager
def _alone(ctx: Context) -> Iterator[None]:
    """Keep other processes from storing files of this folder meanwhile. Raises EvidenceError while one is at it."""
    from monitor.edges.warc_folder import storing_alone

    try:
        with storing_alone(ctx.settings.evidence_dir):
            yield
    except BlockingIOError as error:
        raise OthersTurnError("another process is storing evidence files", hint="it does all that waits") from error


async def _closed(run: _Run) -> list[EvidenceFile]:
    """Return what waits, is closed and all accounted for, what replaced something first.

    Where a file is longer, what was written last is on its way to the database; or `verify` says what is wrong.
    """
    assert run.us.folder is not None  # it was named
    rows = await run.ctx.db.read(files.unstored, run.us.folder, alone=run.us.alone)
    directory = run.ctx.settings.evidence_dir
    there = await asyncio.to_thread(lambda: [one for one in rows if _is_there(directory / one.name, one)])
    return sorted(there, key=lambda one: one.origin is None)


def _is_there(path: Path, file: EvidenceFile) -> bool:
    return path.is_file() and path.stat().st_size == file.committed_length


async def _store(run: _Run, file: EvidenceFile) -> None:
    """Store one file; what is wrong with it itself is noted and stops no other. Raises UnreachableError."""
    from monitor.edges.object_store import UnreachableError

    try:
        if (why := await _put(run, file)) is None:
            run.stored.append(file.name)
            run.bytes += file.committed_length
            log.info("evidence.stored", file=file.name, bytes=file.committed_length)
            return
    except UnreachableError:
        raise
    except EvidenceError as error:
        why = str(error)
    run.notes.append(f"{file.name} was not stored: {why}")
    log.error("evidence.not_stored", file=file.name, why=why)


async def _put(run: _Run, file: EvidenceFile) -> str | None:
    """Verify, announce, put, read back, note; return why not."""
    ctx = run.ctx
    verified = await _verified(ctx, file)
    if verified is None or verified.sha256 is None:
        return "it is not as the database says; see monitor verify"
    if not await ctx.db.write(files.begin_storing, file.name, run.store.named(file.name)):
        return "it was replaced meanwhile"
    path = ctx.settings.evidence_dir / file.name
    await asyncio.to_thread(run.store.put, path, file.name, verified.sha256)
    return None if await ctx.db.write(files.set_stored, file.name, ctx.clock.now()) else "it was replaced meanwhile"


async def _verified(ctx: Context, file: EvidenceFile) -> EvidenceFile | None:
    """Return the row of a file that was read from its first byte to its last and is right, reading it if need be."""
    if not _is_whole(file):
        pace = Pace(ctx.clock, ctx.settings.evidence.verify_rate)
        result = await verify_file(ctx, file, pace, lambda _: None)
        if result is None or result.faults:
            return None
    row = await ctx.db.read(files.get, file.name)
    return row if row is not None and _is_whole(row) else None


def _is_whole(file: EvidenceFile) -> bool:
    sound = file.problem is None or file.problem.startswith(files.OF_OBJECT)
    return sound and file.sha256 is not None and file.verified_length == file.committed_length


async def _take_out(run: _Run) -> None:
    """Take what was replaced out of the store, once all that may have replaced it is in. Raises UnreachableError.

    So for our folder, and for those whose machines are no more: nobody else would.
    """
    read, since = run.ctx.db.read, run.ctx.clock.now() - storing_folders.ABANDONED_AFTER
    unheard = set(await read(files.left_stored, since))
    left = [one for one in await read(files.left_stored) if _is_ours(run.us, one) or one in unheard]
    owed = await read(files.owed) if left else ()
    for one in left:
        if waits := [new.name for new in owed if _may_replace(run.us, new, one)]:
            run.notes.append(
                f"{one.name} stays in the store until {', '.join(waits[:3])} is stored; see monitor verify"
            )
        else:
            await _remove(run, one)


def _may_replace(us: Ours, new: EvidenceFile, old: Left) -> bool:
    return us.has(new) if _is_ours(us, old) else new.folder == old.folder


async def _remove(run: _Run, one: Left) -> None:
    if one.stored_as != run.store.named(one.name):
        run.notes.append(f"{one.stored_as} was to go, and is not in {run.store.url}: remove it yourself")
        return
    await asyncio.to_thread(run.store.remove, one.name)
    await run.ctx.db.write(files.forget_object, one.name)
    run.removed.append(one.name)
    log.info("evidence.unstored", file=one.name)


def _is_ours(us: Ours, one: Left) -> bool:
    return us.alone if one.folder is None else one.folder == us.folder


async def _let_go(run: _Run) -> None:
    """Take from the disk what has been safe in the store for long enough, while nobody writes files anew."""
    from monitor.edges.warc_rewrite import alone, take_away

    ctx, keep = run.ctx, run.ctx.settings.evidence.keep_local
    if keep is None:
        return
    directory = ctx.settings.evidence_dir
    try:
        with alone(directory):
            for one in await ctx.db.read(files.stored_until, ctx.clock.now() - timedelta(seconds=keep)):
                if not (directory / one.name).is_file():
                    continue
                if await asyncio.to_thread(run.store.size, one.name) != one.committed_length:
                    run.notes.append(f"{one.name} stays on the disk: it is not whole in the store; monitor verify")
                    log.error(
                        "evidence.not_stored", file=one.name, why="it was stored, and is not whole there any more"
                    )
                    continue
                await asyncio.to_thread(take_away, directory, one.name)
                run.evicted.append(one.name)
    except BlockingIOError:
        return  # files are being written anew; there is time
