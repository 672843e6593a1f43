"""Get URLs from the network, safely: whatever a server does, the result is a value within bounds of time and memory."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from monitor.core.legs import permanent_url
from monitor.edges.connector import FewIdle, connector, tls_context, unverified_context
from monitor.edges.decoding import MAX_RATIO, BodyLimits
from monitor.edges.descriptors import is_lacking
from monitor.edges.exchange import Ask, Pace, exchange
from monitor.edges.guard import Guard, safe_url
from monitor.edges.headers import ACCEPT, ACCEPT_ENCODING, is_home, own_headers, secrets, validators
from monitor.edges.outcomes import NO_ANSWER, Answer, Judgement, blame, judge
from monitor.edges.peer import by_clock
from monitor.edges.proxies import Proxy, ProxyGuard, parse_proxy
from monitor.edges.redirects import Trail
from monitor.edges.resolver import Lookup, Lookups, system_lookup
from monitor.edges.sessions import MOST_IDLE, Sessions, Way
from monitor.interfaces import Admit, Clock, FetchRequest, FetchResult
from monitor.model import Outcome

# lexpress.fr sends more than 100 headers, and cookies of tens of kilobytes exist; aiohttp's defaults are 128 and 8 KiB.
_MAX_HEADERS = 300
_MAX_FIELD = 65_536
# Between two tries where this machine is out of descriptors; what a fetch may take bounds how many there are.
_LACKING_PAUSE_S = 0.5
# More would compete with the event loop for the interpreter; its pieces are taken in turn, whosever body they are of.
_DECODING_THREADS = 1


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
    max_ratio: float = MAX_RATIO
    max_redirects: int = 10
    resolve: tuple[tuple[str, str], ...] = ()
    allow_private: tuple[str, ...] = ()
    ca_file: str | None = None
    accept_encoding: str = ACCEPT_ENCODING


class HttpFetcher:
    """The Fetcher of the real network. Raises ConfigError for a policy that cannot be kept.

    `lookup` asks for the addresses of a name.
    """

    def __init__(self, policy: FetchPolicy, clock: Clock, lookup: Lookup = system_lookup) -> None:
        self._policy = policy
        self._clock = clock
        self._guard = Guard(policy.allow_private, policy.resolve)
        self._tls = tls_context(policy.ca_file)
        self._lookups = Lookups(lookup)
        self._sessions = Sessions(self._open)
        self._threads = ThreadPoolExecutor(_DECODING_THREADS, thread_name_prefix="decode")
        self._said = CIMultiDict(
            {"User-Agent": policy.user_agent, "Accept": ACCEPT, "Accept-Encoding": policy.accept_encoding}
        )

    async def fetch(self, request: FetchRequest, admit: Admit | None = None) -> FetchResult:
        """Return what came of the request; only cancellation is raised.

        `hops` keep all bytes received; `status`, `final_url` and the headers are those of the last response, if any
        came. `body` is whole with OK and with error pages, its head with TOO_LARGE (the first MiB of a coded one), else
        empty. `elapsed_s` is of real time.

        Validators go with every hop, since they came from the end of an earlier chain. The request's own headers, and
        leave not to verify certificates, end where the chain leaves its host: who sends us back there chooses what is
        asked of it.
        """
        trail = Trail(self._policy.max_redirects, admit)
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
            permanent_url=permanent_url(judgement.outcome, trail.hops, trail.redirect_url),
            redirect_url=trail.redirect_url,
        )

    async def close(self) -> None:
        """Release connections and threads."""
        await self._sessions.close()
        await self._lookups.close()
        self._threads.shutdown(wait=False)  # its pieces of work are short

    async def _outcome(self, request: FetchRequest, trail: Trail) -> tuple[Judgement, bytes]:
        try:
            answer = await self._walk(request, trail)
        except NO_ANSWER as error:
            return blame(error), b""
        judgement = judge(answer, conditional=bool(validators(request)), now=self._clock.now())
        return judgement, b"" if judgement.outcome is Outcome.PROTOCOL_ERROR else answer.decoded.body

    async def _walk(self, request: FetchRequest, trail: Trail) -> Answer:
        deadline = asyncio.get_running_loop().time() + self._policy.timeout_s
        pace = Pace(deadline, self._policy.min_rate, self._policy.grace_s)
        proxy = parse_proxy(request.proxy) if request.proxy is not None else None
        first = url = safe_url(request.url)
        at_home = True
        while True:
            at_home = at_home and is_home(first, url)
            answer = await self._step(request, url, proxy, at_home, pace)
            target = trail.next_url(answer.hop)
            if target is None:
                return answer
            url = target

    async def _step(self, request: FetchRequest, url: URL, proxy: Proxy | None, at_home: bool, pace: Pace) -> Answer:
        if proxy is not None:
            self._guard.refuse_private(url)  # whose address is not seen from here
        headers, secret = self._headers(request, at_home)
        ask = Ask(url, headers, secret, proxy, self._limits(request), self._clock.now(), request.sent)
        with self._sessions.using(Way(proxy, request.insecure_tls and at_home)) as session:
            if len(self._sessions) > MOST_IDLE:
                await self._sessions.trim()
            while True:
                try:
                    return await exchange(session, ask, pace, self._threads)
                except OSError as error:
                    if not is_lacking(error) or _is_nearly_over(pace):
                        raise
                if isinstance(session.connector, FewIdle):
                    session.connector.close_idle()
                await asyncio.sleep(_LACKING_PAUSE_S)  # others close theirs; the server has seen nothing of us

    def _headers(self, request: FetchRequest, at_home: bool) -> tuple[CIMultiDict[str], frozenset[bytes]]:
        headers = self._said.copy()
        headers.update(validators(request))
        if not at_home or not request.headers:
            return headers, frozenset()
        headers.update(own_headers(request))
        return headers, secrets(request)

    def _limits(self, request: FetchRequest) -> BodyLimits:
        raw, body = self._policy.max_raw_bytes, self._policy.max_body_bytes
        if request.max_bytes is not None:
            raw = body = request.max_bytes
        return BodyLimits(raw, body, self._policy.max_ratio)

    def _open(self, way: Way) -> aiohttp.ClientSession:
        guard = self._guard if way.proxy is None else ProxyGuard(way.proxy, self._policy.resolve)
        return aiohttp.ClientSession(
            connector=connector(guard, self._lookups, unverified_context() if way.insecure else self._tls),
            cookie_jar=aiohttp.DummyCookieJar(),  # the default jar grows as servers please
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._policy.connect_timeout_s),
            auto_decompress=False,  # a 1,617-byte brotli bomb took 2 GiB
            trust_env=False,  # a proxy of the environment would open the sockets, unguarded
            response_class=by_clock(self._clock),
            max_line_size=_MAX_FIELD,
            max_field_size=_MAX_FIELD,
            max_headers=_MAX_HEADERS,
        )


def _is_nearly_over(pace: Pace) -> bool:
    return asyncio.get_running_loop().time() + _LACKING_PAUSE_S >= pace.deadline
