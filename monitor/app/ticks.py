"""Rounds: claim hosts that are due, visit each, give it back. The daemon and `monitor tick` share this."""

import asyncio
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from monitor.answers import TickReport, VisitReport
from monitor.app import checks, polls
from monitor.app.context import Context
from monitor.app.gate import Gate
from monitor.errors import DatabaseBusyError, MonitorError, StatementError
from monitor.model import Document, Host, Source
from monitor.store import documents, hosts, sources

log = structlog.get_logger(__name__)

# A round waits this long for a host whose turn has not come; then it leaves the rest to the next round.
LONGEST_WAIT = timedelta(seconds=30)


# After so many targets a visit gives its host back: its own feed, and other hosts, get their turn in between.
MOST_TARGETS = 25

# A target that made the program fail is tried again after this.
AFTER_CRASH = timedelta(hours=1)


class Rounds:
    """Visits under way. `launch` starts those that are due, `stop` lets them end."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self._active: dict[str, asyncio.Task[tuple[VisitReport, ...]]] = {}
        self._failed: BaseException | None = None
        self._stopping = asyncio.Event()

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
        free = self.ctx.settings.daemon.hosts - len(self._active)
        if free <= 0 or self._stopping.is_set():
            return ()
        lease_s = self.ctx.settings.daemon.lease
        now = self.ctx.clock.now()
        claimed = await self.ctx.db.write(hosts.claim_due, now, due, self.ctx.owner, lease_s, free, tuple(self._active))
        return tuple(self._start(host, due, most) for host in claimed)

    def _start(self, host: Host, due: datetime, most: int | None) -> asyncio.Task[tuple[VisitReport, ...]]:
        task = asyncio.create_task(self._visit(host, due, most), name=f"visit {host.name}")
        self._active[host.name] = task
        task.add_done_callback(lambda ended: self._ended(host.name, ended))
        return task

    def _ended(self, name: str, task: asyncio.Task[tuple[VisitReport, ...]]) -> None:
        self._active.pop(name, None)
        if not task.cancelled() and task.exception() is not None:
            self._failed = task.exception()

    async def round(self, due: datetime) -> TickReport:
        """Visit until nothing that was due at `due`, or was heard of meanwhile, is left."""
        reports: list[VisitReport] = []
        while not self._stopping.is_set():
            tasks = await self.launch(due, most=None)
            if tasks:
                for done in await asyncio.gather(*tasks):
                    reports += done
            elif not await self._wait_for_turn(due):
                break
        return TickReport(due, tuple(reports))

    async def _wait_for_turn(self, due: datetime) -> bool:
        """Sleep until a due host may be asked again; False when there is none worth waiting for."""
        now = self.ctx.clock.now()
        turn = await self.ctx.db.read(hosts.next_turn, now, due)
        if turn is None or turn - now > LONGEST_WAIT or now == due:
            return False
        await self.ctx.clock.sleep(max(0.05, (turn - now).total_seconds()))
        return True

    async def _visit(self, host: Host, due: datetime, most: int | None) -> tuple[VisitReport, ...]:
        """Visit everything due on one leased host, and give the host back whatever happens."""
        reports: list[VisitReport] = []
        gate = Gate(self.ctx, host)
        try:
            while self._may_go_on(len(reports), most) and (target := await self._next(host.name, due)):
                report = await self._safely(gate, target, due)
                reports.append(report)
                tell(report)
                lease_until = self.ctx.clock.now() + timedelta(seconds=self.ctx.settings.daemon.lease)
                if not await self.ctx.db.write(hosts.renew, host.name, self.ctx.owner, lease_until):
                    log.warning("lease.lost", host=host.name)  # another process visits it now
                    break
            if not reports:  # it was said to be due and is not: say so no more
                await self.ctx.db.write(hosts.refresh_due, [host.name])
        except DatabaseBusyError as error:
            log.warning("visit.postponed", host=host.name, error=str(error))
        finally:
            await asyncio.shield(self._release(host.name))
        return tuple(reports)

    def _may_go_on(self, visited: int, most: int | None) -> bool:
        return not self._stopping.is_set() and (most is None or visited < most)

    async def _release(self, name: str) -> None:
        try:
            await self.ctx.db.write(hosts.release, name, self.ctx.owner)
        except DatabaseBusyError as error:
            log.warning("lease.kept", host=name, error=str(error))  # it runs out by itself

    async def _safely(self, gate: Gate, target: Source | Document, due: datetime) -> VisitReport:
        """Visit a target; a bug in reading it, or a text the database refuses, puts off this one and no other."""
        try:
            return await visit(self.ctx, gate, target, due)
        except Exception as error:
            if isinstance(error, MonitorError) and not isinstance(error, StatementError):
                raise
            log.exception("visit.crashed", url=target.url)
            reason = f"put off: the program failed on it ({type(error).__name__})"
            await self.ctx.db.write(_put_off, gate, target, self.ctx.clock.now() + AFTER_CRASH, reason)
            what = "source" if isinstance(target, Source) else "document"
            return VisitReport(what, target.id, target.url or "", None, (reason,))

    async def _next(self, host: str, due: datetime) -> Source | Document | None:
        source = await self.ctx.db.read(sources.next_due, host, due)
        return source or await self.ctx.db.read(documents.next_due, host, due)

    async def stop(self, grace_s: float = 5.0) -> None:
        """Start no more visits, let the present fetches end for `grace_s` seconds, then cut them short."""
        self._stopping.set()
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
            await self.ctx.db.write(hosts.release_all, [self.ctx.owner])
        except MonitorError as error:
            log.warning("lease.kept", error=str(error))  # they run out by themselves


def _put_off(conn: Connection, gate: Gate, target: Source | Document, until: datetime, reason: str) -> None:
    gate.record(conn)  # the request was made, whatever became of it
    if isinstance(target, Source):
        sources.put_off(conn, target.id, until, reason)
    else:
        documents.put_off(conn, target, until, reason)


async def visit(
    ctx: Context, gate: Gate, target: Source | Document, due: datetime, *, full: bool = False
) -> VisitReport:
    """Visit one source or document."""
    if isinstance(target, Source):
        return await polls.poll(ctx, gate, target, due, full=full)
    return await checks.check(ctx, gate, target, due, full=full)


def tell(report: VisitReport) -> None:
    """Log what came of a visit: loudly when there is news, quietly when there is none."""
    told = {"id": report.id, "title": report.title, "url": report.url, "outcome": report.outcome}
    values = {name: value for name, value in told.items() if value is not None}
    if report.change:
        log.info("change.recorded", kind=report.change.kind, reason=report.change.reason, **values)
    elif report.revision:
        log.info("document.archived", **values)
    elif report.heard_of:
        log.info("source.polled", new=report.heard_of, **values)
    else:
        log.debug("visit.finished", what=report.what, why=report.steps[-1], **values)
