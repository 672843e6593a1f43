"""`python -m tests.simulation --seeds 200 --weeks 4`: the long form; `--seed N` lives through one seed again."""

import argparse
import multiprocessing
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from tests.simulation.lives import live, server_of
from tests.simulation.plans import KINDS
from tests.simulation.weeks import Weeks

DONE = ("visits", "requests", "captures", "steps")


def main(arguments: Sequence[str] | None = None) -> int:
    """Simulate what is asked for; return 1 where anything was wrong."""
    chosen = _arguments(arguments)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))  # what was made is taken away first
    counts: Counter[str] = Counter()
    faults, lived, began = 0, 0.0, time.monotonic()
    for done in _lived(chosen):
        faults, lived, counts = faults + len(done.faults), lived + done.weeks, counts + done.counts
        _tell(done, chosen)
    _sum_up(lived, faults, counts, time.monotonic() - began)
    return 1 if faults else 0


def _lived(chosen: argparse.Namespace) -> Iterator[Weeks]:
    """Yield the weeks of each seed as they are done; those that are not when the time is up are left."""
    seeds = [chosen.seed] if chosen.seed is not None else range(chosen.first, chosen.first + chosen.seeds)
    until = time.monotonic() + chosen.minutes * 60
    with (
        tempfile.TemporaryDirectory(prefix="monitor-weeks-", ignore_cleanup_errors=True) as folder,
        server_of(wanted=chosen.postgresql) as server,
        multiprocessing.get_context("spawn").Pool(chosen.jobs) as pool,
    ):
        coming = pool.imap_unordered(partial(live, chosen.weeks, server, Path(folder)), seeds)
        try:
            for _ in seeds:
                yield coming.next(max(0.0, until - time.monotonic()))
        except multiprocessing.TimeoutError:
            print(f"{chosen.minutes:g} minutes are up: what is not done is left", flush=True)


def _tell(done: Weeks, chosen: argparse.Namespace) -> None:
    print(f"seed {done.seed}: {len(done.faults)} faults, {done.digest[:16]}", flush=True)
    for fault in done.faults[:20]:
        print(f"  WRONG: {fault}")
    if done.faults:
        server = " --postgresql" if chosen.postgresql else ""
        print(f"  again: python -m tests.simulation --seed {done.seed} --weeks {done.weeks:g}{server}", flush=True)
    if chosen.journal:
        with open(chosen.journal, "w", encoding="utf-8") as out:
            out.write("\n".join(done.journal))


def _sum_up(lived: float, faults: int, counts: Counter[str], seconds: float) -> None:
    print(f"{lived:g} weeks in {seconds:.0f} s: " + ", ".join(f"{counts[one]} {one}" for one in DONE))
    befallen = {one: counts[one] for one in (*KINDS, *sorted(counts)) if one in KINDS or one.startswith("network: ")}
    print("befallen: " + ", ".join(f"{kind} {count}" for kind, count in befallen.items() if count))
    ends = ("killed", "failed", "stopped", "disk", "unhandled")
    print("workers: " + ", ".join(f"{one} {counts[one]}" for one in ends))
    print(f"faults found: {faults}")


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description="Simulate whole weeks.")
    parser.add_argument("--seeds", type=int, default=10, help="how many (10)")
    parser.add_argument("--first", type=int, default=1, help="of them (1)")
    parser.add_argument("--seed", type=int, help="only this one")
    parser.add_argument("--weeks", type=float, default=2.0, help="of each seed (2)")
    parser.add_argument("--minutes", type=float, default=1e6, help="after which seeds that are not done are left")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="seeds at the same time (one a processor)")
    parser.add_argument("--postgresql", action="store_true", help="two machines that share one PostgreSQL")
    parser.add_argument("--journal", help="a file for what happened in the last seed")
    return parser.parse_args(given)


if __name__ == "__main__":
    sys.exit(main())
