"""What a poll and an article cost PostgreSQL: `python -m benchmarks.scaling_costs [--polls N]`.

The statements of one unchanged poll in one transaction, as app/polled.py runs them, on a database of a few thousand
sources: milliseconds through one connection, bytes of write-ahead log, and the bytes that a row of each table takes
with its indexes. From these the arithmetic of docs/scaling.md is made.
"""

import argparse
import os
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from typing import NamedTuple

from sqlalchemy import Connection, text

from benchmarks import crowd
from benchmarks.million_fill import Size, fill
from monitor.evidence import Capture
from monitor.model import Fetch, Host, Outcome
from monitor.store import captures, fetches, hosts, sources
from monitor.store.database import Database

SIZE = Size(5_000, 5_000, 5_000, 20_000, 20_000, 500)
TABLES = ("fetch", "capture", "entry", "document", "revision", "change", "source", "host")


class Cost(NamedTuple):
    """What one poll costs: milliseconds by the clock, of our processor and of the server's; KiB of WAL."""

    took_ms: float
    ours_ms: float
    server_ms: float
    log_kib: float


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--polls", type=int, default=2_000)
    polls = parser.parse_args().polls
    with crowd.databases("postgresql") as make, closing(Database.open(make())) as db:
        with db._writer.begin() as conn:
            fill(conn, SIZE, datetime.now(UTC))
        with db._writer.connect() as conn:
            conn.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM ANALYZE"))
        cost = _polled(db, polls)
        print(
            f"a poll by one connection: {cost.took_ms:.1f} ms at the median of {polls:,}, {cost.log_kib:.1f} KiB of WAL"
        )
        print(f"of the processor: {cost.ours_ms:.2f} ms of ours, {cost.server_ms:.2f} ms of the server's")
        with db._writer.connect() as conn:
            for table in TABLES:
                print(f"a row of {table:9} {_row_bytes(conn, table):7,.0f} bytes with its indexes")


def _polled(db: Database, polls: int) -> Cost:
    """Poll through one connection. By processor time, which says the same on a machine that others use as well."""
    chance, took = Random(7), []
    with db._writer.connect() as conn:
        conn.execution_options(isolation_level="AUTOCOMMIT").execute(text("CHECKPOINT"))
        backend = int(conn.execute(text("SELECT pg_backend_pid()")).scalar_one())
    logged, server, ours = _position(db), _cpu_s(backend), time.process_time()
    for number in range(polls):
        began = time.perf_counter()
        with db._writer.begin() as conn:
            _poll(conn, chance.randrange(1, SIZE.sources), number)
        took.append((time.perf_counter() - began) * 1000)
    ours, server = time.process_time() - ours, _cpu_s(backend) - server
    return Cost(median(took), ours / polls * 1000, server / polls * 1000, (_position(db) - logged) / polls / 1024)


def _cpu_s(process: int) -> float:
    used = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, used)) / os.sysconf("SC_CLK_TCK")


def _poll(conn: Connection, source_id: int, number: int) -> None:
    now = datetime.now(UTC)
    one = sources.get(conn, source_id)
    assert one is not None
    hosts.lock(conn, [one.host])
    made = fetches.add(conn, Fetch(one.url, Outcome.NOT_MODIFIED, now, source_id=source_id, status=304, elapsed_ms=90))
    record = Capture(
        "a.warc.gz",
        (SIZE.documents + 1) * 3000 + number * 600,
        600,
        str(number),
        "revisit",
        one.url,
        now,
        "sha1:A",
        "a",
        status=304,
    )
    captures.add(conn, replace(record, fetch_id=made, record_sha256="a" * 64, sha256="b" * 64))
    sources.save(conn, one, replace(one, last_checked_at=now, next_check_at=now + timedelta(hours=1), confirmed_at=now))
    hosts.settle(conn, Host(one.host, next_allowed_at=now))


def _position(db: Database) -> int:
    with db._writer.connect() as conn:
        return int(conn.execute(text("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn")).scalar_one())


def _row_bytes(conn: Connection, table: str) -> float:
    size = conn.execute(
        text(f"SELECT pg_total_relation_size('{table}') * 1.0 / count(*) FROM \"{table}\"")
    ).scalar_one()
    return float(size)


if __name__ == "__main__":
    main()
