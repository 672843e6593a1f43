"""What stands for the threads that work on the database: real transactions, done between two steps of the loop."""

import queue
import sqlite3
import time

from sqlalchemy import Connection, Engine, event, text

from monitor.store import sessions
from monitor.store.doors import GROUP, GroupDoor, Job, PoolDoor, tell
from tests.simulation.disk import Disk
from tests.simulation.loop import HOP_S

_END = sessions.end_session  # which this is put in the place of
GONE_S = 10.0  # real seconds that PostgreSQL may take to end a session


class InlineDoor(GroupDoor):
    """A door to the database whose jobs are done between two steps of the loop, as a group, in a real transaction."""

    def __init__(self, engine: Engine, disk: Disk, *, writes: bool) -> None:
        self._engine = engine
        self._disk = disk
        self._waiting: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._planned = False
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _without_syncs)
        if writes:
            event.listen(engine, "commit", self._commit)

    def _commit(self, conn: Connection) -> None:
        self._disk.commit()

    def put(self, job: Job) -> None:
        """Take a job."""
        self._waiting.put(job)
        if not self._planned:
            self._planned = True
            job.loop.call_later(HOP_S * (1 + 9 * self._disk.chance.random()), self._drain)

    def _drain(self) -> None:
        self._planned = False
        while not self._waiting.empty():
            group = [self._waiting.get() for _ in range(min(GROUP, self._waiting.qsize()))]
            if group := [job for job in group if not job.future.cancelled()]:
                tell(self._settle(group))

    def close(self) -> None:
        """Finish what was begun."""
        self._drain()


class InlinePool(PoolDoor):
    """The same for PostgreSQL, where each job has a transaction of its own."""

    def __init__(self, engine: Engine, disk: Disk) -> None:
        self._engine = engine
        self._disk = disk
        event.listen(engine, "commit", lambda conn: disk.commit())

    def put(self, job: Job) -> None:
        """Take a job."""
        job.loop.call_later(HOP_S * (1 + 9 * self._disk.chance.random()), self._run, job)

    def close(self) -> None:
        """Have nothing left to finish: the loop did it."""


def end_session(conn: Connection) -> None:
    """Close a session, and wait until the server has: what it held is free from then on, and not some time later."""
    driver = conn.connection.driver_connection
    number = driver.info.backend_pid if driver is not None and not driver.closed else None
    engine = conn.engine
    _END(conn)
    until = time.monotonic() + GONE_S
    with engine.connect() as other:
        there = text("SELECT count(*) FROM pg_stat_activity WHERE pid = :pid")
        while number is not None and other.execute(there, {"pid": number}).scalar() and time.monotonic() < until:
            time.sleep(0.002)


def _without_syncs(connection: sqlite3.Connection, record: object) -> None:
    """Spare the syncs: a killed process loses nothing that it wrote, only a machine without power does."""
    connection.execute("PRAGMA synchronous = OFF")
