"""Names to addresses to connections: one connector per policy, with a resolver of its own."""

import asyncio
import socket
import ssl
from concurrent.futures import ThreadPoolExecutor

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from monitor.edges.guard import Guard
from monitor.errors import ConfigError

# A name server that does not answer holds a thread for half a minute; the default executor has six on two cores,
# and six such names stopped all lookups and all to_thread work.
_DNS_THREADS = 32
_DNS_TTL_S = 60
_KEEPALIVE_S = 15.0


class GuardedResolver(AbstractResolver):
    """Resolve names in threads of its own, by `resolve` first, and leave out what the guard does not permit."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._threads = ThreadPoolExecutor(_DNS_THREADS, thread_name_prefix="dns")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the permitted addresses. Raises RefusedError when there are none, and OSError."""
        if target := self._guard.resolved.get((host.rstrip(".").lower(), port)):
            return [_answer(host, *target)]
        loop = asyncio.get_running_loop()
        flags = socket.AI_ADDRCONFIG
        found = await loop.run_in_executor(
            self._threads, lambda: socket.getaddrinfo(host, port, family, socket.SOCK_STREAM, flags=flags)
        )
        return self._guard.permitted(host, [_answer(host, str(info[4][0]), port) for info in found])

    async def close(self) -> None:
        """Let go of the threads, without waiting for name servers."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _answer(host: str, ip: str, port: int) -> ResolveResult:
    family = socket.AF_INET6 if ":" in ip else socket.AF_INET
    return ResolveResult(hostname=host, host=ip, port=port, family=family, proto=0, flags=socket.AI_NUMERICHOST)


def connector(guard: Guard, resolver: GuardedResolver, context: ssl.SSLContext) -> aiohttp.TCPConnector:
    """Return a connector that asks the guard for every socket. Needs a running loop; does not own the resolver.

    It must not be shared between policies, since a pooled connection is not checked again. How many connections
    there are at a time is the caller's business.
    """
    return aiohttp.TCPConnector(
        resolver=resolver,
        socket_factory=guard.socket_factory,
        ssl=context,
        limit=0,
        ttl_dns_cache=_DNS_TTL_S,
        keepalive_timeout=_KEEPALIVE_S,
    )


def tls_context(ca_file: str | None, insecure: bool) -> ssl.SSLContext:
    """Return how servers are verified: by the system's authorities and those in `ca_file`, or not at all.

    Raises ConfigError when the file cannot be used.
    """
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    if ca_file is not None:
        _add_authorities(context, ca_file)
    if insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _add_authorities(context: ssl.SSLContext, ca_file: str) -> None:
    try:
        context.load_verify_locations(cafile=ca_file)
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(
            f"{ca_file} holds no certificates: {error}", hint="it must be a file of PEM certificates"
        ) from error
