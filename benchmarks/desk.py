"""How quickly a reader's pages come: `python -m benchmarks.desk [--documents N] [--database sqlite|postgresql]`.

An archive holds so many documents of 400 outlets, a fifth as many sources, an edit of every third document, a saved
text for every twentieth, and copies of every tenth. Each page is asked for over HTTP as a browser does it, without what
a browser would have kept. Beside it: the front page of an archive of a tenth, since what grows with the archive gets
slow. On SQLite the aim is of the processor's time, in which the asking is included: the clock tells what else the
machine is busy with. PostgreSQL works in processes of its own, so there it is of the clock.
"""

import argparse
import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from aiohttp import ClientSession, web
from sqlalchemy import Connection, Engine, insert

from benchmarks.aims import state
from benchmarks.crowd import databases
from monitor import Settings, load_settings, open_archive
from monitor.model import (
    ChangeKind,
    CitationKind,
    DocumentState,
    Origin,
    Outcome,
    SourceKind,
    SourceState,
    Standing,
)
from monitor.store.database import Database
from monitor.store.dialects import open_engine
from monitor.store.schema import (
    change,
    citation,
    cluster,
    copy,
    corpus_bytes,
    corpus_file,
    document,
    entry,
    fetch,
    host,
    revision,
    source,
)
from monitor.web.server import application

AIM_MS = 100.0
AIM_GROWTH = 2.5  # times as long for ten times as much
OUTLETS, BATCH, ROUNDS = 400, 5_000, 15
PAGES = ("/", "/sources", "/sources/7", "/outlets", "/outlets/paper7.example", "/clusters", "/corpus", "/corpus/20")
TEXT = "The harbour office reported ships in the roads on Tuesday evening, more than in any week. " * 8

Row = dict[str, Any]


def main() -> None:
    """Print the table, and whether the aims were met."""
    arguments = _arguments()
    with databases(arguments.database) as made:
        small = asyncio.run(measured(made(), arguments.documents // 10, ("/",)))
        times = asyncio.run(measured(made(), arguments.documents, PAGES))
    print(f"{arguments.documents:,} documents on {arguments.database}")
    print(f"{'page':28}{'median ms':>11}{'95 % ms':>9}{'processor ms':>14}")
    for page, each in times.items():
        by_clock = [one.clock for one in each]
        busy = median(one.processor for one in each)
        print(f"{page:28}{median(by_clock):11.1f}{quantiles(by_clock, n=20)[-1]:9.1f}{busy:14.1f}")
    front, tenth = (_judged(one["/"], arguments.database) for one in (times, small))
    told = f"median {front:.0f} ms, {front / tenth:.1f} times that of an archive of a tenth"
    met = front < AIM_MS and front / tenth < AIM_GROWTH
    what = f"the front page of {arguments.documents:,} documents"
    state(what, told, f"under {AIM_MS:.0f} ms, {AIM_GROWTH} times", met)


class Took(NamedTuple):
    """How long a page took, in milliseconds: by the clock, and of the processor in this process."""

    clock: float
    processor: float


def _judged(each: list[Took], database: str) -> float:
    return median(one.processor if database == "sqlite" else one.clock for one in each)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    return parser.parse_args()


async def measured(url: str, count: int, pages: tuple[str, ...]) -> dict[str, list[Took]]:
    """Return the milliseconds that each page took, of an archive made for it."""
    Database.open(url).close()
    engine = open_engine(url, 30.0)
    fill(engine, count, datetime.now(UTC))
    engine.dispose()
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        return await _served(_settings(url, Path(folder)), pages)


def _settings(url: str, folder: Path) -> Settings:
    return load_settings(None, {"database.url": url, "data_dir": str(folder), "web.rate": "100000"})


async def _served(settings: Settings, pages: tuple[str, ...]) -> dict[str, list[Took]]:
    async with open_archive(settings) as archive:
        port = await _free_port()
        runner = web.AppRunner(application(archive, f"127.0.0.1:{port}"), access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        try:
            async with ClientSession(f"http://127.0.0.1:{port}") as client:
                return {page: [await _asked(client, page) for _ in range(ROUNDS + 2)][2:] for page in pages}
        finally:
            await runner.cleanup()


async def _free_port() -> int:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port: int = server.sockets[0].getsockname()[1]
    server.close()
    return port


async def _asked(client: ClientSession, page: str) -> Took:
    began, busy = time.perf_counter(), time.process_time()
    async with client.get(page) as answer:
        await answer.read()
        answer.raise_for_status()
    return Took((time.perf_counter() - began) * 1000, (time.process_time() - busy) * 1000)


# --- the archive ----------------------------------------------------------------------------------------------


def fill(engine: Engine, count: int, now: datetime) -> None:
    """Add documents with all that belongs to them, the newest last, one every two minutes."""
    with engine.begin() as conn:
        conn.execute(insert(host), [{"name": _outlet(number)} for number in range(OUTLETS)])
    watched = max(count // 5, 20)
    add: Callable[[Any, Callable[[int], Row | None], int], None] = lambda table, row, many: _add(  # noqa: E731
        engine, table, row, many
    )
    add(source, lambda number: _source(number, now), watched)
    add(document, lambda number: _document(number, count, now), count)
    add(revision, lambda number: _revision(number, count, now), count)
    add(entry, lambda number: _entry(number, count, watched, now), count)
    add(change, lambda number: _change(number, count, now), count)
    add(fetch, lambda number: _fetch(number, watched, now), 3 * count)
    add(cluster, lambda number: {"id": number, "made_at": now} if number % 20 == 0 else None, count)
    add(copy, lambda number: _copy(number, count, now), count)
    add(corpus_bytes, lambda number: {"sha256": f"{number:064}", "data": b""} if number % 20 == 0 else None, count)
    add(corpus_file, lambda number: _file(number, now), count)
    add(citation, _citation, count)


def _add(engine: Engine, table: Any, row: Callable[[int], Row | None], many: int) -> None:
    for start in range(1, many + 1, BATCH):
        rows = [made for number in range(start, min(start + BATCH, many + 1)) if (made := row(number))]
        if rows:
            with engine.begin() as conn:
                _insert(conn, table, rows)


def _insert(conn: Connection, table: Any, rows: list[Row]) -> None:
    conn.execute(insert(table), rows)


def _outlet(number: int) -> str:
    return f"paper{number % OUTLETS}.example"


def _at(number: int, count: int, now: datetime) -> datetime:
    return now - timedelta(minutes=2 * (count - number))


def _source(number: int, now: datetime) -> Row:
    outlet = _outlet(number)
    return {
        "id": number, "url": f"https://{outlet}/feed{number}", "kind": SourceKind.FEED, "host": outlet,
        "outlet": outlet, "state": SourceState.ACTIVE, "verified": True, "added_at": now - timedelta(days=200),
        "tags": (), "include": (), "exclude": (), "headers": (), "skip_hours": (), "skip_days": (),
        "failures": 3 if number % 500 == 0 else 0, "last_detail": "refused" if number % 500 == 0 else None,
        "silence": "nothing new for 9 days" if number % 900 == 0 else None, "next_check_at": now,
        "last_checked_at": now, "plan_reason": "about 6 articles a day",
    }  # fmt: skip


def _document(number: int, count: int, now: datetime) -> Row:
    at, outlet = _at(number, count, now), _outlet(number)
    return {
        "id": number, "origin": Origin.CORPUS if number % 20 == 0 else Origin.WEB, "state": DocumentState.LIVE,
        "first_seen_at": at, "url": f"https://{outlet}/{number}", "host": outlet, "outlet": outlet, "language": "en",
        "title": f"The harbour office reports {number} ships", "source_id": 1, "published_at": at - timedelta(hours=1),
        "revision_id": number, "revision_count": 1,
    }  # fmt: skip


def _revision(number: int, count: int, now: datetime) -> Row:
    at = _at(number, count, now)
    return {
        "id": number, "document_id": number, "number": 1, "origin": Origin.WEB, "title": f"{number} ships",
        "text": TEXT, "text_sha256": f"{number:064}", "fingerprint": f"{number:064}", "first_seen_at": at,
        "last_seen_at": at, "word_count": 120, "asides": (),
    }  # fmt: skip


def _entry(number: int, count: int, watched: int, now: datetime) -> Row:
    at = _at(number, count, now)
    return {
        "source_id": 1 + number % watched, "key": f"k{number}", "url": f"https://{_outlet(number)}/{number}",
        "published_at": at - timedelta(hours=1), "first_seen_at": at, "last_seen_at": at, "document_id": number,
    }  # fmt: skip


def _change(number: int, count: int, now: datetime) -> Row | None:
    if number % 3:
        return None
    kind = ChangeKind.REMOVED if number % 30 == 0 else ChangeKind.BODY
    return {
        "kind": kind, "at": _at(number, count, now), "document_id": number, "words_added": 3, "words_removed": 4,
        "significance": number % 10 / 10, "reason": "a number changed", "standing": Standing.ONCE,
        "from_revision": 1, "to_revision": None if kind is ChangeKind.REMOVED else 1,
    }  # fmt: skip


def _fetch(number: int, watched: int, now: datetime) -> Row:
    return {
        "url": "https://paper.example/feed", "outcome": Outcome.TIMEOUT if number % 50 == 0 else Outcome.NOT_MODIFIED,
        "started_at": now - timedelta(minutes=number // watched * 30), "source_id": 1 + number % watched,
        "elapsed_ms": 20, "raw_bytes": 0,
    }  # fmt: skip


def _copy(number: int, count: int, now: datetime) -> Row | None:
    if number % 20 > 1 or number < 20:
        return None
    return {
        "document_id": number, "cluster_id": number - number % 20, "joined_at": _at(number, count, now),
        "resemblance": 1.0, "containment": 1.0,
    }  # fmt: skip


def _file(number: int, now: datetime) -> Row | None:
    if number % 20:
        return None
    return {
        "sha256": f"{number:064}", "line": 0, "name": f"{number:06}.txt", "path": f"{number:06}.txt", "size": 700,
        "encoding": "utf-8", "imported_at": now, "document_id": number, "revision_id": number,
    }  # fmt: skip


def _citation(number: int) -> Row | None:
    if number % 20:
        return None
    return {
        "kind": CitationKind.MENTION, "cited": "The harbour", "start": 0, "end": 11, "confidence": 0.9,
        "outlet": _outlet(number), "document_id": number, "revision_id": number,
    }  # fmt: skip


if __name__ == "__main__":
    main()
