"""Read and write `.warc.zst`: a frame of zstd for each record, and a dictionary that all of them share.

As the IIPC's proposal "Zstandard Compression for WARC Files 1.0" has it: the dictionary lies in a skippable frame at
the start of the file, compressed or not; each frame tells the size of its content, has a checksum and names the
dictionary. A frame is one whole record here (the proposal would allow several frames for one). Windows and dictionaries
are at most 8 MiB, as its section "Window and dictionary limits" asks of every reader; nothing larger is read, or
allocated.
"""

import sys
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from monitor.edges.warc_reader import MOST, BadRecordError, RawRecord, read_records
from monitor.errors import EvidenceError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Dictionary = zstd.ZstdDict

SUFFIX = ".warc.zst"
MOST_DICTIONARY = 1 << 23
WINDOW_LOG = 23

_FRAME = b"\x28\xb5\x2f\xfd"
_DICTIONARY_FRAME = b"\x5d\x2a\x4d\x18"
_DICTIONARY = b"\x37\xa4\x30\xec"
_HEAD = 18  # the most bytes that the header of a frame has (RFC 8878 3.1.1.1)
_CHUNK = 1 << 18
_MOST_SKIPPED = 1 << 24


def dictionary_of(text: bytes, samples: Sequence[bytes], level: int) -> Dictionary:
    """Return a text, of at most 8 MiB less 1 KiB, as a dictionary in zstd's format, which the proposal asks for.

    The statistics before it are of the samples, and for that level. Raises EvidenceError where zstd cannot make it.
    """
    try:
        return zstd.finalize_dict(zstd.ZstdDict(text, is_raw=True), samples, len(text) + 1024, level)
    except zstd.ZstdError as error:
        raise EvidenceError(f"no dictionary can be made: {error}") from error


def dictionary_frame(dictionary: Dictionary, level: int) -> bytes:
    """Return the frame that a file with this dictionary begins with; the dictionary in it compressed."""
    options = _options(level) | {zstd.CompressionParameter.window_log: WINDOW_LOG}
    data = zstd.compress(dictionary.dict_content, options=options)
    return _DICTIONARY_FRAME + len(data).to_bytes(4, "little") + data


def _options(level: int) -> dict[int, int]:
    return {zstd.CompressionParameter.compression_level: level, zstd.CompressionParameter.checksum_flag: 1}


def compressed(records: Sequence[bytes], dictionary: Dictionary | None, level: int) -> list[bytes]:
    """Return the frame of each record. A dictionary may be used in any number of threads at once."""
    digested = None if dictionary is None else dictionary.as_digested_dict
    engine = zstd.ZstdCompressor(options=_options(level), zstd_dict=digested)
    return [engine.compress(one, zstd.ZstdCompressor.FLUSH_FRAME) for one in records]


def records_of(path: Path) -> Iterator[RawRecord]:
    """Yield the records of a `.warc.zst`, one frame each.

    Raises BadRecordError at the first that is torn, damaged or larger than MOST bytes; EvidenceError for a file that
    cannot be read.
    """
    return read_records(path, frames)


def frames(stream: BinaryIO, file: str, start: int = 0, *, most: int = MOST) -> Iterator[tuple[int, int, bytes]]:
    """Yield offset, length and content of each frame, those to be skipped left out.

    Of the stream only `seek` and `read` are used, and what it is read for lies in order. Raises BadRecordError for one
    that is torn, damaged, or holds more than `most` bytes.
    """
    stream.seek(0)
    dictionary, begin = read_dictionary(stream, file)
    position = max(start, begin)
    ahead = _Ahead(stream, position)
    while head := ahead.peek(_HEAD)[:_HEAD]:
        if _is_skippable(head):
            length = 8 + int.from_bytes(head[4:8], "little")
            _skip(ahead, length, file, position)
        else:
            size = _content_size(head, dictionary, file, position, most)
            data = ahead.peek(_length(ahead, size, file, position))
            length = zstd.get_frame_size(data)
            yield position, length, _decoded(data[:length], dictionary, size, file, position)
            ahead.take(length)
        position += length


def read_dictionary(stream: BinaryIO, file: str) -> tuple[Dictionary | None, int]:
    """Read the dictionary at the start of a file, None where it has none, and return where its first frame begins.

    Raises BadRecordError where it is torn, too large, or no dictionary.
    """
    head = stream.read(8)
    if head.startswith(_FRAME):
        return None, 0
    if not head.startswith(_DICTIONARY_FRAME) or len(head) < 8:
        raise BadRecordError(file, 0, "neither a frame of zstd nor a dictionary begins the file")
    size = int.from_bytes(head[4:], "little")
    if size > MOST_DICTIONARY:
        raise BadRecordError(file, 0, f"its dictionary has {size} bytes; {MOST_DICTIONARY} are the most that is read")
    data = stream.read(size)
    if len(data) < size:
        raise BadRecordError(file, 0, f"its dictionary is torn: {len(data)} of {size} bytes")
    return _dictionary(data, file), 8 + size


def _dictionary(data: bytes, file: str) -> Dictionary:
    if data.startswith(_FRAME):
        data = _decoded(data, None, _content_size(data[:_HEAD], None, file, 0, MOST_DICTIONARY), file, 0)
    if not data.startswith(_DICTIONARY):
        raise BadRecordError(file, 0, "what should be its dictionary is none")
    try:
        return zstd.ZstdDict(data)
    except (zstd.ZstdError, ValueError) as error:
        raise BadRecordError(file, 0, f"its dictionary is none: {error}") from error


def _is_skippable(head: bytes) -> bool:
    """RFC 8878 3.1.2: 0x184D2A50 to 0x184D2A5F; a further dictionary is none of the extension frames allowed."""
    return head[1:4] == _DICTIONARY_FRAME[1:] and head[0] & 0xF0 == 0x50 and head[:4] != _DICTIONARY_FRAME


def _skip(ahead: "_Ahead", length: int, file: str, offset: int) -> None:
    if length > _MOST_SKIPPED or len(ahead.peek(length)) < length:
        raise BadRecordError(file, offset, f"a frame to be skipped is torn, or has more than {_MOST_SKIPPED} bytes")
    ahead.take(length)


def _content_size(head: bytes, dictionary: Dictionary | None, file: str, offset: int, most: int) -> int:
    """Return how many bytes a frame says it holds, by its header."""
    if not head.startswith(_FRAME):
        raise BadRecordError(file, offset, "no frame of zstd begins here")
    try:
        info = zstd.get_frame_info(head)
    except zstd.ZstdError as error:
        raise BadRecordError(file, offset, f"no frame of zstd: {error}") from error
    if info.decompressed_size is None:
        raise BadRecordError(file, offset, "a frame does not tell the size of its content")
    if info.decompressed_size > most:
        raise BadRecordError(file, offset, f"a frame of {info.decompressed_size} bytes; {most} are the most")
    if info.dictionary_id and (dictionary is None or info.dictionary_id != dictionary.dict_id):
        raise BadRecordError(file, offset, f"a frame needs the dictionary {info.dictionary_id}, which is not here")
    return info.decompressed_size


def _length(ahead: "_Ahead", size: int, file: str, offset: int) -> int:
    """Return a number of bytes in which the whole frame lies; never much more than a sane encoder needs is read."""
    bound = size + (size >> 7) + 1024
    wanted = min(_CHUNK, bound)
    while True:
        seen = ahead.peek(wanted)
        try:
            return zstd.get_frame_size(seen)
        except zstd.ZstdError as error:
            if len(seen) < wanted or wanted >= bound:
                raise BadRecordError(file, offset, f"a frame is torn or damaged: {error}") from error
        wanted = min(wanted * 4, bound)


def _decoded(data: bytes, dictionary: Dictionary | None, size: int, file: str, offset: int) -> bytes:
    """Return the content of a frame, which is as large as it said; its checksum is checked where it has one."""
    options: dict[int, int] = {zstd.DecompressionParameter.window_log_max: WINDOW_LOG}
    engine = zstd.ZstdDecompressor(dictionary, options)
    try:
        raw = engine.decompress(data, size + 1)
    except zstd.ZstdError as error:
        raise BadRecordError(file, offset, f"a frame is damaged: {error}") from error
    if len(raw) != size or not engine.eof or engine.unused_data:
        raise BadRecordError(file, offset, f"a frame is not whole, or does not hold the {size} bytes that it says")
    return raw


class _Ahead:
    """A stream read ahead, so that what is looked at need not be read twice."""

    def __init__(self, stream: BinaryIO, position: int) -> None:
        stream.seek(position)
        self._stream = stream
        self._held = b""
        self._at = 0

    def peek(self, size: int) -> bytes:
        """Return at least so many bytes from here on, fewer where the stream ends."""
        missing = size - (len(self._held) - self._at)
        if missing > 0:
            self._held = self._held[self._at :] + self._stream.read(max(missing, _CHUNK))
            self._at = 0
        return self._held[self._at : self._at + max(size, 0)]

    def take(self, size: int) -> None:
        """Go on by bytes that were looked at."""
        self._at += size


class Dictionaries:
    """The dictionaries of files read lately, so that a record read alone does not cost reading its dictionary again.

    `most` of them are kept, each of at most 8 MiB (as made here some 1 to 2 MiB). For any number of threads.
    """

    def __init__(self, most: int = 4) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[int, int, int, int], Dictionary | None] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, stream: BinaryIO, file: str, key: tuple[int, int, int, int]) -> Dictionary | None:
        """Return the dictionary of an open file; `key` tells it from every other, and from what it was before.

        Raises BadRecordError.
        """
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        stream.seek(0)
        dictionary, _ = read_dictionary(stream, file)
        with self._lock:
            self._kept[key] = dictionary
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return dictionary


_KNOWN = Dictionaries()


def content(stream: BinaryIO, data: bytes, file: str, offset: int, key: tuple[int, int, int, int]) -> bytes:
    """Return what the frame `data`, read from an offset of an open file, holds. Raises BadRecordError."""
    dictionary = _KNOWN.of(stream, file, key)
    size = _content_size(data[:_HEAD], dictionary, file, offset, MOST)
    return _decoded(data, dictionary, size, file, offset)
