"""What a fetch costs: memory of the process, and how long the event loop was kept from its work."""

import asyncio
import ctypes
import gc
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_STATUS = Path("/proc/self/status")
_EVERY_S = 0.002


def memory() -> int:
    """Return the bytes that this process holds in memory, or held at the most since `settle`."""
    fields = dict(line.split(":", 1) for line in _STATUS.read_text().splitlines())
    return 1024 * max(int(fields[name].split()[0]) for name in ("VmRSS", "VmHWM"))


def settle() -> None:
    """Give back what is free, so that one measurement does not stand on the rubble of another, and forget the peak.

    The kernel forgets it where it does that (proc(5): clear_refs); memory is given back where the C library can.
    """
    gc.collect()
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


@dataclass
class Cost:
    """The most memory in bytes above that of before, and the longest the loop was kept from its work.

    The latter in seconds of CPU time of the loop's thread between two heartbeats.
    """

    memory: int = 0
    lag: float = 0.0


@contextmanager
def _watching_memory(cost: Cost) -> Iterator[None]:
    done = threading.Event()

    def watch() -> None:
        while not done.wait(_EVERY_S):
            cost.memory = max(cost.memory, memory())

    settle()
    idle = memory()
    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    yield
    done.set()
    thread.join()
    cost.memory = max(cost.memory, memory()) - idle


@asynccontextmanager
async def costing() -> AsyncIterator[Cost]:
    """Measure what is done meanwhile. CPU time, since other processes of a busy machine do not add to it."""
    cost = Cost()

    async def beat() -> None:
        before = time.thread_time()
        while True:
            await asyncio.sleep(_EVERY_S)
            now = time.thread_time()
            cost.lag, before = max(cost.lag, now - before), now

    heart = asyncio.create_task(beat())
    with _watching_memory(cost):
        await asyncio.sleep(0)
        yield cost
        await asyncio.sleep(2 * _EVERY_S)
    heart.cancel()
