"""One request and its response, received within bounds and kept as they crossed the wire."""

import asyncio
import math
from dataclasses import dataclass
from datetime import datetime

import aiohttp
from aiohttp.connector import Connection
from multidict import CIMultiDict
from yarl import URL

from monitor.edges.decoding import BodyDecoder, BodyLimits, Decoded, Ending, codings_of
from monitor.edges.outcomes import FAILURES, Answer
from monitor.edges.redirects import REDIRECTS
from monitor.interfaces import Hop

# The body of a redirect is evidence and nothing else: a short note is kept, a long or slow one is cut.
_REDIRECT_BYTES = 65_536
_REDIRECT_GRACE_S = 5.0
_BODILESS = frozenset({204, 205, 304})


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a response may take: until `deadline` (loop time), and `min_rate` bytes/s once `grace_s` are over."""

    deadline: float
    min_rate: float
    grace_s: float

    def until(self, began: float, received: int) -> float:
        """Return the loop time by which more must have come, for a body begun then and received so far."""
        earned = received / self.min_rate if self.min_rate > 0 else math.inf
        return min(self.deadline, began + max(self.grace_s, earned))


class PeerResponse(aiohttp.ClientResponse):
    """A response that remembers whom it came from, and that ends when its connection does.

    A short response has let go of its connection by the time it is seen. And aiohttp closes the connection at a
    broken chunk without telling the reader of the body, who would wait for more until the time is up.
    """

    peer: str | None = None
    _lost: "asyncio.Future[None] | None" = None

    async def start(self, connection: Connection) -> "PeerResponse":
        """Read the head."""
        name = connection.transport.get_extra_info("peername") if connection.transport else None
        self.peer = str(name[0]) if name else None
        self._lost = connection.protocol.closed if connection.protocol is not None else None
        await super().start(connection)
        if self._lost is not None:
            self._lost.add_done_callback(self._break_off)
        return self

    def close(self) -> None:
        """Let go of the connection."""
        if self._lost is not None:
            self._lost.remove_done_callback(self._break_off)
        super().close()

    def _break_off(self, lost: "asyncio.Future[None]") -> None:
        reason = lost.exception() or "what came is not chunked as it should be"
        if not self.content.is_eof() and self.content.exception() is None:
            self.content.set_exception(aiohttp.ClientPayloadError(str(reason)))


class _Intake:
    """A body on its way in: the bytes as received up to the cap, decoded beside."""

    def __init__(self, decoder: BodyDecoder, max_raw: int) -> None:
        self.raw = bytearray()
        self.cut: str | None = None
        self.detail: str | None = None
        self._decoder = decoder
        self._max_raw = max_raw

    def take(self, chunk: bytes) -> None:
        kept = chunk[: self._max_raw - len(self.raw)]
        self.raw += kept
        self._decoder.feed(kept)
        if len(kept) < len(chunk):
            self.stop("length", f"body is larger than {self._max_raw} bytes")
        elif self._decoder.full:
            self.stop("length", None)

    def stop(self, cut: str, detail: str | None) -> None:
        if self.cut is None:
            self.cut, self.detail = cut, detail

    def decoded(self, framed: bool) -> Decoded:
        """Return the body; an empty one is whole when the framing says so, whatever its coding."""
        if self.cut is None and framed and not self.raw:
            return Decoded(b"", Ending.COMPLETE)
        whole = self._decoder.finish()
        if self.cut in ("time", "disconnect"):
            return Decoded(b"", whole.ending, self.detail)
        return Decoded(whole.body, whole.ending, self.detail or whole.detail)


async def exchange(
    session: aiohttp.ClientSession,
    url: URL,
    headers: CIMultiDict[str],
    limits: BodyLimits,
    pace: Pace,
    started_at: datetime,
) -> Answer:
    """Get one URL, following nothing. Raises one of FAILURES when no head of a response came.

    A body that is cut by time, by a cap or by the other side is an Answer too, with what was received.
    """
    async with asyncio.timeout_at(pace.deadline):
        response = await session.get(url, headers=headers, allow_redirects=False)
    assert isinstance(response, PeerResponse)  # the session makes no others
    try:
        return await _answer(response, limits, pace, started_at)
    finally:
        response.close()  # back in the pool already when the body was read to its end


async def _answer(response: PeerResponse, limits: BodyLimits, pace: Pace, started_at: datetime) -> Answer:
    codings = codings_of(response.raw_headers)
    if response.status in REDIRECTS:
        codings, limits = (), BodyLimits(_REDIRECT_BYTES, _REDIRECT_BYTES, limits.max_ratio)
        pace = Pace(pace.deadline, pace.min_rate, min(pace.grace_s, _REDIRECT_GRACE_S))
    intake = _Intake(BodyDecoder(codings, limits), limits.max_raw)
    await _receive(response.content, intake, pace)
    return Answer(_hop(response, intake, started_at), intake.decoded(_is_framed(response)))


async def _receive(content: aiohttp.StreamReader, intake: _Intake, pace: Pace) -> None:
    began = asyncio.get_running_loop().time()
    try:
        async with asyncio.timeout_at(pace.until(began, 0)) as limit:
            while intake.cut is None and (chunk := await content.readany()):
                intake.take(chunk)
                limit.reschedule(pace.until(began, len(intake.raw)))
    except TimeoutError:
        intake.stop("time", f"body came too slowly: {len(intake.raw)} bytes in the time given")
    except FAILURES:
        intake.stop("disconnect", f"connection ended after {len(intake.raw)} bytes of the body")


def _hop(response: PeerResponse, intake: _Intake, started_at: datetime) -> Hop:
    asked = response.request_info
    return Hop(
        url=str(response.url),
        started_at=started_at,
        request_line=f"{asked.method} {asked.url.raw_path_qs} HTTP/1.1".encode(),
        request_headers=tuple((name.encode(), value.encode()) for name, value in asked.headers.items()),
        status_line=_status_line(response),
        status=response.status,
        headers=tuple(response.raw_headers),
        raw_body=bytes(intake.raw),
        ip=response.peer,
        truncated=intake.cut,
    )


def _status_line(response: aiohttp.ClientResponse) -> bytes:
    version = response.version or aiohttp.HttpVersion11
    reason = (response.reason or "").encode("utf-8", "surrogateescape")
    return b"HTTP/%d.%d %03d %b" % (version.major, version.minor, response.status, reason)


def _is_framed(response: aiohttp.ClientResponse) -> bool:
    """Say whether the response tells where its body ends, other than by closing the connection (RFC 9112 6.3)."""
    names = {name.lower() for name, _ in response.raw_headers}
    return response.status in _BODILESS or bool(names & {b"content-length", b"transfer-encoding"})
