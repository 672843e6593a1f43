"""The gate before one leased host: robots.txt first, then a turn in good manners."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

from sqlalchemy import Connection

from monitor.app import keeping
from monitor.app.context import Context
from monitor.core import politeness, robots
from monitor.core.robots import RobotsCopy
from monitor.interfaces import Action, FetchRequest, FetchResult, Verdict
from monitor.model import Capture, Fetch, Host, Outcome
from monitor.store import fetches, hosts

# A longer wait than this is not slept through with the lease in hand; the host is given back until then.
PATIENCE = timedelta(seconds=60)


class Gate:
    """Admit and make requests to one host. Not shared: whoever holds the lease holds the gate."""

    def __init__(self, ctx: Context, host: Host) -> None:
        self.ctx = ctx
        self.host = host
        self.unreached: FetchResult | None = None  # the fetch of robots.txt that found nobody

    async def admit(self, url: str, steps: list[str]) -> Verdict:
        """Say whether a URL may be fetched now; fetches robots.txt where the copy is too old."""
        turn = self._turn()
        if turn.action is Action.WAIT:
            return turn
        now = self.ctx.clock.now()
        max_age = timedelta(seconds=self.ctx.settings.fetch.robots_max_age)
        if robots.robots_due(self._copy(), now, max_age):
            await self._fetch_robots(url, steps)
        verdict = self._judge(url)
        if verdict.action is Action.WAIT:
            verdict = replace(verdict, reason=await self._why_unreachable(url, verdict.reason))
        steps.append(verdict.reason)
        return verdict if verdict.action is not Action.GO else self._turn()

    async def _why_unreachable(self, url: str, reason: str) -> str:
        """Name what went wrong with the host when robots.txt was last asked for."""
        detail = await self.ctx.db.read(fetches.last_detail, _robots_url(url))
        return f"{detail}; {reason}" if detail else reason

    async def fetch(self, request: FetchRequest, steps: list[str]) -> FetchResult:
        """Wait for the host's turn and make the request."""
        wait = self._wait()
        if wait > timedelta(0):
            steps.append(f"waited {wait.total_seconds():.1f} s for the host's next turn")
            await self.ctx.clock.sleep(wait.total_seconds())
        result = await self.ctx.fetcher.fetch(request)
        self._learn(result)
        steps.append(_told(request, result))
        return result

    def record(self, conn: Connection) -> None:
        """Store what was learned of the host, within the transaction of the visit."""
        hosts.set_politeness(conn, self.host.name, self.host.next_allowed_at, self.host.failures)

    def _wait(self) -> timedelta:
        return (self.host.next_allowed_at or self.ctx.clock.now()) - self.ctx.clock.now()

    def _turn(self) -> Verdict:
        if self._wait() > PATIENCE:
            return Verdict(Action.WAIT, "the host asked for patience", self.host.next_allowed_at)
        return Verdict(Action.GO, "the host may be asked")

    def _judge(self, url: str) -> Verdict:
        """Ask robots.txt; where there is none to ask, say what its fetch said."""
        verdict = robots.judge(self._copy(), url, self.ctx.settings.user_agent, self.ctx.clock.now())
        if verdict.action is not Action.WAIT or self.unreached is None or not self.unreached.detail:
            return verdict
        if self.unreached.outcome is Outcome.REFUSED:  # by us: waiting changes nothing
            return Verdict(Action.REFUSE, self.unreached.detail)
        return replace(verdict, reason=f"{verdict.reason}: {self.unreached.detail}")

    def _copy(self) -> RobotsCopy:
        return RobotsCopy(self.host.robots_text, self.host.robots_status, self.host.robots_fetched_at)

    def _learn(self, result: FetchResult) -> None:
        step = politeness.after_fetch(
            self.host,
            outcome=result.outcome,
            finished_at=self.ctx.clock.now(),
            elapsed_s=result.elapsed_s,
            retry_after=result.retry_after,
            crawl_delay_s=robots.crawl_delay(self.host.robots_text, self.ctx.settings.user_agent),
            policy=self.ctx.politeness,
        )
        self.host = replace(self.host, next_allowed_at=step.next_allowed_at, failures=step.failures)

    async def _fetch_robots(self, url: str, steps: list[str]) -> None:
        result = await self.fetch(FetchRequest(_robots_url(url)), steps)
        self.unreached = result if result.status is None else None
        capture = await keeping.keep(self.ctx, result)
        answered = result.status is not None and not result.detail
        copy = robots.absorb(self._copy(), result.status, result.body if answered else None, self.ctx.clock.now())
        self.host = replace(
            self.host, robots_text=copy.text, robots_status=copy.status, robots_fetched_at=copy.fetched_at
        )
        await self.ctx.db.write(self._record_robots, keeping.fetch_row(result), capture)

    def _record_robots(self, conn: Connection, fetch: Fetch, capture: Capture | None) -> None:
        keeping.record(conn, fetch, capture)
        one = self.host
        hosts.set_robots(conn, one.name, one.robots_text, one.robots_status, one.robots_fetched_at)
        self.record(conn)


def _robots_url(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/robots.txt"


def _told(request: FetchRequest, result: FetchResult) -> str:
    asked = " (only if changed)" if request.etag or request.last_modified else ""
    status = f" {result.status}" if result.status else ""
    where = f" at {result.final_url}" if result.final_url and result.final_url != request.url else ""
    detail = f": {result.detail}" if result.detail else ""
    size = f", {sum(len(hop.raw_body) for hop in result.hops)} bytes" if result.hops else ""
    return f"fetched {request.url}{asked}:{status} {result.outcome}{where}{size}{detail}"
