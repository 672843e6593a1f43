"""The only place that asks what time it is."""

import asyncio
import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.errors import ConfigError


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present as an aware UTC datetime."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait that many seconds."""
        await asyncio.sleep(seconds)


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


def drive(path: Path, at: datetime, rate: float = 0.0) -> None:
    """Set a driven clock to `at`, running at `rate` simulated seconds per real second (0 stands still)."""
    draft = path.with_name(path.name + ".new")
    draft.write_text(json.dumps({"at": at.isoformat(), "since": time.time(), "rate": rate}), encoding="utf-8")
    draft.replace(path)
