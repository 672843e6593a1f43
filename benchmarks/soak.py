"""A month and more of news in one daemon: what grows? `python -m benchmarks.soak [--days 30] [--speed 0] [--out FILE]`.

A newsroom that publishes all the time (benchmarks/soak_room.py), the real program `monitor run`, and a clock that is
driven: at `--speed` simulated seconds a second, or with 0 as fast as the daemon keeps up. Every `--every` simulated
hours memory, files, threads, tables, write-ahead log, evidence, log and leases are written down, as a line of JSON
each; in the end each series is fitted, after a fifth of the time for warming up (`benchmarks.soak_report FILE` does it
at any time). Exit code 1 when something grows unexplained.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path

from benchmarks import soak_samples as looked
from benchmarks.aims import state
from benchmarks.soak_report import report
from benchmarks.soak_samples import Sample
from monitor.edges.clock import DrivenClock, drive
from tests.newsroom.days import at
from tests.newsroom.room import RoomInfo
from tests.newsroom.settings import CORPUS, config_toml
from tests.newsroom.sites import read_sites

BEGIN = at(16, 5, 30)
SLOWEST, FASTEST = 100.0, 3000.0
LATE_S = 1800.0  # of simulated time; later than this the clock is slowed
PATIENCE_S = 120.0
MONITOR = (sys.executable, "-c", "from monitor.cli.app import main; main()")
OPTIONS = {  # what counts in real seconds elsewhere, as often as a simulated clock needs it
    "MONITOR_DAEMON__TICK": "0.2s",
    "MONITOR_DAEMON__LEASE": "6h",  # a lease is simulated time, of which a visit takes hours here
    "MONITOR_EVIDENCE__SEAL_EVERY": "5s",
    "MONITOR_LOG__FORMAT": "json",
    "MONITOR_LOG__LEVEL": "info",
}


@dataclass(slots=True)
class Driver:
    """A clock driven as fast as the daemon keeps up, or at one speed."""

    path: Path
    speed: float
    rate: float = SLOWEST
    rates: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Let time begin."""
        self.rate = self.speed or 600.0
        drive(self.path, BEGIN, self.rate)

    def heed(self, late_s: float) -> None:
        """Go faster while the daemon keeps up, and slower while it does not."""
        self.rates.append(self.rate)
        if self.speed:
            return
        rate = self.rate * (0.7 if late_s > LATE_S else 1.15)
        rate = min(max(rate, SLOWEST), FASTEST)
        if rate != self.rate:
            self.rate = rate
            drive(self.path, DrivenClock(self.path).now(), rate)


@dataclass(slots=True)
class Log:
    """The daemon's log, counted as it grows."""

    path: Path
    lines: int = 0
    bytes: int = 0

    def read(self) -> None:
        """Count what was added."""
        with self.path.open("rb") as file:
            file.seek(self.bytes)
            added = file.read()
        self.lines += added.count(b"\n")
        self.bytes += len(added)


def main() -> int:
    """Run the soak; print what grew."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="soak-") as scratch:
        folder = Path(arguments.folder or scratch)
        folder.mkdir(parents=True, exist_ok=True)
        samples = tuple(_soaked(folder, arguments))
    slopes = report(samples)
    factor = samples[-1].day * 86_400 / samples[-1].real_s
    sound = all(one.is_sound for one in slopes)
    what = f"{samples[-1].day:.0f} simulated days at {factor:.0f} times speed"
    grown = ", ".join(one.name for one in slopes if not one.is_sound)
    state(what, grown or "everything flat or explained", "nothing grows unexplained", sound)
    return 0 if sound else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--days", type=int, default=30, help="simulated")
    parser.add_argument("--speed", type=float, default=0, help="simulated seconds a second; 0 as the daemon keeps up")
    parser.add_argument("--daily", type=int, default=3, help="articles that each of the 8 outlets publishes in a day")
    parser.add_argument("--every", type=float, default=6, help="simulated hours between samples")
    parser.add_argument("--out", type=Path, help="where the samples go, as JSON lines")
    parser.add_argument("--folder", help="where the archive is made; a temporary folder unless given")
    return parser.parse_args()


def _soaked(folder: Path, arguments: argparse.Namespace) -> Iterator[Sample]:
    clock = folder / "clock.json"
    drive(clock, BEGIN)
    out = (arguments.out or folder / "samples.jsonl").open("w", encoding="utf-8")
    with out, _newsroom(clock, folder, arguments) as info:
        config = folder / "monitor.toml"
        config.write_text(config_toml(folder / "archive", info, clock), encoding="utf-8")
        environment = _environment(config)
        homes = [site.feed_url for site in read_sites()]
        _run(environment, "import-corpus", str(CORPUS), "--add-sources")
        _run(environment, "add-source", *homes, "--force")
        with _daemon(environment, folder / "daemon.log") as process:
            driver = Driver(clock, arguments.speed)
            for sample in _watched(folder, process, driver, arguments.days, arguments.every):
                out.write(json.dumps(asdict(sample)) + "\n")
                out.flush()
                yield sample


def _watched(
    folder: Path, process: "subprocess.Popen[bytes]", driver: Driver, days: int, every_h: float
) -> Iterator[Sample]:
    database, clock, log = folder / "archive" / "archive.db", DrivenClock(driver.path), Log(folder / "daemon.log")
    driver.start()
    began, next_at, end = time.monotonic(), BEGIN, BEGIN + timedelta(days=days)
    while next_at <= end:
        time.sleep(0.5)
        if process.poll() is not None:
            raise RuntimeError(f"the daemon ended with {process.returncode}; see {log.path}")
        now = clock.now()
        late_s = looked.lateness(database, now)
        driver.heed(late_s)
        if now >= next_at:
            sample = _sample(folder, process.pid, driver, log, time.monotonic() - began, late_s)
            print(_line(sample), flush=True)
            yield sample
            next_at = max(next_at + timedelta(hours=every_h), now)


def _sample(folder: Path, pid: int, driver: Driver, log: Log, real_s: float, late_s: float) -> Sample:
    archive, now = folder / "archive", DrivenClock(driver.path).now()
    database = archive / "archive.db"
    wal = database.with_name("archive.db-wal")
    log.read()
    held = looked.tables(database, now)
    evidence, files = looked.size((archive / "evidence").rglob("*"))
    return Sample(
        day=(now - BEGIN).total_seconds() / 86_400, real_s=real_s, rate=driver.rate, daemon=looked.process(pid),
        readers=looked.children(pid), database=database.stat().st_size, wal=wal.stat().st_size if wal.exists() else 0,
        free=held.free, rows=held.rows, evidence=evidence, evidence_files=files, log_lines=log.lines,
        log_bytes=log.bytes, leases=held.leases, leases_over=held.leases_over, alarms=held.alarms, late_s=late_s,
    )  # fmt: skip


def _line(sample: Sample) -> str:
    rows = sample.rows
    return (
        f"day {sample.day:5.2f}  {sample.real_s:6.0f} s  at {sample.rate:5.0f}x  late {sample.late_s / 60:4.0f} min  "
        f"PSS {sample.daemon.pss:5.1f} MiB  files {sample.daemon.files}  threads {sample.daemon.threads}  "
        f"readers {sum(one.pss for one in sample.readers):5.0f} MiB  db {sample.database / looked.MIB:6.1f} MiB  "
        f"WAL {sample.wal / looked.MIB:4.1f}  documents {rows['document']}  fetches {rows['fetch']}  "
        f"log {sample.log_lines}"
    )


@contextmanager
def _newsroom(clock: Path, folder: Path, arguments: argparse.Namespace) -> Iterator[RoomInfo]:
    options = ["--clock", str(clock), "--state", str(folder)]
    options += ["--days", str(arguments.days), "--daily", str(arguments.daily)]
    command = [sys.executable, "-m", "benchmarks.soak_room", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as process:
        try:
            assert process.stdout is not None
            yield RoomInfo(**json.loads(process.stdout.readline()))
        finally:
            process.terminate()


def _environment(config: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MONITOR_", "NOTIFY_"))}
    return {**kept, **OPTIONS, "MONITOR_CONFIG": str(config), "NO_COLOR": "1"}


def _run(environment: dict[str, str], *words: str) -> None:
    subprocess.run([*MONITOR, *words], env=environment, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def _daemon(environment: dict[str, str], log: Path) -> "Iterator[subprocess.Popen[bytes]]":
    with log.open("wb") as told:
        process = subprocess.Popen([*MONITOR, "run"], stdout=subprocess.DEVNULL, stderr=told, env=environment)
    try:
        deadline = time.monotonic() + PATIENCE_S
        while b"daemon.started" not in log.read_bytes():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the daemon does not start: {log.read_text()}")
            time.sleep(0.1)
        yield process
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE_S)
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    sys.exit(main())
