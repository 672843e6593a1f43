"""The disk under an archive: full for a while, or failing once; and what stands for the threads that write to it."""

import errno
import os
import queue
import sqlite3
from collections.abc import Callable
from random import Random
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError

from monitor.edges.warc_files import WarcFile
from monitor.store.doors import GROUP, GroupDoor, Job, tell
from tests.simulation.loop import HOP_S

PLENTY = 500_000_000_000
LITTLE = 1_000_000


class Disk:
    """What the disk says. While it is `full` nothing more goes in; `failing` writes fail once each."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.full = False
        self.commits_to_fail = 0
        self.appends_to_fail = 0
        self.failed = 0
        self.times: list[tuple[float, float]] = []  # in which what was fetched may be lost

    @property
    def free(self) -> int:
        """Return the free bytes."""
        return LITTLE if self.full else PLENTY

    def commit(self) -> None:
        """Let a transaction of the database be committed, or raise what SQLite would."""
        if self.full and self.chance.random() < 0.5:  # what fits into the pages there are still goes in
            self._refuse("database or disk is full")
        if self.commits_to_fail:
            self.commits_to_fail -= 1
            self._refuse("disk I/O error")

    def append(self) -> int | None:
        """Return the error that an append of evidence ends with, or None."""
        if self.full:
            self.failed += 1
            return errno.ENOSPC
        if self.appends_to_fail:
            self.appends_to_fail -= 1
            self.failed += 1
            return errno.EIO
        return None

    def _refuse(self, why: str) -> None:
        self.failed += 1
        raise OperationalError("COMMIT", {}, sqlite3.OperationalError(why))


class InlineDoor(GroupDoor):
    """A door to the database whose jobs are done between two steps of the loop, as a group, in a real transaction."""

    def __init__(self, engine: Engine, disk: Disk, *, writes: bool) -> None:
        self._engine = engine
        self._disk = disk
        self._waiting: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._planned = False
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


def _without_syncs(connection: sqlite3.Connection, record: object) -> None:
    """Spare the syncs: a killed process loses nothing that it wrote, only a machine without power does."""
    connection.execute("PRAGMA synchronous = OFF")


class InlineWriter:
    """Stands for the thread that writes evidence."""

    def __init__(self, loop: Any) -> None:
        self._loop = loop
        self._over = False

    def submit(self, work: Callable[[], object]) -> None:
        """Do it between two steps."""
        self._loop.call_later(HOP_S, work)

    def shutdown(self, wait: bool = True) -> None:
        """Take nothing more."""


def failing_file(disk: Disk) -> type[WarcFile]:
    """Return files of evidence that lie on a disk."""

    class OnDisk(WarcFile):
        def append(self, data: bytes) -> int:
            if (error := disk.append()) is not None:
                os.write(self._fd, data[: disk.chance.randrange(len(data))])  # what a write that fails may leave
                raise OSError(error, os.strerror(error))
            return super().append(data)

    return OnDisk


def tear(file: WarcFile, data: bytes, chance: Random) -> None:
    """Leave of an append under way what a kill may leave: nothing, a part, or all of it that nobody heard of."""
    os.write(file._fd, data[: chance.choice((0, chance.randrange(len(data)), len(data)))])
