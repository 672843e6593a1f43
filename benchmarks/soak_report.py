"""What a soak found: each series with its slope, and why it grows where it does."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.soak_samples import MIB, Process, Sample
from benchmarks.soak_slopes import Cause, Slope, slope

_LINE = "{:28} {:>10} {:>10} {:>10}  {:>19}  {}"
_WRITER, _READERS, _EACH = 32.0, 4, 2.0  # MiB of pages that SQLite keeps in memory: the writer, and each reader
_HELPERS = 4.0 + (os.cpu_count() or 1)  # threads that asyncio starts for what waits, when those it has are busy

Value = Callable[[Sample], float]


def pages(one: Sample) -> float:
    """Return the MiB of its database that the daemon may hold in memory."""
    whole = one.database / MIB
    return min(whole, _WRITER) + _READERS * min(whole, _EACH)


# What has no excuse, and what it may grow by all the same: what one visit or one long reading takes.
FLAT: tuple[tuple[str, Value, float], ...] = (
    ("daemon PSS less pages, MiB", lambda one: one.daemon.pss - pages(one), 0.0),
    ("daemon files", lambda one: one.daemon.files, 2.0),
    ("daemon threads", lambda one: one.daemon.threads, _HELPERS),
    ("readers PSS, MiB", lambda one: sum(reader.pss for reader in one.readers), 0.0),
    ("readers", lambda one: len(one.readers), 0.0),
    ("WAL, MiB", lambda one: one.wal / MIB, 4.0),
    ("free pages, MiB", lambda one: one.free / MIB, 1.0),
    ("leases", lambda one: one.leases, 16.0),
    ("leases run out", lambda one: one.leases_over, 0.0),
    ("alarms", lambda one: one.alarms, 8.0),
    ("host rows", lambda one: one.rows["host"], 0.0),
    ("source rows", lambda one: one.rows["source"], 0.0),
)
GROWING: tuple[tuple[str, Value], ...] = (
    ("database, MiB", lambda one: one.database / MIB),
    ("evidence, MiB", lambda one: one.evidence / MIB),
    ("log lines", lambda one: one.log_lines),
)
BY_THE_CLOCK = ("seal", "worker")  # done every few seconds of real time, however fast the simulated one goes


def report(samples: Sequence[Sample]) -> tuple[Slope, ...]:
    """Print a table of slopes and return them. Memory, files and leases have no excuse; rows have what is published."""
    slopes = tuple(_slopes(samples))
    print(f"\n{len(samples)} samples over {samples[-1].day:.1f} simulated days")
    print(_LINE.format("", "first", "last", "a day", "for each of these", ""))
    for one in slopes:
        each = " then ".join(f"{value:.3g}" for value in one.each) if one.each else ""
        levels = (f"{value:.2f}" for value in (one.first, one.last, one.daily))
        print(_LINE.format(one.name, *levels, each, one.verdict).rstrip())
    print(_costs(samples[0], samples[-1]))
    return slopes


def _costs(first: Sample, last: Sample) -> str:
    """Say what one request cost, of everything that is done for it."""
    requests = max(last.rows["fetch"] - first.rows["fetch"], 1)
    own = (last.daemon.cpu_s - first.daemon.cpu_s) / requests
    reading = sum(one.cpu_s for one in last.readers) / requests
    wire = (last.evidence - first.evidence) / requests / 1024
    kept = (last.database - first.database) / requests / 1024
    return (
        f"each of {requests:,} requests: {own * 1000:.1f} ms of the daemon's processor, {reading * 1000:.1f} ms of the "
        f"readers', {wire:.1f} KiB of evidence, {kept:.1f} KiB of database"
    )


def _slopes(samples: Sequence[Sample]) -> list[Slope]:
    days = [one.day for one in samples]
    published = Cause("articles", [float(one.rows["document"]) for one in samples])
    real = Cause("seconds of real time", [one.real_s for one in samples])
    held = Cause("MiB of pages", [pages(one) for one in samples])
    found = [slope("daemon PSS, MiB", days, [one.daemon.pss for one in samples], held)]
    found += [slope(name, days, [value(one) for one in samples], least=least) for name, value, least in FLAT]
    found += [slope(name, days, [value(one) for one in samples], published) for name, value in GROWING]
    for table in samples[-1].rows:
        if table not in ("host", "source"):
            rows = [float(one.rows.get(table, 0)) for one in samples]
            found.append(slope(f"{table} rows", days, rows, real if table in BY_THE_CLOCK else published))
    return found


def main() -> int:
    """Report what a soak has written down so far: `python -m benchmarks.soak_report FILE`."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak_report", description=main.__doc__)
    parser.add_argument("file", type=Path, help="the samples of a soak, as JSON lines")
    lines = parser.parse_args().file.read_text(encoding="utf-8").splitlines()
    return 0 if all(one.is_sound for one in report([_sample(json.loads(line)) for line in lines])) else 1


def _sample(values: dict[str, Any]) -> Sample:
    readers = tuple(Process(**one) for one in values["readers"])
    return Sample(**values | {"daemon": Process(**values["daemon"]), "readers": readers})


if __name__ == "__main__":
    sys.exit(main())
