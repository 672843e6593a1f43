"""Get URLs from the network, safely: whatever a server does, the result is a value within bounds of time and memory."""

import asyncio
import re
import time
from dataclasses import dataclass

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from monitor.core.outcomes import SUCCESSES
from monitor.edges.connector import GuardedResolver, connector, tls_context
from monitor.edges.decoding import BodyLimits
from monitor.edges.exchange import Pace, PeerResponse, exchange
from monitor.edges.guard import Guard, RefusedError, safe_url
from monitor.edges.outcomes import NO_ANSWER, Answer, Judgement, blame, judge
from monitor.edges.redirects import Trail
from monitor.interfaces import Clock, FetchRequest, FetchResult

ACCEPT = (
    "text/html,application/xhtml+xml,application/rss+xml,application/atom+xml,application/feed+json,"
    "application/xml;q=0.9,*/*;q=0.8"
)
ACCEPT_ENCODING = "gzip, deflate, br, zstd"
# lexpress.fr sends more than 100 headers, and cookies of tens of kilobytes exist; aiohttp's defaults are 128 and 8 KiB.
_MAX_HEADERS = 300
_MAX_FIELD = 65_536
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110 5.6.2
_VALUE = re.compile(r"[^\x00-\x08\x0a-\x1f\x7f]*")
_REPLAYABLE = re.compile(r"[\x20-\x7e]{1,1024}")


@dataclass(frozen=True, slots=True)
class FetchPolicy:
    """What a fetch may cost and reach. Times in seconds, sizes in bytes.

    `timeout_s` bounds a whole fetch, redirects and body included; `min_rate` bytes a second are asked of a body once
    `grace_s` have passed. `max_raw_bytes` counts a body as received, `max_body_bytes` decoded, `max_ratio` is the
    second by the first. `resolve` pairs `host:port` with the `ip:port` to go to instead; `allow_private` are ranges
    of addresses that are reached although they are not public. `ca_file` adds certificates to the system's.
    """

    user_agent: str
    timeout_s: float = 60.0
    connect_timeout_s: float = 20.0
    min_rate: float = 512.0
    grace_s: float = 20.0
    max_raw_bytes: int = 20_971_520
    max_body_bytes: int = 52_428_800  # as much as a sitemap may have (sitemaps.org)
    max_ratio: float = 200.0
    max_redirects: int = 10
    resolve: tuple[tuple[str, str], ...] = ()
    allow_private: tuple[str, ...] = ()
    ca_file: str | None = None
    insecure_tls: bool = False


class HttpFetcher:
    """The Fetcher of the real network. Raises ConfigError for a policy that cannot be kept."""

    def __init__(self, policy: FetchPolicy, clock: Clock) -> None:
        self._policy = policy
        self._clock = clock
        self._guard = Guard(policy.allow_private, policy.resolve)
        self._tls = tls_context(policy.ca_file, policy.insecure_tls)
        self._session: aiohttp.ClientSession | None = None
        self._resolver = GuardedResolver(self._guard)

    async def fetch(self, request: FetchRequest) -> FetchResult:
        """Return what came of the request; only cancellation is raised.

        `hops` keep all bytes received; `status`, `final_url` and the headers are those of the last response, if any
        came. `body` is whole with OK and with error pages, the first bytes up to the cap with TOO_LARGE, else empty.
        `elapsed_s` is of real time. Validators go with every hop, since they came from the end of an earlier chain;
        the request's own headers stay with its host.
        """
        trail = Trail(self._policy.max_redirects)
        started_at, began = self._clock.now(), time.monotonic()
        judgement, body = await self._outcome(request, trail)
        last = trail.hops[-1] if trail.hops else None
        return FetchResult(
            request=request,
            outcome=judgement.outcome,
            started_at=started_at,
            elapsed_s=time.monotonic() - began,
            hops=tuple(trail.hops),
            final_url=last.url if last else None,
            status=last.status if last else None,
            body=body,
            detail=judgement.detail,
            retry_after=judgement.retry_after,
            permanent_url=trail.permanent_url() if judgement.outcome in SUCCESSES else None,
        )

    async def close(self) -> None:
        """Release connections and the threads that resolve names."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()
        await self._resolver.close()

    async def _outcome(self, request: FetchRequest, trail: Trail) -> tuple[Judgement, bytes]:
        try:
            answer = await self._walk(request, trail)
        except NO_ANSWER as error:
            return blame(error), b""
        conditional = bool(_validators(request))
        return judge(answer, conditional=conditional, now=self._clock.now()), answer.decoded.body

    async def _walk(self, request: FetchRequest, trail: Trail) -> Answer:
        deadline = asyncio.get_running_loop().time() + self._policy.timeout_s
        pace = Pace(deadline, self._policy.min_rate, self._policy.grace_s)
        first = url = safe_url(request.url)
        while True:
            headers = self._headers(request, _is_home(first, url))
            answer = await exchange(self._open(), url, headers, self._limits(request), pace, self._clock.now())
            target = trail.next_url(answer.hop)
            if target is None:
                return answer
            url = target

    def _headers(self, request: FetchRequest, at_home: bool) -> CIMultiDict[str]:
        headers = CIMultiDict(
            {"User-Agent": self._policy.user_agent, "Accept": ACCEPT, "Accept-Encoding": ACCEPT_ENCODING}
        )
        headers.update(_validators(request))
        if at_home:
            headers.update(_own_headers(request))
        return headers

    def _limits(self, request: FetchRequest) -> BodyLimits:
        raw, body = self._policy.max_raw_bytes, self._policy.max_body_bytes
        if request.max_bytes is not None:
            raw = body = request.max_bytes
        return BodyLimits(raw, body, self._policy.max_ratio)

    def _open(self) -> aiohttp.ClientSession:
        """Return the session, made at the first fetch since it belongs to the running loop."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=connector(self._guard, self._resolver, self._tls),
                cookie_jar=aiohttp.DummyCookieJar(),  # the default jar grows as servers please
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._policy.connect_timeout_s),
                auto_decompress=False,  # a 1,617-byte brotli bomb took 2 GiB
                trust_env=False,  # a proxy would open the sockets, unguarded
                response_class=PeerResponse,
                max_line_size=_MAX_FIELD,
                max_field_size=_MAX_FIELD,
                max_headers=_MAX_HEADERS,
            )
        return self._session


def _validators(request: FetchRequest) -> dict[str, str]:
    """Return the conditional headers. What is not visible ASCII is left out: some servers choke on their own."""
    given = {"If-None-Match": request.etag, "If-Modified-Since": request.last_modified}
    return {name: value for name, value in given.items() if value and _REPLAYABLE.fullmatch(value)}


def _own_headers(request: FetchRequest) -> CIMultiDict[str]:
    """Return the request's own headers. Raises RefusedError for one that could not be sent as one header."""
    for name, value in request.headers:
        if not _TOKEN.fullmatch(name) or not _VALUE.fullmatch(value):
            raise RefusedError(f"header {name!r} cannot be sent")
    return CIMultiDict(request.headers)


def _is_home(first: URL, url: URL) -> bool:
    """Say whether a URL is still at the host asked, and no less private: the step to https is one, its reverse not."""
    if url.raw_host != first.raw_host or (first.scheme, url.scheme) == ("https", "http"):
        return False
    return url.port == first.port or (first.port, url.port) == (80, 443)
