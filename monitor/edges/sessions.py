"""Sessions: what shares connections. Each way to the network has its own, so that pooled connections never cross."""

from collections.abc import Callable
from dataclasses import dataclass

import aiohttp

from monitor.edges.connector import connector, tls_context
from monitor.edges.guard import Guard
from monitor.edges.proxies import Proxy
from monitor.edges.resolver import Lookups

# A session without connections is small, but every source may have a proxy of its own.
MOST_IDLE = 8


@dataclass(frozen=True, slots=True)
class Way:
    """A way to the network: directly or by a proxy, verifying certificates or not."""

    proxy: Proxy | None = None
    insecure: bool = False


class Lease:
    """A session, and how many use it: each in a `with` block of its own."""

    __slots__ = ("_session", "users")

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.users = 0
        self._session = session

    def __enter__(self) -> aiohttp.ClientSession:
        self.users += 1
        return self._session

    def __exit__(self, *error: object) -> None:
        self.users -= 1

    async def close(self) -> None:
        """Close the session, with its connections."""
        await self._session.close()


class Sessions:
    """The sessions in use and the last few used; `make` opens one and needs a running loop."""

    def __init__(self, make: Callable[[Way], aiohttp.ClientSession]) -> None:
        self._make = make
        self._open: dict[Way, Lease] = {}  # the last used last

    def using(self, way: Way) -> Lease:
        """Return the lease of a way's session, opened when there is none; to be entered before anything is awaited."""
        lease = self._open.pop(way, None) or Lease(self._make(way))
        self._open[way] = lease
        return lease

    async def trim(self) -> None:
        """Close the sessions longest unused, beyond a few."""
        idle = [way for way, lease in self._open.items() if not lease.users]
        for lease in [self._open.pop(way) for way in idle[:-MOST_IDLE]]:
            await lease.close()

    async def close(self) -> None:
        """Close all sessions, with the connections in use."""
        leases, self._open = list(self._open.values()), {}
        for lease in leases:
            await lease.close()

    def __len__(self) -> int:
        return len(self._open)


class GuardedSession:
    """The one session of a client that asks seldom; the guard watches where it leads, `ca_file` as in `tls_context`."""

    def __init__(self, guard: Guard, ca_file: str | None) -> None:
        self._guard = guard
        self._tls = tls_context(ca_file)
        self._lookups = Lookups()
        self._session: aiohttp.ClientSession | None = None

    def open(self) -> aiohttp.ClientSession:
        """Return the session, made at the first request since it belongs to the running loop."""
        if self._session is None:
            self._session = bare_session(connector(self._guard, self._lookups, self._tls))
        return self._session

    async def close(self) -> None:
        """Release connections, and give up names that are being looked up."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()
        await self._lookups.close()


def bare_session(sockets: aiohttp.TCPConnector) -> aiohttp.ClientSession:
    """Return a session without cookies, decompression and time limits: whoever asks times the whole."""
    return aiohttp.ClientSession(
        connector=sockets,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None),
        auto_decompress=False,  # a bomb stays as small as it came
        trust_env=False,  # a proxy would open the sockets, unguarded
    )
