"""The gate before one leased host: what its robots.txt says, and a turn in good manners."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from time import monotonic

import structlog
from sqlalchemy import Connection

from monitor.app.context import Context
from monitor.app.gaps import Turn, next_turn
from monitor.core import politeness, robots
from monitor.core.outcomes import UNSENT
from monitor.core.robots import RobotsCopy
from monitor.edges.clock import Steps, steady, steady_at
from monitor.interfaces import Action, FetchRequest, FetchResult, ReadFailure, Reading, ReadRequest, Verdict
from monitor.model import Host, Outcome
from monitor.store import hosts
from monitor.store.captures import Newest

log = structlog.get_logger(__name__)

# A longer wait than this is not slept through with the lease in hand; the host is given back until then.
PATIENCE = timedelta(seconds=60)
ROUNDED = timedelta(milliseconds=1)  # by which times of two clocks may differ that are the same


class Gate:
    """Make requests to one host, in turn. Shared by all in this process who have to do with the host."""

    def __init__(self, ctx: Context, host: Host) -> None:
        self.ctx = ctx
        self.host = host
        self.users = 0  # counted by app/leases.py
        self.due_at: datetime | None = None  # when something here is due next, as far as the last record told
        self.unreached: FetchResult | None = None  # the fetch of robots.txt that found nobody
        self.captured: dict[str, Newest] = {}  # what was captured last of what is in hand, read along with it
        self._delay: tuple[str | None, float | None] = (None, None)  # a robots.txt, and what it asks for
        self._slots = asyncio.Semaphore(politeness.in_flight(host, ctx.politeness))
        self._turns = asyncio.Lock()
        # Of the archive's clock, which may be set, and of one that nobody sets: what either says is old is renewed.
        now, self._lease = ctx.clock.now(), timedelta(seconds=ctx.settings.daemon.lease)
        self._renewed_at = host.lease_until - self._lease if host.lease_until else now
        self._kept_at = steady() - max(0.0, (now - self._renewed_at).total_seconds())
        self._gaps, self._steps = ctx.gaps, Steps(now.timestamp() - steady_at(now, ctx.clock))
        self._lost = False  # another process has the lease now
        self.asking_robots = asyncio.Lock()

    async def leg(self, request: FetchRequest, steps: list[str], *, further: bool = False) -> FetchResult | Verdict:
        """Wait for the host's turn and make one request; a redirect is left standing, since the next has its own turn.

        The turn may have moved far away while others were asked: then the Verdict to wait for it. A request that goes
        `further` from a redirect within this host waits out its gap, however long: else it would begin anew each time.
        One that fails since its connection had idled for too long is made once more, in a turn of its own.
        """
        async with self._slots:
            for last in (False, True):
                async with next_turn(self._turns) as turn:
                    if (verdict := await self._wait_for_turn(steps, further)).action is Action.WAIT:
                        return verdict
                    result = await self._fetch(request, turn)
                steps.append(_told(request, result))
                if last or not turn.is_in_vain(result):
                    break
            self._learn(request, result, turn)
        return result

    async def _fetch(self, request: FetchRequest, turn: Turn) -> FetchResult:
        if not self._gap():  # a mirror of one's own: nothing has to lie between two requests
            turn.pass_on()
        result = await self.ctx.fetcher.fetch(replace(request, sent=partial(self._sent, turn)), _no_further)
        self.ctx.tally.fetched(result)
        return replace(result, request=request)

    def _sent(self, turn: Turn, reused: bool) -> None:
        """Hear that a request has gone out: its gap begins, and the next one may wait for its turn.

        Not when it was decided upon: names are found and connections made first, on a busy machine or one that was
        stopped meanwhile that takes long, and the next request may find a connection that is there already.
        """
        now, turn.sent_at = self._follow_clock()
        turn.reused = reused
        self._leave_alone(now, turn.sent_at)
        turn.pass_on()

    def _leave_alone(self, now: datetime, at: float) -> None:
        """Let the host's gap begin, at the present of the archive's clock and of the steady one."""
        delay, policy = self._crawl_delay(), self.ctx.politeness
        self.host = politeness.before_fetch(self.host, started_at=now, crawl_delay_s=delay, policy=policy)
        self._gaps.keep(self.host.name, at, self._gap().total_seconds())

    def _learn(self, request: FetchRequest, result: FetchResult, turn: Turn) -> None:
        """Note what a request tells of the host; where only its proxy failed, nothing.

        The gap of a request that never went out begins now.
        """
        if request.proxy is None or result.hops:
            finished_at, ended = self._follow_clock()
            ago = max(0.0, ended - turn.sent_at) if turn.sent_at is not None else 0.0
            step = politeness.after_fetch(
                self.host,
                outcome=result.outcome,
                started_at=finished_at - timedelta(seconds=ago),
                finished_at=finished_at,
                elapsed_s=result.elapsed_s,
                retry_after=result.retry_after,
                crawl_delay_s=self._crawl_delay(),
                policy=self.ctx.politeness,
            )
            self.host = step.host
            if turn.sent_at is None and result.outcome not in UNSENT:
                self._gaps.keep(self.host.name, ended, self._gap().total_seconds())

    async def read(self, request: ReadRequest) -> Reading:
        """Read what came from this host; one whose pages kill their readers is left alone for a while."""
        began = monotonic()
        reading = await self.ctx.extractor.read(request)
        self.ctx.tally.read(reading, monotonic() - began)
        killed = isinstance(reading, ReadFailure) and reading.kind in ("deadline", "crash")
        now, _ = self._follow_clock()
        step = politeness.after_reading(self.host, killed=killed, now=now, policy=self.ctx.politeness)
        self.host = step.host
        if killed:
            log.warning("host.backed_off", host=self.host.name, url=request.url, reason=step.reason)
        return reading

    def hold_off(self, pause: timedelta) -> None:
        """Let nobody ask this host for a while."""
        until = self._follow_clock()[0] + pause
        self.host = replace(self.host, next_allowed_at=max(until, self.host.next_allowed_at or until))

    def record(self, conn: Connection) -> None:
        """Store what was learned of the host, within the transaction of the visit."""
        hosts.set_manners(conn, self.host)

    def settle(self, conn: Connection) -> None:
        """Store what was learned of the host, and when it is due after all that the transaction has planned."""
        self.due_at = hosts.settle(conn, self.host)

    async def _wait_for_turn(self, steps: list[str], further: bool) -> Verdict:
        """Sleep until this host may be asked, and move the turn of the next one on.

        What other requests under way are told meanwhile (Retry-After) moves this turn as well.
        """
        waited_for = None
        patience = max(PATIENCE, self._gap()) if further else PATIENCE
        while (verdict := self.turn(patience)).action is Action.GO and self.host.next_allowed_at != waited_for:
            waited_for = self.host.next_allowed_at
            if (wait := self._wait().total_seconds()) > 0:
                steps.append(f"waited {wait:.1f} s for the host's next turn")
                await self._sleep(wait)
        if verdict.action is Action.WAIT:
            return verdict
        if not await self.keep():
            return Verdict(Action.WAIT, "another process visits the host now")
        self._leave_alone(*self._follow_clock())
        if self._gap() > self._lease / 2:  # whoever takes over, should we die now, is to know of this request
            await self.ctx.db.write(hosts.set_manners, self.host)
        return verdict

    async def keep(self) -> bool:
        """Keep the lease, once a third of it is over; False when it is no longer ours, or may soon not be.

        Whoever cannot reach the database gets its error here, and so asks for nothing once a third of the lease is
        over; nor does a process that was stopped meanwhile, or whose clock was set, without having asked here first. A
        request that was begun before is cut by `fetch.timeout`, well within the rest of the lease.
        """
        now, began = self._follow_clock()[0], steady()
        if self._lost or not self._is_old(now, began):
            return not self._lost
        if await self.ctx.db.write(hosts.renew, self.host.name, self.ctx.owner, now + self._lease):
            self._renewed_at, self._kept_at = now, began
        else:
            self._lost = True
            log.warning("lease.lost", host=self.host.name)
        return not self._lost and steady() - self._kept_at < self._lease.total_seconds() * 2 / 3

    def _is_old(self, now: datetime, at: float) -> bool:
        third = self._lease / 3
        return not timedelta() <= now - self._renewed_at < third or at - self._kept_at >= third.total_seconds()

    async def _sleep(self, seconds: float) -> None:
        """Sleep, keeping the lease meanwhile."""
        nap = self._lease.total_seconds() / 3
        while seconds > 0:
            await self.ctx.clock.sleep(min(seconds, nap))
            seconds -= nap
            await self.keep()

    def _follow_clock(self) -> tuple[datetime, float]:
        """Return the present, in steady seconds too, and move the host's turn along where the clock was set.

        What a host is left alone for has to pass, whatever clocks say; and its turn never comes before its gap is over.
        """
        now, allowed = self.ctx.clock.now(), self.host.next_allowed_at
        at = steady_at(now, self.ctx.clock)
        turned, left = self._steps.since_last(now.timestamp() - at), self._gaps.left(self.host.name, at)
        allowed = allowed + turned if allowed else None
        if left and (allowed is None or now + left > allowed + ROUNDED):
            allowed = now + left
        if allowed != self.host.next_allowed_at:
            self.host = replace(self.host, next_allowed_at=allowed)
        return now, at

    def _wait(self) -> timedelta:
        now, _ = self._follow_clock()
        return (self.host.next_allowed_at or now) - now

    def turn(self, patience: timedelta = PATIENCE) -> Verdict:
        """Say whether this host may be asked soon enough to wait for it."""
        if self._wait() > patience:
            reason = f"the host wants patience until {self.host.next_allowed_at:%Y-%m-%d %H:%M} UTC"
            return Verdict(Action.WAIT, reason, self.host.next_allowed_at)
        return Verdict(Action.GO, "the host may be asked")

    def _gap(self) -> timedelta:
        return timedelta(seconds=politeness.gap(self.host, self._crawl_delay(), self.ctx.politeness))

    def _crawl_delay(self) -> float | None:
        text = self.host.robots_text
        if self._delay[0] is not text:
            self._delay = (text, robots.crawl_delay(text, self.ctx.settings.user_agent))
        return self._delay[1]

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


def _no_further(url: str) -> str:
    """Let no redirect be followed by the fetcher: the next request waits for its turn, and asks for leave."""
    return f"it leads to {url}"


def _told(request: FetchRequest, result: FetchResult) -> str:
    asked = " (only if changed)" if request.etag or request.last_modified else ""
    status = f" {result.status}" if result.status else ""
    where = f" at {result.final_url}" if result.final_url and result.final_url != request.url else ""
    detail = f": {result.detail}" if result.detail else ""
    size = f", {sum(len(hop.raw_body) for hop in result.hops)} bytes" if result.hops else ""
    return f"fetched {request.url}{asked}:{status} {result.outcome}{where}{size}{detail}"
