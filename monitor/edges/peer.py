"""Responses as aiohttp gives them, mended where it asks twice and where it leaves a reader of bodies alone."""

import asyncio
from contextvars import ContextVar
from datetime import datetime
from weakref import WeakSet

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection

from monitor.interfaces import Clock, Sent

# Parsed in one go. asyncio's 256 KiB hold 10,000 times "100 Continue", 80 ms of the loop; these take 20.
READ_BYTES = 65_536

_ANSWERED: WeakSet[ResponseHandler] = WeakSet()

# Who is told when the request that is being made here has gone out: aiohttp hands nothing through to a response.
SENT: ContextVar[Sent | None] = ContextVar("sent", default=None)


class UnansweredError(aiohttp.ClientError):
    """A connection ended before there was an answer, and why.

    aiohttp asks again at once when a connection ends, which is right for one that idled (RFC 9112 9.3.1), but is a
    second request, in nobody's books, to a server that hangs up on us. Who is told of each request that goes out makes
    it again, when it may: the server may have read the first.
    """

    def __init__(self, reason: aiohttp.ClientConnectionError) -> None:
        super().__init__(str(reason))
        self.reason = reason


class PeerResponse(aiohttp.ClientResponse):
    """A response that remembers whom it came from and when it was asked for, and that ends when its connection does.

    A short response has let go of its connection by the time it is seen. And aiohttp closes the connection at a
    broken chunk without telling the reader of the body, who would wait for more until the time is up.
    """

    peer: str | None = None
    clock: Clock | None = None  # by which it tells when it was asked for
    asked_at: datetime | None = None  # when the request had gone out
    _lost: "asyncio.Future[None] | None" = None

    @property
    def broken(self) -> bool:
        """Say whether the connection ended by a failure: a body without a length may have lost its end then."""
        lost = self._lost
        return lost is not None and lost.done() and not lost.cancelled() and lost.exception() is not None

    async def start(self, connection: Connection) -> "PeerResponse":
        """Read the head of the answer to a request that has just been written to an established connection.

        Raises UnansweredError besides what aiohttp raises.
        """
        protocol = connection.protocol
        assert protocol is not None  # until the response is released
        fresh = protocol not in _ANSWERED
        self._tell_sent(reused=not fresh)
        transport = connection.transport
        name = transport.get_extra_info("peername") if transport else None
        self.peer = str(name[0]) if name else None
        if transport is not None and hasattr(
            transport, "max_size"
        ):  # asyncio's: it reads 256 KiB at once, 10,000 times "100 Continue"
            transport.max_size = READ_BYTES
        self._watch(protocol, fresh)
        if not fresh and len(protocol):  # it came while nobody had asked: another answer than ours
            error = aiohttp.ServerDisconnectedError("the server answered before it was asked")
            raise UnansweredError(error) if _is_final(fresh) else error
        await self._answer(connection, fresh)
        _ANSWERED.add(protocol)
        if self._lost is not None and not self.content.is_eof():
            self._lost.add_done_callback(self._break_off)
        return self

    def _tell_sent(self, reused: bool) -> None:
        self.asked_at = self.clock.now() if self.clock is not None else None
        if (sent := SENT.get()) is not None:
            sent(reused)

    async def _answer(self, connection: Connection, fresh: bool) -> None:
        try:
            await super().start(connection)
        except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
            if _is_final(fresh):
                raise UnansweredError(error) from error
            raise

    def _watch(self, protocol: ResponseHandler, fresh: bool) -> None:
        self._lost = protocol.closed
        if fresh and self._lost is not None:
            self._lost.add_done_callback(_seen)

    def close(self) -> None:
        """Let go of the connection."""
        if self._lost is not None:
            self._lost.remove_done_callback(self._break_off)
        super().close()

    def _break_off(self, lost: "asyncio.Future[None]") -> None:
        reason = lost.exception() or "what came is not chunked as it should be"
        if not self.content.is_eof() and self.content.exception() is None:
            self.content.set_exception(aiohttp.ClientPayloadError(str(reason)))


def by_clock(clock: Clock) -> type[PeerResponse]:
    """Return the kind of response that tells by a clock when it was asked for."""
    return type("TimedResponse", (PeerResponse,), {"clock": clock})


def _is_final(fresh: bool) -> bool:
    """Say whether aiohttp is not to ask again."""
    return fresh or SENT.get() is not None


def _seen(lost: "asyncio.Future[None]") -> None:
    """Take the exception: a connection that breaks while it idles is nobody's concern."""
    if not lost.cancelled():
        lost.exception()
