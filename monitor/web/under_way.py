"""Work that a request started and that may outlast it: asking sites that answer slowly."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeVar

import structlog

from monitor.errors import TimeLimitError

log = structlog.get_logger(__name__)

AT_ONCE = 8  # the others wait for their turn
MOST = 200  # that go on or wait; each may take minutes, and none ends because nobody waits any more

T = TypeVar("T")
_LATER = "ask again in a minute"


class UnderWay:
    """What goes on. Whoever asks for the same waits for the same."""

    def __init__(self) -> None:
        self._tasks: dict[Hashable, asyncio.Task[Any]] = {}
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def join(self, key: Hashable, start: Callable[[], Awaitable[T]], wait_s: float) -> T | None:
        """Start something, or join it where it goes on; return what came of it, None when it takes longer than that.

        Raises what it raised, and TimeLimitError where too much goes on already. Once nobody waits, that is logged.
        """
        task = self._tasks.get(key)
        if task is None:
            if len(self._tasks) >= MOST:
                raise TimeLimitError("so many sites are being asked that this one would take too long", hint=_LATER)
            task = self._tasks[key] = asyncio.create_task(self._in_turn(start))
            task.add_done_callback(lambda _: self._tasks.pop(key, None))
        try:
            done, _ = await asyncio.wait({task}, timeout=wait_s)
        except asyncio.CancelledError:  # whoever asked is gone
            task.add_done_callback(_tell_failure)
            raise
        if done:
            came: T = task.result()
            return came
        task.add_done_callback(_tell_failure)
        return None

    async def _in_turn(self, start: Callable[[], Awaitable[T]]) -> T:
        async with self._turns:
            return await start()

    async def close(self) -> None:
        """End what goes on; what was recorded by then stays."""
        going = tuple(self._tasks.values())
        for task in going:
            task.cancel()
        await asyncio.gather(*going, return_exceptions=True)


def _tell_failure(task: asyncio.Task[Any]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("write.failed", error=str(error))
