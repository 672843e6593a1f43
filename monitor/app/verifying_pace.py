"""How fast evidence is read again."""

from datetime import UTC, datetime, timedelta

from monitor.interfaces import Clock

_STEP = 1 << 20  # bytes read between two looks at the clock
_IDLE = 1.0  # seconds of reading that may be made up for after a delay


class Pace:
    """Keep reading below `rate` bytes a second, by waiting after each step; None does not wait."""

    def __init__(self, clock: Clock, rate: int | None) -> None:
        self._clock = clock
        self._rate = rate or None
        self._due = datetime.min.replace(tzinfo=UTC)

    @property
    def step(self) -> int:
        """Return how many bytes to read at once: at most what may be read in a second."""
        return _STEP if self._rate is None else min(_STEP, self._rate)

    async def passed(self, size: int) -> None:
        """Say that so many bytes were read, and wait until more may be."""
        if self._rate is None:
            return
        now, took = self._clock.now(), timedelta(seconds=size / self._rate)
        # A clock that was put back must not make us wait for what it says.
        begun = min(max(self._due, now - timedelta(seconds=_IDLE)), now + timedelta(seconds=_IDLE))
        self._due = begun + took
        if (wait := (self._due - now).total_seconds()) > 0:
            await self._clock.sleep(wait)
