"""An event loop in a thread of its own, for programs that do not await."""

import asyncio
import os
import threading
from collections.abc import Coroutine
from concurrent.futures import CancelledError, Future
from typing import Any, TypeVar

from monitor.errors import DatabaseError

T = TypeVar("T")


class LoopThread:
    """An event loop that runs in a thread until it is stopped."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._pid = os.getpid()
        self._door = threading.Lock()
        self._stopped = False
        self._thread = threading.Thread(target=self._turn, name="archive", daemon=True)
        self._thread.start()

    def _turn(self) -> None:
        self._loop.run_forever()
        left = asyncio.all_tasks(self._loop)  # what other threads asked as it was closed
        for task in left:
            task.cancel()
        self._loop.run_until_complete(_ended(left))
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    @property
    def is_here(self) -> bool:
        """Say whether it runs in this process; a process that was forked has only the thread that forked it."""
        return os.getpid() == self._pid

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what a coroutine returns; an interruption (Ctrl-C) ends it as well.

        Raises DatabaseError once it was stopped, in a process that was forked, and from its own thread, which would
        wait for itself.
        """
        future = self._begun(work)
        try:
            return future.result()
        except CancelledError as error:
            raise _closed() from error
        except BaseException:
            future.cancel()
            raise

    def _begun(self, work: Coroutine[Any, Any, T]) -> "Future[T]":
        try:
            if not self.is_here:
                raise DatabaseError("the archive was opened by another process", hint="open it in this one")
            if threading.current_thread() is self._thread:
                raise DatabaseError("the archive cannot be asked from its own thread")
            with self._door:  # what came through before the stop is a task by then, and is ended
                if self._stopped:
                    raise _closed()
                return asyncio.run_coroutine_threadsafe(work, self._loop)
        except DatabaseError:
            work.close()
            raise

    def stop(self) -> None:
        """Stop the loop, and wait for its end."""
        with self._door:
            first, self._stopped = not self._stopped, True
        if first:
            self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()


async def _ended(tasks: "set[asyncio.Task[Any]]") -> None:
    await asyncio.gather(*tasks, return_exceptions=True)


def _closed() -> DatabaseError:
    return DatabaseError("the archive is closed")
