"""The clock of the simulated machine: others set it on, back, or stop it; timers go on all the same."""

import asyncio
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 2, tzinfo=UTC)


class SetClock:
    """What the machine's clock shows, which need not be the time. Workers of one machine share it."""

    def __init__(self, true_time: "asyncio.AbstractEventLoop") -> None:
        self._loop = true_time
        self._apart_s = 0.0
        self._stands_at: float | None = None
        self.jumps: list[tuple[float, float]] = []  # true seconds, and by how many the clock was set then

    def true_s(self) -> float:
        """Return the true seconds since the start."""
        return self._loop.time()

    def shown_s(self) -> float:
        """Return the seconds since the start that the clock shows."""
        return self._stands_at if self._stands_at is not None else self._loop.time() + self._apart_s

    def now(self) -> datetime:
        """Return what the clock shows."""
        return START + timedelta(seconds=self.shown_s())

    async def sleep(self, seconds: float) -> None:
        """Wait that many true seconds, as timers of the operating system do."""
        await asyncio.sleep(seconds)

    def set_by(self, seconds: float) -> None:
        """Set the clock on, or back by a negative number."""
        self.jumps.append((self.true_s(), seconds))
        if self._stands_at is not None:
            self._stands_at += seconds
        else:
            self._apart_s += seconds

    def stand_still(self) -> None:
        """Stop the clock."""
        self._stands_at = self.shown_s()

    def go_on(self) -> None:
        """Let it go on from where it stands."""
        if self._stands_at is not None:
            lost = self._stands_at - (self._loop.time() + self._apart_s)
            self._apart_s, self._stands_at = self._apart_s + lost, None
            self.jumps.append((self.true_s(), lost))

    def set_right(self) -> None:
        """Set the clock to the time."""
        self.go_on()
        if self._apart_s:
            self.set_by(-self._apart_s)

    def off_at(self, true_s: float) -> float:
        """Return by how many seconds the clock was wrong at a true time, as far as it was set; not while it stood."""
        return abs(sum(by for at, by in self.jumps if at <= true_s))

    def jumped(self, since: float, until: float) -> bool:
        """Say whether the clock was set, or stood, between two true times."""
        return self._stands_at is not None or any(since <= at <= until for at, _ in self.jumps)
