"""Wait for so long as this process is awake: one that was frozen blames nobody for the time that it missed."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from monitor.edges.clock import steady

LOOK_S = 1.0  # between two looks at the clock

T = TypeVar("T")


async def while_awake(work: Coroutine[Any, Any, T], seconds: float) -> T:
    """Return what some work comes to; it is cancelled, and gone, where it takes longer than so many seconds.

    A process that was stopped, or whose machine slept or swapped, finds its timers over when it goes on, before it has
    read what came meanwhile. So of the time between two looks no more than a second is counted, and after such a gap
    there is one more look. Raises TimeoutError, and what the work raises.
    """
    task = asyncio.ensure_future(work)
    try:
        while seconds > 0:
            look, began = min(seconds, LOOK_S), steady()
            if (await asyncio.wait({task}, timeout=look))[0]:
                return task.result()
            seconds -= look
            if steady() - began > 2 * look:
                seconds = max(seconds, LOOK_S)
        raise TimeoutError
    finally:
        task.cancel()
        await asyncio.wait({task})
        if not task.cancelled():
            task.exception()  # which was told, or comes too late
