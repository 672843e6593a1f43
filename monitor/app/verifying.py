"""Verify the archive: read everything again, and compare it with what the database and the chain say of it."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from monitor.app import verifying_database, verifying_texts
from monitor.app.cancelling import answer_all_the_same
from monitor.app.context import Context
from monitor.app.verifying_choice import due, is_as_verified, longest_ago_first, named, within_reach
from monitor.app.verifying_files import verify_file
from monitor.app.verifying_pace import Pace
from monitor.app.verifying_texts import Reproduced
from monitor.evidence_answers import Fault, VerifyReport
from monitor.model import EvidenceFile
from monitor.progress import Progress
from monitor.store import counters, files
from monitor.store import verifying as store
from monitor.wording import counted

log = structlog.get_logger(__name__)

TEXT_BYTES = 100_000  # that a text counts for in the progress: about what reading a page again takes
_RESUME = "verify-texts"  # the counter of the last revision made again by a run that did not finish
_KEEP_EVERY = 20  # texts
_LOGGED = 10  # faults of a file; the command tells of all


@dataclass(slots=True)
class _Run:
    """One run: what it works with, and what it found so far."""

    ctx: Context
    pace: Pace
    progress: Progress | None = None
    total: int = 0
    done: int = 0
    files: int = 0
    skipped: int = 0
    skipped_since: datetime | None = None
    records: int = 0
    captures: int = 0
    bytes: int = 0
    texts: int = 0
    seals: int = 0
    finished: bool = True
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def told(self, size: int) -> None:
        """Hear of progress, in bytes."""
        self.done += size
        if self.progress:
            self.progress(min(self.done, self.total), self.total)

    def read(self, size: int) -> None:
        """Hear of bytes read of a file."""
        self.bytes += size
        self.told(size)

    def skip(self, row: EvidenceFile) -> None:
        """Leave out a file that was read lately."""
        self.skipped += 1
        self.skipped_since = min(filter(None, (self.skipped_since, row.verified_at)), default=None)
        self.told(row.committed_length)

    def report(self) -> VerifyReport:
        """Return what was found."""
        return VerifyReport(
            files=self.files,
            skipped=self.skipped,
            skipped_since=self.skipped_since,
            records=self.records,
            bytes=self.bytes,
            captures=self.captures,
            texts=self.texts,
            seals=self.seals,
            faults=tuple(self.faults),
            notes=tuple(self.notes),
            finished=self.finished,
        )


async def verify(
    ctx: Context,
    names: Sequence[str] = (),
    *,
    again: bool = False,
    texts: bool = True,
    rate: int | None = None,
    progress: Progress | None = None,
) -> VerifyReport:
    """Read the evidence again, then compare texts, chain and database; of files that are named only those.

    Skips files found right within a day and as long as then, unless named or `again`, and goes on with texts where a
    run before it was interrupted; what was read longest ago comes first. What came of each file is kept at once.
    Cancelled, it returns what it found so far, not finished; and where anything keeps it from comparing a part, that is
    a fault beside the others.
    Raises NotFoundError for a file that the archive never had.
    """
    run = _Run(ctx, Pace(ctx.clock, rate), progress)
    try:
        await (_named(run, names) if names else _everything(run, again, texts))
    except asyncio.CancelledError:
        answer_all_the_same()
        run.finished = False
    return run.report()


async def verify_next(ctx: Context) -> VerifyReport | None:
    """Verify one file whose turn it is, no faster than `evidence.verify_rate`; None when it is nobody's."""
    name = next(iter(await due(ctx)), None)
    file = await ctx.db.read(files.get, name) if name else None
    if file is None:
        return None
    run = _Run(ctx, Pace(ctx.clock, ctx.settings.evidence.verify_rate))
    await _file(run, file)
    if not run.files:
        return None  # it was replaced meanwhile, or the store is out of reach
    for fault in run.faults[:_LOGGED]:
        about = {"kind": fault.kind, "offset": fault.offset, "what": fault.detail}
        log.error("evidence.damaged", file=file.name, **about, faults=len(run.faults))
    if not run.faults:
        log.info("evidence.verified", file=file.name, records=run.records, bytes=run.bytes)
    return run.report()


async def _named(run: _Run, names: Sequence[str]) -> None:
    rows = await named(run.ctx, names)
    run.total = sum(one.committed_length for one in rows)
    await _files(run, rows, again=True)


async def _everything(run: _Run, again: bool, texts: bool) -> None:
    ctx = run.ctx
    damage, notes = await verifying_database.damage(ctx)
    run.notes += notes
    if any(one.kind == verifying_database.DATABASE for one in damage):
        run.faults += damage
        run.notes.append("nothing else was compared, since the database itself is damaged")
        return
    rows, elsewhere = await within_reach(ctx)
    run.notes += elsewhere
    resumed = 0 if again else await ctx.db.read(counters.get, _RESUME)
    run.total = sum(one.committed_length for one in rows)
    run.total += TEXT_BYTES * await ctx.db.read(store.texts, resumed) if texts else 0
    await _files(run, sorted(rows, key=longest_ago_first), again=again)
    await _stage(run, "the folder of the evidence", _add(run, verifying_database.strangers(ctx)))
    await _stage(run, "the rows of the database", _add(run, verifying_database.disagreements(ctx)))
    run.faults += damage
    await _stage(run, "the texts", _texts(run, resumed, make_again=texts))
    await _stage(run, "the chain of seals", _chain(run))


async def _stage(run: _Run, what: str, work: Awaitable[None]) -> None:
    """Do one part of the work. What stops it is told beside all that was found, and the other parts are done."""
    try:
        await work
    except Exception as error:  # the faults found so far must not be lost
        log.exception("verify.stopped", at=what)
        run.faults.append(
            Fault(
                verifying_database.UNCHECKED, what, f"not all of it could be compared: {type(error).__name__}: {error}"
            )
        )


async def _add(run: _Run, found: Awaitable[list[Fault]]) -> None:
    run.faults += await found


async def _files(run: _Run, rows: Sequence[EvidenceFile], *, again: bool) -> None:
    for row in rows:
        if again or not await asyncio.to_thread(is_as_verified, run.ctx, row):
            await _stage(run, row.name, _file(run, row))
        else:
            run.skip(row)


async def _file(run: _Run, row: EvidenceFile) -> None:
    from monitor.edges.object_store import UnreachableError  # slow to import

    try:
        result = await verify_file(run.ctx, row, run.pace, run.read)
    except UnreachableError as error:
        run.faults.append(Fault(verifying_database.UNCHECKED, row.name, f"it was not read: {error}"))
        return
    if result is None:
        return  # compacted or written anew meanwhile: by then it had been verified
    run.files += 1
    run.records += result.records
    run.captures += result.captures
    run.faults += result.faults
    if result.unsettled:
        run.notes.append(f"{row.name} is being written: {result.unsettled} of its records are not committed yet")


async def _texts(run: _Run, resumed: int, *, make_again: bool) -> None:
    ctx, kept, clean = run.ctx, 0, True
    came = Counter[Reproduced]()
    async for one, faults in verifying_texts.altered(ctx):
        if make_again and one.id > resumed and all(each.kind != verifying_texts.DIGEST for each in faults):
            outcome = await verifying_texts.reproduced(ctx, one)
            run.told(TEXT_BYTES)
            faults += (outcome,) if isinstance(outcome, Fault) else ()
            came[Reproduced.OTHER if isinstance(outcome, Fault) else outcome] += 1
        run.faults += faults
        if faults:
            clean = False  # a run that resumes begins before it
        elif clean and make_again and (kept := kept + 1) % _KEEP_EVERY == 0 and one.id > resumed:
            await ctx.db.write(counters.put, _RESUME, one.id)
    run.texts = sum(came[made] for made in verifying_texts.MADE)
    told = {what: count for what, count in came.items() if what not in (Reproduced.SAME, Reproduced.OTHER)}
    run.notes += [f"{counted(count, 'text')} {what}" for what, count in told.items()]
    if make_again:
        await ctx.db.write(counters.put, _RESUME, 0)


async def _chain(run: _Run) -> None:
    from monitor.app import sealing

    run.seals = await run.ctx.db.read(store.seals)
    run.faults = verifying_database.merged(run.faults, await sealing.check_chain(run.ctx))
