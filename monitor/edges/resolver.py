"""Names to addresses, within bounds: a name server that does not answer costs those who ask for its names only."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any
from weakref import WeakValueDictionary

from aiohttp.abc import AbstractResolver, ResolveResult

from monitor.edges.guard import AddrInfo, Guard

PATIENCE_S = 10.0
# getaddrinfo cannot be told to stop: a name whose servers are silent holds its thread for half a minute.
_MOST_THREADS = 128
# Of one zone, so that the made-up names of one domain with dead servers cannot hold all threads.
_MOST_IN_ZONE = 8
_MOST_ADDRESSES = 8  # of each family; a name can have thousands, and each would be tried

# Host, port and address family to addresses, as socket.getaddrinfo has it. Raises OSError.
Lookup = Callable[[str, int, int], Sequence[AddrInfo]]


def system_lookup(host: str, port: int, family: int) -> Sequence[AddrInfo]:
    """Ask the system. Raises OSError; blocks for as long as it pleases."""
    try:
        return socket.getaddrinfo(host, port, family, socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    except UnicodeError as error:  # a label of more than 63 letters
        raise OSError(f"not a name of the DNS: {error}") from error


class Lookups:
    """Look names up in threads, each for as long as it takes, and wait for an answer `patience_s` at most.

    Who asks for a name that is being looked up waits for the same answer. The threads are daemons, one for each
    lookup, since those of an executor are joined when the program ends.
    """

    def __init__(self, lookup: Lookup = system_lookup, patience_s: float = PATIENCE_S) -> None:
        self._lookup = lookup
        self._patience_s = patience_s
        self._running: dict[tuple[str, int, int], asyncio.Task[Sequence[AddrInfo]]] = {}
        self._free = asyncio.Semaphore(_MOST_THREADS)
        self._zones: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    async def find(self, host: str, port: int, family: int) -> Sequence[AddrInfo]:
        """Return the addresses of a name. Raises OSError, also when no answer comes in time."""
        key = (host, port, family)
        task = self._running.get(key)
        if task is None:
            task = self._running[key] = asyncio.create_task(self._find(*key))
            task.add_done_callback(partial(self._forget, key))
        try:
            async with asyncio.timeout(self._patience_s):
                return await asyncio.shield(task)
        except TimeoutError:
            raise OSError(f"no name server answered within {self._patience_s:g} s") from None

    async def close(self) -> None:
        """Give up what is being looked up, without waiting for name servers."""
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _find(self, host: str, port: int, family: int) -> Sequence[AddrInfo]:
        zone = self._zone(host)
        try:
            async with asyncio.timeout(self._patience_s) as queueing, zone, self._free:
                queueing.reschedule(None)  # what has begun may take its time: others may ask for the same name
                return await _in_thread(partial(self._lookup, host, port, family))
        except TimeoutError:
            raise OSError("too many names wait for name servers that do not answer") from None

    def _zone(self, host: str) -> asyncio.Semaphore:
        name = ".".join(host.rstrip(".").lower().rsplit(".", 2)[-2:])
        return self._zones.setdefault(name, asyncio.Semaphore(_MOST_IN_ZONE))

    def _forget(self, key: tuple[str, int, int], task: asyncio.Task[Sequence[AddrInfo]]) -> None:
        del self._running[key]
        if not task.cancelled():
            task.exception()  # seen: everybody who asked may have stopped waiting


class GuardedResolver(AbstractResolver):
    """Resolve names, by the guard's `resolve` first, and leave out what the guard does not permit."""

    def __init__(self, guard: Guard, lookups: Lookups) -> None:
        self._guard = guard
        self._lookups = lookups

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the permitted addresses. Raises RefusedError when there are none, and OSError."""
        if target := self._guard.resolved.get((host.rstrip(".").lower(), port)):
            return self._guard.permitted(host, [_answer(host, *target)])
        found = await self._lookups.find(host, port, family)
        return self._guard.permitted(host, [_answer(host, ip, port) for ip in _bounded(found)])

    async def close(self) -> None:
        """Do nothing: the lookups are the fetcher's."""


def _bounded(found: Iterable[AddrInfo]) -> list[str]:
    """Return the addresses in the order given, of each family the first few."""
    ips = [str(info[4][0]) for info in found]
    fit = {*[ip for ip in ips if ":" in ip][:_MOST_ADDRESSES], *[ip for ip in ips if ":" not in ip][:_MOST_ADDRESSES]}
    return [ip for ip in dict.fromkeys(ips) if ip in fit]


def _answer(host: str, ip: str, port: int) -> ResolveResult:
    family = socket.AF_INET6 if ":" in ip else socket.AF_INET
    return ResolveResult(hostname=host, host=ip, port=port, family=family, proto=0, flags=socket.AI_NUMERICHOST)


def _in_thread(call: Callable[[], Sequence[AddrInfo]]) -> "asyncio.Future[Sequence[AddrInfo]]":
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Sequence[AddrInfo]] = loop.create_future()

    def run() -> None:
        try:
            outcome = partial(_settle, future, call())
        except Exception as error:  # noqa: BLE001 - it is raised where the answer is awaited
            outcome = partial(_settle, future, error)
        _post(loop, outcome)

    threading.Thread(target=run, name="dns", daemon=True).start()
    return future


def _settle(future: "asyncio.Future[Any]", outcome: object) -> None:
    if future.done():
        return  # nobody waits any more
    if isinstance(outcome, Exception):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)


def _post(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    try:
        loop.call_soon_threadsafe(call)
    except RuntimeError:
        if not loop.is_closed():
            raise  # else the program has ended meanwhile, and nobody waits
