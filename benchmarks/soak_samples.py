"""What a running daemon takes, at one moment: memory, files, threads, its database, its evidence and its log."""

import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

MIB = 2**20
TABLES = (
    "host", "source", "fetch", "capture", "evidence_file", "entry", "document", "revision", "change", "furniture",
    "seal", "leaf", "copy", "cluster", "notification", "alarm", "worker",
)  # fmt: skip
_LAG = (
    "SELECT min(max(due_at, coalesce(next_allowed_at, due_at))) FROM host WHERE due_at IS NOT NULL AND due_at <= :now"
)
_LEASES = "SELECT count(*), coalesce(sum(lease_until < :now), 0) FROM host WHERE lease_owner IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Process:
    """What proc(5) tells of one process: memory in MiB, shared memory by its share in `pss`; `cpu_s` it has used."""

    pss: float
    rss: float
    files: int
    threads: int
    cpu_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Sample:
    """One look. `day` counts simulated days since the begin; sizes in bytes; `late_s` is how overdue the oldest is."""

    day: float
    real_s: float
    rate: float
    daemon: Process
    readers: tuple[Process, ...]
    database: int
    wal: int
    free: int
    rows: dict[str, int]
    evidence: int
    evidence_files: int
    log_lines: int
    log_bytes: int
    leases: int
    leases_over: int
    alarms: int
    late_s: float


def process(pid: int) -> Process:
    """Look at one process. Raises OSError when it has ended."""
    place = Path(f"/proc/{pid}")
    lines = ((place / "smaps_rollup").read_text() + (place / "status").read_text()).splitlines()
    told = {words[0].rstrip(":"): words[1] for line in lines if len(words := line.split()) > 1}
    files = sum(1 for _ in (place / "fd").iterdir())
    used = (place / "stat").read_text().rpartition(")")[2].split()[11:13]  # utime and stime (proc(5), stat)
    cpu_s = sum(map(int, used)) / os.sysconf("SC_CLK_TCK")
    return Process(int(told["Pss"]) / 1024, int(told["VmRSS"]) / 1024, files, int(told["Threads"]), cpu_s)


def children(pid: int) -> tuple[Process, ...]:
    """Look at the processes that one started, and at theirs."""
    found: list[Process] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            with suppress(OSError):  # it has ended meanwhile
                found += [process(int(child)), *children(int(child))]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Tables:
    """What the database says of itself."""

    rows: dict[str, int]
    free: int
    leases: int
    leases_over: int
    alarms: int


def tables(database: Path, now: datetime) -> Tables:
    """Count rows, bytes on the list of free pages, leases (also those that ran out) and alarms."""
    with closing(_opened(database)) as conn:
        there = {name for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        rows = {name: _one(conn, f"SELECT count(*) FROM {name}") for name in TABLES if name in there}
        free = _one(conn, "PRAGMA freelist_count") * _one(conn, "PRAGMA page_size")
        leases, over = conn.execute(_LEASES, {"now": text(now)}).fetchone()
        alarms = _one(conn, "SELECT count(*) FROM alarm WHERE ended_at IS NULL") if "alarm" in there else 0
    return Tables(rows, free, int(leases), int(over), alarms)


def lateness(database: Path, now: datetime) -> float:
    """Return how many simulated seconds the host is overdue that is so the longest; 0 when none is."""
    with closing(_opened(database)) as conn:
        found = conn.execute(_LAG, {"now": text(now)}).fetchone()[0]
    return 0.0 if found is None else max(0.0, (now - datetime.fromisoformat(found)).total_seconds())


def text(moment: datetime) -> str:
    """Write a time as SQLite's tables hold it."""
    return moment.isoformat(timespec="microseconds")[:-6] + "Z"


def size(paths: Iterable[Path]) -> tuple[int, int]:
    """Return the bytes and the number of files."""
    sizes = [path.stat().st_size for path in paths if path.is_file()]
    return sum(sizes), len(sizes)


def _opened(database: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)


def _one(conn: sqlite3.Connection, sql: str) -> int:
    return int(conn.execute(sql).fetchone()[0])
