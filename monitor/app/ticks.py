"""Rounds: claim hosts that are due and visit each. The daemon and `monitor tick` share this."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from monitor.answers import TickReport, VisitReport
from monitor.app import leases, shared_clock
from monitor.app.context import Context
from monitor.app.shared_clock import ClockTurnedError
from monitor.app.visits import Visit
from monitor.errors import DatabaseBusyError, MonitorError
from monitor.model import Host
from monitor.store import hosts

log = structlog.get_logger(__name__)

# A round waits this long for a host whose turn has not come; then it leaves the rest to the next round.
LONGEST_WAIT = timedelta(seconds=30)


# After so many targets a visit gives its host back: its own feed, and other hosts, get their turn in between.
MOST_TARGETS = 25


class Rounds:
    """Visits under way. `launch` starts those that are due, `stop` lets them end."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self._active: dict[str, asyncio.Task[tuple[VisitReport, ...]]] = {}
        self._failed: BaseException | None = None
        self._stopping = asyncio.Event()
        self._filled = False  # the last launch left no room, so that more hosts may be due
        self._more_due = False  # more hosts were due at the last launch than there was room for
        self._claiming = False  # a launch waits for the database: a second one would fill the same room again
        self._relaunch: asyncio.Task[None] | None = None
        self._visit_ended = asyncio.Event()

    @property
    def active(self) -> int:
        """Return how many hosts are being visited."""
        return len(self._active)

    async def launch(
        self, due: datetime, most: int | None = MOST_TARGETS
    ) -> tuple[asyncio.Task[tuple[VisitReport, ...]], ...]:
        """Start visits to hosts that are due at `due`, as many as may run at once; return their tasks.

        A visit ends after `most` targets, or when nothing is left.
        """
        if self._failed is not None:
            raise self._failed
        self.ctx.tally.began()
        free = self.ctx.settings.daemon.hosts - len(self._active)
        if free <= 0 or self._claiming or self._stopping.is_set():
            return ()
        if self.ctx.room.is_low() or self.ctx.pressure.is_high():
            return ()
        if self.ctx.owed:
            await leases.pay(self.ctx)
        in_hand = tuple({*self._active, *self.ctx.held})
        self._claiming = True
        try:
            claimed = await self.ctx.db.write(leases.claim_due, self.ctx, due, free, in_hand)
        except ClockTurnedError:
            await shared_clock.follow(self.ctx)
            return ()  # what is due by the right clock is for the next launch
        finally:
            self._claiming = False
        self._filled = len(claimed) == free
        self._more_due = most is not None and self._filled
        return tuple(self._start(host, due, most) for host in claimed)

    def _start(self, host: Host, due: datetime, most: int | None) -> asyncio.Task[tuple[VisitReport, ...]]:
        visit = Visit(self.ctx, leases.adopt(self.ctx, host), due, most, self._stopping)
        task = asyncio.create_task(visit.run(), name=f"visit {host.name}")
        self._active[host.name] = task
        task.add_done_callback(lambda ended: self._ended(host.name, ended))
        return task

    def _ended(self, name: str, task: asyncio.Task[tuple[VisitReport, ...]]) -> None:
        self._active.pop(name, None)
        self._visit_ended.set()
        if task.cancelled():
            return
        if task.exception() is not None:
            self._failed = task.exception()
        elif self._more_due and len(self._active) <= self.ctx.settings.daemon.hosts * 3 // 4:
            self._more_due = False
            self._relaunch = asyncio.create_task(self._launch_again(), name="launch again")

    async def _launch_again(self) -> None:
        """Fill the room that ended visits left, without waiting for the next tick."""
        try:
            await self.launch(self.ctx.clock.now())
        except DatabaseBusyError as error:
            log.warning("database.busy", job="launch", error=str(error))  # the next tick tries again
        except MonitorError as error:
            self._failed = error  # raised by the next launch

    async def round(self, due: datetime, progress: Callable[[int, int], None] | None = None) -> TickReport:
        """Visit until nothing that was due at `due`, or was heard of meanwhile, is left; `progress` counts visits."""
        begun: list[asyncio.Task[tuple[VisitReport, ...]]] = []

        def tell() -> None:
            if progress:
                progress(sum(task.done() for task in begun), len(begun))

        self.ctx.room.need()
        try:
            while not self._stopping.is_set():
                await self.ctx.pressure.relief(None)
                if not self._active:
                    self.ctx.room.need()  # else nothing would begin, again and again
                begun += await self.launch(due, most=None)
                if self._active:
                    await self._wait_for_room(tell)
                elif not await self._wait_for_turn(due):
                    break
            return TickReport(due, tuple(report for reports in await asyncio.gather(*begun) for report in reports))
        except asyncio.CancelledError:
            for task in begun:
                task.cancel()
            raise

    async def _wait_for_room(self, tell: Callable[[], None]) -> None:
        """Wait until a good part of the visits have ended, and all of them where no more hosts were due for more.

        Tells of each that ends.
        """
        left = self.ctx.settings.daemon.hosts * 3 // 4 if self._filled else 0
        while len(self._active) > left and self._failed is None:
            self._visit_ended.clear()
            await self._visit_ended.wait()
            tell()

    async def _wait_for_turn(self, due: datetime) -> bool:
        """Sleep until a due host may be asked again; False when there is none worth waiting for."""
        now = self.ctx.clock.now()
        turn = await self.ctx.db.read(hosts.next_turn, now, due)
        if turn is None or turn - now > LONGEST_WAIT or now == due:
            return False
        await self.ctx.clock.sleep(max(0.05, (turn - now).total_seconds()))
        return True

    async def stop(self, grace_s: float = 5.0) -> None:
        """Start no more visits, let the present fetches end for `grace_s` seconds, then cut them short."""
        self._stopping.set()
        self.ctx.tally.stopping = True
        if self._relaunch is not None:
            await asyncio.wait([self._relaunch])
        tasks = list(self._active.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=grace_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await self._give_back()

    async def _give_back(self) -> None:
        """Give back every host, also those that a `launch` cut short by the end had claimed and not begun with."""
        try:
            await leases.pay(self.ctx)
            await self.ctx.db.write(hosts.release_all, [self.ctx.owner])
        except MonitorError as error:
            log.warning("lease.kept", error=str(error))  # they run out by themselves
