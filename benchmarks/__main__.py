"""Run every benchmark, each in a process of its own, and sum up: `python -m benchmarks [--quick] [NAME...]`.

A benchmark states its aims in lines of its own (benchmarks/aims.py); the summary repeats these, or the end of what it
printed. Exit code 1 when a benchmark failed. One that misses its aim says so, and is no failure: what a machine reaches
that others use as well is no verdict.
"""

import argparse
import os
import subprocess
import sys
import time
from dataclasses import dataclass

from benchmarks.aims import MARK


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A module of this package: the aim in words, its arguments with `--quick`, the lines at its end that sum it up.

    With None for `quick` it has no small size, and is left out then.
    """

    name: str
    aim: str
    quick: tuple[str, ...] | None = ()
    tail: int = 4


@dataclass(frozen=True, slots=True)
class Ran:
    """What a benchmark printed, its exit code, and the seconds it took."""

    benchmark: Benchmark
    code: int
    took_s: float
    lines: tuple[str, ...]


BENCHMARKS = (
    Benchmark("polls", "unchanged feeds polled at 0.7 or more of the rate of a bare aiohttp loop", ("1000",)),
    Benchmark("feeds", "feeds read faster than by feedparser alone", tail=9),
    Benchmark("schedule", "at most a third of the best other's median, and no item lost", ("--kinds", "1")),
    Benchmark("ticks", "under 10 ms among 100,000 sources", ("--sources", "10000", "--ticks", "20")),
    Benchmark("articles", "1.00 or more of trafilatura alone", ("--articles", "120", "--hosts", "12")),
    Benchmark("diffs", "three times as fast as difflib"),
    Benchmark(
        "copies",
        "a text's copies found in under 2 ms among 100,000 documents",
        ("--documents", "5000", "--texts", "300"),
    ),
    Benchmark(
        "search",
        "95th percentile under 50 ms among 100,000 documents on SQLite, within 1.5 times the bare FTS5 query",
        ("--documents", "3000"),
    ),
    Benchmark("changes", "edits told from noise: recall 0.99, precision 0.98, nothing lost", ("--quick",)),
    Benchmark(
        "compaction",
        "a news page in 10 KiB or less where gzip needs 60",
        ("--outlets", "2", "--articles", "30"),
    ),
    Benchmark("export", "as much memory for 20,000 documents as for 2,000", ("--documents", "200,1000")),
    Benchmark(
        "desk", "the front page of 100,000 documents in under 100 ms of processor time", ("--documents", "10000")
    ),
    Benchmark("million", "the daemon's questions under 50 ms among a million sources", ("--small", "--times", "10")),
    Benchmark(
        "scaling",
        "200,000 feeds and a million articles a day: how many workers",
        ("--feeds", "20000", "--articles", "100000", "--hosts", "5000", "--minutes", "10"),
        tail=5,
    ),
    Benchmark("soak", "a simulated month: nothing grows unexplained", None, tail=35),
    Benchmark(
        "fleet",
        "no host asked within its gap and nothing lost, whatever becomes of the workers",
        ("--workers", "2", "--hosts", "200", "--seconds", "20", "--alone", "5", "--pause", "5"),
    ),
    Benchmark("memory", "under 200 MiB among 100,000 sources", ("--sources", "20000", "--seconds", "5")),
)


def main() -> int:
    """Run what was asked for; return the exit code."""
    arguments = _arguments()
    wanted = [one for one in BENCHMARKS if one.name in arguments.names or not arguments.names]
    if arguments.quick:
        wanted = [one for one in wanted if one.quick is not None]
    print(_machine(), flush=True)
    ran = [run(one, (one.quick or ()) if arguments.quick else ()) for one in wanted]
    print(f"\n== summary\n{_machine()}")
    for one in ran:
        print("\n".join(summed_up(one)))
    return 1 if any(one.code for one in ran) else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(one.name for one in BENCHMARKS))
    parser.add_argument("--quick", action="store_true", help="small sizes; trust these figures less")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - {one.name for one in BENCHMARKS}:
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}")
    return arguments


def _machine() -> str:
    """Say what the figures are to be read with."""
    return (
        f"{os.cpu_count()} processors, of which {os.getloadavg()[0]:.1f} were in use or waited for in the last minute"
    )


def run(one: Benchmark, arguments: tuple[str, ...]) -> Ran:
    """Run a benchmark, passing on what it prints as it comes."""
    command = [sys.executable, "-u", "-m", f"benchmarks.{one.name}", *arguments]
    print(f"\n== {' '.join(['python', *command[2:]])}", flush=True)
    began, lines = time.monotonic(), []
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            lines.append(line.rstrip())
    return Ran(one, process.returncode, time.monotonic() - began, tuple(filter(None, lines)))


def summed_up(ran: Ran) -> list[str]:
    """Return what the summary says of a benchmark: the aims it states, or else its aim and its last lines."""
    title = f"{ran.benchmark.name} ({ran.took_s:.0f} s): "
    if ran.code:
        return [f"{title}FAILED with exit code {ran.code}"]
    stated = [line for line in ran.lines if line.startswith(MARK)]
    if stated:
        return [title + ran.benchmark.aim, *(f"  {line}" for line in stated)]
    table = ran.lines[:1] if len(ran.lines) <= ran.benchmark.tail + 1 else ()
    return [
        title + ran.benchmark.aim,
        *(f"  {line}" for line in (*table, *ran.lines[len(table) :][-ran.benchmark.tail :])),
    ]


if __name__ == "__main__":
    sys.exit(main())
