"""The gate before one leased host: what its robots.txt says, and a turn in good manners."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from monitor.app.context import Context
from monitor.app.terms import NO_TERMS, Terms
from monitor.core import politeness, robots
from monitor.core.robots import RobotsCopy
from monitor.core.urls import host_of
from monitor.interfaces import Action, FetchRequest, FetchResult, ReadFailure, Reading, ReadRequest, Verdict
from monitor.model import Host, Outcome
from monitor.store import hosts

log = structlog.get_logger(__name__)

# A longer wait than this is not slept through with the lease in hand; the host is given back until then.
PATIENCE = timedelta(seconds=60)


class Gate:
    """Make requests to one host, in turn. Shared by all in this process who have to do with the host."""

    def __init__(self, ctx: Context, host: Host) -> None:
        self.ctx = ctx
        self.host = host
        self.users = 0  # counted by app/leases.py
        self.due_at: datetime | None = None  # when something here is due next, as far as the last record told
        self.unreached: FetchResult | None = None  # the fetch of robots.txt that found nobody
        self._slots = asyncio.Semaphore(politeness.in_flight(host, ctx.politeness))
        self._turns = asyncio.Lock()
        self.asking_robots = asyncio.Lock()

    async def leg(
        self, request: FetchRequest, steps: list[str], terms: Terms = NO_TERMS, *, rules: bool = True
    ) -> FetchResult | Verdict:
        """Wait for the host's turn and make the request, following redirects while they stay on this host.

        One that leads to another host, or (with `rules`) to where robots.txt forbids, is left standing: REDIRECTED.
        The turn may have moved far away while others were asked: then the Verdict to wait for it.
        """
        async with self._slots:
            if (verdict := await self._wait_for_turn(steps)).action is Action.WAIT:
                return verdict
            started_at = self.ctx.clock.now()
            result = await self.ctx.fetcher.fetch(request, self._admission(terms, rules))
            step = politeness.after_fetch(
                self.host,
                outcome=result.outcome,
                started_at=started_at,
                finished_at=self.ctx.clock.now(),
                elapsed_s=result.elapsed_s,
                retry_after=result.retry_after,
                crawl_delay_s=self._crawl_delay(),
                policy=self.ctx.politeness,
            )
        self.host = step.host
        steps.append(_told(request, result))
        return result

    async def read(self, request: ReadRequest) -> Reading:
        """Read what came from this host; one whose pages kill their readers is left alone for a while."""
        reading = await self.ctx.extractor.read(request)
        killed = isinstance(reading, ReadFailure) and reading.kind in ("deadline", "crash")
        step = politeness.after_reading(self.host, killed=killed, now=self.ctx.clock.now(), policy=self.ctx.politeness)
        self.host = step.host
        if killed:
            log.warning("host.backed_off", host=self.host.name, url=request.url, reason=step.reason)
        return reading

    def record(self, conn: Connection) -> None:
        """Store what was learned of the host, within the transaction of the visit."""
        hosts.set_manners(conn, self.host)

    async def _wait_for_turn(self, steps: list[str]) -> Verdict:
        """Sleep until this host may be asked, and move the turn of the next one on."""
        async with self._turns:
            if (verdict := self.turn()).action is Action.WAIT:
                return verdict
            wait = self._wait().total_seconds()
            if wait > 0:
                steps.append(f"waited {wait:.1f} s for the host's next turn")
                await self.ctx.clock.sleep(wait)
            self.host = politeness.before_fetch(
                self.host,
                started_at=self.ctx.clock.now(),
                crawl_delay_s=self._crawl_delay(),
                policy=self.ctx.politeness,
            )
            return verdict

    def _admission(self, terms: Terms, rules: bool) -> Callable[[str], str | None]:
        def admit(url: str) -> str | None:
            if (host := host_of(url)) != self.host.name:
                return f"it leads to {host}"
            verdict = self.judge(url) if rules and not terms.ignore_robots else None
            return verdict.reason if verdict and verdict.action is Action.REFUSE else None

        return admit

    def _wait(self) -> timedelta:
        return (self.host.next_allowed_at or self.ctx.clock.now()) - self.ctx.clock.now()

    def turn(self) -> Verdict:
        """Say whether this host may be asked soon enough to wait for it."""
        if self._wait() > PATIENCE:
            return Verdict(Action.WAIT, "the host asked for patience", self.host.next_allowed_at)
        return Verdict(Action.GO, "the host may be asked")

    def _crawl_delay(self) -> float | None:
        return robots.crawl_delay(self.host.robots_text, self.ctx.settings.user_agent)

    def judge(self, url: str) -> Verdict:
        """Ask robots.txt; where there is none to ask, say what its fetch said."""
        verdict = robots.judge(self.copy(), url, self.ctx.settings.user_agent, self.ctx.clock.now())
        if verdict.action is not Action.WAIT or self.unreached is None or not self.unreached.detail:
            return verdict
        if self.unreached.outcome is Outcome.REFUSED:  # by us: waiting changes nothing
            return Verdict(Action.REFUSE, self.unreached.detail)
        return replace(verdict, reason=f"{verdict.reason}: {self.unreached.detail}")

    def copy(self) -> RobotsCopy:
        """Return what is known of robots.txt."""
        return RobotsCopy(self.host.robots_text, self.host.robots_status, self.host.robots_fetched_at)


def _told(request: FetchRequest, result: FetchResult) -> str:
    asked = " (only if changed)" if request.etag or request.last_modified else ""
    status = f" {result.status}" if result.status else ""
    where = f" at {result.final_url}" if result.final_url and result.final_url != request.url else ""
    detail = f": {result.detail}" if result.detail else ""
    size = f", {sum(len(hop.raw_body) for hop in result.hops)} bytes" if result.hops else ""
    return f"fetched {request.url}{asked}:{status} {result.outcome}{where}{size}{detail}"
