"""Read the record of a capture: the one that was written, wherever it lies by now; altered bytes go to nobody."""

from monitor.app import storing_folders
from monitor.app.context import Context
from monitor.errors import EvidenceError
from monitor.model import Capture
from monitor.store import captures, files


async def read_kept(ctx: Context, capture: Capture) -> tuple[Capture, bytes]:
    """Return a capture as it lies now, and its record uncompressed.

    What another process compacted or wrote anew goes from where it was as soon as the database knows the new place, so
    it is looked up once more. From the object store it comes where the file is not in our folder. Raises EvidenceError
    where it is not there either, is another record than the one that was written, or was removed for good; for what
    lies in the folder of another machine it says in which.
    """
    try:
        return capture, await _read(ctx, capture)
    except EvidenceError as error:
        now = await ctx.db.read(captures.get, capture.id)
        if now is None or now.removed_at is not None or (now.file, now.offset) == (capture.file, capture.offset):
            await _tell_where(ctx, capture.file, error)
            raise
    return now, await _read(ctx, now)


async def where_not(ctx: Context, name: str) -> str | None:
    """Say in words where a file is that cannot be read here, None for one that can."""
    from monitor.edges.warc_walk import find_file

    if find_file(ctx.settings.evidence_dir, name) is not None:
        return None
    row = await ctx.db.read(files.get, name)
    if row is not None and row.stored_at is not None and ctx.settings.evidence.store:
        return None
    where = None if row is None else storing_folders.where(row, await storing_folders.ours(ctx))
    return where or f"the file is not in {ctx.settings.evidence_dir}"


async def _tell_where(ctx: Context, name: str, error: EvidenceError) -> None:
    """Raise an error that says where a file is, where it is known to be elsewhere."""
    from monitor.edges.warc_files import MissingFileError

    row = await ctx.db.read(files.get, name) if isinstance(error, MissingFileError) else None
    if row is not None and (where := storing_folders.where(row, await storing_folders.ours(ctx))):
        raise MissingFileError(f"{name} cannot be read here: {where}", hint="docs/storage.md") from error


async def _read(ctx: Context, capture: Capture) -> bytes:
    # Imported here: every command imports this module, and few read evidence.
    from monitor.edges.warc_checks import checked

    return checked(await ctx.evidence.read(capture.file, capture.offset, capture.length), capture)
