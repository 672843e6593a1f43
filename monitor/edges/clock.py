"""The only place that asks what time it is."""

import asyncio
import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.errors import ConfigError
from monitor.interfaces import Clock

# Of what goes on while the machine sleeps, where the system has such a clock: a lease does not sleep with its holder.
_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
BACK_S = 10.0  # a step back by no more than this is waited out: no two things of a worker happen in the wrong order
TURNED_S = 1.0  # a difference beyond this is a clock that was set, not one that drifts


def steady() -> float:
    """Return seconds on a clock that nobody sets, and that goes on while the machine sleeps; its zero means nothing."""
    return time.clock_gettime(_STEADY)


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present as an aware UTC datetime."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait that many seconds."""
        await asyncio.sleep(seconds)


class SharedClock:
    """Another's clock, such as the database's, which all workers share: read now and then, and carried on between.

    Between two readings the machine's steady clock carries it on, so that setting the machine's clock moves nothing.
    """

    def __init__(self) -> None:
        self._base = 0.0  # what was read, less the steady clock's seconds at that moment
        self._doubt = float("inf")
        self._last = 0.0

    def follow(self, said: datetime, asked: float, answered: float) -> float:
        """Take a reading: what the other clock said, and the steady seconds when it was asked and had answered.

        It is taken to have been said half-way, so that it is wrong by half the round trip at most. One that is no
        sharper, and differs by no more than that, changes nothing: then this clock is wrong by the round trip at most.
        Returns the seconds by which this clock was turned on (or back: negative).
        """
        base, doubt = said.timestamp() - (asked + answered) / 2, (answered - asked) / 2
        if abs(turned := base - self._base) <= doubt and doubt >= self._doubt:
            return 0.0
        known, self._base, self._doubt = self._doubt != float("inf"), base, doubt
        return turned if known else 0.0

    def now(self) -> datetime:
        """Return the other clock's present. It stands still rather than go back by a few seconds."""
        present = self._base + steady()
        if not 0 < self._last - present < BACK_S:
            self._last = present
        return datetime.fromtimestamp(self._last, UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait that many seconds."""
        await asyncio.sleep(seconds)


class Steps:
    """Tells how far a clock was set, by the seconds that it is apart from one that nobody sets; else the machine's."""

    def __init__(self, apart: float | None = None) -> None:
        self._apart = self._machines() if apart is None else apart

    def since_last(self, apart: float | None = None) -> timedelta:
        """Return how far the clock was set since the last call, on (positive) or back; nothing for a mere drift."""
        apart = self._machines() if apart is None else apart
        turned, self._apart = apart - self._apart, apart
        return timedelta(seconds=turned) if abs(turned) > TURNED_S else timedelta()

    def _machines(self) -> float:
        # What timers of the event loop run on: hours that the machine slept through count as a step as well.
        return time.time() - time.monotonic()


@dataclass(frozen=True, slots=True)
class FixedClock:
    """A clock that stands still, for one round as of a given time; waiting is real, since servers are."""

    at: datetime

    def now(self) -> datetime:
        """Return the time it stands at."""
        return self.at

    async def sleep(self, seconds: float) -> None:
        """Wait that many real seconds."""
        await asyncio.sleep(seconds)


@dataclass(frozen=True, slots=True)
class DrivenClock:
    """A clock that several processes share through a file, set and sped up by whoever simulates (see `drive`).

    The file holds `{"at": ISO time, "since": Unix seconds, "rate": simulated seconds per real second}`.
    """

    path: Path

    def now(self) -> datetime:
        """Return the simulated time. Raises ConfigError when the file is missing or is no clock."""
        at, since, rate = self._read()
        return at + timedelta(seconds=(time.time() - since) * rate)

    async def sleep(self, seconds: float) -> None:
        """Wait until that many simulated seconds have passed, however the clock is driven meanwhile.

        While the clock stands still nothing can pass, so there is no wait: who drives it by steps waits for the work.
        """
        until = self.now() + timedelta(seconds=seconds)
        while (left := (until - self.now()).total_seconds()) > 0 and (rate := self._read()[2]) > 0:  # noqa: ASYNC110 - nobody tells of time passing
            await asyncio.sleep(min(0.05, left / rate))

    def _read(self) -> tuple[datetime, float, float]:
        try:
            values = json.loads(self.path.read_text(encoding="utf-8"))
            return datetime.fromisoformat(values["at"]), float(values["since"]), float(values["rate"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ConfigError(
                f"{self.path} is no clock: {error}",
                hint="daemon.clock_file is for simulations; leave it empty to use the machine's clock",
            ) from error


def steady_at(now: datetime, clock: Clock) -> float:
    """Return the `steady` seconds at the present that a clock has just told; simulated ones are their own.

    Whoever simulates time lets all of it pass, and has set nothing.
    """
    return now.timestamp() if isinstance(clock, FixedClock | DrivenClock) else steady()


def drive(path: Path, at: datetime, rate: float = 0.0) -> None:
    """Set a driven clock to `at`, running at `rate` simulated seconds per real second (0 stands still)."""
    draft = path.with_name(path.name + ".new")
    draft.write_text(json.dumps({"at": at.isoformat(), "since": time.time(), "rate": rate}), encoding="utf-8")
    draft.replace(path)
