"""Write the records behind a revision into a bundle, the same to the byte uncompressed as they were kept."""

import asyncio
from collections.abc import Iterable

from monitor.app.context import Context
from monitor.app.reading_kept import read_kept
from monitor.edges.warc_checks import reference
from monitor.edges.warc_export import WarcWriter, request_of
from monitor.edges.warc_reader import parse
from monitor.edges.warc_records import warcinfo
from monitor.errors import EvidenceError
from monitor.model import Capture
from monitor.shipped import version
from monitor.store import selecting
from monitor.store.originals import original_of

REVISIT = "revisit"


class ProofRecords:
    """Records on their way into a bundle: `written` are those in it, `left_out` says what is damaged or missing."""

    def __init__(self, ctx: Context, out: WarcWriter) -> None:
        self._ctx = ctx
        self._out = out
        self._seen: set[int] = set()
        self.written: list[Capture] = []
        self.left_out: list[str] = []

    async def write(self, name: str, description: str, captures: Iterable[Capture]) -> None:
        """Write a warcinfo, then each capture with its request and with what it repeats."""
        about = {"operator": self._ctx.settings.fetch.contact or "", "description": description}
        software = f"monitor-archive/{version()}"
        self._out.add_member(warcinfo(name, self._ctx.clock.now(), software, about))
        for one in captures:
            await self._add(one)

    async def _add(self, one: Capture) -> None:
        if one.id in self._seen:
            return
        self._seen.add(one.id)
        try:
            place, raw = await read_kept(self._ctx, one)
        except EvidenceError as error:
            self.left_out.append(str(error))
            return
        if one.record_type == REVISIT:
            await self._add_original(one, raw)
        room = await self._ctx.db.read(selecting.room_around, place)
        request = await asyncio.to_thread(request_of, self._ctx.places, place, room.before, room.after)
        for record in filter(None, (request, raw)):
            self._out.add(record)
        self.written.append(one)

    async def _add_original(self, one: Capture, raw: bytes) -> None:
        """Write the response that a revisit repeats, which says what was read."""
        named = reference(parse(raw, one.file, one.offset))
        original = await self._ctx.db.read(original_of, *named)
        if original is None:
            self.left_out.append(f"what {one.record_id} repeats ({named.record_id or 'unnamed'}) is not kept")
        else:
            await self._add(original)
