"""One request and its response, received within bounds and kept as they crossed the wire."""

import asyncio
import math
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from monitor.edges.decoding import BodyLimits, codings_of
from monitor.edges.headers import kept
from monitor.edges.intake import Intake
from monitor.edges.outcomes import FAILURES, Answer
from monitor.edges.peer import SENT, PeerResponse, UnansweredError
from monitor.edges.proxies import Proxy
from monitor.edges.redirects import REDIRECTS
from monitor.interfaces import Hop, Sent

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


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked of whom: `secret` are the names, in lower case, of the headers that are masked in the evidence.

    At `started_at` it was decided to ask; names are found and connections made before the request goes out, which
    `sent` is told.
    """

    url: URL
    headers: CIMultiDict[str]
    secret: frozenset[bytes]
    proxy: Proxy | None
    limits: BodyLimits
    started_at: datetime
    sent: Sent | None = None


async def exchange(session: aiohttp.ClientSession, ask: Ask, pace: Pace, threads: Executor) -> Answer:
    """Get one URL, following nothing; long bodies are decoded in `threads`.

    Raises one of FAILURES when no head of a response came. A body that is cut by time, by a cap or by the other side
    is an Answer too, with what was received.
    """
    told = SENT.set(ask.sent)
    try:
        async with asyncio.timeout_at(pace.deadline):
            response = await (_send(session, ask) if ask.proxy is None else _send_by(ask.proxy, session, ask))
    except UnansweredError as error:
        raise error.reason from None
    finally:
        SENT.reset(told)
    assert isinstance(response, PeerResponse)  # the session makes no others
    try:
        return await _answer(response, ask, pace, threads)
    finally:
        response.close()  # back in the pool already when the body was read to its end


async def _send(session: aiohttp.ClientSession, ask: Ask) -> aiohttp.ClientResponse:
    return await session.get(ask.url, headers=ask.headers, allow_redirects=False)


async def _send_by(proxy: Proxy, session: aiohttp.ClientSession, ask: Ask) -> aiohttp.ClientResponse:
    """Send through a proxy; that it fails, or wants other credentials, is no answer of the server's."""
    headers, to_proxy = _proxy_headers(proxy, ask)
    try:
        response = await session.get(
            ask.url, headers=headers, allow_redirects=False, proxy=proxy.url, proxy_headers=to_proxy
        )
    except aiohttp.ClientHttpProxyError as error:
        raise OSError(f"the proxy answered {error.status} {error.message}") from error
    except (aiohttp.ClientProxyConnectionError, aiohttp.ClientConnectorDNSError) as error:
        raise OSError(f"the proxy cannot be reached: {error.os_error}") from error
    if response.status == 407:
        response.close()
        raise OSError(f"the proxy answered 407 {response.reason}")
    return response


def _proxy_headers(proxy: Proxy, ask: Ask) -> tuple[CIMultiDict[str], CIMultiDict[str]]:
    """Return what the request says, and what is said to the proxy alone where it makes a tunnel."""
    shown = {"Proxy-Authorization": proxy.authorization} if proxy.authorization else {}
    if ask.url.scheme == "https":
        return ask.headers, CIMultiDict({"User-Agent": ask.headers["User-Agent"], **shown})
    headers = ask.headers.copy()
    headers.update(shown)
    return headers, CIMultiDict()


async def _answer(response: PeerResponse, ask: Ask, pace: Pace, threads: Executor) -> Answer:
    codings, limits = codings_of(response.raw_headers), ask.limits
    if response.status in REDIRECTS:
        codings, limits = (), BodyLimits(_REDIRECT_BYTES, _REDIRECT_BYTES, limits.max_ratio)
        pace = Pace(pace.deadline, pace.min_rate, min(pace.grace_s, _REDIRECT_GRACE_S))
    intake = Intake(codings, limits, threads)
    await _receive(response.content, intake, pace)
    framed = _is_framed(response)
    if response.broken and not framed:
        intake.stop("disconnect", f"connection broke after {intake.size} bytes of a body without a length")
    raw, decoded = await intake.finish(framed)
    return Answer(_hop(response, ask, raw, intake.cut), decoded)


async def _receive(content: aiohttp.StreamReader, intake: Intake, pace: Pace) -> None:
    began = asyncio.get_running_loop().time()
    while intake.cut is None and not content.at_eof():
        await intake.take(await _next(content, intake, pace.until(began, intake.size)))


async def _next(content: aiohttp.StreamReader, intake: Intake, until: float) -> bytes:
    """Wait for more of a body until then. Decoding is not in this time: what has been received is worked off."""
    try:
        async with asyncio.timeout_at(until):
            return await content.readany()
    except TimeoutError:
        intake.stop("time", f"body came too slowly: {intake.size} bytes in the time given")
    except FAILURES:
        intake.stop("disconnect", f"connection ended after {intake.size} bytes of the body")
    return b""


def _hop(response: PeerResponse, ask: Ask, raw: bytes, cut: str | None) -> Hop:
    asked = response.request_info
    tunnelled = ask.proxy is None or ask.url.scheme == "https"
    target = ask.url.raw_path_qs if tunnelled else str(ask.url)
    return Hop(
        url=str(ask.url),
        started_at=response.asked_at or ask.started_at,
        request_line=f"{asked.method} {target} HTTP/1.1".encode(),
        request_headers=kept(asked.headers.items(), ask.secret),
        status_line=_status_line(response),
        status=response.status,
        headers=tuple(response.raw_headers),
        raw_body=raw,
        ip=response.peer if ask.proxy is None else None,  # of the proxy, which is not where the page came from
        truncated=cut,
    )


def _status_line(response: aiohttp.ClientResponse) -> bytes:
    version = response.version or aiohttp.HttpVersion11
    reason = (response.reason or "").encode("utf-8", "surrogateescape")
    return b"HTTP/%d.%d %03d %b" % (version.major, version.minor, response.status, reason)


def _is_framed(response: aiohttp.ClientResponse) -> bool:
    """Say whether the response tells where its body ends, other than by closing the connection (RFC 9112 6.3)."""
    names = {name.lower() for name, _ in response.raw_headers}
    return response.status in _BODILESS or bool(names & {b"content-length", b"transfer-encoding"})
