"""What memory the daemon takes among many sources: quiet, and while 64 hosts say 304 as fast as they are asked.

`python -m benchmarks.memory [--sources N] [--seconds N]`. It is the real program, `monitor run`, on an archive of its
own: N sources on N hosts of which none is due for hours, and 64 hosts more whose sources are due again and again, once
the quiet time is over. A watchdog is set, so that the daemon gives its sign of life as under systemd. Memory is the
daemon's own, without the processes that read pages: PSS, which counts what is shared with others by its share, and RSS.
"""

import argparse
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, insert

from benchmarks import crowd
from benchmarks.aims import state
from benchmarks.server import Served, serving
from monitor.model import Host
from monitor.store.database import Database
from monitor.store.schema import host, source
from monitor.store.types import columns_of

AIM_MIB = 200
BUSY_HOSTS = 64
EACH = 100  # sources of a busy host
AGAIN_S = 10
PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Memory:
    """MiB of one process."""

    pss: float
    rss: float
    peak: float


def main() -> None:
    """Print a table: memory after the start, after a quiet time, and while busy."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=60.0, help="of quiet, and of work")
    arguments = parser.parse_args()
    print(f"{'MiB':22} {'PSS':>6} {'RSS':>6} {'most RSS':>9}")
    most = 0.0
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as served:
        for when, memory in _watched(Path(folder), served, arguments.sources, arguments.seconds):
            print(f"{when:22} {memory.pss:6.0f} {memory.rss:6.0f} {memory.peak:9.0f}", flush=True)
            most = max(most, memory.pss)
    what = f"the daemon among {arguments.sources:,} sources"
    state(what, f"{most:.0f} MiB", f"under {AIM_MIB} MiB", most < AIM_MIB)


def _watched(folder: Path, served: Served, sources: int, seconds: float) -> Iterator[tuple[str, Memory]]:
    due = datetime.now(UTC) + timedelta(seconds=seconds + sources / 5_000)  # as long as filling may take
    _make_archive(folder, sources, due)
    with _daemon(_configured(folder, served), folder / "log") as process:
        _wait_until(lambda: b"daemon.started" in (folder / "log").read_bytes(), process, folder / "log")
        yield "after the start", _memory(process.pid)
        time.sleep(max(seconds, (due - datetime.now(UTC)).total_seconds()))
        yield f"after {seconds:.0f} s of quiet", _memory(process.pid)
        _wait_until(lambda: _polls(folder) > 0, process, folder / "log")
        before = _polls(folder)
        time.sleep(seconds)
        polls = (_polls(folder) - before) / seconds
        yield f"at {polls:.0f} polls a second", _memory(process.pid)


def _make_archive(folder: Path, sources: int, due: datetime) -> None:
    with closing(Database.open(f"sqlite:///{folder / 'archive.db'}")) as db, db._writer.begin() as conn:
        now = datetime.now(UTC)
        crowd.fill(conn, sources, sources, now, now + timedelta(hours=6))
        _add_busy(conn, now, due)


def _add_busy(conn: Connection, now: datetime, due: datetime) -> None:
    names = crowd.host_names(BUSY_HOSTS, "busy")
    robots = {"robots_text": crowd.ROBOTS, "robots_status": 200, "robots_fetched_at": now}
    conn.execute(insert(host), [columns_of(Host(name, due_at=due)) | robots for name in names])
    busy = (crowd.a_source(name, due, now, number, AGAIN_S) for name in names for number in range(EACH))
    conn.execute(insert(source), [columns_of(one) for one in busy])


def _configured(folder: Path, served: Served) -> Path:
    """Write a configuration by which the busy hosts lead to the server, and need no sparing."""
    resolve = "\n".join(f'"{name}:443" = "127.0.0.1:{served.https}"' for name in crowd.host_names(BUSY_HOSTS, "busy"))
    path = folder / "monitor.toml"
    path.write_text(
        f"data_dir = {json.dumps(str(folder))}\n"
        f'[fetch]\nca_file = {json.dumps(str(served.ca_file))}\ncontact = "https://bench.example/"\ngap = "0s"\n'
        f'[fetch.resolve]\n{resolve}\n[daemon]\nhosts = {BUSY_HOSTS}\n[log]\nlevel = "info"\nformat = "json"\n'
    )
    return path


@contextmanager
def _daemon(config: Path, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", "from monitor.cli.app import main; main()", "--config", str(config), "run"]
    watchdog = {"WATCHDOG_USEC": "10000000"}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")} | watchdog
    with log.open("wb") as told:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=told, env=environment)
    try:
        yield process
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE_S)
    finally:
        process.kill()
        process.wait()


def _wait_until(true: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the daemon does not work: {log.read_text()}")
        time.sleep(0.05)


def _polls(folder: Path) -> int:
    with closing(sqlite3.connect(f"file:{folder / 'archive.db'}?mode=ro", uri=True)) as conn:
        return int(conn.execute("SELECT count(*) FROM fetch WHERE outcome = 'not_modified'").fetchone()[0])


def _memory(pid: int) -> Memory:
    """Return what proc(5) tells of a process."""
    told = Path(f"/proc/{pid}/smaps_rollup").read_text() + Path(f"/proc/{pid}/status").read_text()
    lines = (line.split() for line in told.splitlines())
    kib = {words[0].rstrip(":"): int(words[1]) for words in lines if words[-1] == "kB"}
    return Memory(kib["Pss"] / 1024, kib["Rss"] / 1024, kib["VmHWM"] / 1024)


if __name__ == "__main__":
    main()
