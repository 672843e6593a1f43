"""Write the files of one run of compaction, and put them in the place of the originals."""

import asyncio
import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from monitor.app import storing_folders
from monitor.app.cancelling import to_its_end
from monitor.app.compacting_leftovers import COMPACTED_FROM, why_replaced
from monitor.app.context import Context
from monitor.core.compacting import Part
from monitor.evidence_answers import CompactedFile
from monitor.model import Capture, EvidenceFile
from monitor.shipped import version
from monitor.store.compacting import Move, swap
from monitor.wording import some

if TYPE_CHECKING:
    from monitor.edges.compacting import Compacted


_NO_NAME = re.compile(r"[^a-z0-9.-]+")
_LONGEST_HOST = 100  # characters; names of files have at most 200


class Original(NamedTuple):
    """A file to be compacted, and the captures in it that are still kept."""

    file: EvidenceFile
    captures: tuple[Capture, ...]


class Run:
    """The files of one run: `made` so far, `length` bytes in all. Their names share a token that tells the run."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._at = ctx.clock.now()
        self._token = f"{self._at:%Y%m%d%H%M%S}-{secrets.token_hex(4)}"
        self.made: list[Compacted] = []

    @property
    def length(self) -> int:
        """Return how many bytes the files have."""
        return sum(one.length for one in self.made)

    async def write(self, part: Part) -> None:
        """Write, verify and name the file of a part, to its end also when cancelled. Raises EvidenceError."""
        await to_its_end(self._written(part))

    async def _written(self, part: Part) -> None:
        self.made.append(await asyncio.to_thread(self._write, part))

    def _write(self, part: Part) -> "Compacted":
        from monitor.edges.compacting import compact, uncompressed
        from monitor.edges.warc_records import warcinfo

        host = _NO_NAME.sub("_", part.host.lower()).strip(".-_")[:_LONGEST_HOST] or "misc"
        name = f"{host}-{self._token}-{len(self.made) + 1:05d}.warc.zst"
        settings = self._ctx.settings
        about = {"operator": settings.fetch.contact or "", COMPACTED_FROM: " ".join(_sources(part))}
        first = uncompressed(warcinfo(name, self._at, f"monitor-archive/{version()}", about))
        return compact(settings.evidence_dir, name, part, first)

    async def commit(self, originals: Sequence[Original]) -> None:
        """Move the captures, in one transaction. Raises EvidenceError where they are not what they were."""
        folder = await storing_folders.name_folder(self._ctx)
        made = [
            EvidenceFile(
                one.name, one.length, origin=f"compacted from {some(_sources_of(one), 3)}", verified_at=self._at,
                verified_length=one.length, sha256=one.sha256, folder=folder,
            )
            for one in self.made
        ]  # fmt: skip
        names = [one.file.name for one in originals]
        moves = list(self._moves(originals))
        await self._ctx.db.write(swap, names, made, moves, self._at, why_replaced(self._token))

    def _moves(self, originals: Iterable[Original]) -> Iterator[Move]:
        places = {
            (moved.place.file, moved.place.offset): (one.name, moved.offset, moved.length)
            for one in self.made
            for moved in one.moved
        }
        for original in originals:
            for capture in original.captures:
                yield Move(capture.id, capture.file, capture.offset, *places[capture.file, capture.offset])

    async def undo(self) -> None:
        """Take away what was made, of which the database does not know. Raises EvidenceError."""
        await self.take_away([one.name for one in self.made])

    async def take_away(self, names: Sequence[str]) -> None:
        """Take away files that nothing refers to. Raises EvidenceError."""
        from monitor.edges.warc_rewrite import take_away

        for name in names:
            await asyncio.to_thread(take_away, self._ctx.settings.evidence_dir, name)

    def told(self) -> list[CompactedFile]:
        """Return what was made, as it is told."""
        return [
            CompactedFile(
                one.name, one.host, len(one.moved), sum(moved.place.length for moved in one.moved), one.length,
                one.dictionary,
            )
            for one in self.made
        ]  # fmt: skip


def _sources(part: Part) -> list[str]:
    return sorted({place.file for place in part.places})


def _sources_of(one: "Compacted") -> list[str]:
    return sorted({moved.place.file for moved in one.moved})
