"""Close the WARC files that a crash left open, so that nothing is ever appended to torn bytes.

Readers see no error at a torn last record, and nothing of what comes after it.
"""

import fcntl
import os
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from monitor.edges.codings import inflated
from monitor.edges.warc_files import OPEN_SUFFIX, sync_directory
from monitor.errors import EvidenceError

_CHUNK = 1_048_576


def repair(directory: Path, committed: Mapping[str, int]) -> tuple[str, ...]:
    """Cut and close every file left open, and return what was done, a line each.

    `committed` maps file names (without `.open`) to the length the database knows; a file it does not know is cut
    after its last whole record. Files in use by another process are left alone. Raises EvidenceError.
    """
    try:
        found = sorted(directory.glob(f"*.warc.gz{OPEN_SUFFIX}"))
        done = (_repair(path, committed.get(path.name.removesuffix(OPEN_SUFFIX))) for path in found)
        return tuple(line for line in done if line)
    except OSError as error:
        raise EvidenceError(
            f"evidence in {directory} cannot be repaired: {error.strerror}", hint="check the disk and its permissions"
        ) from error


def _repair(path: Path, committed: int | None) -> str | None:
    """Close one file and say how; None for a file in use, which is as it should be."""
    try:
        with path.open("r+b") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return _close(path, stream, committed)
    except BlockingIOError:
        return None
    except FileNotFoundError:
        return f"{path.name} was closed by another process meanwhile"


def _close(path: Path, stream: BinaryIO, committed: int | None) -> str:
    final = path.with_name(path.name.removesuffix(OPEN_SUFFIX))
    size = path.stat().st_size
    length = committed if committed is not None and committed <= size else whole_length(stream)
    if final.exists():
        return f"{path.name} was left alone, for {final.name} is there too"
    if length == 0:
        path.unlink()
        return f"{path.name} held no whole record and was removed ({size} bytes)"
    stream.truncate(length)
    os.fsync(stream.fileno())
    path.rename(final)
    sync_directory(path.parent)
    return _say(final.name, size, length, committed)


def _say(name: str, size: int, length: int, committed: int | None) -> str:
    done = f"{name} was closed at {length} bytes"
    if size > length:
        done += f", {size - length} torn or unrecorded bytes cut off"
    if committed is not None and committed > length:
        done += f"; {committed - length} bytes that the database knows of are LOST"
    return done


def whole_length(stream: BinaryIO) -> int:
    """Return where the last whole gzip member of a file ends, in bytes from its start; checksums are checked."""
    stream.seek(0)
    end = position = 0
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
