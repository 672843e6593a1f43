"""Finish what a crash interrupted: drafts and files that the database never heard of go, and so do replaced originals.

Nothing goes that something may still need. A `.warc.zst` that the database does not know is taken away only while every
file that it was made from is there and in use, or each of its records is found elsewhere or was removed for good; else
(the database may be an older one, brought back) it stays and is told of. An original that was replaced goes only when
every file of the run that replaced it is there, whole.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from sqlalchemy import Connection

from monitor.app.context import Context
from monitor.app.removing_strays import examine, is_whole
from monitor.errors import EvidenceError
from monitor.model import EvidenceFile
from monitor.store import files

COMPACTED_FROM = "Monitor-Compacted-From"
_DRAFTS = {
    "*.warc.zst.tmp": "compaction",
    "*.warc.gz.new": "file to be written anew",
    "*.fetched": "file to be fetched from the object store",
}
_NAME = re.compile(r".+-(?P<token>\d{14}-[0-9a-f]{8})-\d{5}\.warc\.zst")
_WHY = re.compile(r"compacted into \*-(?P<token>\d{14}-[0-9a-f]{8})-\*\.warc\.zst")


def why_replaced(token: str) -> str:
    """Return what the row of an original says once it was replaced by the files of a run."""
    return f"compacted into *-{token}-*.warc.zst"


async def finish(ctx: Context) -> tuple[str, ...]:
    """Take away what an interrupted compaction left behind; return what was done, a line each.

    Does nothing while another process compacts, or writes evidence anew. Raises EvidenceError.
    """
    directory = ctx.settings.evidence_dir
    if not directory.is_dir():
        return ()
    from monitor.edges.warc_rewrite import alone

    try:
        with alone(directory):
            return await finish_alone(ctx)
    except BlockingIOError:
        return ()


async def finish_alone(ctx: Context) -> tuple[str, ...]:
    """Do what `finish` does, for whoever keeps other processes from writing anew already. Raises EvidenceError."""
    rows = await ctx.db.read(_rows)
    return tuple([line async for line in _finish(ctx, rows)])


def _rows(conn: Connection) -> dict[str, EvidenceFile]:
    return {one.name: one for one in files.every(conn, removed=True)}


async def _finish(ctx: Context, rows: Mapping[str, EvidenceFile]) -> AsyncIterator[str]:
    from monitor.edges.warc_repair import matching
    from monitor.edges.warc_rewrite import take_away

    directory = ctx.settings.evidence_dir
    for pattern, what in _DRAFTS.items():
        for path in matching(directory, pattern):
            take_away(directory, path.name)
            yield f"{path.name} was a draft of a {what}, and was removed"
    for path in matching(directory, "*.warc.zst"):
        if path.name not in rows and _NAME.fullmatch(path.name):
            yield await _unknown(ctx, path, rows)
    for row in rows.values():
        if row.removed_at and (found := _WHY.fullmatch(row.removed_why or "")) and (directory / row.name).exists():
            yield _replaced(directory, row, rows, found["token"])


async def _unknown(ctx: Context, path: Path, rows: Mapping[str, EvidenceFile]) -> str:
    from monitor.edges.warc_rewrite import take_away

    directory = ctx.settings.evidence_dir
    try:
        sources = await asyncio.to_thread(_sources, path)
        in_place = bool(sources) and all(is_whole(directory, rows.get(name)) for name in sources)
        if not in_place and not (await examine(ctx, path.name)).is_spare:
            return f"{path.name} is in no row of the database, nor is all that it was made from: left alone"
    except EvidenceError as error:
        return f"{path.name} is in no row of the database, and cannot be read: {error}"
    take_away(directory, path.name)
    where = "its originals are there" if in_place else "all that it held is elsewhere, or was removed for good"
    return f"{path.name} was of a compaction that did not come to its end, and was removed; {where}"


def _sources(path: Path) -> list[str]:
    """Return which files a compacted file says it was made from."""
    from monitor.edges.warc_zstd import records_of

    first = next(records_of(path), None)
    lines = first.block.decode("utf-8", "replace").splitlines() if first is not None else []
    said = (line.partition(": ")[2] for line in lines if line.startswith(f"{COMPACTED_FROM}: "))
    return next(said, "").split()


def _replaced(directory: Path, row: EvidenceFile, rows: Mapping[str, EvidenceFile], token: str) -> str:
    from monitor.edges.warc_rewrite import take_away

    run = [one for one in rows.values() if (found := _NAME.fullmatch(one.name)) and found["token"] == token]
    missing = [one.name for one in run if one.removed_at is None and not is_whole(directory, one)]
    if missing or not run:
        return f"{row.name} was replaced by files of which {', '.join(missing) or 'all'} are not there: left alone"
    take_away(directory, row.name)
    return f"{row.name} was compacted, and was removed"
