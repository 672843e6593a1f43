"""Articles a second through the whole program, against trafilatura alone in as many processes on the same pages.

`python -m benchmarks.articles [--articles N] [--hosts N] [--workers N]`. Ours is all of it: feeds polled and read,
every article fetched over loopback, kept as WARC evidence synced to disk, extracted in the program's workers, judged,
compared, indexed for search and committed to SQLite. The other is `trafilatura.bare_extraction(with_metadata=True)` on
the same bytes, nothing fetched and nothing kept. Beside the rates stands what an article costs the processors; then
extraction alone, ours against theirs, in one process.
"""

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path

import trafilatura
import uvloop
from sqlalchemy import Connection, func, insert, select

from benchmarks.aims import state
from benchmarks.news import Page, pages, serving
from benchmarks.server import ZONE
from monitor import Settings, log, open_archive
from monitor.app.archive import Archive
from monitor.app.ticks import Rounds
from monitor.core.extraction import extract_article
from monitor.edges.extractor import WorkerPool
from monitor.interfaces import ReadRequest, Task
from monitor.model import Source, SourceKind
from monitor.settings import DaemonSettings, ExtractSettings, FetchSettings
from monitor.store.schema import host, revision, source
from monitor.store.types import columns_of

AT_ONCE = 16  # hosts visited at the same time
ALONE = 80  # pages read by one process, to compare extraction alone
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Pace:
    """Articles a second, and the milliseconds of the processors that each took."""

    a_second: float
    cpu_ms: float


def main() -> None:
    """Print both paces, and state the aims."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=800)
    parser.add_argument("--hosts", type=int, default=40)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 2)
    asked = parser.parse_args()
    log.configure("warning")
    made = pages(asked.articles, asked.hosts)
    size = sum(len(page.body) for page in made) / len(made) / 1000
    print(f"{len(made)} articles of {size:.0f} KB on {asked.hosts} hosts, {asked.workers} workers")
    alone(made[:ALONE])
    bare = _bare(made, asked.workers)
    print(f"trafilatura alone   {bare.a_second:6.1f}/s  {bare.cpu_ms:6.1f} ms of the processors an article", flush=True)
    ours = ours_of(made, asked.hosts, asked.workers)
    print(f"the whole program   {ours.a_second:6.1f}/s  {ours.cpu_ms:6.1f} ms of the processors an article", flush=True)
    ratio = ours.a_second / bare.a_second
    state("articles through the whole program", f"{ratio:.2f} of trafilatura alone", "1.00 or more", ratio >= 1)


def alone(made: Sequence[Page]) -> None:
    """Compare extraction alone, in this process: our reading with its vote against trafilatura's with its metadata."""
    requests = [ReadRequest(Task.ARTICLE, page.url, page.body, page.content_type) for page in made]
    ours = _least(lambda: [extract_article(request) for request in requests]) / len(made)
    bare = _least(lambda: [_read(page) for page in made]) / len(made)
    print(f"extraction alone: ours {ours * 1e3:.1f} ms, trafilatura with its metadata {bare * 1e3:.1f} ms", flush=True)
    state("extraction in one process", f"{bare / ours:.2f} of its pace", "1.00 or more", ours <= bare)


def _least(run: Callable[[], object]) -> float:
    """Return the least processor time in seconds of some runs, after one that pays for tables and imports."""
    run()
    times = []
    for _ in range(ROUNDS):
        began = time.process_time()
        run()
        times.append(time.process_time() - began)
    return min(times)


def _read(page: Page) -> object:
    return trafilatura.bare_extraction(page.body, url=page.url, with_metadata=True)


def _timed(page: Page) -> float:
    """Read a page in a worker process; return the seconds of the processor it took."""
    began = time.process_time()
    assert _read(page) is not None
    return time.process_time() - began


def _bare(made: tuple[Page, ...], workers: int) -> Pace:
    """Return the pace of trafilatura alone, in processes that are warm."""
    with ProcessPoolExecutor(workers, mp_context=get_context("forkserver")) as pool:
        list(pool.map(_timed, made[: 8 * workers]))
        began = time.perf_counter()
        cpu = sum(pool.map(_timed, made, chunksize=4))
        return Pace(len(made) / (time.perf_counter() - began), cpu / len(made) * 1e3)


def ours_of(made: tuple[Page, ...], hosts: int, workers: int) -> Pace:
    """Return the pace of the program over those pages, all of which it must have archived."""
    with tempfile.TemporaryDirectory() as folder, serving(len(made), hosts) as port:
        return uvloop.run(_ours(made, hosts, workers, port, Path(folder)))


async def _ours(made: tuple[Page, ...], hosts: int, workers: int, port: int, folder: Path) -> Pace:
    names = [f"h{number}.{ZONE}" for number in range(hosts)]
    async with open_archive(_settings(names, workers, port, folder)) as archive:
        pool = archive._ctx.extractor
        assert isinstance(pool, WorkerPool)
        warming = (ReadRequest(Task.ARTICLE, page.url, page.body, page.content_type) for page in made[: 8 * workers])
        await asyncio.gather(*map(pool.read, warming))
        before = await _visited(archive, names[:1])  # pays for imports, tables and statements, which a daemon does once
        began, cpu = time.perf_counter(), _processor_s(pool)
        kept = await _visited(archive, names[1:])
        took, cpu = time.perf_counter() - began, _processor_s(pool) - cpu
    assert kept == len(made), f"{kept} of {len(made)} articles were archived"
    return Pace((kept - before) / took, cpu / (kept - before) * 1e3)


async def _visited(archive: Archive, names: list[str]) -> int:
    """Add the feeds of these hosts and visit all that is due; return how many articles are archived by then."""
    await archive._ctx.db.write(_fill, archive, names)
    await Rounds(archive._ctx).round(archive.now())
    return await archive._ctx.db.read(_revisions)


def _processor_s(pool: WorkerPool) -> float:
    """Return the seconds of the processors used by this process and the workers."""
    ticks = os.sysconf("SC_CLK_TCK")
    fields = (Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pool.pids())
    return time.process_time() + sum((int(own[11]) + int(own[12])) / ticks for own in fields)


def _revisions(conn: Connection) -> int:
    return conn.execute(select(func.count()).select_from(revision)).scalar_one()


def _settings(names: list[str], workers: int, port: int, folder: Path) -> Settings:
    resolve = {f"{name}:80": f"127.0.0.1:{port}" for name in names}
    return Settings(
        data_dir=folder / "data",
        fetch=FetchSettings(resolve=resolve, contact="https://bench.example/", gap=0),
        daemon=DaemonSettings(hosts=AT_ONCE),
        extract=ExtractSettings(workers=workers),
    )


def _fill(conn: Connection, archive: Archive, names: list[str]) -> None:
    """Add a feed on each host that was never polled, with a robots.txt just read."""
    now = archive.now()
    due = now - timedelta(seconds=1)
    robots = {"robots_text": "User-agent: *\nDisallow: /private/\n", "robots_status": 200, "robots_fetched_at": now}
    manners = {"failures": 0, "asked_for_patience": 0, "kills": 0}
    conn.execute(insert(host), [{"name": name, "due_at": due, **robots, **manners} for name in names])
    made = (
        Source(f"http://{name}/feed.xml", SourceKind.FEED, name, added_at=now, next_check_at=due, plan_reason="new")
        for name in names
    )
    conn.execute(insert(source), [columns_of(one) for one in made])


if __name__ == "__main__":
    main()
