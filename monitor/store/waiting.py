"""The line before a door to the database: how long it is, how long its oldest has waited, and that it has an end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from threading import Lock
from time import monotonic
from typing import NamedTuple
from weakref import WeakKeyDictionary

MOST = 512  # jobs that a door is handed at a time; 16 hosts of 4 requests each need 64


class Load(NamedTuple):
    """How many jobs wait for a door or are at it, and for how many seconds the oldest of them has."""

    waiting: int
    oldest_s: float


class Line:
    """Places before a door, `most` for each event loop; who finds none waits outside, where it holds nothing."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._places: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()
        self._lock = Lock()  # loops of several threads may share a database
        self._since: dict[int, float] = {}  # by number, the oldest first
        self._numbers = count()

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Wait for a place and hold it."""
        number = self._arrive()
        try:
            async with self._of_this_loop():
                yield
        finally:
            with self._lock:
                del self._since[number]

    def load(self) -> Load:
        """Return how long the line is now, those outside included."""
        with self._lock:
            oldest = next(iter(self._since.values()), None)
            return Load(len(self._since), 0.0 if oldest is None else monotonic() - oldest)

    def _arrive(self) -> int:
        with self._lock:
            number = next(self._numbers)
            self._since[number] = monotonic()
            return number

    def _of_this_loop(self) -> asyncio.Semaphore:
        loop = asyncio.get_running_loop()
        places = self._places.get(loop)
        if places is None:
            places = self._places[loop] = asyncio.Semaphore(self._most)
        return places
