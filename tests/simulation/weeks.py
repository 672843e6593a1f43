"""Whole weeks of an archive in seconds, from a seed: the same seed is the same weeks, to the last step."""

import asyncio
import hashlib
import json
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import structlog

from monitor import load_settings
from monitor.model import AlertAbout
from tests.blank import blank_sqlite
from tests.simulation.clock import SetClock
from tests.simulation.desk import ADDRESS, CHANNEL, Desk
from tests.simulation.disk import Disk
from tests.simulation.invariants import Invariants
from tests.simulation.loop import SimulatedLoop
from tests.simulation.network import Network, Request, plan_troubles, true_length
from tests.simulation.patched import patched
from tests.simulation.plans import Happening, plan
from tests.simulation.worker import Machine, SimulatedWorker
from tests.simulation.world import DAY, HOUR, MINUTE, World

CALM = 1.5 * DAY  # at the end, in which nothing fails and nothing is published, and all is caught up with
LOOK_S = 6 * HOUR
MOST_WORKERS = 3
SETTINGS = {
    "fetch.gap": "5s",
    "fetch.contact": "https://desk.example/",
    "schedule.default": "2h",
    "schedule.shortest": "1h",
    "daemon.beat": "30m",
    "recheck.ladder": json.dumps(["1h", "4h", "12h", "1d", "2d", "7d"]),
    "daemon.mirror": "false",
    "health.silence": "false",
    "alerts.channels": json.dumps({CHANNEL: ADDRESS}),
}


@dataclass
class Weeks:
    """What came of a simulation: the faults found, a digest of all that happened, and how much that was."""

    seed: int
    weeks: float
    faults: list[str]
    digest: str
    counts: Counter[str] = field(default_factory=Counter)
    journal: list[str] = field(default_factory=list)


def simulate(seed: int, weeks: float, folder: Path | None = None) -> Weeks:
    """Live through that many weeks from a seed. The folder of the archive is removed, unless it is given."""
    place = folder or Path(tempfile.mkdtemp(prefix="monitor-weeks-"))
    loop = SimulatedLoop()
    try:
        asyncio.set_event_loop(loop)
        structlog.configure(processors=[drop_event], cache_logger_on_first_use=False)
        simulation = _Simulation(loop, seed, weeks, place)
        loop.set_exception_handler(simulation.overhear)
        try:
            return loop.run_until_complete(simulation.run())
        finally:
            loop.set_exception_handler(lambda loop, context: None)
            simulation.machine.bury()
    finally:
        asyncio.set_event_loop(None)
        structlog.reset_defaults()
        loop.close()
        if folder is None:
            shutil.rmtree(place, ignore_errors=True)


def drop_event(logger: object, name: str, values: object) -> Any:
    """Write no log. Raises DropEvent, as processors of structlog may."""
    raise structlog.DropEvent


class _Simulation:
    def __init__(self, loop: SimulatedLoop, seed: int, weeks: float, folder: Path) -> None:
        self.loop = loop
        self.seed = seed
        self.weeks = weeks
        self.length = true_length(weeks)
        self.stormy = self.length - CALM
        self.journal: list[str] = []
        self.counts: Counter[str] = Counter()
        self.unhandled: list[str] = []
        blank_sqlite(folder / "archive.db")
        empty = folder / "empty.toml"
        empty.write_text("", encoding="utf-8")
        settings = load_settings(empty, SETTINGS | {"data_dir": str(folder)})
        clock = SetClock(loop)
        world = World(seed, self.stormy)
        network = Network(world, clock, plan_troubles(seed, self.stormy), Random(f"{seed}:answers"))
        network.told = self._asked
        disk = Disk(Random(f"{seed}:disk"))
        self.desk = Desk(Random(f"{seed}:desk"))
        self.machine = Machine(loop, settings, clock, disk, network, Random(f"{seed}:kills"), tell=self._note)
        self.workers: list[SimulatedWorker] = []
        self.wanted = 1
        self.started = 0
        self.chance = Random(f"{seed}:conductor")
        self.invariants = Invariants(self.machine, self.desk)

    async def run(self) -> Weeks:
        machine = self.machine
        with patched(self.loop, machine.disk, self.desk, machine.is_dead, self.seed):
            await self._settle_in()
            tasks = [asyncio.create_task(one) for one in (self._keep_running(), self._look(), self._befall())]
            await asyncio.sleep(self.length - self.loop.time())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for one in self.workers:
                one.stop()
            await asyncio.gather(*(one.task for one in self.workers if not one.dead))
            await self._judge()
        self.counts["requests"] = len(machine.network.log)
        self.counts["steps"] = self.loop.steps
        self.counts["unhandled"] = len(self.unhandled)
        self.counts["disk"] = machine.disk.failed
        digest = hashlib.sha256("\n".join(self.journal).encode()).hexdigest()
        return Weeks(self.seed, self.weeks, self.invariants.faults, digest, self.counts, self.journal)

    async def _settle_in(self) -> None:
        """Begin with an archive that has its sources and its alerts."""
        first = self._start()
        await first.started.wait()
        assert first.archive is not None
        reports = await first.archive.add_sources(list(self.machine.network.world.sources()))
        if bad := [one for one in reports if one.source is None]:
            raise RuntimeError(f"not every source was added: {bad}")
        await first.archive.alerts.add("changes", "", [CHANNEL], about=AlertAbout.CHANGES)
        await first.archive.alerts.add("new", "", [CHANNEL], about=AlertAbout.DOCUMENTS)

    def _start(self) -> SimulatedWorker:
        self.started += 1
        one = SimulatedWorker(self.machine, self.started)
        self.workers.append(one)
        return one

    async def _keep_running(self) -> None:
        """Start workers where some ended, as a service manager does, after a while."""
        while True:
            await asyncio.sleep(self.chance.uniform(5, 60))
            for one in [one for one in self.workers if one.is_over]:
                self.workers.remove(one)
                self.counts["failed" if one.failed else "killed" if one.dead else "stopped"] += 1
            if len(self.workers) < self.wanted:
                if self.chance.random() < 0.1 and not self.is_calm:
                    await asyncio.sleep(self.chance.uniform(MINUTE, 3 * HOUR))  # nobody is there for a while
                self._start()

    @property
    def is_calm(self) -> bool:
        return self.loop.time() >= self.stormy

    async def _befall(self) -> None:
        for one in plan(self.seed, self.stormy):
            await asyncio.sleep(max(0.0, one.at - self.loop.time()))
            self._note(f"{one.kind} {one.amount:.3f}")
            self.counts[one.kind] += 1
            await self._happen(one)
        await asyncio.sleep(max(0.0, self.stormy - self.loop.time()))
        self.machine.clock.set_right()
        self.wanted = 1
        for extra in self.workers[1:]:
            extra.stop()

    async def _happen(self, one: Happening) -> None:
        machine, running = self.machine, [each for each in self.workers if not each.is_over]
        match one.kind:
            case "jump minutes" | "jump hours" | "jump days":
                machine.clock.set_by(one.amount)
                if self.chance.random() < 0.8:
                    self.loop.call_later(self.chance.uniform(MINUTE, 12 * HOUR), machine.clock.set_right)
            case "stand still":
                machine.clock.stand_still()
                self.loop.call_later(one.amount, machine.clock.go_on)
            case "disk full":
                machine.disk.full = True
                machine.disk.times.append((one.at, one.at + one.amount))
                self.loop.call_later(one.amount, setattr, machine.disk, "full", False)
            case "commit fails":
                machine.disk.commits_to_fail = int(one.amount)
                machine.disk.times.append((one.at, one.at + 30 * MINUTE))
            case "append fails":
                machine.disk.appends_to_fail = int(one.amount)
                machine.disk.times.append((one.at, one.at + 12 * HOUR))
            case "another":
                self.wanted = min(MOST_WORKERS, self.wanted + 1)
            case "one less":
                self.wanted = max(1, self.wanted - 1)
                if len(running) > 1:
                    running[-1].stop()
        if running:
            self._strike(one, self.chance.choice(running))

    def _strike(self, one: Happening, worker: SimulatedWorker) -> None:
        match one.kind:
            case "kill at step":
                worker.last_step = worker.steps + int(one.amount)
            case "kill":
                worker.kill()
            case "restart":
                worker.stop()
            case "freeze":
                worker.frozen_until = self.loop.time() + one.amount

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            await self.invariants.look([one for one in self.workers if not one.is_over])

    async def _judge(self) -> None:
        """Open the archive once more, as whoever comes later does, and look at all of it."""
        last = self._start()
        await last.started.wait()
        await self.invariants.judge(last)
        last.stop()
        await last.task

    def overhear(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Hear of what no task handled; of those that were killed nobody expects that."""
        error = context.get("exception")
        self._note(f"unhandled: {context['message']}: {error!r}")
        self.unhandled.append(f"{context['message']}: {error!r}")

    def _asked(self, request: Request) -> None:
        self._note(f"asked {request.url} {request.trouble}")

    def _note(self, line: str) -> None:
        place = str(self.machine.settings.data_dir)
        self.journal.append(f"{self.loop.time():.6f} {line.replace(place, '')}")
