"""Read the record of a capture: the one that was written, wherever it lies by now; altered bytes go to nobody."""

from monitor.app.context import Context
from monitor.errors import EvidenceError
from monitor.model import Capture
from monitor.store import captures


async def read_kept(ctx: Context, capture: Capture) -> tuple[Capture, bytes]:
    """Return a capture as it lies now, and its record uncompressed.

    What another process compacted or wrote anew goes from where it was as soon as the database knows the new place, so
    it is looked up once more. Raises EvidenceError where it is not there either, is another record than the one that
    was written, or was removed for good.
    """
    try:
        return capture, await _read(ctx, capture)
    except EvidenceError:
        now = await ctx.db.read(captures.get, capture.id)
        if now is None or now.removed_at is not None or (now.file, now.offset) == (capture.file, capture.offset):
            raise
        return now, await _read(ctx, now)


async def _read(ctx: Context, capture: Capture) -> bytes:
    # Imported here: every command imports this module, and few read evidence.
    from monitor.edges.warc_checks import checked

    return checked(await ctx.evidence.read(capture.file, capture.offset, capture.length), capture)
