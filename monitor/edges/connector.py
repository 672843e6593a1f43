"""Sockets: one connector per policy, which asks the guard for every one, and how servers are verified."""

import ssl
from functools import cache
from typing import Any

import aiohttp

from monitor.edges.descriptors import IDLE
from monitor.edges.guard import Guard
from monitor.edges.resolver import GuardedResolver, Lookups
from monitor.errors import ConfigError

_DNS_TTL_S = 60
# Longer than the usual gap, and no longer: a sweep of 3,000 hosts held as many sockets open at 15 s.
_KEEPALIVE_S = 4.0


def connector(guard: Guard, lookups: Lookups, context: ssl.SSLContext) -> aiohttp.TCPConnector:
    """Return a connector that asks the guard for every socket. Needs a running loop; does not own the lookups.

    It must not be shared between policies, since a pooled connection is not checked again. How many connections
    there are at a time is the caller's business. Of IPv6 and IPv4 the second is tried when the first has not answered
    in 250 ms (RFC 8305 5).
    """
    return FewIdle(
        resolver=GuardedResolver(guard, lookups),
        socket_factory=guard.socket_factory,
        ssl=context,
        limit=0,
        ttl_dns_cache=_DNS_TTL_S,
        keepalive_timeout=_KEEPALIVE_S,
        happy_eyeballs_delay=0.25,
    )


class FewIdle(aiohttp.TCPConnector):
    """A connector that keeps few connections for later: its own `limit` counts those in use only.

    Otherwise as many stay open as were used in the last seconds, which a sweep of many hosts makes thousands of.
    """

    def _release(self, key: Any, protocol: Any, *, should_close: bool = False) -> None:
        full = sum(map(len, self._conns.values())) >= IDLE
        super()._release(key, protocol, should_close=should_close or full)

    def close_idle(self) -> None:
        """Close the connections that are kept for later: somebody needs their descriptors now."""
        for kept in self._conns.values():
            for protocol, _ in kept:
                protocol.close()
        self._conns.clear()


def tls_context(ca_file: str | None) -> ssl.SSLContext:
    """Return how servers are verified: by the system's authorities and those in `ca_file`.

    Raises ConfigError when the file cannot be used.
    """
    if ca_file is None:
        return _system_context()
    context = _verifying()
    _add_authorities(context, ca_file)
    return context


@cache
def _system_context() -> ssl.SSLContext:
    """Return the one context of all who trust the system alone: reading its authorities takes 30 ms."""
    return _verifying()


def _verifying() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


def unverified_context() -> ssl.SSLContext:
    """Return how servers are not verified: any certificate will do, or one for another name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(["http/1.1"])
    return context


def _add_authorities(context: ssl.SSLContext, ca_file: str) -> None:
    try:
        context.load_verify_locations(cafile=ca_file)
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(
            f"{ca_file} holds no certificates: {error}", hint="it must be a file of PEM certificates"
        ) from error
