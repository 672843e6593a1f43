"""The daemon: APScheduler's fixed ticks, signals, and what systemd wants to hear. It drives the archive."""

import asyncio
import faulthandler
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from monitor.app.archive import Archive
from monitor.app.entrance import open_archive
from monitor.config import load_settings, warnings
from monitor.edges import systemd
from monitor.edges.terminal import has_terminal
from monitor.edges.ticking import SteadyScheduler
from monitor.errors import DatabaseBusyError, MonitorError
from monitor.settings import Settings

if TYPE_CHECKING:
    from monitor.web.server import WebServer

log = structlog.get_logger(__name__)

# The mirror's index is written whole; once a minute keeps that cheap for large archives.
MIRROR_S = 60.0
HEALTH_S = 60.0  # between looks at whether anything is wrong, so that an alarm begins or ends
PRESSURE_S = 1.0  # between looks at whether the database keeps up; it asks no database
UPKEEP_S = 60.0  # between looks at what is due of it; each does at most one file
STORE_S = 15.0  # between looks at which closed files are to be put into the object store
ALERTS_S = 5.0  # between looks at what there is to tell, and whether it is time to
ROUNDS = 20  # of alerts at once: one ends when its slowest channel has, which the next does not wait for
WEB_SOCKET = "web"  # FileDescriptorName= in monitor-web.socket
PUSH_S = 60.0  # between looks at which subscriptions are to be renewed; their leases are days long


@dataclass(frozen=True, slots=True)
class Rereading:
    """How SIGHUP has the configuration read anew: where it is found, and who is told of the log level then."""

    find: Callable[[], Settings] = load_settings
    set_level: Callable[[str], None] = lambda level: None


def run(settings: Settings, rereading: Rereading | None = None) -> int:
    """Archive until SIGTERM or SIGINT; return the exit code. Raises MonitorError when the archive cannot be opened."""
    if sys.__stderr__ is not None:  # a watchdog ends us with SIGABRT: then every thread says where it hangs
        faulthandler.enable(sys.__stderr__)
    try:
        import uvloop
    except ImportError:  # not to be had on every platform; asyncio's own loop does the same, a quarter slower
        return asyncio.run(_run(settings, rereading))
    return uvloop.run(_run(settings, rereading))


async def _run(settings: Settings, rereading: Rereading | None) -> int:
    async with open_archive(settings) as archive:
        return await Daemon(archive, rereading).run()


class Daemon:
    """One running daemon over an open archive."""

    def __init__(self, archive: Archive, rereading: Rereading | None = None) -> None:
        self.archive = archive
        self._rereading = rereading or Rereading()
        self._stop = asyncio.Event()
        self._ready = asyncio.Event()
        self._reloading = asyncio.Lock()
        self._had_terminal = has_terminal()
        self._tasks: set[asyncio.Task[None]] = set()
        self._failed: str | None = None
        self._scheduler = SteadyScheduler(
            timezone="UTC",
            # The default grace of one second skips every job after a stall.
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    async def run(self) -> int:
        """Tick until told to stop; then let the visits under way end."""
        self._expect_hang_up()
        preparing = asyncio.create_task(self.archive.watchdog.prepare(), name="prepare")
        try:
            await self.archive.recover()
            if self.archive.settings.push.public_url:
                await self.archive.listen()
            web = await self._serve()
        finally:
            preparing.cancel()
        self._listen()
        await self.archive.workers.register()
        watching = asyncio.create_task(self._watch(), name="watchdog")
        try:
            self._schedule()
            await self.archive.workers.listen(lambda: self._scheduler.hurry("due"))
            await self._greet()
            await self._stop.wait()
        finally:
            self._stop.set()  # also where the start fails: then what was begun ends in the same order
            for task in (watching, *self._tasks):
                task.cancel()
            await self._end(web)
        return 1 if self._failed else 0

    async def _end(self, web: "WebServer | None") -> None:
        """Let what is under way end, and write down what is owed."""
        systemd.notify(systemd.STOPPING)
        log.info("daemon.stopping", visits=self.archive.visits_under_way)
        self._scheduler.shutdown(wait=False)
        if web is not None:
            await web.stop()
        await self.archive.stop()
        await self._mirror()
        await self._seal()
        await self._leave()
        log.info("daemon.stopped")

    async def _serve(self) -> "WebServer | None":
        passed = systemd.passed_socket(WEB_SOCKET)
        if passed is None and not self.archive.settings.web.listen:
            return None
        from monitor.web.server import WebServer

        server = WebServer(self.archive, passed)
        await server.start()
        return server

    def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)

    def _expect_hang_up(self) -> None:
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup's wish is respected
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._hang_up)

    def _hang_up(self) -> None:
        """Read the configuration anew; where the terminal is gone that we were started from, end."""
        if self._had_terminal and not has_terminal():
            self._stop.set()
        elif not self._stop.is_set():
            self._tasks.add(task := asyncio.create_task(self._reload(), name="reload"))
            task.add_done_callback(self._tasks.discard)

    def _schedule(self) -> None:
        daemon, workers = self.archive.settings.daemon, self.archive.workers
        self._every(daemon.tick, "due", self.archive.launch)
        self._every(max(daemon.tick, min(MIRROR_S, daemon.tick * 60)), "mirror", self._mirror)
        self._every(self.archive.settings.evidence.seal_every, "seal", workers.once("seal", self.archive.custody.seal))
        self._every(UPKEEP_S, "upkeep", lambda: self.archive.custody.upkeep(workers.is_first))
        if self.archive.settings.evidence.store:
            self._every(STORE_S, "store", self.archive.custody.store_when_due)
        self._every(PRESSURE_S, "pressure", self.archive.watch_pressure)
        self._every(HEALTH_S, "health", self.archive.health.watch)
        self._every(ALERTS_S, "alerts", workers.once("alerts", self._tell), ROUNDS)
        if self.archive.settings.push.public_url:
            self._every(PUSH_S, "push", workers.once("push", self.archive.renew_subscriptions))
        self._every(daemon.beat, "beat", workers.beat)
        self._scheduler.start()

    def _every(self, seconds: float, name: str, job: Callable[[], Awaitable[object]], at_once: int = 1) -> None:
        async def guarded() -> None:
            try:
                with self.archive.pulse.running(name):
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
            await self.archive.workers.mirror()
        except DatabaseBusyError as error:
            log.warning("database.busy", job="mirror", error=str(error))
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

    async def _leave(self) -> None:
        """Say goodbye; without it this worker counts as dead in a minute, and nothing else is lost."""
        try:
            await self.archive.workers.goodbye()
        except MonitorError as error:
            log.warning("worker.unsigned", error=str(error))

    async def _greet(self) -> None:
        stats = await self.archive.stats()
        for warning in warnings(self.archive.settings):
            log.warning("config.warned", warning=warning)
        log.info("daemon.started", sources=stats.sources, documents=stats.documents, database=stats.database)
        if not stats.sources:
            log.warning("daemon.idle", hint="no sources yet: `monitor add-source URL` or `monitor import-corpus DIR`")
        systemd.notify(systemd.READY, systemd.status(f"watching {stats.sources} sources"))
        self._ready.set()

    async def _watch(self) -> None:
        """Give signs of life; a database that cannot be used ends the daemon, as everywhere."""
        try:
            await self.archive.watchdog.watch(lambda: self.archive.visits_under_way)
        except Exception as error:  # noqa: BLE001 - told, and the daemon ends
            self._fail("watchdog", error)

    async def _reload(self) -> None:
        """Read the configuration anew, and go by it as far as that can be done; a broken one changes nothing."""
        await self._ready.wait()
        async with self._reloading:
            systemd.notify(systemd.reloading(), systemd.status("reading the configuration"))
            told = "the configuration cannot be read anew; the one before stays in effect"
            try:
                told = self._adopt(await asyncio.to_thread(self._rereading.find))
            except MonitorError as error:
                told = f"the configuration is broken, and the one before stays in effect: {error}"
                log.error("config.refused", error=str(error), hint=error.hint)
            finally:
                if not self._stop.is_set():
                    systemd.notify(systemd.READY, systemd.status(told))

    def _adopt(self, fresh: Settings) -> str:
        done = self.archive.reloading.reload(fresh)
        log.info("config.reloaded", applied=list(done.applied), needs_restart=list(done.needs_restart))
        self._rereading.set_level(self.archive.settings.log.level)
        for warning in warnings(self.archive.settings):
            log.warning("config.warned", warning=warning)
        waiting = f"; restart for {', '.join(done.needs_restart)}" if done.needs_restart else ""
        return f"the configuration was read anew{waiting}"
