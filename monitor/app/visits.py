"""Visits: everything that is due on one leased host, as many requests at a time as the host is asked for."""

import asyncio
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from monitor.answers import VisitReport
from monitor.app import checks, leases, polls
from monitor.app.context import Context
from monitor.app.gate import Gate
from monitor.app.timekeeping import BACK
from monitor.core.politeness import in_flight
from monitor.errors import DatabaseBusyError, DatabaseError, EvidenceError, StatementError
from monitor.model import Document, Source
from monitor.store import captures, documents, hosts, sources
from monitor.store.captures import Newest

log = structlog.get_logger(__name__)

# A target that made the program fail is tried again after this.
AFTER_CRASH = timedelta(hours=1)
# A host whose visit could not be recorded is left alone for so long.
AFTER_BUSY = timedelta(minutes=1)

Target = Source | Document


class Visit:
    """One visit to a host that is leased: until nothing is due there, `most` targets were seen, or `stopping` is set.

    Its gate is given back at the end, whatever happens.
    """

    def __init__(self, ctx: Context, gate: Gate, due: datetime, most: int | None, stopping: asyncio.Event) -> None:
        self.ctx = ctx
        self.gate = gate
        self._due = due
        self._left = most
        self._stopping = stopping
        self._over = False
        self._choosing = asyncio.Lock()
        self._done = asyncio.Event()
        self._in_hand: set[tuple[type[Target], int]] = set()
        self._reports: list[VisitReport] = []
        self._failed: Exception | None = None
        self._passes = False  # what failed does so just now, and will not in a while

    async def run(self) -> tuple[VisitReport, ...]:
        """Visit, and return what came of each target. Raises what no target can be blamed for."""
        workers = in_flight(self.gate.host, self.ctx.politeness)
        try:
            if workers == 1:
                await self._go_on()
            else:
                ended = await asyncio.gather(*(self._go_on() for _ in range(workers)), return_exceptions=True)
                self._failed = self._failed or next((one for one in ended if isinstance(one, Exception)), None)
            if not self._reports and self._failed is None:  # it was said to be due and is not: say so no more
                await self.ctx.db.write(hosts.refresh_due, [self.gate.host.name])
        except Exception as error:  # noqa: BLE001 - raised below, once the gate is given back
            self._failed = self._failed or error
        finally:
            await asyncio.shield(leases.give_back(self.ctx, self.gate))
        if self._passes or isinstance(self._failed, DatabaseBusyError):
            log.warning("visit.postponed", host=self.gate.host.name, error=str(self._failed))
        elif self._failed is not None:
            raise self._failed
        return tuple(self._reports)

    async def _go_on(self) -> None:
        """Take one target after the other; what fails one of several at work ends them all."""
        while (target := await self._next()) is not None:
            try:
                report = await self._safely(target)
                self._reports.append(report)
                self.ctx.tally.visited(report)
                tell(report)
                self._over = self._over or not await self.gate.keep()
            except Exception as error:  # noqa: BLE001 - raised by `run`, once all at work have ended
                self._end(error)
            finally:
                self._in_hand.discard(_key(target))
                self.gate.captured.pop(target.url or "", None)
                self._done.set()

    def _end(self, error: Exception) -> None:
        """End the visit; where nothing can be recorded just now, and will be again, the host is left alone for a while.

        Else the same page would be asked for again and again meanwhile: a database is out of reach, or there are too
        few files.
        """
        if self._failed is None:
            self._failed = error
            self._passes = isinstance(error, DatabaseBusyError) or self.ctx.room.hear(error)
        self._over = True
        if self._passes:
            self.gate.hold_off(AFTER_BUSY)

    async def _next(self) -> Target | None:
        """Choose what is most overdue and not in hand already; None when the visit is over.

        While something is in hand the visit is not over: a feed may be about to tell of articles.
        """
        async with self._choosing:
            await self.ctx.pressure.relief()
            while not self._is_over():
                target, before = await self.ctx.db.read(self._most_overdue)
                if target is not None:
                    self.gate.captured[target.url or ""] = before
                    self._in_hand.add(_key(target))
                    self._left = None if self._left is None else self._left - 1
                    return target
                if not self._in_hand:
                    break
                self._done.clear()
                await self._done.wait()
        return None

    def _is_over(self) -> bool:
        """Say whether to end: told to, enough was seen, or the last record told that nothing is due (saves asking).

        Also once the clock was set back: what has been seen would be due again by then, and be asked for again at once.
        """
        told = self.gate.due_at is not None and self.gate.due_at > self._due
        set_back = self.ctx.clock.now() < self._due - BACK
        ended = self._over or self._stopping.is_set() or self._left == 0
        return ended or told or set_back or self.ctx.room.is_low()

    def _most_overdue(self, conn: Connection) -> tuple[Target | None, Newest]:
        """Return the target, and what was captured last of its page, which its visit asks for."""
        host = self.gate.host.name
        in_hand = tuple(number for kind, number in self._in_hand if kind is Source)
        source = sources.next_due(conn, host, self._due, in_hand)
        in_hand = tuple(number for kind, number in self._in_hand if kind is Document)
        target = source or documents.next_due(conn, host, self._due, in_hand)
        return target, captures.newest(conn, target.url) if target and target.url else Newest()

    async def _safely(self, target: Target) -> VisitReport:
        """Visit a target; a bug in reading it, or a text the database refuses, puts off this one and no other."""
        try:
            return await visit(self.ctx, self.gate, target, self._due)
        except Exception as error:
            if isinstance(error, DatabaseError | EvidenceError) and not isinstance(error, StatementError):
                raise  # nothing can be recorded: not this target's fault
            log.exception("visit.crashed", url=target.url)
            reason = f"put off: the program failed on it ({type(error).__name__})"
            await self.ctx.db.write(_put_off, self.gate, target, self.ctx.clock.now() + AFTER_CRASH, reason)
            what = "source" if isinstance(target, Source) else "document"
            return VisitReport(what, target.id, target.url or "", None, (reason,))


def _key(target: Target) -> tuple[type[Target], int]:
    return type(target), target.id


def _put_off(conn: Connection, gate: Gate, target: Target, until: datetime, reason: str) -> None:
    gate.record(conn)  # the request was made, whatever became of it
    if isinstance(target, Source):
        sources.put_off(conn, target.id, until, reason)
    else:
        documents.put_off(conn, target, until, reason)


async def visit(ctx: Context, gate: Gate, target: Target, due: datetime, *, full: bool = False) -> VisitReport:
    """Visit one source or document; `full` asks without validators."""
    if isinstance(target, Source):
        return await polls.poll(ctx, gate, target, due, full=full)
    return await checks.check(ctx, gate, target, due, full=full)


def tell(report: VisitReport) -> None:
    """Log what came of a visit: loudly when there is news, quietly when there is none."""
    told = {"id": report.id, "title": report.title, "url": report.url, "outcome": report.outcome}
    values = {name: value for name, value in told.items() if value is not None}
    if report.turn:
        _tell_turn(report, *report.turn)
    if report.change:
        log.info("change.recorded", kind=report.change.kind, reason=report.change.reason, **values)
    elif report.revision:
        log.info("document.archived", **values)
    elif report.heard_of:
        log.info("source.polled", new=report.heard_of, **values)
    else:
        log.debug("visit.finished", what=report.what, why=report.steps[-1], **values)


def _tell_turn(report: VisitReport, what: str, why: str) -> None:
    if what == "moved":
        log.info("source.moved", id=report.id, url=report.url, was=why)
    elif what == "paused":
        log.warning("source.paused", id=report.id, url=report.url, reason=why)
    elif what == "failing":
        log.warning("source.failing", id=report.id, url=report.url, reason=why)
    elif what == "well again":
        log.info("source.recovered", id=report.id, url=report.url)
    else:
        log.warning("source.fell_silent", id=report.id, url=report.url, reason=why)
