"""Choose which evidence files are verified: those named, those within reach, and those whose turn it is."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection

from monitor.app import storing_folders
from monitor.app.context import Context
from monitor.edges.warc_files import OPEN_SUFFIX
from monitor.edges.warc_walk import find_file
from monitor.errors import NotFoundError
from monitor.model import EvidenceFile
from monitor.store import files
from monitor.store import verifying as store
from monitor.wording import counted

RECENT = timedelta(hours=24)  # a run that begins within this takes up one that was interrupted


async def due(ctx: Context) -> tuple[str, ...]:
    """Return the closed files whose turn it is to be verified, the one longest without first.

    A file with a known problem is not: somebody has to look at it, and `verify` looks at it whenever it is asked.
    """
    every = ctx.settings.evidence.verify_every
    if every is None:
        return ()
    old = await ctx.db.read(store.verified_before, ctx.clock.now() - timedelta(seconds=every))
    us = await storing_folders.ours(ctx)
    return await asyncio.to_thread(_closed, ctx.settings.evidence_dir, [one for one in old if us.has(one)])


def _closed(folder: Path, files: list[EvidenceFile]) -> tuple[str, ...]:
    """Return the names of those not in use, last what is in the object store only: it may be out of reach."""
    closed = [one for one in files if not (folder / (one.name + OPEN_SUFFIX)).exists()]
    away = {one.name for one in closed if one.stored_at is not None and not (folder / one.name).exists()}
    return tuple(one.name for one in sorted(closed, key=lambda one: one.name in away))


async def named(ctx: Context, names: Sequence[str]) -> list[EvidenceFile]:
    """Return files by their names, each once. Raises NotFoundError for one that is not there (any more)."""
    return [await ctx.db.read(_row, name) for name in dict.fromkeys(map(_plain, names))]


def _plain(name: str) -> str:
    return Path(name).name.removesuffix(OPEN_SUFFIX)


def _row(conn: Connection, name: str) -> EvidenceFile:
    row = files.get(conn, name)
    if row is None:
        raise NotFoundError(f"there is no evidence file {name}", hint="name one as it lies in the evidence folder")
    if row.removed_at is not None:
        raise NotFoundError(f"{name} is no more: {row.removed_why or 'removed'}")
    return row


async def within_reach(ctx: Context) -> tuple[list[EvidenceFile], list[str]]:
    """Return the files that can be read here, and notes of the others, which are their own daemons' business."""
    us = await storing_folders.ours(ctx)
    rows, away = [], Counter[str]()
    for one in await ctx.db.read(files.every):
        if us.has(one) or one.stored_at is not None or find_file(ctx.settings.evidence_dir, one.name) is not None:
            rows.append(one)
        else:
            away[storing_folders.where(one, us) or "in which folder it lies nobody has said"] += 1
    return rows, [f"{counted(count, 'file')} not read: {where}" for where, count in sorted(away.items())]


def longest_ago_first(row: EvidenceFile) -> tuple[float, str]:
    """Order files by when they were right last: however often a run is interrupted, each has its turn."""
    return row.verified_at.timestamp() if row.verified_at else 0.0, row.name


def is_as_verified(ctx: Context, row: EvidenceFile) -> bool:
    """Say whether a file was found right lately, and is as long as it was then."""
    path = find_file(ctx.settings.evidence_dir, row.name)
    if path is None and row.stored_at is not None:
        return row.problem is None and _is_recent(ctx, row) and row.verified_length == row.committed_length
    if path is None or row.problem is not None or row.verified_at is None:
        return False
    if not _is_recent(ctx, row):
        return False
    is_whole = path.name.endswith(OPEN_SUFFIX) or path.stat().st_size == row.verified_length
    return is_whole and row.verified_length == row.committed_length


def _is_recent(ctx: Context, row: EvidenceFile) -> bool:
    """Say whether a file was found right within a day, by a clock that may have been put back since."""
    return row.verified_at is not None and abs(ctx.clock.now() - row.verified_at) < RECENT
