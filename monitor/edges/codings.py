"""The content codings of HTTP, undone in bounded pieces; each knows whether its end was seen."""

import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

import brotli
import zstandard

PIECE = 65_536  # bytes asked of an engine at a time
# A zstd block of 4 bytes can hold 128 KiB (RFC 8878 3.1.1.2.2) and the engine cannot be told to stop, so it is fed
# in slices: 64 bytes make 2 MiB at the worst, and a news page no slower than 2 ms.
_ZSTD_SLICE = 64
_ZSTD_WINDOW = 1 << 23  # RFC 9659: an HTTP encoder must not use more
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_GZIP_MAGIC = b"\x1f\x8b"

# What follows the end of a gzip member is copied by the engine, once for each member: short slices keep that cheap.
_GZIP_SLICE = 4_096
# Members and frames in a row are one body, and honest ones hold 64 KiB or more each. A body of a million empty ones
# would take ten seconds to find nothing in.
MAX_MEMBERS = 4_096


class TooManyMembersError(Exception):
    """A body is made of more gzip members or zstd frames than anybody sends in good faith."""

    def __init__(self) -> None:
        super().__init__(f"more than {MAX_MEMBERS} members")


FAULTS: tuple[type[Exception], ...] = (zlib.error, zstandard.ZstdError, brotli.error, TooManyMembersError)


class Coding(Protocol):
    """One coding being undone. `done` says that the end of the stream was seen; bytes after it are ignored.

    `window` is how many bytes of what it decoded it may hold to refer back to.
    """

    done: bool
    window: int

    def push(self, data: bytes) -> Iterator[bytes]:
        """Yield what the data decodes to, in pieces of about 64 KiB (zstd: up to 2 MiB). Raises one of FAULTS."""
        ...


def _one_more(members: int) -> int:
    if members >= MAX_MEMBERS:
        raise TooManyMembersError
    return members + 1


class Gzip:
    """gzip (RFC 1952), of up to MAX_MEMBERS members."""

    window = 1 << 15

    def __init__(self) -> None:
        self.done = False
        self._members = 1
        self._engine = zlib.decompressobj(wbits=31)
        self._held = b""  # the start of what may be a further member
        self._closed = False  # something else came after the last member

    def push(self, data: bytes) -> Iterator[bytes]:
        """Yield pieces; checks each member's CRC and length."""
        for start in range(0, len(data), _GZIP_SLICE):
            yield from self._push_slice(data[start : start + _GZIP_SLICE])

    def _push_slice(self, data: bytes) -> Iterator[bytes]:
        rest = b"" if self._closed else self._held + data
        self._held = b""
        while rest:
            if self.done and not self._next_member(rest):
                return
            yield from inflated(self._engine, rest)
            self.done = self._engine.eof
            rest = self._engine.unused_data if self.done else b""

    def _next_member(self, rest: bytes) -> bool:
        if rest[:2] == _GZIP_MAGIC:
            self._engine, self.done = zlib.decompressobj(wbits=31), False
            self._members = _one_more(self._members)
            return True
        self._held = rest if rest == _GZIP_MAGIC[:1] else b""
        self._closed = not self._held
        return False


class Deflate:
    """deflate as it is found: zlib (RFC 1950), or without its wrapping (RFC 1951), told by the first two bytes."""

    window = 1 << 15

    def __init__(self) -> None:
        self.done = False
        self._engine: zlib._Decompress | None = None
        self._held = b""

    def push(self, data: bytes) -> Iterator[bytes]:
        """Yield pieces."""
        data, self._held = self._held + data, b""
        if self._engine is None and len(data) < 2:
            self._held = data
            return
        if self._engine is None:
            self._engine = zlib.decompressobj(wbits=15 if _has_zlib_header(data) else -15)
        if not self.done:
            yield from inflated(self._engine, data)
            self.done = self._engine.eof


def _has_zlib_header(data: bytes) -> bool:
    return data[0] & 0x0F == 8 and (data[0] << 8 | data[1]) % 31 == 0


def inflated(engine: "zlib._Decompress", data: bytes) -> Iterator[bytes]:
    """Yield what one zlib stream decodes to, in pieces; then `engine.eof` and `engine.unused_data` tell the rest."""
    piece = engine.decompress(data, PIECE)
    while piece:
        yield piece
        # A full piece may have left output inside the engine even when all input is used up.
        piece = b"" if engine.eof else engine.decompress(engine.unconsumed_tail, PIECE)


class Brotli:
    """br (RFC 7932)."""

    window = 1 << 24

    def __init__(self) -> None:
        self.done = False
        self._engine = brotli.Decompressor()

    def push(self, data: bytes) -> Iterator[bytes]:
        """Yield pieces."""
        if self.done:
            return
        piece = self._engine.process(data, output_buffer_limit=PIECE)
        while piece:
            yield piece
            # It can say that it wants input while still holding output, so only an empty answer ends the asking.
            piece = b"" if self._engine.is_finished() else self._engine.process(b"", output_buffer_limit=PIECE)
        self.done = self._engine.is_finished()


class Zstd:
    """zstd (RFC 8878), of up to MAX_MEMBERS frames, with windows up to 8 MiB (RFC 9659)."""

    window = _ZSTD_WINDOW

    def __init__(self) -> None:
        self.done = False
        self._members = 1
        self._frames = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
        self._engine = self._frames.decompressobj()
        self._held = b""  # the start of what may be a further frame
        self._closed = False  # something else came after the last frame

    def push(self, data: bytes) -> Iterator[bytes]:
        """Yield pieces; checks checksums where the frame has one."""
        for start in range(0, len(data), _ZSTD_SLICE):
            yield from self._push_slice(data[start : start + _ZSTD_SLICE])

    def _push_slice(self, rest: bytes) -> Iterator[bytes]:
        rest = b"" if self._closed else self._held + rest
        self._held = b""
        while rest:
            if self.done and not self._next_frame(rest):
                return
            if piece := self._engine.decompress(rest):
                yield piece
            self.done = self._engine.eof
            rest = self._engine.unused_data if self.done else b""

    def _next_frame(self, rest: bytes) -> bool:
        self._closed = not _may_start_frame(rest[:4])
        if self._closed or len(rest) < 4:
            self._held = rest
            return False
        self._engine, self.done = self._frames.decompressobj(), False
        self._members = _one_more(self._members)
        return True


def _may_start_frame(head: bytes) -> bool:
    skippable = bytes((0x50 | head[0] & 0x0F,)) + b"\x2a\x4d\x18"
    return _ZSTD_MAGIC.startswith(head) or skippable.startswith(head)


CODINGS: dict[str, Callable[[], Coding]] = {
    "gzip": Gzip,
    "x-gzip": Gzip,
    "deflate": Deflate,
    "br": Brotli,
    "zstd": Zstd,
}
