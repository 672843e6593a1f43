"""Write records of evidence files anew, as `.warc.zst` with a dictionary of their own, and make sure of every byte."""

import hashlib
import os
import zlib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from monitor.core.compacting import Part, Place, shared
from monitor.edges import warc_reader, warc_zstd
from monitor.edges.warc_files import read_record, sync_directory
from monitor.edges.warc_zstd import MOST_DICTIONARY
from monitor.errors import EvidenceError

DRAFT_SUFFIX = ".tmp"

# Of pages of 340 KB level 9 makes 10.1 KiB each at 38 MB/s on two cores, with all that is done beside; 12 makes 9.2 at
# 29, 15 makes 9.0 at 12, 19 makes 8.5 at 7.
LEVEL = 12
_DICTIONARY_LEVEL = 15
_SAMPLES = 24  # records by which the dictionary's statistics are made
_LEAST_SHARED = 1024  # bytes; with less in common a dictionary costs more than it gains
_HEADER = 1024  # bytes that those statistics need at most
_THREADS = 2


class Packed(NamedTuple):
    """Records as they are written: the frame of the dictionary, empty without one, and a frame for each record."""

    dictionary: bytes
    frames: tuple[bytes, ...]

    @property
    def size(self) -> int:
        """Return how many bytes all of it is."""
        return len(self.dictionary) + sum(map(len, self.frames))


class Moved(NamedTuple):
    """Where a record was, and where it lies now."""

    place: Place
    offset: int
    length: int


class Compacted(NamedTuple):
    """A file written and verified. `length` and `sha256` are of all its bytes, `dictionary` is its frame's length."""

    name: str
    host: str
    length: int
    sha256: str
    dictionary: int
    moved: tuple[Moved, ...]


def survey(directory: Path, name: str, sha256: str | None) -> tuple[Place, ...]:
    """Return the records of a `.warc.gz`, in order.

    Raises EvidenceError where it is damaged, or where it is not what was verified: its SHA-256 is another.
    """
    path = directory / name
    try:
        with path.open("rb") as stream:
            if sha256 is not None and hashlib.file_digest(stream, "sha256").hexdigest() != sha256:
                raise EvidenceError(f"{name} is not what was verified any more", hint="monitor verify")
    except OSError as error:
        raise EvidenceError(f"{name} cannot be read: {error.strerror}") from error
    return tuple(_places(path))


def _places(path: Path) -> Iterator[Place]:
    urls: dict[str | None, str | None] = {}
    for one in warc_reader.records_of(path):
        url = (one.header("WARC-Target-URI") or "").strip("<>") or None
        raw = one.raw
        digest = hashlib.sha256(raw).digest()
        yield Place(
            path.name, one.offset, one.length, len(raw), digest, urls.setdefault(url, url), one.kind == "warcinfo"
        )


def pack(records: Sequence[bytes]) -> Packed:
    """Compress records, with a dictionary of what they have in common where that makes them smaller."""
    dictionary = _dictionary(records)
    # A few records may cost less without a dictionary of what they have in common.
    plain = Packed(b"", _frames(records, None)) if dictionary is None or len(records) <= _SAMPLES else None
    if dictionary is None:
        assert plain is not None
        return plain
    packed = Packed(warc_zstd.dictionary_frame(dictionary, _DICTIONARY_LEVEL), _frames(records, dictionary))
    return packed if plain is None or packed.size < plain.size else plain


def _dictionary(records: Sequence[bytes]) -> warc_zstd.Dictionary | None:
    text = shared(records, MOST_DICTIONARY - _HEADER)
    if len(text) < _LEAST_SHARED:
        return None
    return warc_zstd.dictionary_of(text, records[:: max(1, len(records) // _SAMPLES)], LEVEL)


def _frames(records: Sequence[bytes], dictionary: warc_zstd.Dictionary | None) -> tuple[bytes, ...]:
    """Compress in threads; zstd lets go of the interpreter meanwhile."""
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="compact") as pool:
        parts = [records[first::_THREADS] for first in range(_THREADS)]
        dealt = list(pool.map(lambda part: warc_zstd.compressed(part, dictionary, LEVEL), parts))
    return tuple(dealt[n % _THREADS][n // _THREADS] for n in range(len(records)))


def compact(directory: Path, name: str, part: Part, warcinfo: bytes) -> Compacted:
    """Write the records of a part into a file, verify it from the disk, and give it its name; what it was stays.

    `warcinfo` is the record, uncompressed, that begins it. Raises EvidenceError, and then there is no such file.
    """
    draft = directory / (name + DRAFT_SUFFIX)
    try:
        packed = pack([warcinfo, *_raw(directory, part.places)])
        length = _write(draft, (packed.dictionary, *packed.frames))
        moved = tuple(_moved(part.places, packed))
        sha256 = _verify(draft, hashlib.sha256(warcinfo).digest(), moved, length)
        publish(draft, directory / name)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise EvidenceError(f"{name} cannot be written: {error.strerror}", hint="check the free space") from error
    except EvidenceError:
        draft.unlink(missing_ok=True)
        raise
    return Compacted(name, part.host, length, sha256, len(packed.dictionary), moved)


def _raw(directory: Path, places: Iterable[Place]) -> Iterator[bytes]:
    for one in places:
        raw = read_record(directory, one.file, one.offset, one.length)
        if hashlib.sha256(raw).digest() != one.sha256:
            raise EvidenceError(f"{one.file}: the record at byte {one.offset} was altered meanwhile")
        yield raw


def _write(draft: Path, pieces: Iterable[bytes]) -> int:
    with draft.open("wb") as out:
        for piece in pieces:
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
        # So that what is verified is what the disk has, and not what the kernel still remembers of it.
        os.posix_fadvise(out.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return out.tell()


def _moved(places: Sequence[Place], packed: Packed) -> Iterator[Moved]:
    offset = len(packed.dictionary) + len(packed.frames[0])
    for place, frame in zip(places, packed.frames[1:], strict=True):
        yield Moved(place, offset, len(frame))
        offset += len(frame)


def publish(draft: Path, path: Path) -> None:
    """Give a draft its name, for good. Raises OSError."""
    draft.rename(path)
    sync_directory(path.parent)


def _verify(draft: Path, first: bytes, moved: Sequence[Moved], length: int) -> str:
    """Read a file again: each record at its place and the same to the byte, to us and to fastwarc. Return its SHA-256.

    `first` is the SHA-256 of the warcinfo record that begins it. Raises EvidenceError.
    """
    start = next((one.offset for one in moved), length)
    wanted = [(None, start, first), *((one.offset, one.offset + one.length, one.place.sha256) for one in moved)]
    for place, ours, other in zip_longest(wanted, warc_zstd.records_of(draft), _by_fastwarc(draft)):
        if place is None or ours is None or other is None:
            raise EvidenceError(f"{draft.name} has not the records that were written to it", hint="check the disk")
        offset, end, sha256 = place
        same = offset in (None, ours.offset) and ours.offset + ours.length == end
        if not same or hashlib.sha256(ours.raw).digest() != sha256:
            raise EvidenceError(f"{draft.name} does not read as what was written to it", hint="check the disk")
        if other != (ours.header("WARC-Record-ID"), ours.block):
            raise EvidenceError(f"{draft.name}: fastwarc reads the record at byte {ours.offset} otherwise")
    if draft.stat().st_size != length:
        raise EvidenceError(f"{draft.name} is not as long as what was written to it", hint="check the disk")
    with draft.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _by_fastwarc(path: Path) -> Iterator[tuple[str | None, bytes]]:
    """Yield id and block of each record, as a reader of another make finds them."""
    from fastwarc.warc import ArchiveIterator

    with path.open("rb") as stream:
        for record in ArchiveIterator(stream, parse_http=False):
            yield record.headers.get("WARC-Record-ID"), record.reader.read()


def uncompressed(member: bytes) -> bytes:
    """Return what a gzip member of our own making holds."""
    return zlib.decompress(member, wbits=31)
