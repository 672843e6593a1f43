"""Take removed bytes out of the evidence files: what retention and redaction share.

The database says first that captures are removed, so that nobody reads them any more; then each file that still holds
their bytes is written anew without them, and the old one unlinked. A crash in between leaves a file that is written
anew the next time (`finish`).
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog

from monitor.app import removing_strays, storing, storing_back, storing_folders
from monitor.app.compacting_leftovers import finish_alone
from monitor.app.context import Context
from monitor.app.storing_folders import Ours
from monitor.edges.warc_files import ask_to_close
from monitor.errors import EvidenceError, MonitorError
from monitor.model import EvidenceFile
from monitor.progress import Progress
from monitor.store import files
from monitor.store import removing as store
from monitor.store.removing import Unclean

log = structlog.get_logger(__name__)

TRIES = 60
PAUSE_S = 1.0


@dataclass(frozen=True, slots=True)
class Swept:
    """The files out of which removed bytes were taken, how many bytes smaller they are, and what could not be done."""

    files: tuple[str, ...] = ()
    freed: int = 0
    notes: tuple[str, ...] = ()


async def sweep(ctx: Context, progress: Progress | None = None, *, everywhere: bool = False) -> Swept:
    """Take the bytes of removed captures out of every closed file. A file in use is left until it is closed.

    What an interrupted compaction left behind goes first: it holds them as well, and nobody can tell once the files it
    was made from are written anew. With `everywhere` other files of the folder are looked through too. Raises
    MonitorError while another process has been writing files anew for a minute.
    """
    wanted = everywhere or bool(await ctx.db.read(store.unclean))
    if not wanted or not ctx.settings.evidence_dir.is_dir():
        return Swept(notes=await storing.take_out(ctx))
    us = await storing_folders.ours(ctx)
    async with _alone(ctx):
        swept = Swept(notes=await _finished(ctx))
        names = await ctx.db.read(store.unclean)
        for number, name in enumerate(names):
            swept = await _clean(ctx, name, swept, us)
            if progress:
                progress(number + 1, len(names))
        strays = await removing_strays.clear(ctx) if everywhere else ()
    return Swept(swept.files, swept.freed, (*swept.notes, *strays, *await storing.take_out(ctx)))


async def _finished(ctx: Context) -> tuple[str, ...]:
    """End what was interrupted before; return what was done, a line each."""
    done = await finish_alone(ctx)
    gone = [name for name in await ctx.db.read(store.removed_files) if await _still_there(ctx, name)]
    return (*done, *(f"{name} was removed" for name in gone))


@asynccontextmanager
async def _alone(ctx: Context) -> AsyncIterator[None]:
    from monitor.edges.warc_rewrite import alone  # imported here: most commands touch no file

    for tried in range(TRIES):
        try:
            with alone(ctx.settings.evidence_dir):
                yield
            return
        except BlockingIOError:
            if tried + 1 == TRIES:
                raise MonitorError("another process is writing evidence files anew", hint="try again later") from None
        await asyncio.sleep(PAUSE_S)


async def _not_here(ctx: Context, file: EvidenceFile, us: Ours) -> str | None:
    """Say why a file cannot be written anew here; None where it can, or once it was taken over."""
    folder = ctx.settings.evidence_dir
    if (folder / f"{file.name}.open").exists():
        ask_to_close(folder, file.name)
        return "is being written; the daemon was asked to close it, and does the rest in minutes"
    if us.has(file):
        return None if file.stored_at is not None or (folder / file.name).is_file() else "is missing"
    if file.stored_at is not None and await storing_folders.adopt(ctx, file.name):
        return None
    lies = (storing_folders.where(file, us) or "it is in no folder that is known").removeprefix("it ")
    return f"{lies}; the daemon there takes out of it what was removed"


async def _clean(ctx: Context, name: str, swept: Swept, us: Ours) -> Swept:
    """Write one file anew, or take it away where nothing in it stays."""
    file = await ctx.db.read(files.get, name)
    if file is not None and (why := await _not_here(ctx, file, us)):
        return _noted(swept, f"{name} {why}")
    held = await ctx.db.read(store.look_at, name)
    if held is None:
        return swept
    size = held.file.committed_length
    try:
        new = await _written_anew(ctx, held) if held.kept else None
    except EvidenceError as error:
        log.info("evidence.kept_unclean", file=name, why=str(error))
        return _noted(swept, str(error))
    made, places = new or (None, {})
    if not await ctx.db.write(store.replace_file, held, made, places, ctx.clock.now()):
        if made is not None:
            await _take_away(ctx, made.name)
        return _noted(swept, f"{name} changed meanwhile; it is done the next time")
    await _take_away(ctx, name)
    log.info("evidence.rewritten", file=name, into=made.name if made else None)
    freed = size - (made.committed_length if made else 0)
    return Swept((*swept.files, name), swept.freed + freed, swept.notes)


def _noted(swept: Swept, note: str) -> Swept:
    return Swept(swept.files, swept.freed, (*swept.notes, note))


async def _written_anew(ctx: Context, held: Unclean) -> tuple[EvidenceFile, dict[int, tuple[int, int]]]:
    from monitor.edges.warc_rewrite import Removals, next_name, rewrite

    await storing_back.bring(ctx, held.file.name, as_it_is=held.redacted)
    problem = None if (held.file.problem or "").startswith(files.OF_OBJECT) else held.file.problem
    name = next_name(held.file.name)
    while await ctx.db.read(files.get, name) is not None:
        name = next_name(name)
    offsets = frozenset(one.offset for one in held.captures if one.removed_at is not None)
    known = frozenset(one.offset for one in held.captures)
    removals = Removals(offsets, known, at_any_price=held.redacted)
    done = await asyncio.to_thread(rewrite, ctx.settings.evidence_dir, held.file.name, name, removals)
    if not held.redacted and (lost := [one for one in held.kept if one.offset not in done.places]):
        await _take_away(ctx, name)
        raise EvidenceError(f"{held.file.name} holds no record at byte {lost[0].offset} and was left as it is")
    whole = problem is None and not done.torn
    verified = {"verified_at": ctx.clock.now(), "verified_length": done.length, "sha256": done.sha256} if whole else {}
    made = EvidenceFile(
        name,
        done.length,
        origin=f"{held.file.name} without what was removed",
        problem=problem,
        folder=await storing_folders.name_folder(ctx),
        **verified,  # type: ignore[arg-type]
    )
    return made, done.places


async def _take_away(ctx: Context, name: str) -> bool:
    from monitor.edges.warc_rewrite import take_away

    return await asyncio.to_thread(take_away, ctx.settings.evidence_dir, name)


async def finish(ctx: Context) -> tuple[str, ...]:
    """End what a crash, or a file in use, left half done; return what was done, a line each. Cheap when nothing is.

    Files that the database calls removed are unlinked, and removed bytes are taken out of the others. Raises
    EvidenceError.
    """
    done = [f"{name} was removed" for name in await ctx.db.read(store.removed_files) if await _still_there(ctx, name)]
    swept = await sweep(ctx)
    return (*done, *(f"{name} was written anew without what was removed" for name in swept.files))


async def _still_there(ctx: Context, name: str) -> bool:
    return (ctx.settings.evidence_dir / name).exists() and await _take_away(ctx, name)
