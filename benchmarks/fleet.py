"""Many workers on one PostgreSQL, killed, frozen and started again at random, and the server that they ask as judge.

`python -m benchmarks.fleet [--workers 4] [--hosts 10000] [--seconds 600] [--alone 60] [--pause 15]`. The workers are
daemons as `monitor run` starts them; the clock of one is an hour wrong. One process plays all hosts, and writes down
when each is asked; every host has a feed that tells of a new article now and then. First one worker is measured by
itself, then all of them, undisturbed; then every `--pause` seconds one is killed with SIGKILL and started again a
moment later, or frozen for longer than its leases. In the end every article must have been read, and have one text, no
host may be leased, and no host may have been asked within its gap: at the server, give or take a tenth of it, which is
what a busy machine may delay a request on its way.
"""

import argparse
import asyncio
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from benchmarks import fleet_archive as archive
from benchmarks.aims import state
from benchmarks.crowd import databases
from benchmarks.fleet_server import Seen
from benchmarks.fleet_workers import Fleet, Terms, cpu_of, fleet
from monitor.store.database import Database

WRONG_S = 3600
DRAIN_S = 600.0  # that is waited at most for what was told of last


class Judge:
    """The server that is asked; in a process of its own."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.port = int(self._line())

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def _say(self, word: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()

    def publish(self) -> None:
        """Put one more article on every host."""
        self._say("publish")

    def seen(self) -> Seen:
        """Return what it has seen so far."""
        self._say("report")
        return Seen(**json.loads(self._line()))


@contextmanager
def judging(gap_s: float) -> Iterator[Judge]:
    """Run the server until the context ends."""
    command = [sys.executable, "-m", "benchmarks.fleet_server", str(gap_s)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8") as process:
        yield Judge(process)
        assert process.stdin is not None
        process.stdin.close()


@dataclass(frozen=True, slots=True)
class Pace:
    """What a stretch of undisturbed work came to: requests a second, and what each cost."""

    requests_s: float
    worker_ms: float  # of the processor a request, all workers and their readers together
    database_ms: float
    transactions: float

    def told(self, what: str) -> str:
        """Return a line of the table."""
        costs = f"{self.worker_ms:12.1f} {self.database_ms:12.1f} {self.transactions:8.1f}"
        return f"{what:22} {self.requests_s:10.0f} {costs}"


class Run:
    """One fleet on an archive of its own."""

    def __init__(self, url: str, judge: Judge, made: Fleet, terms: Terms) -> None:
        self.judge, self.fleet, self.terms = judge, made, terms
        self._url = url
        self._published_at = time.monotonic()
        self._server = _postmaster(url)

    def ask(self, what: Callable[..., Any], *args: Any) -> Any:
        """Return what a function of the archive finds."""
        db = Database.open(self._url)
        try:
            return asyncio.run(db.read(what, *args))
        finally:
            db.close()

    def wait(self, true: Callable[[], bool], seconds: float) -> bool:
        """Wait until something holds, for so long at most."""
        until = time.monotonic() + seconds
        while not true():
            if time.monotonic() > until:
                return False
            time.sleep(0.2)
        return True

    def measure(self, seconds: float) -> Pace:
        """Let the workers work, and return their pace."""
        began, before = time.monotonic(), self._sums()
        time.sleep(seconds)
        took = time.monotonic() - began
        requests, workers, database, commits = (b - a for a, b in zip(before, self._sums(), strict=True))
        each = max(requests, 1)
        return Pace(requests / took, workers / each * 1e3, database / each * 1e3, commits / each)

    def _sums(self) -> tuple[float, float, float, float]:
        commits = float(self.ask(archive.transactions))
        return self.judge.seen().requests, self.fleet.cpu(), cpu_of(self._server), commits

    def disturb(self, seconds: float, pause_s: float, publish_s: float, chance: random.Random) -> None:
        """Kill and freeze workers for so long, and publish meanwhile."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            time.sleep(pause_s * (0.5 + chance.random()))
            self.fleet.disturb(chance, self.terms.lease_s)
            if time.monotonic() - self._published_at > publish_s:
                self._published_at = time.monotonic()
                self.judge.publish()

    def finish(self, seconds: float = DRAIN_S) -> tuple[Seen, archive.Kept, list[int]]:
        """Wait until everything that was told of is read, end the workers, and return what is there."""
        expected = self.terms.hosts * self.judge.seen().published
        self.wait(lambda: self.ask(archive.missing, expected) == 0, seconds)
        self.wait(lambda: all(map(self.fleet.is_ready, self.fleet.running)), 60)  # one may have begun just now
        codes = self.fleet.end()
        return self.judge.seen(), self.ask(archive.kept, expected), codes


def _postmaster(url: str) -> int:
    """Return the process number of the database server, which is on this machine."""
    folder = make_url(url).query["host"]
    return int((Path(str(folder)) / "postmaster.pid").read_text(encoding="ascii").splitlines()[0])


@contextmanager
def running(url: str, folder: Path, count: int, hosts: int, every_s: int, **terms: Any) -> Iterator[Run]:
    """Fill an archive, start the server and the workers, and wait until all are ready."""
    made = Terms(url, 0, hosts, **terms)
    with judging(made.gap_s) as judge:
        made = Terms(url, judge.port, hosts, **terms)
        folder.mkdir()
        made.write(folder / "monitor.toml")
        asyncio.run(_fill(url, hosts, every_s))
        with fleet(folder, folder / "monitor.toml", count, {count: WRONG_S} if count > 1 else None) as workers:
            run = Run(url, judge, workers, made)
            assert run.wait(lambda: all(map(workers.is_ready, workers.running)), 120), "the workers do not start"
            yield run


async def _fill(url: str, hosts: int, every_s: int) -> None:
    from monitor import Settings, open_archive
    from monitor.settings import DatabaseSettings

    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), database=DatabaseSettings(url=url))
        async with open_archive(settings) as opened:
            await opened._ctx.db.write(archive.fill, hosts, every_s, opened.now())


def main() -> None:
    """Print the pace of one worker and of all, and what came of the disturbances."""
    asked = _arguments()
    print(f"{'':22} {'requests/s':>10} {'worker ms':>12} {'database ms':>12} {'commits':>8}   (each request)")
    with tempfile.TemporaryDirectory(prefix="fleet-") as folder, databases("postgresql") as new:
        with running(new(), Path(folder) / "one", 1, asked.hosts, 3600) as run:
            one = run.measure(asked.alone)
            run.fleet.end()
        print(one.told("one worker"), flush=True)
        with running(new(), Path(folder) / "all", asked.workers, asked.hosts, 300) as run:
            every = run.measure(asked.alone)
            print(every.told(f"{asked.workers} workers"), flush=True)
            run.disturb(asked.seconds, asked.pause, asked.publish, random.Random(asked.seed))
            seen, kept, codes = run.finish()
            _tell(run, seen, kept, codes)
    what = f"{asked.workers} workers against one"
    state(
        what,
        f"{every.requests_s / one.requests_s:.1f} times the requests",
        "3 times",
        every.requests_s >= 3 * one.requests_s,
    )


def _tell(run: Run, seen: Seen, kept: archive.Kept, codes: list[int]) -> None:
    print(
        f"{run.fleet.kills} kills, {run.fleet.freezes} freezes; {seen.requests:,} requests to {seen.hosts:,} hosts "
        f"({seen.robots:,} robots.txt, {seen.feeds:,} feeds, {seen.articles:,} articles); {kept.articles:,} articles "
        f"told of, {kept.read:,} read; exit codes {sorted(set(codes))}"
    )
    shortest = "none" if seen.shortest is None else f"{seen.shortest:.3f} s"
    print(f"shortest gap at the server {shortest} of {run.terms.gap_s:g} s; gaps under a share of it: {seen.under}")
    for example in seen.examples:
        print("  ", *example)
    faults = list(kept.faults())
    rude = seen.under["90 %"]
    state("politeness at the server", f"{rude} requests within 90 % of the gap", "0", rude == 0)
    state("nothing lost, doubled or held", "; ".join(faults) or "nothing", "nothing", not faults)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--hosts", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=600.0, help="of disturbances")
    parser.add_argument("--alone", type=float, default=60.0, help="seconds of each undisturbed measurement")
    parser.add_argument("--pause", type=float, default=15.0, help="seconds between disturbances")
    parser.add_argument("--publish", type=float, default=400.0, help="seconds between two articles of a host")
    parser.add_argument("--seed", type=int, default=7)
    return parser.parse_args()


if __name__ == "__main__":
    main()
