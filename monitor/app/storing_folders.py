"""Folders of evidence: which is ours, what lies in it, and where the rest is."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog

from monitor.app.context import Context
from monitor.model import EvidenceFile
from monitor.settings import Settings
from monitor.store import files

log = structlog.get_logger(__name__)

# A daemon that has given no sign for so long does nothing to its files. Longer than its longest pause.
DEAD_AFTER = timedelta(minutes=10)
# And after so long others care for those of its files that are in the store.
ABANDONED_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Ours:
    """Which files are of this folder: those that say so, and, while it is the only one, those that say nothing."""

    folder: str | None
    alone: bool

    def has(self, file: EvidenceFile) -> bool:
        """Say whether a file is ours to mend, compact and remove."""
        return self.alone if file.folder is None else file.folder == self.folder


def own(settings: Settings) -> str | None:
    """Return the name of our folder, None where it never got one. Raises EvidenceError."""
    from monitor.edges.warc_folder import folder_id  # most commands only read the database

    return folder_id(settings.evidence_dir)


async def ours(ctx: Context) -> Ours:
    """Return which files are ours. Raises EvidenceError."""
    folder = await asyncio.to_thread(own, ctx.settings)
    return Ours(folder, await ctx.db.read(files.folders) <= {folder})


async def name_folder(ctx: Context) -> str:
    """Return the name of our folder, given now where it had none. Raises EvidenceError."""
    from monitor.edges.warc_folder import make_folder_id

    return await asyncio.to_thread(make_folder_id, ctx.settings.evidence_dir)


async def put_in(ctx: Context, name: str) -> None:
    """Say of a file that it lies in our folder; once for each file that this process writes."""
    if name in ctx.places.named:
        return
    await ctx.db.write(files.put_in, name, await name_folder(ctx))
    ctx.places.named.add(name)


async def settle_in(ctx: Context) -> None:
    """Give our folder its name, and let it have what lies in it and is in no other folder that is written to.

    That is what an archive had before its folders had names, and what was brought here from a machine that is no more.
    """
    folder = await name_folder(ctx)
    there = await ctx.db.read(files.homeless, ctx.clock.now() - DEAD_AFTER)
    others = [one.name for one in there if one.folder != folder]
    here = await asyncio.to_thread(_here, ctx.settings.evidence_dir, others)
    await ctx.db.write(files.adopt, here, folder, ctx.clock.now() - DEAD_AFTER)


def _here(directory: Path, names: Iterable[str]) -> list[str]:
    from monitor.edges.warc_walk import find_file

    return [name for name in names if find_file(directory, name) is not None]


async def adopt_abandoned(ctx: Context) -> None:
    """Take over what others stored whose daemons are gone for a day: somebody has to verify and to clean it."""
    folder = await name_folder(ctx)
    names = await ctx.db.read(files.abandoned, ctx.clock.now() - ABANDONED_AFTER, folder)
    if not names:
        return
    if taken := await ctx.db.write(files.adopt, names, folder, ctx.clock.now() - DEAD_AFTER):
        log.info("evidence.adopted", files=len(taken), folder=folder)


async def adopt(ctx: Context, name: str) -> bool:
    """Take over one stored file, to write it anew, unless the daemon of its folder lives; say whether it is ours."""
    folder = await name_folder(ctx)
    return bool(await ctx.db.write(files.adopt, (name,), folder, ctx.clock.now() - DEAD_AFTER))


def where(file: EvidenceFile, us: Ours) -> str | None:
    """Say in words where a file is that cannot be read here; None for one that should be in our folder."""
    from monitor.edges.warc_folder import machine_of

    if file.stored_at is not None:
        return "it is in the object store (evidence.store)"
    if file.folder is None or us.has(file):
        return None
    return f"it lies in the evidence folder {file.folder}, on the machine {machine_of(file.folder)}"
