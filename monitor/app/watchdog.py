"""Give the service manager signs of life while the daemon comes forward, and say why when there are none."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime

import structlog

from monitor.app.context import Context
from monitor.app.pulse import Pulse
from monitor.config import notify_socket, watchdog_interval
from monitor.edges import systemd
from monitor.errors import DatabaseBusyError, TimeLimitError
from monitor.store import sources
from monitor.store.limits import within

log = structlog.get_logger(__name__)

STATUS_S = 60.0  # between two lines of status, where no watchdog wants them more often
EXTENSION_S = 120.0  # what is asked for at a time while the archive is being made ready
COUNT_S = 2.0  # for counting the sources, which is news and no sign of life
LONGEST_START_S = 3600.0  # after that the start has no more time than the unit allows


class Watchdog:
    """The signs of life of a daemon, about every half of the time that its watchdog allows.

    A daemon whose rounds or jobs hang, or whose database does not answer, gives none: it is killed and started again.
    Runs on the event loop's own clock, not on the daemon's scheduler, so that it sees that the scheduler hangs.
    """

    def __init__(self, ctx: Context, pulse: Pulse) -> None:
        self._ctx = ctx
        self._pulse = pulse
        self._withheld = False
        self._watched = 0

    async def prepare(self) -> None:
        """Ask for more time, again and again, until cancelled: what a crash left behind may take long to mend."""
        for _ in range(int(LONGEST_START_S / EXTENSION_S)):
            systemd.notify(systemd.longer(EXTENSION_S), systemd.status("making the archive ready"))
            await asyncio.sleep(EXTENSION_S / 2)

    async def watch(self, visits: Callable[[], int]) -> None:
        """Give signs of life until cancelled, if anybody listens. Raises DatabaseError when that cannot be used."""
        interval = watchdog_interval() or STATUS_S
        self._pulse.begin()
        while notify_socket() is not None:
            await self.beat(visits())
            await asyncio.sleep(interval)

    async def beat(self, visits: int) -> None:
        """Give one sign of life, or say why not. Raises DatabaseError when the database cannot be used."""
        troubles = await self._pulse.troubles(visits)
        if troubles:
            self._withhold(troubles)
            return
        if self._withheld:
            self._withheld = False
            log.info("watchdog.resumed")
        with contextlib.suppress(DatabaseBusyError, TimeLimitError), within(COUNT_S):  # then the number before is told
            self._watched = await self._ctx.db.read(sources.count)
        systemd.notify(systemd.WATCHDOG, systemd.status(self._status(visits)))

    def _withhold(self, troubles: tuple[str, ...]) -> None:
        self._withheld = True
        log.error(
            "watchdog.withheld",
            reasons=list(troubles),
            hint="without a sign of life systemd kills the daemon and starts it again (WatchdogSec=)",
        )
        systemd.notify(systemd.status(f"stuck: {'; '.join(troubles)}"))

    def _status(self, visits: int) -> str:
        """Return what `systemctl status` shows: `watching 12 sources, visiting 2 hosts; a fetch succeeded at ...`."""
        parts = [f"watching {_counted(self._watched, 'source')}, visiting {_counted(visits, 'host')}"]
        if (at := self._pulse.last_success()) is not None:
            parts.append(f"a fetch succeeded by {_time(at)}")
        if (lack := self._ctx.room.lack()) is not None:
            parts.append(f"{lack}: nothing is fetched")
        if self._ctx.db.lost_s() is not None:
            parts.append("the database is out of reach")
        return "; ".join(parts)


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
