"""An archive in the simulation that somebody leads step by step, instead of a seed."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

from sqlalchemy import select

from monitor import Archive, backup, restore
from monitor.app import backing_up
from monitor.app.backing_up_database import Base, stow_database
from monitor.model import DocumentState
from monitor.settings import Settings
from monitor.store.schema import document
from tests.app.backed_up import digests
from tests.simulation.invariants import Invariants
from tests.simulation.ledger import Ledger
from tests.simulation.machine import Machine
from tests.simulation.network import Trouble
from tests.simulation.patched import patched
from tests.simulation.process import LOCAL
from tests.simulation.scene import make_desk, make_machine, own_folder, own_loop
from tests.simulation.witness import SAFE_S
from tests.simulation.worker import Command, SimulatedWorker
from tests.simulation.world import HOUR, MINUTE, SITES, Article, Gone, State, Text, World, edited, written

MOMENT_S = 2 * MINUTE  # of work between two pieces of a backup


class Stage:
    """A world without news, and one worker that watches it."""

    def __init__(self) -> None:
        self._ends = ExitStack()
        self.folder = self._ends.enter_context(own_folder())
        self.loop = self._ends.enter_context(own_loop())
        self.chance = Random("stage")
        self.world = World(0, 0.0)
        self.machine: Machine = make_machine(self.loop, "stage", self.folder, self.world, ())
        desk = make_desk("stage")
        self.invariants = Invariants(self.machine, desk)
        self.made: list[Article] = []
        self.backed_up: tuple[float, Ledger] | None = None
        self._ends.enter_context(patched(self.machine, desk, 0))
        self._number = 0
        self._archives = 0
        self._moment: dict[str, tuple[int, str]] = {}
        self.worker = self._start()

    @property
    def ledger(self) -> Ledger:
        """Return what was done to the archive."""
        return self.invariants.witness.ledger

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

    def call(self, job: Callable[[Archive], Awaitable[object]], steps: int | None = None) -> object:
        """Have a command do something beside the worker, and return its answer; None where it failed, or was killed.

        It is killed after so many steps, where they are given and it has not ended by then.
        """
        self._number += 1
        command = Command(self.machine, self._number, job)
        command.last_step = steps
        while not command.is_over:
            self.loop.run_until_complete(asyncio.wait([command.task], timeout=1))
        return command.answer

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

    # --- the world ------------------------------------------------------------------------------------------------

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
        now, network = self.loop.time(), self.machine.network
        network.troubles = (*network.troubles, Trouble(SITES[site], now, now + 1.5 * HOUR, kind))

    def spoil(self, kind: str) -> None:
        """Have the disk fail, or be full for half an hour."""
        amount = 30 * MINUTE if kind == "disk full" else 2.0
        self.machine.disk.befall(self.loop, kind, amount)

    def heal(self) -> None:
        """End all troubles."""
        self.machine.network.troubles = ()
        self.machine.disk.heal()

    # --- what people do -------------------------------------------------------------------------------------------

    def add(self, url: str) -> None:
        """Watch a source, or watch it again."""
        reports = self.call(lambda archive: archive.add_sources([url]))
        if isinstance(reports, tuple) and reports[0].source is not None and url not in self.ledger.watched:
            self.ledger.watch(url, self.loop.time())

    def leave(self, url: str, *, removed: bool) -> None:
        """Pause or remove a source."""
        done = self.call(lambda archive: archive.remove_source(url) if removed else archive.pause(url))
        if done is not None:
            self.ledger.leave(url, self.loop.time())

    def take_up(self, url: str) -> None:
        """Watch a source again that was paused, or removed."""
        if self.call(lambda archive: archive.resume(url)) is not None:
            self.ledger.watch(url, self.loop.time())
        else:
            self.add(url)

    def redact(self, number: int, steps: int | None) -> None:
        """Redact an article; killed in the middle, it has happened or not."""
        url = self.made[number % len(self.made)].root
        self.call(lambda archive: archive.custody.redact(url, "an order"), steps)
        if self._is_redacted(url):
            self.ledger.redact(url, self.loop.time())

    def _is_redacted(self, url: str) -> bool:
        return self.loop.run_until_complete(self._state(url)) == DocumentState.REDACTED

    async def _state(self, url: str) -> DocumentState | None:
        which = select(document.c.state).where(document.c.url == url)
        return await self.archive._ctx.db.read(lambda conn: conn.execute(which).scalar())

    def compact(self, steps: int | None) -> None:
        """Compact the evidence, what may be compacted of it."""
        self.call(lambda archive: archive.custody.compact(now=True), steps)

    def back_up(self) -> None:
        """Back the archive up while its worker goes on, and prove that the backup is of the moment when it began."""
        self.machine.disk.heal()
        with patch.object(backing_up, "stow_database", self._stow):
            made = backup(self.machine.homes[LOCAL], self.backups, progress=lambda done, total: self._go_on())
        assert made.problems == ()
        assert _rows(self._restored()) == self._moment

    def _stow(self, settings: Settings, *what: Any, **how: Any) -> Base:
        """Note what the archive is like at the moment of a backup, which begins anew where evidence was replaced."""
        self._moment, self.backed_up = _rows(settings), (self.loop.time() - SAFE_S, self.ledger.as_of_now())
        return stow_database(settings, *what, **how)

    def _go_on(self) -> None:
        self.loop.run_until_complete(asyncio.sleep(MOMENT_S))

    @property
    def backups(self) -> Path:
        """Return the folder of backups."""
        return self.folder / "backups"

    def _restored(self) -> Settings:
        self._archives += 1
        place = self.folder / f"restored-{self._archives}"
        restore(self.backups, place)
        return self.machine.homes[LOCAL].model_copy(update={"data_dir": place})

    def go_back(self) -> None:
        """Lose the machine with all that is on it, and go on with the newest backup."""
        assert self.backed_up is not None
        self.worker.kill()
        self.machine.homes[LOCAL] = self._restored()
        self.pass_time(0.1)
        then, ledger = self.backed_up
        self.ledger.back_to(ledger, then, self.loop.time())
        self.loop.run_until_complete(self.archive._ctx.db.read(self.invariants.restored))

    # --- what must be true ----------------------------------------------------------------------------------------

    def look(self) -> None:
        """Look at what must be true at any time. Raises AssertionError."""
        self.loop.run_until_complete(self.invariants.look([self.worker]))
        assert self.invariants.faults == []

    def end(self) -> None:
        """Heal all, give the archive two days to catch up, look at everything. Raises AssertionError."""
        try:
            self.heal()
            self.machine.clock.set_right()
            self.pass_time(48)
            self.worker.stop()
            self.loop.run_until_complete(self.worker.task)
            assert self.archive is not None
            self.loop.run_until_complete(self.invariants.judge([self.worker]))
            assert self.invariants.faults == []
        finally:
            self._close()

    def _close(self) -> None:
        if not self.worker.is_over:
            self.worker.stop()
            self.loop.run_until_complete(self.worker.task)
        self.loop.set_exception_handler(lambda loop, context: None)
        self.machine.bury()
        self._ends.close()


def _rows(settings: Settings) -> dict[str, tuple[int, str]]:
    """Return how many rows each table has, and their digest; who works on an archive is not part of it."""
    return {name: told for name, told in digests(settings).items() if name != "worker"}
