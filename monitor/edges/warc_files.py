"""WARC files on disk: locked while in use, synced before anybody hears of their bytes, named by what they are.

`NAME.warc.gz.open` is being written, and becomes `NAME.warc.gz` when it is closed.
"""

import contextlib
import errno
import fcntl
import os
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from monitor.edges.warc_reader import GZIP, BadRecordError, gzip_members
from monitor.errors import EvidenceError

OPEN_SUFFIX = ".open"
ASKED_SUFFIX = ".close"  # an empty file beside one in use, by which another process asks for its end


class MissingFileError(EvidenceError):
    """A file is not where it was looked for."""


class WarcFile:
    """A file being written. `length` counts the bytes that are safe on disk."""

    def __init__(self, directory: Path, name: str, opened_at: datetime) -> None:
        """Create the file. Raises OSError."""
        self.name = name
        self.opened_at = opened_at
        self.length = 0
        self._directory = directory
        self._path = directory / (name + OPEN_SUFFIX)
        self._fd = _create_locked(self._path)
        try:
            sync_directory(directory)
        except OSError:  # as where no more files may be opened: then this one is not to be one more
            self.leave()
            self._path.unlink()
            raise

    @property
    def is_wanted(self) -> bool:
        """Say whether somebody asked for the file to be closed."""
        return _asking(self._directory, self.name).exists()

    def append(self, data: bytes) -> int:
        """Put bytes at the end and on disk, and return their offset.

        Raises OSError; then the file is cut back to what was safe and must be retired: after a failed sync nobody
        knows which bytes the disk has (the kernel drops the pages and says so only once).
        """
        offset = self.length
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._fd, rest) :]
        os.fdatasync(self._fd)
        self.length += len(data)
        return offset

    def close(self) -> None:
        """Give the file its final name. Raises OSError."""
        try:
            self._path.rename(self._directory / self.name)
            _asking(self._directory, self.name).unlink(missing_ok=True)
            sync_directory(self._directory)
        finally:
            os.close(self._fd)

    def leave(self) -> None:
        """Let go of the file as it is: whoever starts next looks through it and closes it."""
        os.close(self._fd)

    def retire(self) -> None:
        """Close after a failure: cut off what is not safe. What cannot be done now, `repair` does at the next start."""
        with contextlib.suppress(OSError):  # the failure itself is raised by append; the disk may refuse this too
            os.ftruncate(self._fd, self.length)
            os.fsync(self._fd)
            if self.length:
                self._path.rename(self._directory / self.name)
            else:
                self._path.unlink()
        os.close(self._fd)


def ask_to_close(directory: Path, name: str) -> None:
    """Ask whoever writes a file to close it, which the daemon does within a minute. Raises OSError."""
    if (directory / (name + OPEN_SUFFIX)).exists():
        _asking(directory, name).touch()


def is_written(directory: Path, name: str) -> bool:
    """Say whether some process has a file in use; one that a crash left open is in nobody's. Raises OSError."""
    try:
        with (directory / (name + OPEN_SUFFIX)).open("rb") as stream:
            fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        pass  # closed, or not there at all
    return False


def _asking(directory: Path, name: str) -> Path:
    return directory / (name + ASKED_SUFFIX)


def _create_locked(path: Path) -> int:
    """Return a new file, locked: whoever repairs the directory meanwhile, from another process, leaves it alone.

    Raises OSError, also when a repair took the empty file away between its making and its lock.
    """
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(fd).st_nlink == 0:
            raise FileNotFoundError(errno.ENOENT, "removed by a repair as soon as it was made", str(path))
    except OSError:
        os.close(fd)
        raise
    return fd


def make_directory(directory: Path) -> None:
    """Make a directory where there is none, and its own name last: else a power cut may take all that is in it.

    Raises OSError.
    """
    directory.mkdir(parents=True, exist_ok=True)
    sync_directory(directory.parent)


def sync_directory(directory: Path) -> None:
    """Make names in a directory last. Raises OSError."""
    fd = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def read_record(directory: Path, file: str, offset: int, length: int) -> bytes:
    """Return the record at a place of a file, closed or open, uncompressed. Raises EvidenceError.

    More than `length` bytes are never read, nor is more than one record taken from them.
    """
    if Path(file).name != file or offset < 0 or length <= 0:
        raise EvidenceError(f"no such place in the evidence: {file!r}, {length} bytes at {offset}")
    # The final name twice: the file may be closed between the first look and the second.
    for name in (file, file + OPEN_SUFFIX, file):
        try:
            with (directory / name).open("rb") as stream:
                data = os.pread(stream.fileno(), length, offset)
                if file.endswith(".zst") and len(data) == length:
                    return _of_zstd(stream, data, file, offset)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise EvidenceError(f"{file} cannot be read: {error.strerror}") from error
        return of_gzip(data, file, offset, length)
    raise MissingFileError(f"{file} is missing", hint=f"it should be in {directory}")


def _of_zstd(stream: BinaryIO, data: bytes, file: str, offset: int) -> bytes:
    from monitor.edges import warc_zstd  # most archives have no such file

    about = os.fstat(stream.fileno())
    key = (about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns)
    return warc_zstd.content(stream, data, file, offset, key)


def open_file(directory: Path, name: str) -> BinaryIO | None:
    """Open a file, closed or still open, to read it; None where it is not there. Raises OSError."""
    for one in (name, name + OPEN_SUFFIX, name):  # the final name twice: it may be closed between the looks
        with contextlib.suppress(FileNotFoundError):
            return (directory / one).open("rb")
    return None


def of_gzip(data: bytes, file: str, offset: int, length: int) -> bytes:
    """Return the record that a gzip member is, read from a place of a file. Raises EvidenceError where it is none."""
    if len(data) == length and data.startswith(GZIP):
        members = gzip_members(BytesIO(data), file)
        try:
            _, taken, raw = next(members)
        except BadRecordError as error:
            raise BadRecordError(file, offset + error.offset, error.why) from error
        if taken == length:
            return raw
    raise EvidenceError(f"{file} holds no record of {length} bytes at {offset}")
