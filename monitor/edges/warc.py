"""Keep evidence in WARC files: on disk before anybody hears of it."""

import asyncio
import queue
import secrets
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from monitor.edges.warc_files import WarcFile, make_directory
from monitor.edges.warc_places import Places
from monitor.edges.warc_records import batch, read_response, warcinfo
from monitor.errors import EvidenceError
from monitor.interfaces import Clock, Earlier, FetchResult, Kept

__all__ = ["WarcEvidence", "read_response"]

_GROUP_BYTES = 4_194_304  # appends that wait together share one sync, up to so much


class _Append(NamedTuple):
    """What is to be kept, and who waits for it."""

    result: FetchResult
    earlier: Earlier | None
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Kept]"


_Settled = tuple[_Append, Kept | Exception]


class WarcEvidence:
    """The Evidence of WARC files in one directory, which is made when it is missing.

    A file is closed at `max_bytes` or `max_age_s` after it was begun, whichever is first, and a new one begun by the
    next append. One thread writes, so records never interleave, and appends that wait together share one sync; several
    processes may write to one directory, each in a file of its own. `about` are further fields of the warcinfo record
    that begins each file, `places` where they are read when they are not in the directory any more.
    """

    def __init__(
        self,
        directory: Path,
        clock: Clock,
        *,
        software: str,
        contact: str | None,
        about: tuple[tuple[str, str], ...] = (),
        max_bytes: int,
        max_age_s: float,
        places: Places | None = None,
    ) -> None:
        self._directory = directory
        self._places = places or Places(directory, lambda: None)
        self._clock = clock
        self._software = software
        self._about = {"operator": contact or "", **dict(about)}
        self._max_bytes = max_bytes
        self._max_age_s = max_age_s
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="warc")
        self._waiting: queue.SimpleQueue[_Append] = queue.SimpleQueue()
        self._token = secrets.token_hex(4)
        self._serial = 0
        self._file: WarcFile | None = None
        self._unsettled: dict[tuple[str, int], datetime] = {}  # by place: when it was written

    async def append(self, result: FetchResult, earlier: Earlier | None = None) -> Kept:
        """Keep every hop of a result, the last as a revisit when `earlier` is the same payload, or the answer a 304.

        When this returns, the records are written and synced, and the last of them is the one returned: a database
        that knows offset and length of every capture knows the safe length of every file. Raises EvidenceError when
        the bytes cannot be made safe, and when there is no response to keep; nothing of it is in the file then.
        """
        if not result.hops:
            raise EvidenceError(f"there is no response to keep of {result.request.url}")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Kept] = loop.create_future()
        self._waiting.put(_Append(result, earlier, loop, future))
        self._writer.submit(self._append_waiting)
        return await future

    async def read(self, file: str, offset: int, length: int) -> bytes:
        """Return the record at that place, uncompressed. Raises EvidenceError when it is not there, or not whole."""
        return await asyncio.to_thread(self._places.read_record, file, offset, length)

    async def tend(self) -> None:
        """Close the file in use where it is old enough, or somebody asked for it. Raises EvidenceError."""
        if self._file is not None:
            await asyncio.get_running_loop().run_in_executor(self._writer, self._tend)

    def _tend(self) -> None:
        if self._file is not None and self._file.length and self._is_full(self._file, self._clock.now()):
            self._close_file()

    def position(self) -> tuple[str, int]:
        """Return the file in use and how many bytes of it are safe; `("", 0)` before the first append."""
        file = self._file
        return (file.name, file.length) if file is not None else ("", 0)

    def unsettled(self, before: datetime | None = None) -> tuple[tuple[str, int], ...]:
        """Return the places (file, offset) of responses and revisits written until then that nobody called settled.

        Whoever asked for one may have been cut short before the database heard of it.
        """
        return tuple(place for place, at in [*self._unsettled.items()] if before is None or at <= before)

    def settle(self, places: Iterable[tuple[str, int]]) -> None:
        """Take note that the database knows what lies at these places."""
        for place in places:
            self._unsettled.pop(place, None)

    async def close(self) -> None:
        """Close the file in use and end the thread. Raises EvidenceError. A second close does nothing."""
        if self._file is not None:
            await asyncio.get_running_loop().run_in_executor(self._writer, self._close_file)
        self._writer.shutdown(wait=False)

    async def leave(self) -> None:
        """End like `close`, but leave the file in use open by its name: the next start looks through it."""
        file, self._file = self._file, None
        if file is not None:
            await asyncio.get_running_loop().run_in_executor(self._writer, file.leave)
        self._writer.shutdown(wait=False)

    def _append_waiting(self) -> None:
        """Append all that waits; nothing does where an earlier call has taken it along."""
        group: list[_Append] = []
        while not self._waiting.empty():
            group.append(self._waiting.get())
        while group := [one for one in group if not one.future.cancelled()]:
            done = self._append(group)
            _tell(done)
            group = group[len(done) :]

    def _append(self, group: list[_Append]) -> list[_Settled]:
        """Append the first of a group, as many as one sync may be for, and return what came of each."""
        try:
            file, start = self._file_for(self._clock.now())
        except Exception as error:  # noqa: BLE001 - handed to the one who waits for it
            return [(group[0], self._named(error))]
        data, settled = self._records(group, file, start)
        try:
            self._write(file, data)
        except Exception as error:  # noqa: BLE001 - handed to everybody whose records these were
            return [(one, self._named(error)) for one, _ in settled]
        now = self._clock.now()
        for _, kept in settled:
            if isinstance(kept, Kept):
                self._unsettled |= {(one.file, one.offset): now for one in (*kept.before, kept)}
        return settled

    def _records(self, group: list[_Append], file: WarcFile, start: bytes) -> tuple[bytes, list[_Settled]]:
        parts, size = [start], len(start)
        settled: list[_Settled] = []
        for one in group:
            if settled and (size >= _GROUP_BYTES or file.length + size >= self._max_bytes):
                break
            try:
                made = batch(file.name, one.result.hops, one.earlier)
            except Exception as error:  # noqa: BLE001 - handed to the one who waits for it
                settled.append((one, error))
                continue
            settled.append((one, _moved(made.kept, file.length + size)))
            parts.append(made.data)
            size += len(made.data)
        return b"".join(parts), settled

    def _named(self, error: Exception) -> Exception:
        if not isinstance(error, OSError):
            return error
        named = EvidenceError(
            f"evidence cannot be written to {self._directory}: {error.strerror or error}",
            hint="check the free space and the permissions of the directory",
        )
        named.__cause__ = error
        return named

    def _write(self, file: WarcFile, data: bytes) -> None:
        try:
            file.append(data)
        except OSError:
            self._file = None
            file.retire()
            raise

    def _file_for(self, now: datetime) -> tuple[WarcFile, bytes]:
        """Return the file to write to, and what it begins with when it is new."""
        if self._file is not None and self._is_full(self._file, now):
            self._close_file()
        if self._file is not None:
            return self._file, b""
        make_directory(self._directory)
        self._serial += 1
        name = f"monitor-{now:%Y%m%d%H%M%S}-{self._token}-{self._serial:05d}.warc.gz"
        self._file = WarcFile(self._directory, name, now)
        return self._file, warcinfo(name, now, self._software, self._about)

    def _is_full(self, file: WarcFile, now: datetime) -> bool:
        old = (now - file.opened_at).total_seconds() >= self._max_age_s
        return old or file.length >= self._max_bytes or file.is_wanted

    def _close_file(self) -> None:
        file, self._file = self._file, None
        if file is None:
            return
        try:
            file.close()
        except OSError as error:
            raise EvidenceError(
                f"{file.name} cannot be closed: {error.strerror or error}",
                hint="look at the disk; its records are safe, and the next start closes it",
            ) from error


def _moved(kept: Kept, by: int) -> Kept:
    before = tuple(_moved(one, by) for one in kept.before)
    return replace(kept, offset=kept.offset + by, before=before)


def _tell(settled: list[_Settled]) -> None:
    """Wake those who wait, with one call for each loop."""
    for loop in {one.loop for one, _ in settled}:
        try:
            loop.call_soon_threadsafe(_set, [(one, what) for one, what in settled if one.loop is loop])
        except RuntimeError:
            if not loop.is_closed():
                raise  # else the program has ended meanwhile, and nobody waits


def _set(settled: list[_Settled]) -> None:
    for one, what in settled:
        if one.future.done():
            continue  # nobody waits any more
        if isinstance(what, Exception):
            one.future.set_exception(what)
        else:
            one.future.set_result(what)
