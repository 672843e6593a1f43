"""Index lines of captures as CDXJ, the format that pywb and replayweb.page look up by, and their sorting.

Keys, fields and their order are those of cdxj-indexer 1.5 (specs.webrecorder.net/cdxj).
"""

import heapq
import json
import re
import zlib
from collections.abc import Iterator
from hashlib import sha256
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Protocol

from monitor.core.surt import surt
from monitor.model import Capture

ENCODING = "ascii"  # the lines hold nothing else
REVISIT = "warc/revisit"
_RUN_BYTES = 16 << 20  # lines sorted in memory, before they go to a temporary file
_BLOCK_LINES = 1024  # of a compressed index, as browsertrix and py-wacz have it
_NO_TYPE = re.compile(r"[;\s]")


def line(one: Capture, file: str, offset: int, length: int, **more: str) -> str:
    """Return the index line of a capture whose record lies there, with its line end; `more` are further fields."""
    fields = {
        "url": one.url,
        "mime": _media_type(one),
        "status": _status(one),
        "digest": one.digest,
        "length": str(length),
        "offset": str(offset),
        "filename": file,
        **more,
    }
    told = {name: value for name, value in fields.items() if value is not None}
    return f"{surt(one.url)} {one.captured_at:%Y%m%d%H%M%S} {json.dumps(told)}\n"


def _media_type(one: Capture) -> str | None:
    if one.record_type == "revisit":
        return REVISIT
    return None if one.media_type is None else _NO_TYPE.split(one.media_type, maxsplit=1)[0]


def _status(one: Capture) -> str | None:
    """Return what the record's own HTTP head says; the revisit of a 304 has none (edges/warc_records.py)."""
    if one.status is None or (one.record_type == "revisit" and one.status == 304):
        return None
    return str(one.status)


class SortedLines:
    """Lines that come in any order and leave sorted, each once; beyond 16 MiB they wait in temporary files."""

    def __init__(self, run_bytes: int = _RUN_BYTES) -> None:
        self._run_bytes = run_bytes
        self._lines: list[str] = []
        self._size = 0
        self._runs: list[IO[str]] = []

    def add(self, text: str) -> None:
        """Take a line with its line end. Raises OSError when the temporary folder is full."""
        self._lines.append(text)
        self._size += len(text)
        if self._size >= self._run_bytes:
            self._runs.append(self._run())
            self._lines, self._size = [], 0

    def _run(self) -> IO[str]:
        run = TemporaryFile("w+", encoding=ENCODING)  # noqa: SIM115 - closed by close()
        run.writelines(sorted(self._lines))
        run.seek(0)
        return run

    def __iter__(self) -> Iterator[str]:
        """Yield the lines; may be asked once."""
        last = None
        for text in heapq.merge(*self._runs, sorted(self._lines)):
            if text != last:
                yield text
            last = text

    def close(self) -> None:
        """Let go of the temporary files."""
        for run in self._runs:
            run.close()


class Sink(Protocol):
    """What takes bytes."""

    def write(self, data: bytes, /) -> int:
        """Take them all."""
        ...


def compress(lines: Iterator[str], out: Sink, file: str) -> Iterator[str]:
    """Write sorted lines to `out` in gzip members of 1024, and yield the index of these: the format `cdxj-gzip-1.0`.

    `file` is what `out` is called beside its index.
    """
    yield f"!meta 0 {json.dumps({'format': 'cdxj-gzip-1.0', 'filename': file})}\n"
    offset = 0
    while block := list(islice(lines, _BLOCK_LINES)):
        engine = zlib.compressobj(wbits=16 + zlib.MAX_WBITS)
        data = engine.compress("".join(block).encode(ENCODING)) + engine.flush()
        out.write(data)
        where = {"offset": offset, "length": len(data), "digest": f"sha256:{sha256(data).hexdigest()}"}
        yield f"{block[0].partition('{')[0].strip()} {json.dumps(where)}\n"
        offset += len(data)
