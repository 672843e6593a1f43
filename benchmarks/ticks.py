"""What one tick of the daemon costs among many sources: `Rounds.launch`, until the visits it starts are tasks.

`python -m benchmarks.ticks [--sources N] [--ticks N] [--databases NAME...]`. The visits themselves do not run: their
tasks are cancelled before they begin, and their hosts are given back and put to the end of the line, unmeasured. Beside
it in the same run: a `SELECT 1` through the same door, and the claim as plain SQL on the bare driver, with its commit.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import uvloop
from sqlalchemy import Connection, text, update

from benchmarks import crowd
from benchmarks.aims import state
from monitor import Settings, log, open_archive
from monitor.app import leases
from monitor.app.archive import Archive
from monitor.app.ticks import Rounds
from monitor.settings import DatabaseSettings
from monitor.store.dialects import open_engine
from monitor.store.schema import host
from monitor.store.types import UtcTime

FEW = 16  # as many as the daemon visits at once by default
AIM_MS = 10.0
WAIT = timedelta(minutes=10)

# What is due: none, a few hosts, all, and all of which all but a few may not be asked yet.
CASES = ("none", "few", "all", "all, most waiting")

_LINE = "{:11} {:>7}  {:18} {:>7} {:>6}  {:>7} {:>6}  {:>7} {:>6}"


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds of one case: the tick, and what it is compared with."""

    tick: tuple[float, ...]
    select_1: tuple[float, ...]
    bare: tuple[float, ...]


def main() -> None:
    """Print a table: what is due, milliseconds of a tick, and their ratio to the two controls."""
    arguments = _arguments()
    log.configure("error")
    print("milliseconds                                     tick            select 1         bare claim")
    titles = ("database", "hosts", "due", "median", "95 %", "median", "ratio", "median", "ratio")
    print(_LINE.format(*titles))
    worst = 0.0
    for kind in arguments.databases:
        for hosts, case, cost in _measured(kind, arguments.sources, arguments.ticks):
            print(_row(kind, hosts, case, cost), flush=True)
            worst = max(worst, median(cost.tick))
    what = f"a tick among {arguments.sources:,} sources, the worst median"
    state(what, f"{worst:.1f} ms", f"under {AIM_MS:.0f} ms", worst < AIM_MS)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, default=100_000)
    parser.add_argument("--ticks", type=int, default=200)
    parser.add_argument("--databases", nargs="+", choices=("sqlite", "postgresql"), default=["sqlite", "postgresql"])
    return parser.parse_args()


def _row(kind: str, hosts: int, case: str, cost: Cost) -> str:
    tick, select_1, bare = median(cost.tick), median(cost.select_1), median(cost.bare)
    high = quantiles(cost.tick, n=20)[-1]
    times = (
        f"{tick:.2f}",
        f"{high:.1f}",
        f"{select_1:.2f}",
        f"{tick / select_1:.1f}",
        f"{bare:.2f}",
        f"{tick / bare:.1f}",
    )
    return _LINE.format(kind, f"{hosts:,}", case, *times)


def _measured(kind: str, sources: int, ticks: int) -> Iterator[tuple[int, str, Cost]]:
    """Yield hosts, case and cost: with a host for each source, and with one for twenty."""
    with crowd.databases(kind) as new:
        for hosts in sorted({sources, max(sources // 20, FEW)}, reverse=True):
            with tempfile.TemporaryDirectory() as folder:
                settings = Settings(data_dir=Path(folder), database=DatabaseSettings(url=new()))
                for case, cost in uvloop.run(_all_cases(settings, sources, hosts, ticks)):
                    yield hosts, case, cost


async def _all_cases(settings: Settings, sources: int, hosts: int, ticks: int) -> list[tuple[str, Cost]]:
    async with open_archive(settings) as archive:
        db = archive._ctx.db
        await db.write(crowd.fill, sources, hosts, archive.now(), archive.now() - timedelta(hours=1))
        found = []
        for case in CASES:
            await db.write(_make_due, archive, case)
            await asyncio.to_thread(_tidy, db.url)
            found.append((case, await _cost(archive, ticks)))
        return found


def _make_due(conn: Connection, archive: Archive, case: str) -> None:
    """Set which hosts are due, and which of them may be asked."""
    now = archive.now()
    few = host.c.name.in_(crowd.host_names(FEW))
    waits = {"next_allowed_at": now + WAIT if case == CASES[3] else None}
    conn.execute(update(host).values(due_at=now - WAIT if case.startswith("all") else now + WAIT, **waits))
    if case != CASES[0]:
        conn.execute(update(host).where(few).values(due_at=now - WAIT, next_allowed_at=None))


def _tidy(url: str) -> None:
    """Do what PostgreSQL does by itself within a minute of so many changes, and SQLite has no need of."""
    with closing(Bare(url)) as driver:
        driver.tidy()


async def _cost(archive: Archive, ticks: int) -> Cost:
    """Measure the three in turn, so that what else the machine does befalls all alike."""
    ctx, rounds = archive._ctx, Rounds(archive._ctx)
    tick, select_1, bare = [], [], []
    with closing(Bare(ctx.db.url)) as driver:
        for _ in range(ticks):
            tick.append(await _timed(_tick(rounds, archive)))
            await _give_back(archive)
            select_1.append(await _timed(ctx.db.write(_select_1)))
            bare.append(await _timed(driver.claim(archive.now(), FEW)))
            driver.give_back(archive.now())
    return Cost(tuple(tick), tuple(select_1), tuple(bare))


async def _timed(what: Awaitable[object]) -> float:
    began = time.perf_counter()
    await what
    return (time.perf_counter() - began) * 1000


async def _tick(rounds: Rounds, archive: Archive) -> None:
    for task in await rounds.launch(archive.now()):
        task.cancel()  # before it has begun


async def _give_back(archive: Archive) -> None:
    ctx = archive._ctx
    gates = tuple(ctx.held.values())
    for gate in gates:
        await leases.give_back(ctx, gate)
    last_in_line = update(host).where(host.c.name.in_([gate.host.name for gate in gates])).values(due_at=archive.now())
    await ctx.db.write(lambda conn: conn.execute(last_in_line).close())


def _select_1(conn: Connection) -> None:
    conn.execute(text("SELECT 1")).scalar()


class Bare:
    """The claim as a program without layers would do it: one statement on the driver's connection, and a commit."""

    def __init__(self, url: str) -> None:
        self._engine = open_engine(url, 30.0)
        self._pooled = self._engine.raw_connection()
        self._connection: Any = self._pooled.driver_connection
        self._begin, mark, lock = _SPOKEN[self._engine.dialect.name]
        self._claim = _CLAIM.format(lock=lock).replace("?", mark)
        self._back = "UPDATE host SET lease_owner = NULL, lease_until = NULL, due_at = ? WHERE name = ?".replace(
            "?", mark
        )
        self._names: list[str] = []

    async def claim(self, now: datetime, most: int) -> None:
        """Lease up to `most` hosts."""
        at = self._time(now)
        self._connection.execute(self._begin)
        rows = self._connection.execute(self._claim, (self._time(now + WAIT), at, at, at, most)).fetchall()
        self._connection.commit()
        self._names = [row[0] for row in rows]

    def give_back(self, now: datetime) -> None:
        """Give them back, the last in line from now on."""
        self._connection.execute(self._begin)
        for name in self._names:
            self._connection.execute(self._back, (self._time(now), name))
        self._connection.commit()

    def tidy(self) -> None:
        """Clear away dead rows, and bring the planner's statistics up to date."""
        if self._engine.dialect.name == "postgresql":
            self._connection.autocommit = True
            self._connection.execute("VACUUM ANALYZE host")

    def _time(self, moment: datetime) -> Any:
        return UtcTime().process_bind_param(moment, self._engine.dialect)

    def close(self) -> None:
        """Close the connection."""
        self._pooled.close()
        self._engine.dispose()


# By database: how a transaction begins, how a parameter is marked, what keeps two claims apart.
_SPOKEN = {"sqlite": ("BEGIN IMMEDIATE", "?", ""), "postgresql": ("SELECT 1", "%s", "FOR UPDATE SKIP LOCKED")}
_CLAIM = """
UPDATE host SET lease_owner = 'bare', lease_until = ? WHERE name IN (
    SELECT name FROM host WHERE ready_at <= ? AND due_at <= ? AND (lease_until IS NULL OR lease_until <= ?)
    ORDER BY ready_at LIMIT ? {lock}
) RETURNING *
"""


if __name__ == "__main__":
    main()
