"""Read files of evidence for a backup while they are being written, closed or replaced; and put them back in place."""

import contextlib
import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from monitor.edges.warc_files import OPEN_SUFFIX, sync_directory
from monitor.errors import EvidenceError, MonitorError

_BLOCK = 1_048_576


@contextmanager
def opened(folder: Path, name: str) -> Iterator[BinaryIO | None]:
    """Give a stream to a file of evidence, closed or still written to; None where there is no such file here.

    Whatever becomes of its name meanwhile, the stream goes on giving its bytes. Raises EvidenceError.
    """
    with contextlib.ExitStack() as stack:
        stream = None
        # The final name twice: the file may be closed between the first look and the second.
        for each in (name, name + OPEN_SUFFIX, name):
            try:
                stream = stack.enter_context((folder / each).open("rb"))
                break
            except FileNotFoundError:
                continue
            except OSError as error:
                raise EvidenceError(f"{name} cannot be read: {error.strerror}") from error
        yield stream


def is_open(stream: BinaryIO) -> bool:
    """Say whether a file was still open to its writer when `opened` found it."""
    return stream.name.endswith(OPEN_SUFFIX)


def names_of_open(folder: Path) -> frozenset[str]:
    """Return the files of evidence that are being written, or that a crash left so, by their final names."""
    return frozenset(path.name.removesuffix(OPEN_SUFFIX) for path in folder.glob(f"*{OPEN_SUFFIX}"))


def chunks(stream: BinaryIO, length: int, size: int) -> Iterator[bytes]:
    """Yield the first `length` bytes of a stream, `size` at a time; fewer where it has fewer. Raises EvidenceError."""
    while length > 0:
        try:
            chunk = stream.read(min(size, length))
        except OSError as error:
            raise EvidenceError(f"{stream.name} cannot be read: {error.strerror}") from error
        if not chunk:
            return
        length -= len(chunk)
        yield chunk


@contextmanager
def held_alone(folder: Path) -> Iterator[None]:
    """Keep a folder from others that would restore into it. Raises MonitorError while another one does."""
    with contextlib.ExitStack() as stack:
        fd = os.open(folder, os.O_RDONLY)
        stack.callback(os.close, fd)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise MonitorError(f"another restore into {folder} is at work", hint="wait for it to end") from error
        yield


def sha256_of(path: Path, told: Callable[[int], None] | None = None) -> str:
    """Return the SHA-256 of a file. Raises EvidenceError."""
    seen = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            for chunk in chunks(stream, path.stat().st_size, _BLOCK):
                seen.update(chunk)
                if told is not None:
                    told(len(chunk))
    except OSError as error:
        raise EvidenceError(f"{path} cannot be read: {error.strerror}") from error
    return seen.hexdigest()


def written(path: Path, data: Iterable[bytes]) -> str:
    """Write a file, synced but for its name, in the place of what an earlier try left; return its SHA-256.

    Raises MonitorError.
    """
    seen = hashlib.sha256()
    try:
        with path.open("wb") as out:
            for chunk in data:
                seen.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        raise MonitorError(f"{path} cannot be written: {error.strerror or error}") from error
    return seen.hexdigest()


def free_beside(path: Path) -> int:
    """Return the bytes free where a folder is, or would be made."""
    return shutil.disk_usage(next(each for each in (path, *path.absolute().parents) if each.is_dir())).free


def named(draft: Path, path: Path) -> None:
    """Give a draft its name, for good. Raises MonitorError."""
    try:
        draft.replace(path)
        sync_directory(path.parent)
    except OSError as error:
        raise MonitorError(f"{path} cannot be written: {error.strerror or error}") from error
