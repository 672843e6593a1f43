"""Read WARC files record by record, exactly as they are: where each lies, its header lines, its block.

Made for files that are not to be trusted: every size is bounded, and what is wrong is told with its offset. Judgement
of what a record says is others' business.
"""

import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from monitor.errors import EvidenceError

END = b"\r\n\r\n"
GZIP = b"\x1f\x8b"
MOST = 1 << 30  # bytes of one record uncompressed
_MOST_HEAD = 1 << 20
_CHUNK = 1 << 20
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_LINE_END = re.compile(rb"\r?\n")


class BadRecordError(EvidenceError):
    """A record that is none, or is not whole; `file` and `offset` (of its first byte in the file) say where."""

    def __init__(self, file: str, offset: int, why: str) -> None:
        super().__init__(f"{file}: byte {offset}: {why}")
        self.file = file
        self.offset = offset
        self.why = why


@dataclass(frozen=True, slots=True)
class RawRecord:
    """One record. `offset` and `length` are those of its compressed member in the file; `head` ends with an empty line.

    `headers` are its named fields with their values as text, in order, unfolded.
    """

    offset: int
    length: int
    head: bytes
    headers: tuple[tuple[str, str], ...]
    block: bytes

    def header(self, name: str) -> str | None:
        """Return the first field of that name, whatever its case, or None."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    @property
    def kind(self) -> str:
        """Return its WARC-Type."""
        return self.header("WARC-Type") or ""

    @property
    def raw(self) -> bytes:
        """Return the whole record, uncompressed, with its end mark."""
        return self.head + self.block + END


def records_of(path: Path) -> Iterator[RawRecord]:
    """Yield the records of a `.warc.gz`, one gzip member each.

    Raises BadRecordError at the first that is torn, larger than MOST bytes, or not alone in its member; EvidenceError
    for a file that cannot be read.
    """
    return read_records(path, gzip_members)


def read_records(path: Path, parts: Callable[[BinaryIO, str], Iterator[tuple[int, int, bytes]]]) -> Iterator[RawRecord]:
    """Yield the records of a file that `parts` cuts into offset, length and content of each. Raises as that does."""
    try:
        with path.open("rb") as stream:
            for offset, length, raw in parts(stream, path.name):
                yield parse(raw, path.name, offset, length)
    except OSError as error:
        raise EvidenceError(f"{path.name} cannot be read: {error.strerror}") from error


def gzip_members(stream: BinaryIO, file: str, start: int = 0, *, most: int = MOST) -> Iterator[tuple[int, int, bytes]]:
    """Yield offset, length and content of each gzip member. Raises BadRecordError for one that is torn or too large."""
    stream.seek(start)
    position, waiting = start, b""
    while waiting := waiting or stream.read(_CHUNK):
        engine, parts, size, taken = zlib.decompressobj(wbits=31), [], 0, 0
        while not engine.eof:
            if not waiting:
                raise BadRecordError(file, position, "the record is torn: its gzip member ends early")
            try:
                part = engine.decompress(waiting, _CHUNK)
            except zlib.error as error:
                raise BadRecordError(file, position, f"no gzip member: {error}") from error
            rest = engine.unconsumed_tail if not engine.eof else engine.unused_data
            taken += len(waiting) - len(rest)
            size += len(part)
            parts.append(part)
            waiting = rest or (b"" if engine.eof else stream.read(_CHUNK))
            if size > most:
                raise BadRecordError(file, position, f"the record is larger than {most} bytes")
        yield position, taken, b"".join(parts)
        position += taken


def parse(raw: bytes, file: str = "", offset: int = 0, length: int = 0) -> RawRecord:
    """Return the record that these uncompressed bytes are, all of them. Raises BadRecordError."""
    end = raw.find(END, 0, _MOST_HEAD)
    if not raw.startswith((b"WARC/1.0\r\n", b"WARC/1.1\r\n")) or end < 0:
        raise BadRecordError(file, offset, "no WARC record begins here")
    head, headers = raw[: end + 4], _headers(raw[:end], file, offset)
    said = next((value for name, value in headers if name.lower() == "content-length"), "")
    if not said.isascii() or not said.isdigit():
        raise BadRecordError(file, offset, f"Content-Length is {said!r}")
    block, rest = raw[len(head) : len(head) + int(said)], raw[len(head) + int(said) :]
    if len(block) != int(said):
        raise BadRecordError(file, offset, f"the block has {len(block)} of {said} bytes")
    if rest != END:
        raise BadRecordError(file, offset, "what follows the block is no end of a record")
    return RawRecord(offset, length or len(raw), head, headers, block)


def _headers(head: bytes, file: str, offset: int) -> tuple[tuple[str, str], ...]:
    lines: list[str] = []
    for line in head.split(b"\r\n")[1:]:
        text = line.decode("utf-8", "surrogateescape")
        if text[:1] in (" ", "\t") and lines:
            lines[-1] += " " + text.strip()
        else:
            lines.append(text)
    pairs = tuple((name, value.strip()) for name, colon, value in (line.partition(":") for line in lines) if colon)
    if len(pairs) != len(lines):
        raise BadRecordError(file, offset, "a line of its header has no colon")
    return pairs


def split_http(block: bytes) -> tuple[bytes, tuple[tuple[bytes, bytes], ...], bytes]:
    """Return the first line, the header lines and the body of a block of HTTP; the body as it is.

    Lines may end with LF alone (RFC 9112 2.2), and go on with white space in the next one (5.2).
    """
    end = _HEAD_END.search(block)
    head, body = (block[: end.start()], block[end.end() :]) if end else (block, b"")
    first, *lines = _LINE_END.split(head)
    fields: list[tuple[bytes, bytes]] = []
    for line in lines:
        if line[:1] in (b" ", b"\t") and fields:
            name, value = fields[-1]
            fields[-1] = name, (value + b" " + line.strip(b" \t")).strip(b" \t")
        else:
            name, _, value = line.partition(b":")
            fields.append((name, value.strip(b" \t")))
    return first, tuple(fields), body
