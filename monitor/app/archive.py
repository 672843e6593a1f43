"""The archive: everything that a face, a notebook or the daemon may ask of it. Open one with `open_archive`.

Its methods stand in three files: what is kept (archive_kept.py), what is watched and taken in (archive_watched.py), and
here what the daemon does with it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from monitor.answers import TickReport
from monitor.app import asking, mirror, opening
from monitor.app.archive_kept import Kept
from monitor.app.archive_watched import Watched
from monitor.app.context import Context
from monitor.model import Outlet
from monitor.progress import Progress
from monitor.settings import Settings
from monitor.store.limits import within


class Archive(Kept, Watched):
    """An open archive. Its methods may be awaited side by side on one event loop."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        self._recovered = False

    @property
    def settings(self) -> Settings:
        """Return the settings in effect."""
        return self._ctx.settings

    @property
    def outlets(self) -> tuple[Outlet, ...]:
        """Return every outlet that the archive knows by name."""
        return self._ctx.registry.outlets

    def now(self) -> datetime:
        """Return the archive's present; simulations drive it."""
        return self._ctx.clock.now()

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Let every read inside end with TimeLimitError once `seconds` are over, all of them together.

        They are asked through connections of their own, so that no visit waits for them, and are ended as well when
        the task that waits for them is cancelled. Of one limit inside another the shorter holds.
        """
        with within(seconds):
            yield

    @property
    def visits_under_way(self) -> int:
        """Return how many hosts are being visited."""
        return self._rounds.active

    async def recover(self) -> None:
        """Mend what a killed process left behind: leases, and evidence the database never heard of. Once is enough."""
        if not self._recovered:
            await opening.recover(self._ctx)
            if not self._ctx.db.is_shared:  # else whoever keeps the mirror does it
                await mirror.complete_seed(self._ctx)
            self._recovered = True

    async def tick(self, *, progress: Progress | None = None) -> TickReport:
        """Do one round: visit everything due, and what is heard of meanwhile; then bring the mirror up to date.

        `progress` is told how many visits to hosts have ended, and begun.
        """
        await self.recover()
        report = await self._rounds.round(self.now(), progress)
        await self.workers.mirror()
        await self.custody.seal()
        return report

    async def launch(self) -> None:
        """Start visits to hosts that are due now, without waiting for them; raises what an earlier one failed of."""
        await self._rounds.launch(self.now())

    async def watch_pressure(self) -> None:
        """Tell in the log once the database no longer keeps up with what is fetched, and once it does again."""
        self._ctx.pressure.is_high()

    async def listen(self) -> None:
        """Let hubs push what is new, where `push.public_url` says so (docs/push.md); else do nothing."""
        await self._pushes.start()

    async def renew_subscriptions(self) -> None:
        """Ask hubs for what is due: new subscriptions and renewals."""
        await self._pushes.renew()

    async def ping(self) -> None:
        """Ask the database for a sign of life. Raises DatabaseError without one."""
        await self._ctx.db.read(asking.ping)

    async def stop(self) -> None:
        """Start no more visits and let those under way end, within seconds; nothing recorded is lost."""
        if "_pushes" in vars(self):
            await self._pushes.stop()
        if "_rounds" in vars(self):
            await self._rounds.stop()

    async def close(self) -> None:
        """End what is under way and close everything; `open_archive` does it."""
        try:
            await self.stop()
            if "reloading" in vars(self):
                await self.reloading.close()
        finally:
            await opening.close_context(self._ctx)

    def abandon(self) -> None:
        """Close the database of an archive that only was read, as a program ends that forgot to close it."""
        self._ctx.db.close()
