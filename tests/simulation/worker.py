"""A simulated daemon: the real archive, driven by the fixed jobs that monitor/daemon.py has."""

import asyncio
import contextlib
import gc
import os
import warnings
from collections.abc import Awaitable, Callable
from contextvars import copy_context
from dataclasses import dataclass, field
from random import Random
from typing import Any
from weakref import WeakSet

from monitor.app import opening
from monitor.app.archive import Archive
from monitor.app.context import Context, Seams
from monitor.errors import DatabaseBusyError
from monitor.settings import Settings
from tests.simulation.clock import SetClock
from tests.simulation.disk import Disk, InlineWriter, tear
from tests.simulation.loop import OWNER, SimulatedLoop
from tests.simulation.network import Network, SimulatedFetcher
from tests.simulation.patched import RememberedReader

DEEP = 5
# Rarer than a daemon's: what is due waits for minutes, and a week takes seconds.
EVERY_S = {"due": 600.0, "seal": 7200.0, "upkeep": 1800.0, "health": 7200.0, "alerts": 1800.0, "beat": 1800.0}


@dataclass
class Machine:
    """What the workers share."""

    loop: SimulatedLoop
    settings: Settings
    clock: SetClock
    disk: Disk
    network: Network
    chance: Random
    owners: dict[str, "SimulatedWorker"] = field(default_factory=dict)
    graveyard: list["asyncio.Task[Any]"] = field(default_factory=list)
    tell: Callable[[str], None] = lambda line: None

    def is_dead(self, owner: str) -> bool:
        """Say whether an owner of leases is a process that runs no more."""
        return owner in self.owners and self.owners[owner].dead

    def bury(self) -> None:
        """Close the coroutines of workers that were killed; the loop runs no more, so nothing comes of it."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for _ in range(DEEP):  # closing one may begin others
                for task in asyncio.all_tasks(self.loop):
                    task._log_destroy_pending = False  # type: ignore[attr-defined]
                    with contextlib.suppress(BaseException):
                        task.get_coro().close()
            self.graveyard.clear()
            gc.collect()


class SimulatedWorker:
    """One process, from its start to its end, whichever end that is."""

    def __init__(self, machine: Machine, number: int) -> None:
        self.machine = machine
        self.number = number
        self.name = f"sim:{number}:1"
        self.dead = False
        self.frozen_until = 0.0
        self.ended_at: float | None = None
        self.failed: str | None = None
        self.archive: Archive | None = None
        self.steps = 0
        self.last_step: int | None = None
        self.tasks: WeakSet[asyncio.Task[Any]] = WeakSet()
        self._stop = asyncio.Event()
        self.started = asyncio.Event()
        self._ctx: Context | None = None
        machine.owners[self.name] = self
        context = copy_context()
        context.run(OWNER.set, self)
        self.task = machine.loop.create_task(self._main(), context=context)

    @property
    def is_over(self) -> bool:
        """Say whether it has ended."""
        return self.ended_at is not None

    def step(self) -> None:
        """Count a step; a worker may be doomed to die at one."""
        self.steps += 1
        if self.last_step is not None and self.steps >= self.last_step:
            self.kill()

    def stop(self) -> None:
        """Ask it to end, as SIGTERM does."""
        self._stop.set()

    def kill(self) -> None:
        """End it between two steps, without a word."""
        if self.is_over:
            return
        now = self.machine.loop.time()
        self.dead, self.ended_at = True, now
        self.machine.tell(f"killed {self.number} at step {self.steps}")
        self.machine.network.cut_off(self, now)
        self.machine.graveyard += self.tasks  # lest they be collected, and run their `finally` then
        if self._ctx is not None:
            _let_go(self._ctx, self.machine.chance)

    async def _main(self) -> None:
        try:
            self._ctx = await self._open()
            self.archive = Archive(self._ctx)
            await self._live(self.archive)
        except Exception as error:  # noqa: BLE001 - as a process that ends with an error and is started again
            self.failed = self.failed or f"{type(error).__name__}: {error}"
        finally:
            if self._ctx is not None:
                await self._close()
            self.ended_at = self.machine.loop.time()
            self.machine.tell(f"ended {self.number}: {self.failed or 'as told'}")

    async def _open(self) -> Context:
        machine = self.machine
        ctx = await opening.open_context(machine.settings, None)
        made = opening.seams_of(machine.settings, machine.clock)

        def evidence() -> Any:
            kept: Any = made.evidence()
            kept._writer.shutdown(wait=False)
            kept._writer = InlineWriter(machine.loop)
            return kept

        ctx.clock, ctx.owner = machine.clock, self.name
        ctx.seams = Seams(lambda: SimulatedFetcher(machine.network), evidence, RememberedReader)
        return ctx

    async def _live(self, archive: Archive) -> None:
        await archive.recover()
        await archive.workers.register()
        self.machine.tell(f"started {self.number}")
        self.started.set()
        jobs: dict[str, Callable[[], Awaitable[object]]] = {
            "due": archive.launch,
            "seal": archive.custody.seal,
            "upkeep": lambda: archive.custody.upkeep(archive.workers.is_first),
            "health": archive.health.watch,
            "alerts": self._tell,
            "beat": archive.workers.beat,
        }
        tasks = [asyncio.create_task(self._every(EVERY_S[name], name, job)) for name, job in jobs.items()]
        await self._stop.wait()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await archive.stop()
        if self.failed is None:
            await archive.custody.seal()
            await archive.workers.goodbye()

    async def _tell(self) -> None:
        if self.archive is not None:
            await self.archive.alerts.gather()
            await self.archive.alerts.deliver()

    async def _every(self, seconds: float, name: str, job: Callable[[], Awaitable[object]]) -> None:
        while True:
            # All workers at nearly the same moment: so they meet at the same hosts.
            now = self.machine.loop.time()
            await asyncio.sleep(seconds - now % seconds + self.machine.chance.random())
            try:
                await job()
            except DatabaseBusyError:
                continue
            except Exception as error:  # noqa: BLE001 - what a job cannot do ends the daemon
                self.failed = self.failed or f"{name}: {type(error).__name__}: {error}"
                self._stop.set()

    async def _close(self) -> None:
        assert self._ctx is not None
        try:
            await (self.archive.close() if self.archive else opening.close_context(self._ctx))
        except Exception as error:  # noqa: BLE001 - a disk that is full lets nobody end in order
            self.failed = self.failed or f"close: {type(error).__name__}: {error}"


def _let_go(ctx: Context, chance: Random) -> None:
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
    for engine in (ctx.db._reader, ctx.db._writer):
        engine.dispose()
