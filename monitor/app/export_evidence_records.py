"""The records of a selection of captures, each as it lies in the evidence, with what it needs to replay."""

from collections.abc import AsyncIterator

from sqlalchemy import Connection

from monitor.app.context import Context
from monitor.app.reading_kept import read_kept, where_not
from monitor.edges.warc_checks import reference
from monitor.edges.warc_reader import parse
from monitor.errors import EvidenceError
from monitor.evidence_answers import Fault
from monitor.model import Capture
from monitor.progress import Progress
from monitor.store import captures, selecting
from monitor.store.originals import original_of
from monitor.store.selecting import Selected

PAGE = 500  # captures that are read from the database at once


class Records:
    """What is selected and can be read. `left_out` is what cannot, of a missing file one fault for all its captures.

    Only captures that are there at the beginning count. `brought` are those outside the selection that revisits of it
    refer to.
    """

    def __init__(self, ctx: Context, selected: Selected, progress: Progress | None) -> None:
        self._ctx = ctx
        self._selected = selected
        self._progress = progress
        self._files: dict[str, str | None] = {}  # by name, where those are that cannot be read here
        self._missing: dict[str, int] = {}
        self._faults: list[Fault] = []
        self.brought: set[int] = set()

    @property
    def left_out(self) -> tuple[Fault, ...]:
        """Return what could not be read so far."""
        missing = (
            Fault("missing", file, f"{self._files[file]}; captures in it: {count}")
            for file, count in self._missing.items()
        )
        return (*missing, *self._faults)

    async def selected(self) -> AsyncIterator[Capture]:
        """Yield the captures selected whose files are there, by number."""
        numbers = self._selected.numbers
        for start in range(0, len(numbers), PAGE):
            page = await self._ctx.db.read(selecting.numbered, numbers[start : start + PAGE])
            for done, one in enumerate(page, start + 1):
                if await self._is_there(one):
                    yield one
                if self._progress:
                    self._progress(done, len(numbers))

    async def read(self, one: Capture) -> bytes | None:
        """Return a capture's record, uncompressed and checked; None for one that is damaged, or gone meanwhile."""
        try:
            return (await read_kept(self._ctx, one))[1]
        except EvidenceError as error:
            now = await self._ctx.db.read(captures.get, one.id)
            if now is not None and now.removed_at is None:
                place = {"offset": now.offset, "capture_id": now.id, "document_id": now.document_id}
                self._faults.append(Fault("damaged", now.url, str(error), **place))
            return None

    async def originals(self, one: Capture, raw: bytes) -> list[tuple[Capture, bytes]]:
        """Return what a revisit refers to, and what that does, the first one first: only what is not written anyway."""
        found: list[tuple[Capture, bytes]] = []
        while one.record_type == "revisit":
            original = await self._ctx.db.read(self._original, one, raw)
            if original is None or not await self._is_there(original):
                break
            self.brought.add(original.id)
            record = await self.read(original)
            if record is None:
                break
            found.append((original, record))
            one, raw = original, record
        return found[::-1]

    def _original(self, conn: Connection, one: Capture, raw: bytes) -> Capture | None:
        original = original_of(conn, *reference(parse(raw, one.file, one.offset)))
        if original is None or original.id in self.brought:
            return None
        return None if self._selected.holds(original.id) else original

    async def _is_there(self, one: Capture) -> bool:
        if one.file not in self._files:
            self._files[one.file] = await where_not(self._ctx, one.file)
        if self._files[one.file] is not None:
            self._missing[one.file] = self._missing.get(one.file, 0) + 1
        return self._files[one.file] is None
