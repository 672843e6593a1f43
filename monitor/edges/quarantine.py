"""Keep hosts whose pages kill workers from taking all of them: together they get one worker at a time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_MOST_HOSTS = 1_000  # remembered; beyond it, the one that killed longest ago is forgotten
_MOST_KILLS = 5  # counted; a host that got better is trusted again after as many readings


class Quarantine:
    """Remember which hosts killed workers, until as many of their pages were read whole. Belongs to one event loop."""

    def __init__(self) -> None:
        self._kills: dict[str, int] = {}
        self._dock = asyncio.Lock()

    def kills(self, host: str) -> int:
        """Return how many kills of this host are not made good yet, at most 5."""
        return self._kills.get(host, 0)

    def killed(self, host: str) -> None:
        """Count a kill."""
        self._kills[host] = min(self._kills.pop(host, 0) + 1, _MOST_KILLS)
        while len(self._kills) > _MOST_HOSTS:
            del self._kills[next(iter(self._kills))]

    def survived(self, host: str) -> None:
        """Count a page that was read whole."""
        if (left := self._kills.get(host, 0) - 1) > 0:
            self._kills[host] = left
        else:
            self._kills.pop(host, None)

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait, when the host has kills, until no other host that has is being read."""
        if self.kills(host):
            async with self._dock:
                yield
        else:
            yield
