"""Whole weeks of an archive in seconds, from a seed: the same seed is the same weeks, to the last step."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import make_url

from monitor.app.archive import Archive
from monitor.model import AlertAbout, Document, DocumentState
from monitor.store import documents
from tests.app.backed_up import digests
from tests.simulation.desk import CHANNEL
from tests.simulation.invariants import Invariants
from tests.simulation.loop import SimulatedLoop
from tests.simulation.network import Request, plan_troubles, true_length
from tests.simulation.patched import patched
from tests.simulation.plans import Happening, plan
from tests.simulation.process import LOCAL
from tests.simulation.scene import make_desk, make_machine, own_folder, own_loop
from tests.simulation.worker import Command, SimulatedWorker
from tests.simulation.world import DAY, HOUR, MINUTE, World

CALM = 1.5 * DAY  # at the end, in which nothing fails and nothing is published, and all is caught up with
LOOK_S = 6 * HOUR
MOST_WORKERS = 3


@dataclass
class Weeks:
    """What came of a simulation: the faults found, a digest of all that happened, and how much that was."""

    seed: int
    weeks: float
    faults: list[str]
    digest: str
    counts: Counter[str] = field(default_factory=Counter)
    journal: list[str] = field(default_factory=list)


def simulate(seed: int, weeks: float, folder: Path | None = None, database: str = "") -> Weeks:
    """Live through that many weeks from a seed. The folder of the archive is removed, unless it is given.

    With the `database` of PostgreSQL, an empty archive, two machines share that.
    """
    with ExitStack() as ends:
        place, loop = ends.enter_context(own_folder(folder)), ends.enter_context(own_loop())
        simulation = _Simulation(loop, seed, weeks, place, database)
        loop.set_exception_handler(simulation.overhear)
        try:
            return loop.run_until_complete(simulation.run())
        finally:
            loop.set_exception_handler(lambda loop, context: None)
            simulation.machine.bury()


class _Simulation:
    def __init__(self, loop: SimulatedLoop, seed: int, weeks: float, folder: Path, database: str) -> None:
        self.loop = loop
        self.seed = seed
        self.weeks = weeks
        self.length = true_length(weeks)
        self.stormy = self.length - CALM
        self.journal: list[str] = []
        self.counts: Counter[str] = Counter()
        self.unhandled: list[str] = []
        troubles = plan_troubles(seed, self.stormy)
        self.machine = make_machine(loop, seed, folder, World(seed, self.stormy), troubles, database)
        self.machine.tell, self.machine.network.told = self._note, self._asked
        self.desk = make_desk(seed)
        self.places = list(self.machine.homes)
        self.database = make_url(database).database if database else None
        self.workers: list[SimulatedWorker] = []
        self.wanted = len(self.places)
        self.started = 0
        self.chance = Random(f"{seed}:conductor")
        self.invariants = Invariants(self.machine, self.desk)
        self.ledger = self.invariants.witness.ledger

    async def run(self) -> Weeks:
        machine = self.machine
        with patched(machine, self.desk, self.seed):
            await self._settle_in()
            tasks = [asyncio.create_task(one) for one in (self._keep_running(), self._look(), self._befall())]
            await asyncio.sleep(self.length - self.loop.time())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._end(self.workers)
            await self._judge()
        self._count()
        return Weeks(self.seed, self.weeks, self.invariants.faults, self._digest(), self.counts, [*self.journal])

    def _digest(self) -> str:
        """Return a digest of all that happened, step by step, and of every row that came of it."""
        rows = digests(self.machine.homes[LOCAL])
        told = [*self.journal, self.loop.trace, *(f"{name} {rows[name]}" for name in sorted(rows))]
        return hashlib.sha256("\n".join(told).encode()).hexdigest()

    def _count(self) -> None:
        troubled = Counter(one.trouble for one in self.machine.network.log if one.trouble)
        self.counts |= Counter({f"network: {kind}": count for kind, count in troubled.items()})
        self.counts |= self.machine.counts
        self.counts["requests"] = len(self.machine.network.log)
        self.counts["steps"] = self.loop.steps
        self.counts["unhandled"] = len(self.unhandled)
        self.counts["disk"] = self.machine.disk.failed

    async def _settle_in(self) -> None:
        """Begin with an archive that has its sources and its alerts."""
        first = self._start()
        await first.started.wait()
        assert first.archive is not None
        urls = list(self.machine.network.world.sources())
        reports = await first.archive.add_sources(urls)
        if bad := [one for one in reports if one.source is None]:
            raise RuntimeError(f"not every source was added: {bad}")
        for url in urls:
            self.ledger.watch(url, self.loop.time())
        await first.archive.alerts.add("changes", "", [CHANNEL], about=AlertAbout.CHANGES)
        await first.archive.alerts.add("new", "", [CHANNEL], about=AlertAbout.DOCUMENTS)

    def _start(self) -> SimulatedWorker:
        """Start a worker, on the machine where the fewest are."""
        homes = [one.home for one in self.workers]
        one = SimulatedWorker(self.machine, self._number(), min(self.places, key=homes.count))
        self.workers.append(one)
        return one

    def _number(self) -> int:
        self.started += 1
        return self.started

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
        self.wanted = len(self.places)
        for extra in self.workers[self.wanted :]:
            extra.stop()

    async def _happen(self, one: Happening) -> None:
        clock, running = self.machine.clock, [each for each in self.workers if not each.is_over]
        match one.kind:
            case "jump minutes" | "jump hours" | "jump days":
                clock.set_by(one.amount)
                if self.chance.random() < 0.8:
                    self.loop.call_later(self.chance.uniform(MINUTE, 12 * HOUR), clock.set_right)
            case "stand still":
                clock.stand_still()
                self.loop.call_later(one.amount, clock.go_on)
            case "disk full" | "commit fails" | "append fails":
                self.machine.disk.befall(self.loop, one.kind, one.amount)
            case "another":
                self.wanted = min(MOST_WORKERS, self.wanted + 1)
            case "one less":
                self.wanted = max(1, self.wanted - 1)
                if len(running) > 1:
                    running[-1].stop()
            case "pause":
                await self._pause()
            case "redact":
                await self._redact(None)
            case "redact and be killed":
                await self._redact(int(one.amount))
            case "compact":
                await self._call(lambda archive: archive.custody.compact(now=True))
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

    # --- what people do -------------------------------------------------------------------------------------------

    async def _call(self, job: Callable[[Archive], Awaitable[object]], steps: int | None = None) -> object:
        """Call a command, and wait until it has ended; it may be killed before."""
        command = Command(self.machine, self._number(), job, self.places[-1])
        command.last_step = steps
        while not command.is_over:
            await asyncio.wait([command.task], timeout=1)
        return command.answer

    async def _pause(self) -> None:
        """Pause a source for some hours."""
        url = self.chance.choice(sorted(self.ledger.watched))
        if await self._call(lambda archive: archive.pause(url)) is None:
            return
        self.ledger.leave(url, self.loop.time())
        self.loop.call_later(self.chance.uniform(HOUR, 40 * HOUR), lambda: self._resume_soon(url))

    def _resume_soon(self, url: str) -> None:
        self.resuming = self.loop.create_task(self._resume(url))

    async def _resume(self, url: str) -> None:
        while await self._call(lambda archive: archive.resume(url)) is None:  # noqa: ASYNC110 - the disk may be full
            await asyncio.sleep(10 * MINUTE)
        self.ledger.watch(url, self.loop.time())

    async def _redact(self, steps: int | None) -> None:
        """Redact one of the articles; killed in the middle, it has happened or not."""
        known = await self._call(lambda archive: archive.documents())
        if not isinstance(known, tuple) or not known:
            return
        one = self.chance.choice(known)
        article = self.machine.network.world.articles[one.url]
        await self._call(lambda archive: archive.custody.redact(one.id, "an order"), steps)
        while (now := await self._call(lambda archive: archive._ctx.db.read(documents.get, one.id))) is None:  # noqa: ASYNC110 - as above
            await asyncio.sleep(MINUTE)
        if isinstance(now, Document) and now.state is DocumentState.REDACTED:
            self.ledger.redact(article.root, self.loop.time())

    # --- looking --------------------------------------------------------------------------------------------------

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            await self.invariants.look([one for one in self.workers if not one.is_over])

    async def _judge(self) -> None:
        """Open the archive once more on each machine, as whoever comes later does, and look at all of it."""
        last = [SimulatedWorker(self.machine, self._number(), place) for place in self.places]
        for one in last:
            await one.started.wait()
        await self.invariants.judge(last)
        if (archive := last[0].archive) is not None:
            self.counts["captures"] = (await archive.stats()).captures
        await self._end(last)

    async def _end(self, workers: list[SimulatedWorker]) -> None:
        for one in workers:
            one.stop()
        await asyncio.gather(*(one.task for one in workers if not one.dead))

    def overhear(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Hear of what no task handled; of those that were killed nobody expects that."""
        error = context.get("exception")
        self._note(f"unhandled: {context['message']}: {error!r}")
        self.unhandled.append(f"{context['message']}: {error!r}")

    def _asked(self, request: Request) -> None:
        self._note(f"asked {request.url} {request.trouble}")

    def _note(self, line: str) -> None:
        for settings in self.machine.homes.values():
            line = line.replace(str(settings.data_dir), "").replace(self.database or "/", "/")
        self.journal.append(f"{self.loop.time():.6f} {line}")
