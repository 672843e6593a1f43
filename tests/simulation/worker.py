"""The processes of an archive: a daemon, driven by the fixed jobs that monitor/daemon.py has, and single commands."""

import asyncio
from collections.abc import Awaitable, Callable

from monitor.app.archive import Archive
from monitor.errors import DatabaseBusyError
from tests.simulation.machine import Machine
from tests.simulation.process import LOCAL, Process

# Rarer than a daemon's: what is due waits for minutes, and a week takes seconds.
EVERY_S = {"due": 600.0, "seal": 14_400.0, "upkeep": 3600.0, "health": 14_400.0, "alerts": 3600.0, "beat": 3600.0}


class SimulatedWorker(Process):
    """A daemon."""

    def __init__(self, machine: Machine, number: int, home: str = LOCAL) -> None:
        self._stop = asyncio.Event()
        super().__init__(machine, number, home)

    def stop(self) -> None:
        """Ask it to end, as SIGTERM does."""
        self._stop.set()

    async def _live(self, archive: Archive) -> None:
        await archive.recover()
        await archive.workers.register()
        self.machine.tell(f"started {self.number}")
        self.started.set()
        jobs: dict[str, Callable[[], Awaitable[object]]] = {
            "due": archive.launch,
            "seal": archive.workers.once("seal", archive.custody.seal),
            "upkeep": lambda: archive.custody.upkeep(archive.workers.is_first),
            "health": archive.health.watch,
            "alerts": archive.workers.once("alerts", lambda: _tell(archive)),
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


async def _tell(archive: Archive) -> None:
    await archive.alerts.gather()
    await archive.alerts.deliver()


class Command(Process):
    """A command that somebody calls: it does one thing and ends. `answer` is what came of it, None where it failed."""

    reports = False

    def __init__(
        self, machine: Machine, number: int, job: Callable[[Archive], Awaitable[object]], home: str = LOCAL
    ) -> None:
        self._job = job
        self.answer: object = None
        super().__init__(machine, number, home)

    async def _live(self, archive: Archive) -> None:
        self.answer = await self._job(archive)
