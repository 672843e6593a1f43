"""The daemon: APScheduler's fixed ticks, signals, and what systemd wants to hear. It drives the archive."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor.app.archive import Archive
from monitor.app.entrance import open_archive
from monitor.config import warnings, watchdog_interval
from monitor.edges import systemd
from monitor.errors import DatabaseBusyError, MonitorError
from monitor.settings import Settings

if TYPE_CHECKING:
    from monitor.web.server import WebServer

log = structlog.get_logger(__name__)

# The mirror's index is written whole; once a minute keeps that cheap for large archives.
MIRROR_S = 60.0
UPKEEP_S = 60.0  # between looks at what is due of it; each does at most one file
ALERTS_S = 5.0  # between looks at what there is to tell, and whether it is time to
ROUNDS = 20  # of alerts at once: one ends when its slowest channel has, which the next does not wait for
PUSH_S = 60.0  # between looks at which subscriptions are to be renewed; their leases are days long


def run(settings: Settings) -> int:
    """Archive until SIGTERM or SIGINT; return the exit code. Raises MonitorError when the archive cannot be opened."""
    try:
        import uvloop
    except ImportError:  # not to be had on every platform; asyncio's own loop does the same, a quarter slower
        return asyncio.run(_run(settings))
    return uvloop.run(_run(settings))


async def _run(settings: Settings) -> int:
    async with open_archive(settings) as archive:
        return await Daemon(archive).run()


class Daemon:
    """One running daemon over an open archive."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self._stop = asyncio.Event()
        self._failed: str | None = None
        self._scheduler = AsyncIOScheduler(
            timezone="UTC",
            # The default grace of one second skips every job after a stall.
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    async def run(self) -> int:
        """Tick until told to stop; then let the visits under way end."""
        await self.archive.recover()
        if self.archive.settings.push.public_url:
            await self.archive.listen()
        web = await self._serve()
        self._listen()
        self._schedule()
        await self._greet()
        try:
            await self._stop.wait()
        finally:
            systemd.notify(systemd.STOPPING)
            log.info("daemon.stopping", visits=self.archive.visits_under_way)
            self._scheduler.shutdown(wait=False)
            if web is not None:
                await web.stop()
            await self.archive.stop()
            await self._mirror()
            await self._seal()
            log.info("daemon.stopped")
        return 1 if self._failed else 0

    async def _serve(self) -> "WebServer | None":
        if not self.archive.settings.web.listen:
            return None
        from monitor.web.server import WebServer

        server = WebServer(self.archive)
        await server.start()
        return server

    def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)

    def _schedule(self) -> None:
        daemon = self.archive.settings.daemon
        self._every(daemon.tick, "due", self.archive.launch)
        self._every(max(daemon.tick, min(MIRROR_S, daemon.tick * 60)), "mirror", self._mirror)
        self._every(self.archive.settings.evidence.seal_every, "seal", self.archive.custody.seal)
        self._every(UPKEEP_S, "upkeep", self.archive.custody.upkeep)
        self._every(ALERTS_S, "alerts", self._tell, ROUNDS)
        if self.archive.settings.push.public_url:
            self._every(PUSH_S, "push", self.archive.renew_subscriptions)
        beat = watchdog_interval()
        if beat:
            self._every(beat, "watchdog", self._beat)
        self._scheduler.start()

    def _every(self, seconds: float, name: str, job: Callable[[], Awaitable[object]], at_once: int = 1) -> None:
        async def guarded() -> None:
            try:
                await job()
            except asyncio.CancelledError:
                if not self._stop.is_set():
                    raise  # else the end cuts it short, as it may, and APScheduler would tell of it as an error
            except DatabaseBusyError as error:
                log.warning("database.busy", job=name, error=str(error))  # the next tick tries again
            except Exception as error:  # noqa: BLE001 - told, and the daemon ends
                # Nothing can be recorded: better to end, say why, and be restarted than to fetch in vain.
                self._fail(name, error)

        self._scheduler.add_job(guarded, "interval", seconds=seconds, id=name, name=name, max_instances=at_once)

    def _fail(self, job: str, error: Exception) -> None:
        if self._failed is None:
            self._failed = str(error) or type(error).__name__
            bug = None if isinstance(error, MonitorError) else error  # what is expected needs no traceback
            log.error("daemon.failed", job=job, error=self._failed, hint=getattr(error, "hint", None), exc_info=bug)
            systemd.notify(systemd.status(f"failed: {error}"))
        self._stop.set()

    async def _mirror(self) -> None:
        """Bring the mirror up to date; archiving goes on without it, since it can be rebuilt at any time."""
        try:
            await self.archive.mirror()
        except OSError as error:
            log.error("mirror.failed", error=str(error), hint="is the disk full, and may we write there?")

    async def _tell(self) -> None:
        await self.archive.alerts.gather()
        await self.archive.alerts.deliver()

    async def _seal(self) -> None:
        """Seal what the last visits kept; what cannot be sealed now is sealed at the next start."""
        try:
            await self.archive.custody.seal()
        except MonitorError as error:
            log.warning("chain.unsealed", error=str(error))

    async def _greet(self) -> None:
        stats = await self.archive.stats()
        for warning in warnings(self.archive.settings):
            log.warning("config.warned", warning=warning)
        log.info("daemon.started", sources=stats.sources, documents=stats.documents, database=stats.database)
        if not stats.sources:
            log.warning("daemon.idle", hint="no sources yet: `monitor add-source URL` or `monitor import-corpus DIR`")
        systemd.notify(systemd.READY, systemd.status(f"watching {stats.sources} sources"))

    async def _beat(self) -> None:
        """Tell the watchdog that we live, which means that the database answers."""
        await self.archive.ping()
        systemd.notify(systemd.WATCHDOG, systemd.status(f"visiting {self.archive.visits_under_way} hosts"))
