"""An archive in the simulation that somebody leads step by step, instead of a seed."""

import asyncio
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path
from random import Random

import structlog

from monitor import Archive, load_settings
from tests.blank import blank_sqlite
from tests.simulation.clock import SetClock
from tests.simulation.desk import Desk
from tests.simulation.disk import Disk
from tests.simulation.invariants import Invariants
from tests.simulation.loop import SimulatedLoop
from tests.simulation.network import Network, Trouble
from tests.simulation.patched import patched
from tests.simulation.weeks import SETTINGS, drop_event
from tests.simulation.worker import Machine, SimulatedWorker
from tests.simulation.world import HOUR, SITES, Article, Gone, State, Text, World, edited, written


class Stage:
    """A world without news, and one worker that watches it."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="monitor-stage-"))
        self.loop = SimulatedLoop()
        self.chance = Random("stage")
        asyncio.set_event_loop(self.loop)
        structlog.configure(processors=[drop_event], cache_logger_on_first_use=False)
        blank_sqlite(self.folder / "archive.db")
        empty = self.folder / "empty.toml"
        empty.write_text("", encoding="utf-8")
        self.clock, self.disk, desk = SetClock(self.loop), Disk(Random("disk")), Desk(Random("desk"))
        self.world = World(0, 0.0)
        self.network = Network(self.world, self.clock, (), Random("answers"))
        settings = load_settings(empty, SETTINGS | {"data_dir": str(self.folder)})
        self.machine = Machine(self.loop, settings, self.clock, self.disk, self.network, Random("kills"))
        self.invariants = Invariants(self.machine, desk)
        self.made: list[Article] = []
        self._ends = ExitStack()
        self._ends.enter_context(patched(self.loop, self.disk, desk, self.machine.is_dead, 0))
        self._number = 0
        self.worker = self._start()

    @property
    def archive(self) -> Archive:
        """Return the archive that is open now, a worker started anew where it had ended."""
        if self.worker.is_over:
            self.worker = self._start()
        assert self.worker.archive is not None
        return self.worker.archive

    def _start(self) -> SimulatedWorker:
        self._number += 1
        worker = SimulatedWorker(self.machine, self._number)
        self.loop.run_until_complete(worker.started.wait())
        return worker

    def pass_time(self, hours: float) -> None:
        """Let true time pass; a worker that ends meanwhile is started again after a minute, as services are."""
        until = self.loop.time() + hours * HOUR
        while (left := until - self.loop.time()) > 0:
            assert self.archive is not None
            self.loop.run_until_complete(
                asyncio.wait([self.worker.task, self._timer(left)], return_when="FIRST_COMPLETED")
            )
            if self.worker.is_over:
                self.loop.run_until_complete(asyncio.sleep(60))

    def _timer(self, seconds: float) -> "asyncio.Task[None]":
        return self.loop.create_task(asyncio.sleep(min(seconds, HOUR)))

    def publish(self, site: int) -> None:
        """Have a site publish an article."""
        number = len(self.made) + 900
        url = f"https://{SITES[site]}/2026/11/a-story-of-the-stage-{number:06d}.html"
        one = Article(url, SITES[site], number, self.loop.time(), root=url)
        one.states = [(one.published, written(one, self.chance))]
        self.made.append(one)
        self.world.add(one)

    def change(self, number: int, fate: str) -> None:
        """Edit an article, take it down, or put it back as it last was."""
        one = self.made[number % len(self.made)]
        last, now = one.texts()[-1], self.loop.time()
        fates: dict[str, State] = {"edit": edited(last, self.chance), "delete": Gone(410), "restore": last}
        if not (fate == "edit" and not isinstance(one.states[-1][1], Text)):
            one.states.append((now, fates[fate]))

    def fail(self, site: int, kind: str) -> None:
        """Have the network to a site fail for an hour and a half."""
        now = self.loop.time()
        self.network.troubles = (*self.network.troubles, Trouble(SITES[site], now, now + 1.5 * HOUR, kind))

    def heal(self) -> None:
        """End all troubles."""
        self.network.troubles = ()
        self.disk.full = False

    def look(self) -> None:
        """Look at what must be true at any time. Raises AssertionError."""
        self.loop.run_until_complete(self.invariants.look([self.worker]))
        assert self.invariants.faults == []

    def end(self) -> None:
        """Heal all, give the archive two days to catch up, look at everything. Raises AssertionError."""
        try:
            self.heal()
            self.clock.set_right()
            self.pass_time(48)
            self.archive.now()
            self.loop.run_until_complete(self.invariants.judge(self.worker))
            assert self.invariants.faults == []
        finally:
            self._close()

    def _close(self) -> None:
        self.worker.stop()
        self.loop.run_until_complete(self.worker.task)
        self.loop.set_exception_handler(lambda loop, context: None)
        self.machine.bury()
        self._ends.close()
        asyncio.set_event_loop(None)
        structlog.reset_defaults()
        self.loop.close()
        shutil.rmtree(self.folder, ignore_errors=True)
