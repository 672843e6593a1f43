"""Archives with evidence of a test's own making: pages kept as fetched, their files closed and verified."""

import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Connection

from monitor.app.context import Context
from monitor.app.opening import close_context, open_context
from monitor.interfaces import FetchRequest, FetchResult, Hop, Kept
from monitor.model import Capture, Fetch, Outcome
from monitor.settings import Settings
from monitor.store import captures, fetches, files
from tests.blank import blank_sqlite

AT = datetime(2026, 11, 2, 10, 20, 30, tzinfo=UTC)
LATER = AT + timedelta(days=30)
HTML = ((b"Content-Type", b"text/html; charset=utf-8"),)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered at an address."""

    url: str
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...] = HTML


def words(seed: object, count: int) -> str:
    """Return words that hardly repeat, the same every time."""
    chance = Random(str(seed))
    return " ".join(f"{chance.getrandbits(20):x}" for _ in range(count))


def page(host: str, number: int) -> Answer:
    """Return an article of a host: much that stands on all its pages, and a little of its own."""
    around = "".join(f'<li class="menu"><a href="/{word}">{word}</a></li>\n' for word in words(host, 400).split())
    body = f"<html><ul>{around}</ul><article><h1>{number}</h1><p>{words((host, number), 120)}</p></article></html>"
    return Answer(f"https://{host}/news/{number}", body.encode())


def pages(host: str, count: int) -> list[Answer]:
    """Return the first articles of a host."""
    return [page(host, number) for number in range(count)]


def result(answer: Answer, at: datetime) -> FetchResult:
    """Return what the fetcher would have brought."""
    hop = Hop(
        url=answer.url,
        started_at=at,
        request_line=b"GET / HTTP/1.1",
        request_headers=((b"Host", b"a.example"), (b"User-Agent", b"test")),
        status_line=b"HTTP/1.1 200 OK",
        status=200,
        headers=answer.headers,
        raw_body=answer.body,
        ip="192.0.2.7",
    )
    return FetchResult(FetchRequest(answer.url), Outcome.OK, at, 0.1, hops=(hop,))


def settings_in(folder: Path, **sections: Any) -> Settings:
    """Return settings of an archive in a folder."""
    return Settings.model_validate({"data_dir": folder, "evidence": {"min_free": 1}, **sections})


@asynccontextmanager
async def shelf(settings: Settings, at: datetime = LATER) -> AsyncIterator[Context]:
    """Open an archive at a time, without mending what a crash left behind."""
    if not settings.database.url:
        blank_sqlite(settings.data_dir / "archive.db")
    ctx = await open_context(settings, at)
    try:
        yield ctx
    finally:
        await close_context(ctx)


async def keep(settings: Settings, answers: Sequence[Answer], *, verified: bool = True, at: datetime = AT) -> list[str]:
    """Keep answers in a file of their own, which is closed, and verified unless told; return the names of all files."""
    async with shelf(settings, at) as ctx:
        for number, answer in enumerate(answers):
            when = at + timedelta(seconds=number)
            kept = await ctx.evidence.append(result(answer, when))
            await ctx.db.write(record, answer, kept)
        await ctx.evidence.close()
        if verified:
            await ctx.db.write(verify, ctx.settings.evidence_dir, at)
        return [one.name for one in await ctx.db.read(files.every)]


def record(conn: Connection, answer: Answer, kept: Kept) -> int:
    """Store a capture, as the program does."""
    fetch_id = fetches.add(conn, Fetch(answer.url, Outcome.OK, kept.captured_at))
    made = Capture(
        kept.file, kept.offset, kept.length, kept.record_id, kept.record_type, answer.url, kept.captured_at,
        kept.digest, hashlib.sha256(answer.body).hexdigest(), fetch_id=fetch_id, status=200,
        record_sha256=kept.record_sha256 or None,
    )  # fmt: skip
    return captures.add(conn, made)


def verify(conn: Connection, directory: Path, at: datetime) -> None:
    """Mark every file as read and found right."""
    for one in files.every(conn):
        digest = hashlib.sha256((directory / one.name).read_bytes()).hexdigest()
        files.set_fields(conn, one.name, verified_at=at, verified_length=one.committed_length, sha256=digest)


async def everything(settings: Settings) -> dict[int, bytes]:
    """Read every capture through the program; return what each is, whole and uncompressed, by its number."""
    async with shelf(settings) as ctx:
        return await read_all(ctx)


async def read_all(ctx: Context) -> dict[int, bytes]:
    """Read every capture of an open archive."""
    found: dict[int, bytes] = {}
    for one in await ctx.db.read(rows):
        found[one.id] = await ctx.evidence.read(one.file, one.offset, one.length)
        assert hashlib.sha256(found[one.id]).hexdigest() == one.record_sha256
    return found


def rows(conn: Connection) -> list[Capture]:
    """Return every capture that is kept."""
    every = (one for file in files.every(conn, removed=True) for one in captures.in_file(conn, file.name))
    return [one for one in every if not one.removed_at]
