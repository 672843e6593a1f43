"""Walk through an evidence file from end to end, past what is damaged in it, and hash it on the way."""

import hashlib
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, Self, cast

from monitor.edges import warc_zstd
from monitor.edges.warc_files import OPEN_SUFFIX
from monitor.edges.warc_folder import is_evidence_name
from monitor.edges.warc_reader import BadRecordError, RawRecord, gzip_members, parse
from monitor.errors import EvidenceError

if TYPE_CHECKING:
    from monitor.edges.warc_places import StoredFile

# Of one record uncompressed. Twice what the fetcher lets in by default is 100 MiB.
MOST = 1 << 28
_CHUNK = 1 << 20
_MEMBER = b"\x1f\x8b\x08"  # as gzip begins with deflate, the only method there is
_FRAME = b"\x28\xb5\x2f\xfd"
_RECORD = b"WARC/1."
_PROBE = 4096


class Torn(NamedTuple):
    """A stretch of a file in which no record can be read, from its first byte to the one after its last."""

    offset: int
    until: int
    why: str


class Walk:
    """The first `length` bytes of a file, read once. Use it as a context; not safe in several threads at once.

    `size` is the whole length on disk. `sha256` and `sha256_before` are of the first `length` and `length_before`
    bytes, and are known once the walk is over.
    """

    def __init__(self, path: "Path | StoredFile", length: int | None = None, length_before: int = 0) -> None:
        """Open the file. Raises OSError, UnreachableError for one in the object store."""
        self.name = path.name.removesuffix(OPEN_SUFFIX)
        self.is_open = path.name.endswith(OPEN_SUFFIX)
        self._is_zstd = self.name.endswith(warc_zstd.SUFFIX)
        self._file = path.open("rb")
        self.size = self._file.seek(0, io.SEEK_END)
        self.length = self.size if length is None else min(length, self.size)
        self._stream = _Hashed(self._file, self.length, length_before)
        self.sha256 = ""
        self.sha256_before: str | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.close()

    def records(self) -> Iterator[RawRecord | Torn]:
        """Yield the records in order, and what cannot be read between them. Raises EvidenceError for a disk error."""
        try:
            yield from self._records()
            self.sha256, self.sha256_before = self._stream.finish()
        except OSError as error:
            raise EvidenceError(f"{self.name} cannot be read: {error.strerror}") from error

    def _records(self) -> Iterator[RawRecord | Torn]:
        start: int | None = 0
        while start is not None and start < self.length:
            try:
                for offset, length, raw in self._members(start):
                    yield self._parsed(raw, offset, length)
                return
            except BadRecordError as error:
                damaged = max(error.offset, start)
                start = self._next_member(damaged + 1)
                yield Torn(damaged, self.length if start is None else start, error.why)

    def _members(self, start: int) -> Iterator[tuple[int, int, bytes]]:
        read = warc_zstd.frames if self._is_zstd else gzip_members
        return read(cast(BinaryIO, self._stream), self.name, start, most=MOST)

    def _parsed(self, raw: bytes, offset: int, length: int) -> RawRecord | Torn:
        try:
            return parse(raw, self.name, offset, length)
        except BadRecordError as error:
            return Torn(offset, offset + length, error.why)

    def _next_member(self, start: int) -> int | None:
        """Return where the next gzip member with a record in it begins, None when there is none."""
        found = self._find(start)
        while found is not None and not self._begins_record(found):
            found = self._find(found + 1)
        return found

    def _begins_record(self, start: int) -> bool:
        if not self._is_zstd:
            return _inflates_to_record(self._stream.at(start, _PROBE))
        try:
            return next(self._members(start))[2].startswith(_RECORD)
        except (BadRecordError, StopIteration):
            return False

    def _find(self, start: int) -> int | None:
        position = start
        magic = _FRAME if self._is_zstd else _MEMBER
        while chunk := self._stream.at(position, _CHUNK):
            if (place := chunk.find(magic)) >= 0:
                return position + place
            if len(chunk) < _CHUNK:
                return None
            position += len(chunk) - len(magic) + 1
        return None


def find_file(directory: Path, name: str) -> Path | None:
    """Return the path of an evidence file, closed or still open; None when it is missing."""
    if Path(name).name != name:
        return None
    # The final name twice: the file may be closed between the first look and the second.
    paths = (directory / name, directory / (name + OPEN_SUFFIX), directory / name)
    return next((path for path in paths if path.is_file()), None)


class Listed(NamedTuple):
    """What is in a folder of evidence, by name; of files still open without their suffix."""

    closed: frozenset[str]
    open: frozenset[str]


def listed(directory: Path) -> Listed:
    """Return what is in a folder of evidence; nothing where it was not made yet. Raises EvidenceError."""
    try:
        names = {path.name for path in directory.iterdir() if is_evidence_name(path.name)}
    except FileNotFoundError:
        names = set()
    except OSError as error:
        raise EvidenceError(f"{directory} cannot be read: {error.strerror}") from error
    still_open = {name for name in names if name.endswith(OPEN_SUFFIX)}
    return Listed(frozenset(names - still_open), frozenset(name.removesuffix(OPEN_SUFFIX) for name in still_open))


def claimed_name(path: "Path | StoredFile") -> str | None:
    """Return the name that the first record of a file gives it, None where it gives none. Raises EvidenceError."""
    try:
        with Walk(path) as walk:
            first = next(walk.records(), None)
    except OSError as error:
        raise EvidenceError(f"{path.name} cannot be opened: {error.strerror}") from error
    return first.header("WARC-Filename") if isinstance(first, RawRecord) else None


def _inflates_to_record(data: bytes) -> bool:
    try:
        return zlib.decompressobj(wbits=31).decompress(data, 16).startswith(_RECORD)
    except zlib.error:
        return False


class _Hashed:
    """A file as long as told, hashed as far as it was read, each byte once however often it is."""

    def __init__(self, file: BinaryIO, length: int, length_before: int) -> None:
        self._file = file
        self._length = length
        self._before = length_before
        self._hash = hashlib.sha256()
        self._hashed = self._position = 0
        self._sha256_before: str | None = None

    def seek(self, position: int) -> int:
        """Go to a place; what lies before it and was not read yet is hashed on the way."""
        while self._hashed < position and (data := self.at(self._hashed, min(_CHUNK, position - self._hashed))):
            self._take(self._hashed, data)
        self._position = position
        return position

    def read(self, size: int) -> bytes:
        data = self.at(self._position, size)
        self._take(self._position, data)
        self._position += len(data)
        return data

    def at(self, position: int, size: int) -> bytes:
        """Return bytes from a place on, without reading on there."""
        self._file.seek(position)
        return self._file.read(max(0, min(size, self._length - position)))

    def finish(self) -> tuple[str, str | None]:
        """Read what was not read yet; return the SHA-256 of all, and of what there was before."""
        self.seek(self._hashed)
        while self.read(_CHUNK):
            pass
        self._note_before()
        return self._hash.hexdigest(), self._sha256_before

    def _take(self, position: int, data: bytes) -> None:
        new = data[self._hashed - position :] if position <= self._hashed else b""
        until = self._before - self._hashed
        if 0 <= until < len(new):
            self._add(new[:until])
            self._note_before()
            new = new[until:]
        self._add(new)

    def _add(self, data: bytes) -> None:
        self._hash.update(data)
        self._hashed += len(data)

    def _note_before(self) -> None:
        if self._hashed == self._before and self._before:
            self._sha256_before = self._hash.hexdigest()
