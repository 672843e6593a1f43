"""Tell which evidence files may be compacted, why others may not, and how many at a time."""

from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from monitor.app import storing_folders
from monitor.app.context import Context
from monitor.model import EvidenceFile
from monitor.store import compacting as store
from monitor.store import files, removing

UNCLEAN = "holds bytes that were removed, and is written anew without them first"
_BATCH_BYTES = 512 << 20  # of originals whose captures move in one transaction
_BATCH_FILES = 64


class Candidate(NamedTuple):
    """A closed file; `due` is when it will be old enough where it is too young, `why` why else it stays as it is."""

    file: EvidenceFile
    due: datetime | None = None
    why: str | None = None


async def candidates(ctx: Context, *, now: bool) -> AsyncIterator[Candidate]:
    """Yield our closed files, by name; with `now` none is too young."""
    unclean, us = await ctx.db.read(removing.unclean), await storing_folders.ours(ctx)
    for file in await ctx.db.read(files.every):
        path = ctx.settings.evidence_dir / file.name
        if not file.name.endswith(".warc.gz") or not us.has(file) or path.with_name(f"{file.name}.open").exists():
            continue
        size = path.stat().st_size if path.is_file() else _size_stored(file)
        newest = await ctx.db.read(store.newest, file.name)
        due = None if newest is None else newest + timedelta(seconds=ctx.settings.evidence.compact_after)
        why = UNCLEAN if file.name in unclean else _damaged(file, size) or (None if due else "holds no capture")
        if why is None and due and due > ctx.clock.now() and not now:
            yield Candidate(file, due=due)
        else:
            yield Candidate(file, why=why or _unverified(file, size))


def _size_stored(file: EvidenceFile) -> int | None:
    return None if file.stored_at is None else file.committed_length


def _damaged(file: EvidenceFile, size: int | None) -> str | None:
    if size is None:
        return "is missing"
    return f"verify found a problem: {file.problem}" if file.problem is not None else None


def _unverified(file: EvidenceFile, size: int | None) -> str | None:
    if file.verified_at is None or file.verified_length != file.committed_length:
        return "was not verified yet"
    return None if size == file.committed_length else "is not as long as the database says"


def batches(ready: Iterable[EvidenceFile]) -> Iterator[list[EvidenceFile]]:
    """Yield files, as many together as are compacted at a time."""
    some: list[EvidenceFile] = []
    for one in ready:
        full = sum(file.committed_length for file in some) + one.committed_length > _BATCH_BYTES
        if some and (full or len(some) >= _BATCH_FILES):
            yield some
            some = []
        some.append(one)
    if some:
        yield some
