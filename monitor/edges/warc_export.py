"""Write WARC records that lie in the evidence into another file, the same to the byte uncompressed."""

import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from monitor.edges.cdxj import Sink
from monitor.edges.warc_places import Places, key_of, readable
from monitor.edges.warc_reader import BadRecordError, RawRecord, gzip_members, parse
from monitor.edges.warc_records import gzip_member
from monitor.errors import EvidenceError
from monitor.model import Capture

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

# Between two captures lie the requests of one of them and at most a warcinfo. More than this is no such place.
_FARTHEST = 16 << 20
_ZSTD = b"\x28\xb5\x2f\xfd"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record was written: its member of the file, in bytes, and the SHA-256 of the member in hex."""

    offset: int
    length: int
    sha256: str


class WarcWriter:
    """Records on their way into a stream, one gzip member each. `size` counts its bytes."""

    def __init__(self, out: Sink) -> None:
        self._out = out
        self.size = 0
        self.records = 0

    def add(self, raw: bytes) -> Place:
        """Write an uncompressed record. Raises OSError."""
        return self.add_member(gzip_member(raw))

    def add_copy(self, raw: bytes, directory: Path | Places, one: Capture) -> Place:
        """Write an uncompressed record that was read from a capture's place; what lies there is copied if it is gzip.

        To compress a page anew takes ten times as long as to see that the member there holds it. Raises OSError.
        """
        return self.add_member(_member_there(raw, directory, one) or gzip_member(raw))

    def add_member(self, member: bytes) -> Place:
        """Write a record that is a gzip member already. Raises OSError."""
        self._out.write(member)
        place = Place(self.size, len(member), sha256(member).hexdigest())
        self.size += len(member)
        self.records += 1
        return place


def _member_there(raw: bytes, directory: Path | Places, one: Capture) -> bytes | None:
    """Return the gzip member at a capture's place, if it holds this record and no more."""
    engine = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        found = readable(directory, one.file) if one.file.endswith(".gz") else None
        if found is None:
            return None
        with found as stream:
            stream.seek(one.offset)
            data = stream.read(one.length)
        held = engine.decompress(data, len(raw) + 1)
    except (OSError, EvidenceError, zlib.error):  # the file was replaced since the record was read, or is out of reach
        return None
    whole = engine.eof and not engine.unused_data and len(data) == one.length
    return data if whole and held == raw else None


def request_of(directory: Path | Places, one: Capture, before: int, after: int | None) -> bytes | None:
    """Return the request that a capture's response answers, uncompressed, or None where none lies beside it.

    We write it before the response, others write it after: it is looked for from the offset `before` to the capture,
    and then from there to the offset `after`. What cannot be read there is no request: damage is `verify`'s business.
    """
    for start, end in ((before, one.offset), (one.offset + one.length, after)):
        if end is None or 0 < end - start <= _FARTHEST:
            found = _request_between(directory, one, start, end)
            if found is not None:
                return found
    return None


def _request_between(directory: Path | Places, one: Capture, start: int, end: int | None) -> bytes | None:
    try:
        for record in _records(directory, one.file, start, end):
            if record.kind == "request" and record.header("WARC-Concurrent-To") == one.record_id:
                return record.raw
    except (EvidenceError, OSError):
        return None
    return None


def _records(directory: Path | Places, file: str, start: int, end: int | None) -> Iterator[RawRecord]:
    stream = readable(directory, file)
    if stream is None:
        return
    with stream:
        stream.seek(start)
        data = stream.read(_FARTHEST if end is None else end - start)
        members = _frames(stream, data, file, start) if file.endswith(".zst") else gzip_members(BytesIO(data), file)
        for offset, length, raw in members:
            yield parse(raw, file, start + offset, length)


def _frames(stream: BinaryIO, data: bytes, file: str, start: int) -> Iterator[tuple[int, int, bytes]]:
    """Yield place in `data` and content of each frame of zstd; what is to be skipped, such as a dictionary, is."""
    from monitor.edges import warc_zstd  # most archives have no such file

    key, position = key_of(stream, file), 0
    while position < len(data):
        try:
            length = zstd.get_frame_size(data[position:])
        except zstd.ZstdError as error:
            raise BadRecordError(file, start + position, f"no whole frame of zstd: {error}") from error
        frame = data[position : position + length]
        if frame.startswith(_ZSTD):
            yield position, length, warc_zstd.content(stream, frame, file, start + position, key)
        position += length
