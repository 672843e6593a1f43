"""A simulated process: the real archive on a simulated machine, until it ends or is killed between two steps."""

import asyncio
from abc import ABC, abstractmethod
from contextvars import copy_context
from typing import Any
from weakref import WeakSet

from monitor.app import opening
from monitor.app.archive import Archive
from monitor.app.context import Context, Seams
from tests.simulation.disk import InlineWriter
from tests.simulation.loop import OWNER
from tests.simulation.machine import Machine, let_go
from tests.simulation.network import SimulatedFetcher
from tests.simulation.readers import RememberedReader

LOCAL = "localhost"


class Process(ABC):
    """One process, from its start to its end, whichever end that is. What it does is for `_live` to say."""

    reports = True  # what it fetches is to be found in the archive

    def __init__(self, machine: Machine, number: int, home: str = LOCAL) -> None:
        self.machine = machine
        self.number = number
        self.home = home
        self.name = f"{home}:{number}:1"
        self.dead = False
        self.frozen_until = 0.0
        self.ended_at: float | None = None
        self.failed: str | None = None
        self.archive: Archive | None = None
        self.steps = 0
        self.last_step: int | None = None
        self.tasks: WeakSet[asyncio.Task[Any]] = WeakSet()
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
        """Count a step; a process may be doomed to die at one."""
        self.steps += 1
        if self.last_step is not None and self.steps >= self.last_step:
            self.kill()

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
            self._count(self._ctx)
            let_go(self._ctx, self.machine.chance)
        self.machine.unlock(self)

    def _count(self, ctx: Context) -> None:
        self.machine.counts["visits"] += ctx.tally.visits.total()

    async def _main(self) -> None:
        try:
            self._ctx = await self._open()
            self.archive = Archive(self._ctx)
            await self._live(self.archive)
        except Exception as error:  # noqa: BLE001 - as a process that ends with an error and is started again
            self.failed = self.failed or f"{type(error).__name__}: {error}"
        finally:
            if self._ctx is not None:
                self._count(self._ctx)
                await self._close()
            self.ended_at = self.machine.loop.time()
            self.machine.tell(f"ended {self.number}: {self.failed or 'as told'}")

    @abstractmethod
    async def _live(self, archive: Archive) -> None: ...

    async def _open(self) -> Context:
        machine = self.machine
        settings = machine.homes[self.home]
        ctx = await opening.open_context(settings, None)
        if not machine.is_shared:
            ctx.clock = machine.clock
        made = opening.seams_of(settings, ctx.clock)

        def evidence() -> Any:
            kept: Any = made.evidence()
            kept._writer.shutdown(wait=False)
            kept._writer = InlineWriter(machine.loop)
            return kept

        ctx.owner = self.name
        ctx.seams = Seams(lambda: SimulatedFetcher(machine.network, ctx.clock), evidence, RememberedReader)
        return ctx

    async def _close(self) -> None:
        assert self._ctx is not None
        try:
            await (self.archive.close() if self.archive else opening.close_context(self._ctx))
        except Exception as error:  # noqa: BLE001 - a disk that is full lets nobody end in order
            self.failed = self.failed or f"close: {type(error).__name__}: {error}"
