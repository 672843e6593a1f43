"""The machines that processes run on: what they share, and what the kernel does for those that die."""

import asyncio
import contextlib
import fcntl
import gc
import os
import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any

from monitor.app.context import Context
from monitor.settings import Settings
from tests.simulation.clock import SetClock
from tests.simulation.disk import Disk, tear
from tests.simulation.loop import OWNER, SimulatedLoop
from tests.simulation.network import Network

if TYPE_CHECKING:
    from tests.simulation.process import Process

DEEP = 5
FLOCK = fcntl.flock  # which `flock` is put in the place of


@dataclass
class Machine:
    """What the processes share. `homes` are the machines by name, each with the settings that are in force there."""

    loop: SimulatedLoop
    homes: dict[str, Settings]
    clock: SetClock
    disk: Disk
    network: Network
    chance: Random
    owners: dict[str, "Process"] = field(default_factory=dict)
    graveyard: list["asyncio.Task[Any]"] = field(default_factory=list)
    tell: Callable[[str], None] = lambda line: None
    counts: Counter[str] = field(default_factory=Counter)
    locked: dict[int, tuple[object, int]] = field(default_factory=dict)  # who locked a descriptor, and of which file

    @property
    def is_shared(self) -> bool:
        """Say whether the archive is one that many machines share, whose clock is its database's."""
        return any(one.database_url.startswith("postgresql") for one in self.homes.values())

    def is_dead(self, owner: str, home: str) -> bool:
        """Say whether an owner of leases is known on a machine to be a process of it that runs no more."""
        known = self.owners.get(owner)
        return known is not None and known.is_over and known.home == home

    def flock(self, file: Any, how: int) -> None:
        """Lock a file, and remember whose lock it is."""
        fd = file if isinstance(file, int) else file.fileno()
        FLOCK(fd, how)
        self.locked[fd] = OWNER.get(), os.fstat(fd).st_ino

    def unlock(self, owner: object) -> None:
        """Free the files that a process had locked."""
        for fd, (whose, inode) in list(self.locked.items()):
            if whose is owner:
                del self.locked[fd]
                with contextlib.suppress(OSError):
                    if os.fstat(fd).st_ino == inode:  # else it was closed, and the number is another file's by now
                        FLOCK(fd, fcntl.LOCK_UN)

    def bury(self) -> None:
        """Close the coroutines of processes that were killed; the loop runs no more, so nothing comes of it."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for _ in range(DEEP):  # closing one may begin others
                for task in asyncio.all_tasks(self.loop):
                    task._log_destroy_pending = False  # type: ignore[attr-defined]
                    with contextlib.suppress(BaseException):
                        task.get_coro().close()
            self.graveyard.clear()
            gc.collect()


def let_go(ctx: Context, chance: Random) -> None:
    """Do what the kernel does for a process that is no more: close its files and connections."""
    evidence: Any = vars(ctx).get("evidence")
    file = evidence._file if evidence is not None else None
    if file is not None:
        if not evidence._waiting.empty():
            one = evidence._waiting.get()
            from monitor.edges.warc_records import batch

            with contextlib.suppress(Exception):
                tear(file, batch(file.name, one.result.hops, one.earlier).data, chance)
        with contextlib.suppress(OSError):
            os.close(file._fd)
        evidence._file = None
    if "_locks" in vars(ctx.db):
        ctx.db._locks.close()
    for engine in (ctx.db._reader, ctx.db._writer):
        engine.dispose()
