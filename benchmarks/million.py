"""What the daemon and the pages ask of an archive of a million sources: `python -m benchmarks.million [--small]`.

Times each question on SQLite and PostgreSQL, with a million hosts, sources, entries and fetches and 300,000 documents.
No question on the daemon's path may take more than 50 ms at the 95th percentile; those of pages and commands are shown
beside it. On a machine that others use as well the clock says little: look at the time of processors, the mean of both
ours and the server's.
"""

import argparse
import asyncio
import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import NamedTuple

from sqlalchemy import Connection, text

from benchmarks import crowd
from benchmarks.aims import state
from benchmarks.million_fill import Size, fill
from benchmarks.million_questions import Question, asked_by_daemon, asked_by_pages
from monitor import Settings, open_archive
from monitor.settings import DatabaseSettings
from monitor.store.database import Database

AIM_MS = 50.0
SMALL = Size(2_000, 2_000, 500, 2_000, 2_000, 200)
_LINE = "{:11} {:7} {:34} {:>9} {:>9} {:>10}  {}"


class Timed(NamedTuple):
    """Milliseconds of one question: by the clock, and of processors (None where nobody measured)."""

    question: Question
    median: float
    high: float
    cpu: float | None = None


def main() -> None:
    """Print a table; state whether the aim is met on each database."""
    arguments = _arguments()
    size = SMALL if arguments.small else Size()
    print(f"{size}\n" + _LINE.format("database", "asked by", "question", "median ms", "95 % ms", "processor", ""))
    for kind in arguments.databases:
        slow = [
            one for one in measured(kind, size, arguments.times) if one.high > AIM_MS and one.question.by == "daemon"
        ]
        told = ", ".join(f"{one.question.name} {one.high:.0f} ms" for one in slow) or "none over it"
        state(
            f"{kind}, {size.sources:,} sources, the daemon's questions", told, f"95 % under {AIM_MS:.0f} ms", not slow
        )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="a few thousand rows, to try it out")
    parser.add_argument("--times", type=int, default=40, help="each question is asked")
    parser.add_argument("--databases", nargs="+", choices=("sqlite", "postgresql"), default=["sqlite", "postgresql"])
    return parser.parse_args()


def measured(kind: str, size: Size, times: int) -> Iterator[Timed]:
    """Fill a database and time every question, printing each."""
    now = datetime.now(UTC)
    with crowd.databases(kind) as make, TemporaryDirectory() as folder:
        url = make()
        began = time.monotonic()
        with closing(Database.open(url)) as db:
            _filled(db, size, now)
            print(f"{kind}: filled in {time.monotonic() - began:.0f} s", flush=True)
            for question in asked_by_daemon(size, now):
                yield _told(kind, _timed(db, question, times))
        yield from asyncio.run(_pages(kind, url, Path(folder), times))


def _filled(db: Database, size: Size, now: datetime) -> None:
    with db._writer.begin() as conn:
        fill(conn, size, now)
    with db._writer.connect() as conn:
        conn = conn.execution_options(isolation_level="AUTOCOMMIT")
        conn.execute(text("ANALYZE" if conn.dialect.name == "sqlite" else "VACUUM ANALYZE"))


def _timed(db: Database, question: Question, times: int) -> Timed:
    engine = db._writer if question.writes else db._reader
    chance, took = random.Random(7), []
    with engine.connect() as conn:
        with conn.begin():
            used = _processor(conn)
        before = 0.0
        for number in range(times + 2):
            if number == 2:
                before = used()
            began = time.perf_counter()
            with conn.begin():
                question.ask(conn, chance)
            if number >= 2:  # the first warm the caches of statements
                took.append((time.perf_counter() - began) * 1000)
        cpu = (used() - before) / times * 1000
    return Timed(question, median(took), quantiles(took, n=20)[-1], cpu)


def _processor(conn: Connection) -> Callable[[], float]:
    """Return what tells the seconds of a processor that were used so far: ours, and those of PostgreSQL's process."""
    if conn.dialect.name == "sqlite":
        return time.process_time
    told = Path(f"/proc/{conn.execute(text('SELECT pg_backend_pid()')).scalar_one()}/stat")
    tick = os.sysconf("SC_CLK_TCK")
    return lambda: time.process_time() + sum(map(int, told.read_text().rpartition(")")[2].split()[11:13])) / tick


async def _pages(kind: str, url: str, folder: Path, times: int) -> list[Timed]:
    settings = Settings(data_dir=folder, database=DatabaseSettings(url=url))
    found = []
    async with open_archive(settings) as archive:
        for name, ask in asked_by_pages(archive).items():
            took: list[float] = []
            until = time.monotonic() + 20  # a slow one is asked a few times, and no more
            while len(took) < max(3, times // 4) and (len(took) < 3 or time.monotonic() < until):
                began = time.perf_counter()
                await ask()
                took.append((time.perf_counter() - began) * 1000)
            question = Question("page", name, _never)
            found.append(_told(kind, Timed(question, median(took), max(took))))
    return found


def _never(conn: Connection, chance: random.Random) -> None:
    raise NotImplementedError(f"asked through the archive: {conn}, {chance}")


def _told(kind: str, timed: Timed) -> Timed:
    mark = "" if timed.high <= AIM_MS else "over 50 ms"
    question = timed.question
    figures = (f"{timed.median:.2f}", f"{timed.high:.2f}", "" if timed.cpu is None else f"{timed.cpu:.2f}")
    print(_LINE.format(kind, question.by, question.name, *figures, mark).rstrip(), flush=True)
    return timed


if __name__ == "__main__":
    main()
