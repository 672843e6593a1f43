"""Keep evidence in WARC files: on disk before anybody hears of it."""

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from monitor.edges.warc_files import WarcFile, read_range
from monitor.edges.warc_records import batch, read_response, warcinfo
from monitor.edges.warc_repair import repair
from monitor.errors import EvidenceError
from monitor.interfaces import Clock, Earlier, FetchResult, Kept

__all__ = ["WarcEvidence", "read_response", "repair"]

_T = TypeVar("_T")


class WarcEvidence:
    """The Evidence of WARC files in one directory, which is made when it is missing.

    A file is closed at `max_bytes` or `max_age_s` after it was begun, whichever is first, and a new one begun by the
    next append. One thread writes, so records never interleave; several processes may write to one directory, each
    in a file of its own.
    """

    def __init__(
        self,
        directory: Path,
        clock: Clock,
        *,
        software: str,
        contact: str | None,
        max_bytes: int,
        max_age_s: float,
    ) -> None:
        self._directory = directory
        self._clock = clock
        self._software = software
        self._contact = contact
        self._max_bytes = max_bytes
        self._max_age_s = max_age_s
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="warc")
        self._token = secrets.token_hex(4)
        self._serial = 0
        self._file: WarcFile | None = None

    async def append(self, result: FetchResult, earlier: Earlier | None = None) -> Kept:
        """Keep every hop of a result, the last as a revisit when `earlier` is the same payload, or the answer a 304.

        When this returns, the records are written and synced, and the last of them is the one returned: a database
        that knows offset and length of every capture knows the safe length of every file. Raises EvidenceError when
        the bytes cannot be made safe, and when there is no response to keep; nothing of it is in the file then.
        """
        if not result.hops:
            raise EvidenceError(f"there is no response to keep of {result.request.url}")
        return await self._in_thread(lambda: self._append(result, earlier))

    async def read(self, file: str, offset: int, length: int) -> bytes:
        """Return the raw record at that place, a gzip member. Raises EvidenceError when it is not there."""
        return await asyncio.to_thread(read_range, self._directory, file, offset, length)

    def position(self) -> tuple[str, int]:
        """Return the file in use and how many bytes of it are safe; `("", 0)` before the first append."""
        file = self._file
        return (file.name, file.length) if file is not None else ("", 0)

    async def close(self) -> None:
        """Close the file in use and end the thread. Raises EvidenceError. A second close does nothing."""
        if self._file is not None:
            await self._in_thread(self._close_file)
        self._writer.shutdown(wait=False)

    async def _in_thread(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._writer, work)

    def _append(self, result: FetchResult, earlier: Earlier | None) -> Kept:
        try:
            file, start = self._file_for(self._clock.now())
            records = batch(file.name, result.hops, earlier)
            offset = self._write(file, start + records.data) + len(start)
        except OSError as error:
            raise EvidenceError(
                f"evidence cannot be written to {self._directory}: {error.strerror or error}",
                hint="check the free space and the permissions of the directory",
            ) from error
        return replace(records.kept, offset=offset + records.kept.offset)

    def _write(self, file: WarcFile, data: bytes) -> int:
        try:
            return file.append(data)
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
        self._directory.mkdir(parents=True, exist_ok=True)
        self._serial += 1
        name = f"monitor-{now:%Y%m%d%H%M%S}-{self._token}-{self._serial:05d}.warc.gz"
        self._file = WarcFile(self._directory, name, now)
        return self._file, warcinfo(name, now, self._software, self._contact)

    def _is_full(self, file: WarcFile, now: datetime) -> bool:
        return file.length >= self._max_bytes or (now - file.opened_at).total_seconds() >= self._max_age_s

    def _close_file(self) -> None:
        file, self._file = self._file, None
        if file is None:
            return
        try:
            file.close()
        except OSError as error:
            raise EvidenceError(f"{file.name} cannot be closed: {error.strerror or error}") from error
