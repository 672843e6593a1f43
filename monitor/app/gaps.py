"""Between two requests to a host: turns, and gaps by a clock that nobody sets, so that setting one shortens none."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from monitor.interfaces import FetchResult
from monitor.model import Outcome

FEW = 1_000  # more are looked through now and then for those that are over
# How a request ends whose connection the server had ended while it idled; it may be made again (RFC 9112 9.3.1).
ENDED = frozenset({Outcome.CONNECT_ERROR, Outcome.TLS_ERROR, Outcome.PROTOCOL_ERROR})


class Turn:
    """A host's turn while one request has it: until that has gone out, or has come to nothing."""

    def __init__(self, turns: asyncio.Lock) -> None:
        self.sent_at: float | None = None  # when the request had gone out, in steady seconds
        self.reused = False  # on a connection that was used before
        self._turns: asyncio.Lock | None = turns  # which is held

    def pass_on(self) -> None:
        """Let the next request wait for its turn; more often than once is harmless."""
        if self._turns is not None:
            self._turns.release()
        self._turns = None

    def is_in_vain(self, result: FetchResult) -> bool:
        """Say whether a request may have failed for no other reason than that its connection had ended before."""
        return self.reused and not result.hops and result.outcome in ENDED


@asynccontextmanager
async def next_turn(turns: asyncio.Lock) -> AsyncIterator[Turn]:
    """Give the turn once those before have passed it on."""
    await turns.acquire()
    turn = Turn(turns)
    try:
        yield turn
    finally:
        turn.pass_on()


class Gaps:
    """When the gap of each host that was asked is over. They outlive the gates, which go with the leases.

    As many are remembered as were asked within the longest gap, or twice that.
    """

    def __init__(self, few: int = FEW) -> None:
        self._gaps: dict[str, tuple[float, float]] = {}  # when each began and ends
        self._few = self._most = few

    def __len__(self) -> int:
        return len(self._gaps)

    def keep(self, host: str, now: float, seconds: float) -> None:
        """Leave a host alone for so long from now, in steady seconds."""
        self._gaps[host] = now, now + max(seconds, self.left(host, now).total_seconds())
        if len(self._gaps) > self._most:
            self._gaps = {name: gap for name, gap in self._gaps.items() if gap[0] <= now < gap[1]}
            self._most = max(self._few, 2 * len(self._gaps))

    def left(self, host: str, now: float) -> timedelta:
        """Return how much is left of a host's gap: nothing of one that begins later, as simulated clocks may be set."""
        began, ends = self._gaps.get(host, (now, now))
        return timedelta(seconds=max(0.0, ends - now)) if began <= now else timedelta()
