"""Take in a WARC or WACZ file of another archive: examined whole first, then the records wanted are written anew."""

import hashlib
import secrets
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import BinaryIO, NamedTuple

from monitor.edges.wacz_intake import Member, Wacz, is_zip
from monitor.edges.warc_containers import UNREADABLE, DamageError
from monitor.edges.warc_files import WarcFile
from monitor.edges.warc_foreign import Examiner, Taken
from monitor.edges.warc_intake import WarcIntake
from monitor.edges.warc_reader import END, RawRecord
from monitor.edges.warc_records import gzip_member, warcinfo
from monitor.errors import EvidenceError
from monitor.evidence_answers import Fault

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Passed:
    """A record of a kind that is no capture."""


class Whole(NamedTuple):
    """What is known of a file once it was read to its end."""

    size: int
    sha256: str


class ForeignFile:
    """A file of another archive, `called` so in faults. `most` bounds a decoded body in bytes, a record has twice that.

    `position` is how many bytes of it the pass under way has read.
    """

    def __init__(self, path: Path, most: int) -> None:
        self.called = path.name
        self.position = 0
        self._path = path
        self._most = most

    @property
    def size(self) -> int:
        """Return its size in bytes. Raises OSError."""
        return self._path.stat().st_size

    def whole(self) -> Whole:
        """Read it to its end. Raises EvidenceError."""
        sha256, size = hashlib.sha256(), 0
        try:
            with self._path.open("rb") as stream:
                while chunk := stream.read(_CHUNK):
                    sha256.update(chunk)
                    size += len(chunk)
        except OSError as error:
            raise self._unreadable(error) from error
        return Whole(size, sha256.hexdigest())

    def examine(self, now: datetime) -> Iterator[Taken | Fault | Passed]:
        """Yield what each record is good for, and all that is wrong. Raises EvidenceError for a file out of reach."""
        examiner = Examiner(now, self._most)
        for found, name in self._walk():
            if isinstance(found, Fault):
                yield found
            else:
                yield examiner.examine(found, name) or Passed()

    def chosen(self, places: Collection[int]) -> Iterator[tuple[int, RawRecord]]:
        """Yield the records at these places, read once more. Raises EvidenceError."""
        records = (found for found, _ in self._walk() if isinstance(found, RawRecord))
        yield from ((place, record) for place, record in enumerate(records) if place in places)

    def _walk(self) -> Iterator[tuple[RawRecord | Fault, str]]:
        self.position = 0
        try:
            with ExitStack() as stack:
                stream = stack.enter_context(self._path.open("rb"))
                if is_zip(self._path):
                    yield from (
                        (found, found.what if isinstance(found, Fault) else name) for found, name in self._wacz(stream)
                    )
                else:
                    intake = WarcIntake(stream, self.called, self.size, 2 * self._most)
                    yield from ((found, self.called) for found in self._followed(intake, 0))
        except OSError as error:
            raise self._unreadable(error) from error

    def _followed(self, intake: WarcIntake, begun: int) -> Iterator[RawRecord | Fault]:
        for found in intake:
            self.position = begun + intake.position
            yield found

    def _wacz(self, stream: BinaryIO) -> Iterator[tuple[RawRecord | Fault, str]]:
        wacz = Wacz(stream, self.called, self.size)
        for fault in wacz.open():
            yield fault, self.called
        for member in wacz.members():
            yield from ((found, member.called) for found in self._member(wacz, member))
        for fault in wacz.others():
            yield fault, self.called

    def _member(self, wacz: Wacz, member: Member) -> Iterator[RawRecord | Fault]:
        try:
            stream = wacz.stream(member)
        except UNREADABLE as error:
            yield Fault("unreadable", member.called, f"it cannot be read: {error}", 0)
            return
        with stream:
            intake = WarcIntake(stream, member.called, member.size, 2 * self._most)  # type: ignore[arg-type]
            yield from self._followed(intake, self.position)
            try:
                fault = wacz.misfit(member, intake.sha256())
            except DamageError as damage:
                fault = Fault(damage.kind, member.called, damage.why, intake.position)
        if fault:
            yield fault

    def _unreadable(self, error: OSError) -> EvidenceError:
        return EvidenceError(f"{self.called} cannot be read: {error.strerror or error}")


class Put(NamedTuple):
    """Where a record was put: its place in the foreign file, and in ours."""

    place: int
    file: str
    offset: int
    length: int


class ImportWriter:
    """Write records of another archive into evidence files of our own, each as its own gzip member.

    A file begins with a warcinfo record with `about` in it, and is followed by the next at `max_bytes`.
    """

    def __init__(
        self, directory: Path, now: Callable[[], datetime], software: str, about: dict[str, str], max_bytes: int
    ) -> None:
        self._directory = directory
        self._now = now
        self._software = software
        self._about = about
        self._max_bytes = max_bytes
        self._token = secrets.token_hex(4)
        self._serial = 0
        self._file: WarcFile | None = None
        self._turn = Lock()  # whoever gives an import up closes, while a thread may still write

    def put(self, records: list[tuple[int, RawRecord]]) -> tuple[list[Put], int]:
        """Write records, on disk when this returns; return where each is, and how long their file is now.

        Raises EvidenceError; then nothing of it is in the file.
        """
        with self._turn:
            return self._put(records)

    def close(self) -> None:
        """Close the file in use. Raises EvidenceError."""
        with self._turn:
            self._close()

    def _put(self, records: list[tuple[int, RawRecord]]) -> tuple[list[Put], int]:
        try:
            file, start = self._file_for()
            return self._write(file, start, records), file.length
        except OSError as error:
            failed, self._file = self._file, None
            if failed is not None:
                failed.retire()
            raise EvidenceError(
                f"evidence cannot be written to {self._directory}: {error.strerror or error}",
                hint="check the free space and the permissions of the directory",
            ) from error

    def _close(self) -> None:
        file, self._file = self._file, None
        try:
            if file is not None:
                file.close()
        except OSError as error:
            raise EvidenceError(f"{file.name if file else ''} cannot be closed: {error.strerror or error}") from error

    def _write(self, file: WarcFile, start: bytes, records: list[tuple[int, RawRecord]]) -> list[Put]:
        parts, puts, at = [start], [], file.length + len(start)
        for place, record in records:
            member = gzip_member(record.head, record.block, END)
            puts.append(Put(place, file.name, at, len(member)))
            parts.append(member)
            at += len(member)
        file.append(b"".join(parts))
        return puts

    def _file_for(self) -> tuple[WarcFile, bytes]:
        if self._file is not None and self._file.length < self._max_bytes:
            return self._file, b""
        self._close()
        self._directory.mkdir(parents=True, exist_ok=True)
        self._serial += 1
        now = self._now()
        name = f"import-{now:%Y%m%d%H%M%S}-{self._token}-{self._serial:05d}.warc.gz"
        self._file = WarcFile(self._directory, name, now)
        return self._file, warcinfo(name, now, self._software, self._about)
