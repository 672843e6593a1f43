"""Write rows into a stream as they come: lines, plain or packed, and plain files with an index."""

import gzip
from collections.abc import Sequence
from typing import Any, BinaryIO, Protocol

from monitor.app.export_rows import Lines
from monitor.app.export_text import TextFile, index_line
from monitor.edges.export_draft import FolderDraft


class Writer(Protocol):
    """What takes the rows of an export; `length` is how many bytes of its stream are good by now, `rows` how many.

    Each call writes all or raises, and may be made in a thread, one after the other.
    """

    length: int
    rows: int

    def begin(self) -> None:
        """Write what stands before the first row."""
        ...

    def add(self, rows: Sequence[Any]) -> None:
        """Write rows."""
        ...

    def end(self) -> None:
        """Write what stands after the last row."""
        ...

    def drop(self) -> None:
        """Let go before the stream is closed, where the rest will not come."""
        ...


class LineWriter:
    """Lines in UTF-8. Packed, each call writes a gzip member of its own (RFC 1952 2.2), after which can be gone on."""

    def __init__(self, out: BinaryIO, lines: Lines, *, packed: bool, length: int = 0, rows: int = 0) -> None:
        self._out = out
        self._lines = lines
        self._packed = packed
        self.length = length
        self.rows = rows

    def begin(self) -> None:
        """Write what stands before the first row; an empty packed file is a member that holds nothing."""
        self._write(self._lines.head, 0)

    def add(self, rows: Sequence[Any]) -> None:
        """Write rows, those that are none left out."""
        written = [line for row in rows if (line := self._lines.row(row))]
        if written:
            self._write("".join(written), len(written))

    def end(self) -> None:
        """Write what stands after the last row."""
        if self._lines.tail:
            self._write(self._lines.tail, 0)

    def drop(self) -> None:
        """Hold nothing."""

    def _write(self, text: str, rows: int) -> None:
        data = text.encode("utf-8", "replace")
        written = write_all(self._out, gzip.compress(data, 6, mtime=0) if self._packed else data)
        self.length += written
        self.rows += rows


class TextWriter:
    """Plain files beside each other, and the index that is the stream."""

    def __init__(self, draft: FolderDraft, *, length: int = 0, rows: int = 0) -> None:
        self._draft = draft
        self.length = length
        self.rows = rows

    def begin(self) -> None:
        """Write nothing: an empty index is one."""

    def add(self, rows: Sequence[TextFile]) -> None:
        """Write files, then their lines of the index."""
        for file in rows:
            self._draft.put(file.name, file.data)
        self.length += write_all(self._draft.stream, b"".join(map(index_line, rows)))
        self.rows += len(rows)

    def end(self) -> None:
        """Write nothing more."""

    def drop(self) -> None:
        """Hold nothing."""


def write_all(out: BinaryIO, data: bytes) -> int:
    """Write to a stream that may take less at a time; return how many bytes that were."""
    left = memoryview(data)
    while left:
        left = left[out.write(left) or 0 :]
    return len(data)
