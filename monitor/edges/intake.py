"""A body on its way in: kept as received up to its caps, and decoded beside without holding up the event loop."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial
from typing import TypeVar

from monitor.edges.buffer import Buffer
from monitor.edges.decoding import BodyDecoder, BodyLimits, Decoded, Ending

# Up to here a body is decoded where it arrives, which costs a millisecond or two; a thread costs a tenth of one for
# each piece. A bomb shows in the time that a small slice takes, and goes to a thread with its next one.
_SHORT = 65_536
_SLICE = 4_096
_LONG_SLICE = 65_536
_SPENT_S = 0.002
# Before it gives anything, this coding fills its window, of up to 16 MiB, for which a dozen bytes will do: 15 to 50 ms.
_BURSTING = frozenset({"br"})

T = TypeVar("T")


class Intake:
    """The bytes of one body, taken as they come. `cut` says why it ended early, as WARC-Truncated has it."""

    def __init__(self, codings: tuple[str, ...], limits: BodyLimits, threads: Executor) -> None:
        self.size = 0
        self.cut: str | None = None
        self.detail: str | None = None
        self._decoder = BodyDecoder(codings, limits) if codings else None
        self._most = limits.max_raw if codings else min(limits.max_raw, limits.max_body)
        self._raw = Buffer(self._most)
        self._threads = threads
        self._is_long = not _BURSTING.isdisjoint(codings)
        self._fed = 0  # bytes decoded here, and the time that took
        self._spent_s = 0.0

    async def take(self, chunk: bytes) -> None:
        """Take the next bytes, of which those beyond the cap are dropped."""
        kept = chunk[: self._most - self.size]
        self._raw.write(kept)
        self.size += len(kept)
        full = self._decoder is not None and await self._decode(self._decoder, kept)
        if len(kept) < len(chunk):
            self.stop("length", f"body is larger than {self._most} bytes")
        elif full:
            self.stop("length", None)

    def stop(self, cut: str, detail: str | None) -> None:
        """Say that no more is wanted, or comes, and why; the first reason counts."""
        if self.cut is None:
            self.cut, self.detail = cut, detail

    async def finish(self, framed: bool) -> tuple[bytes, Decoded]:
        """Return the body as received and decoded: without a coding one object, for memory's sake.

        An empty body is whole when the framing says so, whatever its coding.
        """
        raw = self._raw.take()
        if self.cut in ("time", "disconnect"):
            return raw, Decoded(b"", Ending.TRUNCATED, self.detail)
        if self._decoder is None:
            return raw, Decoded(raw, Ending.TOO_LARGE if self.cut else Ending.COMPLETE, self.detail)
        if self.cut is None and framed and not raw:
            return raw, Decoded(b"", Ending.COMPLETE)
        whole = await self._away(self._decoder.finish) if self._is_long else self._decoder.finish()
        return raw, Decoded(whole.body, whole.ending, self.detail or whole.detail)

    async def _decode(self, decoder: BodyDecoder, data: bytes) -> bool:
        """Feed the decoder, and say whether it has enough."""
        start = 0
        while start < len(data) and not decoder.full:
            if self._is_long:
                piece = data[start : start + _LONG_SLICE]
                await self._away(partial(decoder.feed, piece))
            else:
                piece = data[start : start + _SLICE]
                self._feed(decoder, piece)
            start += len(piece)
        return decoder.full

    def _feed(self, decoder: BodyDecoder, piece: bytes) -> None:
        began = time.perf_counter()
        decoder.feed(piece)
        self._fed += len(piece)
        self._spent_s += time.perf_counter() - began
        self._is_long = self._fed >= _SHORT or self._spent_s > _SPENT_S

    async def _away(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)
