"""Close the WARC files that a crash left open, so that nothing is ever appended to torn bytes.

Readers see no error at a torn last record, and nothing of what comes after it.
"""

import fcntl
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from monitor.edges.clock import SystemClock
from monitor.edges.codings import inflated
from monitor.edges.warc_files import ASKED_SUFFIX, OPEN_SUFFIX, sync_directory
from monitor.edges.warc_reader import RawRecord, gzip_members, parse
from monitor.errors import EvidenceError

_CHUNK = 1_048_576
_JUST_NOW_S = 60.0


class LeftFile:
    """A file that a crash left open, locked: until it is let go, nobody else repairs it, and nobody writes to it."""

    def __init__(self, path: Path, stream: BinaryIO) -> None:
        self.name = path.name.removesuffix(OPEN_SUFFIX)
        self._path = path
        self._stream = stream

    def cut(self, committed: int | None) -> tuple[int, str]:
        """Cut off what is torn, and return how long the file is now, and what was done in words.

        `committed` is the length the database knows: what lies before it is not looked at. Whole records beyond it
        stay. Raises EvidenceError.
        """
        size = os.fstat(self._stream.fileno()).st_size
        known = committed or 0
        length = whole_length(self._stream, known if known <= size else 0)
        try:
            self._stream.truncate(length)
            os.fsync(self._stream.fileno())
        except OSError as error:
            raise _cannot(self._path.parent, error) from error
        said = f"closed at {length} bytes" if length else "it held no whole record and was removed"
        said += f", {size - length} torn bytes cut off" if size > length else ""
        return length, said + (
            f"; {known - length} bytes that the database knows of are LOST" if length < known else ""
        )

    def records(self, start: int) -> Iterator[RawRecord]:
        """Yield the records from a place on. Raises BadRecordError for what is a gzip member and no record."""
        for offset, length, raw in gzip_members(self._stream, self.name, start):
            yield parse(raw, self.name, offset, length)

    @property
    def has_twin(self) -> bool:
        """Say whether a file of its final name is there as well, which is left to a person."""
        return self._path.with_name(self.name).exists()

    def close(self) -> None:
        """Give the file its final name, or take it away when it holds nothing. Raises EvidenceError."""
        try:
            if os.fstat(self._stream.fileno()).st_size:
                self._path.rename(self._path.with_name(self.name))
                self._path.with_name(self.name + ASKED_SUFFIX).unlink(missing_ok=True)
            else:
                self._path.unlink(missing_ok=True)
            sync_directory(self._path.parent)
        except OSError as error:
            raise _cannot(self._path.parent, error) from error

    def let_go(self) -> None:
        """Give up the lock."""
        self._stream.close()


def left_open(directory: Path) -> Iterator[LeftFile]:
    """Yield each file that a crash left open, locked, one after the other; those in use elsewhere are left alone.

    Ask the database about a file only while it is locked: whoever wrote it may have gone on until then. Raises
    EvidenceError.
    """
    try:
        found = sorted(directory.glob(f"*.warc.gz{OPEN_SUFFIX}"))
        for asked in directory.glob(f"*{ASKED_SUFFIX}"):  # of whom nobody is left who could close it
            if not asked.with_suffix(OPEN_SUFFIX).exists():
                asked.unlink(missing_ok=True)
    except OSError as error:
        raise _cannot(directory, error) from error
    for path in found:
        if (stream := _locked(path)) is None:
            continue
        left = LeftFile(path, stream)
        try:
            yield left
        finally:
            left.let_go()


def closed_files(directory: Path) -> tuple[tuple[str, int], ...]:
    """Return the files of ours that are closed, with their sizes in bytes.

    Not those closed just now: whoever did may be about to tell the database of the last. Raises EvidenceError.
    """
    now, found = SystemClock().now().timestamp(), []
    try:
        for path in sorted(directory.glob("monitor-*.warc.gz")):
            stat = path.stat()
            if now - stat.st_mtime > _JUST_NOW_S:
                found.append((path.name, stat.st_size))
    except FileNotFoundError:
        pass  # closed files go when they are compacted or written anew; the next start looks again
    except OSError as error:
        raise _cannot(directory, error) from error
    return tuple(found)


def _locked(path: Path) -> BinaryIO | None:
    """Open and lock a file; None for one that is in use, or was closed by another process meanwhile."""
    try:
        stream = path.open("r+b")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _cannot(path.parent, error) from error
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if _is_still(path, stream):
            return stream
    except (BlockingIOError, FileNotFoundError):
        pass  # its writer lives, or has just closed it
    stream.close()
    return None


def _is_still(path: Path, stream: BinaryIO) -> bool:
    return os.path.samestat(path.stat(), os.fstat(stream.fileno()))


def matching(directory: Path, pattern: str = "*") -> tuple[Path, ...]:
    """Return what is there by names of that pattern, sorted. Raises EvidenceError."""
    try:
        return tuple(sorted(directory.glob(pattern)))
    except OSError as error:
        raise EvidenceError(
            f"{directory} cannot be looked through: {error.strerror}", hint="check the disk and its permissions"
        ) from error


def _cannot(directory: Path, error: OSError) -> EvidenceError:
    return EvidenceError(
        f"evidence in {directory} cannot be repaired: {error.strerror}", hint="check the disk and its permissions"
    )


def whole_length(stream: BinaryIO, start: int = 0) -> int:
    """Return where the last whole gzip member of a file ends, looking from `start` on; checksums are checked."""
    stream.seek(start)
    end = position = start
    engine = zlib.decompressobj(wbits=31)
    while chunk := stream.read(_CHUNK):
        while chunk:
            if not _runs(engine, chunk):
                return end
            position += len(chunk) - len(engine.unused_data)
            chunk = engine.unused_data
            if engine.eof:
                end, engine = position, zlib.decompressobj(wbits=31)
    return end


def _runs(engine: "zlib._Decompress", chunk: bytes) -> bool:
    try:
        for _ in inflated(engine, chunk):
            pass
    except zlib.error:
        return False
    return True
