"""Processes that are frozen, or cut off from their server, in the middle of a transaction."""

import asyncio
import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, insert, select, update

from monitor.errors import DatabaseBusyError
from monitor.store.database import Database
from monitor.store.schema import host

DUE = datetime(2026, 1, 1, tzinfo=UTC)


def fail(conn: Connection, times: int) -> None:
    """Count failures of the one host, whose row is locked by it until the end of the transaction."""
    conn.execute(update(host).values(failures=host.c.failures + times))


async def test_a_frozen_process_does_not_keep_its_rows(postgresql_url: str) -> None:
    """Others go on once its transaction has rested for a while; of what it did, nothing is written."""
    frozen, other = Database.open(postgresql_url, patience_s=1.0), Database.open(postgresql_url, patience_s=20.0)
    locked, thawed = threading.Event(), threading.Event()

    def freeze(conn: Connection) -> None:
        fail(conn, 1)
        locked.set()
        thawed.wait(60)
        fail(conn, 1)

    try:
        await other.write(lambda conn: conn.execute(insert(host).values(name="a.example", due_at=DUE, failures=0)))
        resting = asyncio.ensure_future(frozen.write(freeze))
        assert await asyncio.to_thread(locked.wait, 30)
        await other.write(fail, 10)
        thawed.set()
        with pytest.raises(DatabaseBusyError):
            await resting
        assert await other.read(lambda conn: conn.execute(select(host.c.failures)).scalar_one()) == 10
    finally:
        thawed.set()
        frozen.close()
        other.close()
