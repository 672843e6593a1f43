"""Read untrusted bytes in worker processes that can be killed: one hostile page costs one reading, never the daemon."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

import structlog

from monitor.edges import wire
from monitor.edges.patience import while_awake
from monitor.edges.quarantine import Quarantine
from monitor.edges.worker import OUT_OF_MEMORY
from monitor.interfaces import ReadFailure, Reading, ReadRequest

log = structlog.get_logger(__name__)

_START_S = 60.0  # to import and warm: 1 s on an idle machine, far more on a busy one
_CHEAP_SHARE = 1 / 3  # of the deadline, for a reading in the cheaper mode
_CHEAP_LEAST_S = 1.0
_LAST_WORDS_S = 2.0  # for the kernel to tell how a worker ended after it hung up
# Workers get no environment of ours: it may hold credentials. Hash seed, zone and locale are fixed, so that the same
# bytes read the same everywhere; one thread, since numpy's reserve address space.
_ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """How a worker runs: seconds for one reading, bytes of address space, variables added to its environment."""

    deadline_s: float
    memory_bytes: int
    environment: Mapping[str, str] = field(default_factory=dict)

    def patience(self, request: ReadRequest) -> float:
        """Return the seconds a reading may take: in the cheaper mode a third, but no less than one second."""
        return max(_CHEAP_LEAST_S, self.deadline_s * _CHEAP_SHARE) if request.cheap else self.deadline_s


class WorkerLost(Exception):  # noqa: N818 - it is how the worker tells, not an error a caller meets
    """The worker is of no more use; the message says how it ended."""


class WorkerPool:
    """Read in up to `workers` processes, each killed when a reading takes longer than `deadline_s` seconds.

    Workers start when first needed (about 1 s, 160 MiB each), live until `close`, and are replaced after a crash, a
    kill, or an answer that is none. Further requests wait for a free worker; those from hosts whose pages killed
    workers wait for each other first, so that the other workers stay free (see `Quarantine`). Belongs to one event
    loop.
    """

    def __init__(
        self,
        workers: int = 2,
        deadline_s: float = 20.0,
        memory_bytes: int = 1 << 30,
        *,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._settings = WorkerSettings(deadline_s, memory_bytes, environment or {})
        self._count = workers
        self._slots = asyncio.Semaphore(workers)
        self._idle: list[_Worker] = []
        self._all: set[_Worker] = set()
        self._quarantine = Quarantine()
        self._closing = asyncio.Lock()
        self._closed = False
        self.retired = 0  # workers that were lost and replaced, for health checks

    async def read(self, request: ReadRequest) -> Reading:
        """Return what the bytes say, or a ReadFailure; never raises for bad bytes. After `close`, a ReadFailure.

        A page that cost its worker is read once more, in the cheaper mode (`core.reading`) and with a third of the
        deadline. The kinds of failure: `deadline`, killed for taking too long; `crash`, the worker ended (a signal,
        memory) or could not start; `error`, the reader raised. `detail` tells of both tries. Cancelling kills the
        worker that is reading.
        """
        first, killed = await self._try(request)
        if not killed or request.cheap or self._closed:
            return first
        second, _ = await self._try(replace(request, cheap=True))
        if not isinstance(first, ReadFailure) or not isinstance(second, ReadFailure):
            return second
        return ReadFailure(first.kind, f"{first.detail}; cheaper mode: {second.detail}")

    def kills(self, host: str) -> int:
        """Return how many workers the pages of this host cost lately, less those read whole since; at most 5."""
        return self._quarantine.kills(host)

    async def close(self) -> None:
        """Kill every worker and wait until they are gone; readings under way end as failures."""
        async with self._closing:
            self._closed = True
            await asyncio.gather(*(worker.end() for worker in self._all))
            self._all.clear()
            self._idle.clear()
            for _ in range(self._count):  # workers that were starting are ended by those who started them
                await self._slots.acquire()
            for _ in range(self._count):
                self._slots.release()

    def pids(self) -> tuple[int, ...]:
        """Return the process ids of the workers alive, for health checks and tests."""
        return tuple(worker.process.pid for worker in self._all)

    async def _try(self, request: ReadRequest) -> tuple[Reading, bool]:
        """Return a reading when the request's turn has come, and whether it cost its worker."""
        host = _host(request.url)
        async with self._quarantine.turn(host), self._slots:
            try:
                worker = await self._take()
            except (OSError, WorkerLost, TimeoutError) as error:
                return ReadFailure("crash", f"no worker: {error or type(error).__name__}"), False
            reading = await self._ask(worker, request)
            killed = worker not in self._idle
            if killed:
                self._quarantine.killed(host)
            elif not request.cheap:
                self._quarantine.survived(host)
            return reading, killed

    async def _take(self) -> "_Worker":
        """Return an idle worker that is still alive, or a new one. Raises WorkerLost, OSError, TimeoutError."""
        while self._idle and not self._closed:
            worker = self._idle.pop()
            if worker.process.returncode is None:
                return worker
            await self._retire(worker, worker.ending())
        if self._closed:
            raise WorkerLost("the pool is closed")
        return await self._adopt(await _start(self._settings))

    async def _adopt(self, worker: "_Worker") -> "_Worker":
        """Count a new worker in, unless the pool was closed while it started. Raises WorkerLost then."""
        if self._closed:
            await worker.end()
            raise WorkerLost("the pool is closed")
        self._all.add(worker)
        return worker

    async def _ask(self, worker: "_Worker", request: ReadRequest) -> Reading:
        kept, patience = False, self._settings.patience(request)
        try:
            reading = await while_awake(worker.ask(request), patience)
            kept = not self._closed
            return reading
        except TimeoutError:
            return ReadFailure("deadline", f"not read within {patience:g} s")
        except WorkerLost as error:
            return ReadFailure("crash", str(error))
        finally:
            if kept:
                self._idle.append(worker)
            else:
                await self._retire(worker, request.url)

    async def _retire(self, worker: "_Worker", about: str) -> None:
        await worker.end()
        self._all.discard(worker)
        if not self._closed:
            self.retired += 1
            log.warning("worker.retired", pid=worker.process.pid, ending=worker.ending(), about=about)


class _Worker:
    """One process and the socket to it."""

    def __init__(
        self, process: asyncio.subprocess.Process, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.process = process
        self._reader = reader
        self._writer = writer

    async def ask(self, request: ReadRequest) -> Reading:
        """Send a request and return the answer. Raises WorkerLost when there is none or it is malformed."""
        try:
            self._writer.write(wire.pack_request(request))
            await self._writer.drain()
            return wire.unpack_reading(await self._frame())
        except wire.WireError as error:
            raise WorkerLost(f"malformed answer: {error}") from error
        except (OSError, asyncio.IncompleteReadError) as error:
            raise WorkerLost(await self._last_words()) from error

    async def ready(self) -> tuple[str, ...]:
        """Wait until the worker says that it is ready; return how it is confined. Raises WorkerLost."""
        try:
            return wire.unpack_ready(await self._frame())
        except (OSError, asyncio.IncompleteReadError, wire.WireError) as error:
            raise WorkerLost(await self._last_words()) from error

    async def end(self) -> None:
        """Kill the process, wait until it is gone, and close the socket."""
        with contextlib.suppress(ProcessLookupError):  # it was gone already
            self.process.kill()
        self._writer.close()
        with contextlib.suppress(OSError):  # what was not sent has no receiver
            await self._writer.wait_closed()
        await self.process.wait()

    def ending(self) -> str:
        """Say in words how the process ended."""
        code = self.process.returncode
        if code is None:
            return "alive"
        if code == OUT_OF_MEMORY:
            return "out of memory"
        return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"

    async def _frame(self) -> bytes:
        of_head, of_body = wire.lengths(await self._reader.readexactly(wire.HEAD.size), wire.LONGEST_ANSWER)
        if of_body:
            raise wire.WireError("an answer has no body")
        return await self._reader.readexactly(of_head)

    async def _last_words(self) -> str:
        with contextlib.suppress(TimeoutError):  # it hung up and lives on: it will be killed
            async with asyncio.timeout(_LAST_WORDS_S):
                await self.process.wait()
        return f"worker {self.ending()}"


def _host(url: str) -> str:
    """Return the host of an address; all that has none stands together."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


async def _start(settings: WorkerSettings) -> _Worker:
    """Start a worker and wait until it is ready. Raises OSError, WorkerLost, TimeoutError; leaves no process then."""
    ours, theirs = socket.socketpair()
    with theirs:
        try:
            process = await asyncio.create_subprocess_exec(
                *_command(settings),
                stdin=theirs.fileno(),
                stdout=asyncio.subprocess.DEVNULL,
                env=_environment(settings),
            )
        except BaseException:
            ours.close()
            raise
    reader, writer = await asyncio.open_connection(sock=ours)
    worker = _Worker(process, reader, writer)
    try:
        async with asyncio.timeout(_START_S):
            held = await worker.ready()
    except BaseException:
        await worker.end()
        raise
    log.debug("worker.started", pid=process.pid, confined=held)
    return worker


def _command(settings: WorkerSettings) -> tuple[str, ...]:
    limits = (str(os.getpid()), str(settings.memory_bytes), str(settings.deadline_s))
    return (sys.executable, "-P", "-s", "-m", "monitor.edges.worker", *limits)


def _environment(settings: WorkerSettings) -> dict[str, str]:
    """Return the worker's whole environment; it imports from where this process imports."""
    path = os.pathsep.join(os.path.abspath(place) for place in sys.path)
    return {**_ENVIRONMENT, **settings.environment, "PYTHONPATH": path}
