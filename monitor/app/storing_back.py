"""Bring a file back from the object store, for what has to have it whole on the disk."""

import asyncio
import shutil
from pathlib import Path

from monitor.app.context import Context
from monitor.errors import EvidenceError
from monitor.model import EvidenceFile
from monitor.sizes import format_size
from monitor.store import files


async def bring(ctx: Context, name: str, *, as_it_is: bool = False) -> Path:
    """Return the path of a closed file, fetched from the store where it is not in the folder; it is what was stored.

    With `as_it_is` also where it is not any more: for what has to go from it at any price, and checks what it copies.
    Only while nobody else writes files anew (edges/warc_rewrite.py, `alone`): else it may go again at once. Raises
    EvidenceError where it is nowhere, not what it was, or there is no room for it.
    """
    path = ctx.settings.evidence_dir / name
    row = await ctx.db.read(files.get, name)
    if await asyncio.to_thread(path.is_file):
        return path
    if row is None or row.stored_at is None or row.sha256 is None:
        raise EvidenceError(f"{name} is missing", hint=f"it should be in {ctx.settings.evidence_dir}")
    await asyncio.to_thread(_fetch, ctx, row, path, None if as_it_is else row.sha256)
    return path


def _fetch(ctx: Context, row: EvidenceFile, path: Path, sha256: str | None) -> None:
    from monitor.edges.warc_files import make_directory, sync_directory
    from monitor.edges.warc_folder import FETCHED_SUFFIX

    store = ctx.places.store
    if store is None:
        raise EvidenceError(f"{row.name} is in an object store that is not configured here", hint="evidence.store")
    draft = path.with_name(path.name + FETCHED_SUFFIX)
    try:
        make_directory(path.parent)
        needed = row.committed_length + ctx.settings.evidence.min_free
        if shutil.disk_usage(path.parent).free < needed:
            raise EvidenceError(f"there is no room on the disk to fetch {row.name}: {format_size(needed)} are needed")
        store.fetch(row.name, draft, sha256)
        draft.rename(path)
        sync_directory(path.parent)
    except OSError as error:
        raise EvidenceError(f"{row.name} cannot be fetched: {error.strerror}", hint="check the disk") from error
