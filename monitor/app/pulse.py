"""Whether this process comes forward: when its rounds and jobs began, and what came of its visits."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import count
from time import monotonic

from monitor.app import asking
from monitor.app.context import Context
from monitor.core.liveness import LivenessPolicy, Motion, troubles
from monitor.errors import DatabaseBusyError
from monitor.model import Outcome
from monitor.store.troubles import DatabaseLostError

PING_S = 30.0  # that the database may take to answer; more than its patience with other processes is none
LOST_S = 300.0  # that its server may be out of reach: one that is restarted, or taken over by another, is back by then
ROUND_S = 60.0  # between two rounds, beyond the patience with a database that another process holds
VISIT_S = 1800.0  # without a request that ended, beyond the longest gap: a fetch, two readings, and a wait are minutes
# The mirror may be written whole, upkeep verifies or compacts a file of a gigabyte at a modest pace, and an object
# store may be far away.
SLOW_JOBS = (("mirror", 21_600.0), ("upkeep", 21_600.0), ("store", 86_400.0))
SUCCESS = (Outcome.OK, Outcome.NOT_MODIFIED)


class Pulse:
    """What the daemon's watchdog asks. All times are on a clock that nobody sets."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._began = monotonic()
        self._numbers = count()
        self._running: dict[int, tuple[str, float]] = {}
        self._done = 0  # requests and readings, when they were last looked at
        self._moved = self._began
        self._succeeded = 0
        self._success: datetime | None = None

    def begin(self) -> None:
        """Note that work begins now: the mending of what a crash left behind was no standing still."""
        self._began = self._moved = monotonic()

    @contextmanager
    def running(self, job: str) -> Iterator[None]:
        """Note that a job of the daemon runs, as long as the block does."""
        number = next(self._numbers)
        self._running[number] = job, monotonic()
        try:
            yield
        finally:
            del self._running[number]

    async def troubles(self, visits: int) -> tuple[str, ...]:
        """Return why this process does not come forward, in words; nothing while it does.

        `visits` are the hosts visited now. Asks the database for a sign of life. Raises DatabaseError when it cannot
        be used at all.
        """
        found = troubles(self.motion(visits), self._policy())
        dead = await self._ping()
        return (*found, dead) if dead else found

    def motion(self, visits: int) -> Motion:
        """Return what this process has been doing, and for how long."""
        now = monotonic()
        self._look(now, visits)
        idle = self._ctx.tally.idle_s()
        running = tuple((job, now - began) for job, began in self._running.values())
        return Motion(now - self._began if idle is None else idle, running, visits, now - self._moved)

    def last_success(self) -> datetime | None:
        """Return when a fetch of this process was last seen to have succeeded."""
        return self._success

    def _look(self, now: float, visits: int) -> None:
        tally = self._ctx.tally
        done, succeeded = tally.fetches.total() + tally.readings, sum(tally.fetches[one] for one in SUCCESS)
        if done != self._done or not visits:
            self._done, self._moved = done, now
        if succeeded != self._succeeded:
            self._succeeded, self._success = succeeded, self._ctx.clock.now()

    async def _ping(self) -> str | None:
        try:
            async with asyncio.timeout(PING_S):
                await self._ctx.db.read(asking.ping)
        except TimeoutError:
            return f"the database has not answered for {PING_S:g} s"
        except DatabaseLostError as error:
            lost_s = self._ctx.db.lost_s() or 0.0  # to be started again does not bring it back
            return str(error) if lost_s > LOST_S else None
        except DatabaseBusyError as error:
            return str(error)
        return None

    def _policy(self) -> LivenessPolicy:
        settings = self._ctx.settings
        gap = max(settings.fetch.gap, *settings.fetch.gap_per_host.values(), 0.0)
        round_s = settings.database.patience + max(ROUND_S, 3 * settings.daemon.tick)
        return LivenessPolicy(round_s=round_s, visit_s=VISIT_S + gap, jobs=SLOW_JOBS)
