"""Evidence to write, and readers of other makes to judge it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from gzip import compress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from monitor.edges.warc import WarcEvidence
from monitor.interfaces import Earlier, FetchRequest, FetchResult, Hop, Kept
from monitor.model import Outcome

AT = datetime(2026, 11, 2, 10, 20, 30, 123456, tzinfo=UTC)
PAGE = compress(b"<p>" + b"Something happened. " * 200, mtime=0)


class StoppedClock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.at = AT

    def now(self) -> datetime:
        """Return the time set."""
        return self.at

    async def sleep(self, seconds: float) -> None:
        """Let that much time pass at once."""
        self.at += timedelta(seconds=seconds)


def hop(body: bytes = PAGE, **changes: Any) -> Hop:
    """Return one exchange, of a coded page unless told otherwise."""
    first = Hop(
        url="https://news.example/a?x=1",
        started_at=AT,
        request_line=b"GET /a?x=1 HTTP/1.1",
        request_headers=((b"Host", b"news.example"), (b"User-Agent", b"test")),
        status_line=b"HTTP/1.1 200 OK",
        status=200,
        headers=((b"Content-Type", b"text/html"), (b"Content-Encoding", b"gzip")),
        raw_body=body,
        ip="192.0.2.7",
    )
    return replace(first, **changes)


def result(*hops: Hop) -> FetchResult:
    """Return what the fetcher would have brought."""
    return FetchResult(FetchRequest("https://news.example/a?x=1"), Outcome.OK, AT, 0.1, hops=hops)


def evidence_in(directory: Path, **options: Any) -> WarcEvidence:
    """Return evidence that writes to a directory, by a stopped clock."""
    settings: dict[str, Any] = {
        "software": "monitor/1", "contact": "https://desk.example/", "max_bytes": 1 << 30, "max_age_s": 86_400.0,
    }  # fmt: skip
    clock = settings.pop("clock", None) or options.pop("clock", StoppedClock())
    return WarcEvidence(directory, clock, **(settings | options))


def files(directory: Path) -> list[Path]:
    """Return what is in a directory, by name."""
    return sorted(directory.iterdir())


def warcio_index(path: Path) -> list[tuple[str, int, int]]:
    """Return type, offset and length of each record, as warcio finds them."""
    with path.open("rb") as stream:
        records = ArchiveIterator(stream)
        return [(one.rec_type, records.get_record_offset(), records.get_record_length()) for one in records]


def headers_of(path: Path) -> list[dict[str, str]]:
    with path.open("rb") as stream:
        return [dict(record.rec_headers.headers) for record in ArchiveIterator(stream)]


def accepted_by_warcio(path: Path, capsys: pytest.CaptureFixture[str]) -> bool:
    """Run what the command `warcio check -v` runs."""
    code = Checker(SimpleNamespace(inputs=[str(path)], verbose=True)).process_all()
    said = capsys.readouterr().out
    return code == 0 and "failed" not in said and "digest pass" in said


def fastwarc_index(path: Path) -> list[tuple[str, int, bool]]:
    """Return type, offset and whether the block digest holds, as fastwarc finds them."""
    with path.open("rb") as stream:
        return [
            (one.headers["WARC-Type"] or "", one.stream_pos, one.verify_block_digest())
            for one in FastIterator(stream, parse_http=False)
        ]


def earlier_of(kept: Kept) -> Earlier:
    """Return a capture as the original of a revisit."""
    return Earlier(kept.record_id, "https://news.example/a?x=1", kept.captured_at, kept.digest)
