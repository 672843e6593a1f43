"""The disk under an archive: full for a while, or failing once; and what stands for the thread that writes to it."""

import errno
import os
import sqlite3
from collections.abc import Callable
from random import Random
from typing import Any

from sqlalchemy.exc import OperationalError

from monitor.edges.warc_files import WarcFile
from tests.simulation.loop import HOP_S, SimulatedLoop
from tests.simulation.world import HOUR, MINUTE

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

    def befall(self, loop: SimulatedLoop, kind: str, amount: float) -> None:
        """Be full for that many seconds, or let that many commits or appends fail."""
        now = loop.time()
        if kind == "disk full":
            self.full = True
            self.times.append((now, now + amount))
            loop.call_later(amount, setattr, self, "full", False)
        elif kind == "commit fails":
            self.commits_to_fail = int(amount)
            self.times.append((now, now + 30 * MINUTE))
        else:
            self.appends_to_fail = int(amount)
            self.times.append((now, now + 12 * HOUR))

    def heal(self) -> None:
        """Be well again."""
        self.full, self.commits_to_fail, self.appends_to_fail = False, 0, 0

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
                os.write(self._fd, data[: _some(disk.chance, len(data))])  # what a write that fails may leave
                raise OSError(error, os.strerror(error))
            return super().append(data)

    return OnDisk


def tear(file: WarcFile, data: bytes, chance: Random) -> None:
    """Leave of an append under way what a kill may leave: nothing, a part, or all of it that nobody heard of."""
    os.write(file._fd, data[: chance.choice((0, _some(chance, len(data)), len(data)))])


def _some(chance: Random, size: int) -> int:
    """Return a number below a size, by one draw, whatever the size is: the same record is not always as long."""
    return int(chance.random() * size)
