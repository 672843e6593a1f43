"""Take the containers of WARC files apart, whoever made them: plain, gzip and zstd, forward only and in bounded pieces.

What is damaged is left behind, and the next member looked for.
"""

import hashlib
import struct
import sys
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Protocol
from zipfile import BadZipFile

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

GZIP, ZSTD = b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd"
_DICTIONARY = b"\x5d\x2a\x4d\x18"  # the skippable frame that holds it, first in the file (IIPC's zstd proposal)
_RAW_DICTIONARY = b"\x37\xa4\x30\xec"
_MOST_DICTIONARY = 16 << 20  # bytes
_WINDOW_LOG = 27  # 128 MiB; zstd itself takes no more unless told
_CHUNK = 16_384  # the end of a gzip member has its engine copy what follows in the chunk
_PIECE = 65_536
_BEGINNING = b"WARC/"
_LOOK = 4_096  # bytes of a member that tell whether it begins with a record
# What reading may raise: of a file, and of a member of a ZIP.
UNREADABLE = (OSError, BadZipFile, EOFError, zlib.error, ValueError, struct.error, NotImplementedError, RuntimeError)


class DamageError(Exception):
    """What a container holds is not what it should be; behind `final` damage nothing more can be read."""

    def __init__(self, kind: str, why: str, *, final: bool = False) -> None:
        super().__init__(why)
        self.kind = kind
        self.why = why
        self.final = final


class Feed:
    """The bytes of a file in their order, hashed on their way. `position` is where `chunk` begins."""

    def __init__(self, stream: BinaryIO) -> None:
        self.chunk = b""
        self.position = 0
        self._stream = stream
        self._sha256 = hashlib.sha256()

    def fill(self) -> bool:
        """Make sure that there is a chunk; False at the end. Raises DamageError."""
        if not self.chunk:
            self.chunk = self._read()
        return bool(self.chunk)

    def peek(self, size: int) -> bytes:
        """Return the next bytes, fewer at the end, and leave them where they are. Raises DamageError."""
        while len(self.chunk) < size and (more := self._read()):
            self.chunk += more
        return self.chunk[:size]

    def drop(self, size: int) -> None:
        """Go on behind so many bytes of the chunk."""
        self.chunk = self.chunk[size:]
        self.position += size

    def put_back(self, rest: bytes) -> None:
        """Give back bytes that were dropped."""
        self.chunk = rest + self.chunk
        self.position -= len(rest)

    def seek(self, mark: bytes) -> bool:
        """Go to where a mark begins; False, and to the end, where there is none. Raises DamageError."""
        while (place := self.chunk.find(mark)) < 0:
            self.drop(max(len(self.chunk) - len(mark) + 1, 0))  # a mark may lie across two chunks
            more = self._read()
            self.chunk += more
            if not more:
                self.drop(len(self.chunk))
                return False
        self.drop(place)
        return True

    def hexdigest(self) -> str:
        """Return the SHA-256 of the whole file; to be asked once everything else was. Raises DamageError."""
        while self.fill():
            self.drop(len(self.chunk))
        return self._sha256.hexdigest()

    def _read(self) -> bytes:
        try:
            more = self._stream.read(_CHUNK)
        except UNREADABLE as error:
            raise DamageError("unreadable", f"it cannot be read on: {error}", final=True) from error
        self._sha256.update(more)
        return more


class Holder(Protocol):
    """A kind of container. `name` is what it is called; `members` says that each record should be one."""

    name: str
    members: bool

    def pieces(self, feed: Feed) -> Iterator[bytes]:
        """Yield what the member at the feed's position holds; then the feed stands behind it. Raises DamageError."""
        ...

    def find(self, feed: Feed) -> bool:
        """Go to the next member that begins with a record; False, and to the end, without one. Raises DamageError."""
        ...


class Plain:
    """A file without compression: one member, of all records."""

    name, members = "an uncompressed WARC", False

    def pieces(self, feed: Feed) -> Iterator[bytes]:
        """Yield the file."""
        while feed.fill():
            piece = feed.chunk
            feed.drop(len(piece))
            yield piece

    def find(self, feed: Feed) -> bool:
        """Say that there is no other member."""
        feed.hexdigest()
        return False


class Gzip:
    """gzip (RFC 1952)."""

    name, members = "gzip", True

    def pieces(self, feed: Feed) -> Iterator[bytes]:
        """Yield what a gzip member holds; its checksum is checked."""
        engine = zlib.decompressobj(wbits=31)
        while not engine.eof:
            if not feed.fill():
                raise DamageError("torn", "the file ends within a gzip member")
            yield from _inflated(engine, feed)

    def find(self, feed: Feed) -> bool:
        """Look for the next gzip member."""
        return _find(feed, GZIP, _inflates)


def _inflated(engine: "zlib._Decompress", feed: Feed) -> Iterator[bytes]:
    data = feed.chunk
    while data and not engine.eof:
        try:
            piece = engine.decompress(data, _PIECE)
        except zlib.error as error:
            raise DamageError("bad-gzip", f"no gzip member, or a damaged one: {error}") from error
        rest = engine.unused_data if engine.eof else engine.unconsumed_tail
        feed.drop(len(data) - len(rest))
        data = rest
        if piece:
            yield piece


def _inflates(data: bytes) -> bool:
    try:
        return zlib.decompressobj(wbits=31).decompress(data, len(_BEGINNING)) == _BEGINNING
    except zlib.error:
        return False


class Zstd:
    """zstd (RFC 8878) as IIPC proposes it for WARC: a frame a record, a dictionary in a skippable frame before all."""

    name, members = "zstd", True

    def __init__(self) -> None:
        self._dictionary: zstd.ZstdDict | None = None

    def pieces(self, feed: Feed) -> Iterator[bytes]:
        """Yield what a frame holds; of a skippable one nothing."""
        magic = feed.peek(4)
        if magic[1:] == _DICTIONARY[1:] and magic[0] & 0xF0 == 0x50:
            return self._skip(feed)
        return self._frame(feed)

    def find(self, feed: Feed) -> bool:
        """Look for the next frame."""
        return _find(feed, ZSTD, self._unpacks)

    def _frame(self, feed: Feed) -> Iterator[bytes]:
        engine = self._engine()
        while not engine.eof:
            if engine.needs_input and not feed.fill():
                raise DamageError("torn", "the file ends within a zstd frame")
            data = feed.chunk if engine.needs_input else b""
            try:
                piece = engine.decompress(data, _PIECE)
            except zstd.ZstdError as error:
                raise DamageError("bad-zstd", f"no zstd frame, or a damaged one: {error}") from error
            feed.drop(len(data))
            if piece:
                yield piece
        feed.put_back(engine.unused_data)

    def _engine(self) -> "zstd.ZstdDecompressor":
        options: dict[int, int] = {zstd.DecompressionParameter.window_log_max: _WINDOW_LOG}
        return zstd.ZstdDecompressor(self._dictionary, options)

    def _unpacks(self, data: bytes) -> bool:
        try:
            return self._engine().decompress(data, len(_BEGINNING)) == _BEGINNING
        except zstd.ZstdError:
            return False

    def _skip(self, feed: Feed) -> Iterator[bytes]:
        head = feed.peek(8)
        size = int.from_bytes(head[4:8], "little")
        first = feed.position == 0 and head[:4] == _DICTIONARY
        if len(head) < 8 or (first and size > _MOST_DICTIONARY):
            raise DamageError("bad-zstd", f"a dictionary of {size} bytes" if first else "a torn frame", final=True)
        feed.drop(8)
        held = bytearray()
        while size and feed.fill():
            part = feed.chunk[:size]
            feed.drop(len(part))
            size -= len(part)
            held += part if first else b""
        if size:
            raise DamageError("torn", "the file ends within a skippable frame")
        if first:
            self._dictionary = _dictionary(bytes(held))
        yield from ()


def _dictionary(data: bytes) -> "zstd.ZstdDict":
    """Return the dictionary that a skippable frame holds, as it is or compressed. Raises DamageError."""
    try:
        if data.startswith(ZSTD):
            engine = zstd.ZstdDecompressor()
            data = engine.decompress(data, _MOST_DICTIONARY)
            if not engine.eof:
                raise DamageError("bad-zstd", "its dictionary is too large, or torn", final=True)
        return zstd.ZstdDict(data, is_raw=not data.startswith(_RAW_DICTIONARY))
    except (zstd.ZstdError, ValueError) as error:
        raise DamageError("bad-zstd", f"its dictionary is none: {error}", final=True) from error


def _find(feed: Feed, magic: bytes, begins: "Begins") -> bool:
    while feed.seek(magic):
        if begins(feed.peek(_LOOK)[:_LOOK]):
            return True
        feed.drop(1)
    return False


class Begins(Protocol):
    """A judgement of the bytes at which a member may begin."""

    def __call__(self, data: bytes, /) -> bool:
        """Say whether a record begins in them."""
        ...


def holder_of(beginning: bytes) -> Holder | None:
    """Return what kind of container a file is by its first bytes; None for what holds no WARC."""
    if beginning.startswith(GZIP):
        return Gzip()
    if beginning.startswith(ZSTD) or (beginning[1:4] == _DICTIONARY[1:] and beginning[0] & 0xF0 == 0x50):
        return Zstd()
    return Plain() if beginning.lstrip(b"\r\n").startswith(_BEGINNING) else None
