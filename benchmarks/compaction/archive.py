"""An archive of given pages, whose evidence is compacted and looked at."""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from benchmarks.compaction.pages import AT
from monitor.app.context import Context
from monitor.app.opening import close_context, open_context
from monitor.interfaces import FetchRequest, FetchResult, Hop, Kept
from monitor.model import Capture, Fetch, Outcome
from monitor.settings import EvidenceSettings, Settings
from monitor.store import captures, fetches, files

Fields = Sequence[tuple[bytes, bytes]]

HTML = (b"Content-Type", b"text/html; charset=utf-8")
AGENT = (b"User-Agent", b"Monitor/1 (news archive)")


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes of all evidence before and after, how long it took, and what was left as it is."""

    before: int
    after: int
    took_s: float
    left: tuple[str, ...]


async def archived(
    folder: Path, pages: Sequence[tuple[str, bytes]], headers: Sequence[tuple[bytes, bytes]]
) -> Settings:
    """Keep pages, by URL, in closed and verified files of an archive."""
    settings = Settings(data_dir=folder, evidence=EvidenceSettings(min_free=1))
    ctx = await open_context(settings, AT)
    for number, (url, body) in enumerate(pages):
        result = _fetched(url, body, headers, AT + timedelta(seconds=number))
        digest = hashlib.sha256(body).hexdigest()
        await ctx.db.write(_record, url, digest, await ctx.evidence.append(result))
    await ctx.evidence.close()
    await ctx.db.write(_verified, settings.evidence_dir)
    await close_context(ctx)
    return settings


def _fetched(url: str, body: bytes, headers: Fields, at: datetime) -> FetchResult:
    host = url.split("/")[2].encode()
    hop = Hop(
        url=url,
        started_at=at,
        request_line=b"GET / HTTP/1.1",
        request_headers=((b"Host", host), AGENT, (b"Accept", b"text/html,*/*;q=0.8")),
        status_line=b"HTTP/1.1 200 OK",
        status=200,
        headers=(HTML, *headers),
        raw_body=body,
        ip="192.0.2.7",
    )
    return FetchResult(FetchRequest(url), Outcome.OK, at, 0.1, hops=(hop,))


def _record(conn: Connection, url: str, sha256: str, kept: Kept) -> None:
    fetch_id = fetches.add(conn, Fetch(url, Outcome.OK, kept.captured_at))
    made = Capture(
        kept.file, kept.offset, kept.length, kept.record_id, kept.record_type, url, kept.captured_at, kept.digest,
        sha256, fetch_id=fetch_id, status=200, record_sha256=kept.record_sha256 or None,
    )  # fmt: skip
    captures.add(conn, made)


def _verified(conn: Connection, directory: Path) -> None:
    for one in files.every(conn):
        digest = hashlib.sha256((directory / one.name).read_bytes()).hexdigest()
        files.set_fields(conn, one.name, verified_at=AT, verified_length=one.committed_length, sha256=digest)


async def compacted(settings: Settings) -> Sizes:
    """Compact, read every capture again, and return what it came to."""
    from monitor.app.compacting import compact

    before = _size(settings.evidence_dir)
    ctx = await open_context(settings, AT)
    began = time.perf_counter()
    report = await compact(ctx, dry_run=False, now=True)
    took = time.perf_counter() - began
    await _read_all(ctx)
    await close_context(ctx)
    return Sizes(before, _size(settings.evidence_dir), took, report.left)


async def _read_all(ctx: Context) -> None:
    for file in await ctx.db.read(files.every):
        for one in await ctx.db.read(captures.in_file, file.name):
            raw = await ctx.evidence.read(one.file, one.offset, one.length)
            if hashlib.sha256(raw).hexdigest() != one.record_sha256:
                raise SystemExit(f"capture {one.id} is not what it was")


def _size(directory: Path) -> int:
    return sum(path.stat().st_size for path in directory.iterdir())
