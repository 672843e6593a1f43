"""Proxies that the operator named for a source, and the way to them alone."""

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field

from aiohttp.abc import ResolveResult
from yarl import URL

from monitor.edges.guard import Guard, RefusedError


@dataclass(frozen=True, slots=True)
class Proxy:
    """Where a proxy is, without credentials, and what it is shown to let us through."""

    url: URL
    authorization: str | None = field(default=None, repr=False)

    @property
    def host(self) -> str:
        """Its name or address."""
        return self.url.raw_host or ""

    @property
    def port(self) -> int:
        """Its port, 80 when the URL has none."""
        return self.url.port or 80


def parse_proxy(text: str) -> Proxy:
    """Read `http://[user:password@]host[:port]`. Raises RefusedError, which does not repeat the text."""
    try:
        url = URL(text.strip())
        if url.scheme != "http" or not url.raw_host or url.port is None:
            raise ValueError
    except ValueError:
        raise RefusedError("the proxy is no http://host:port") from None
    return Proxy(URL.build(scheme="http", host=url.raw_host, port=url.port), _authorization(url))


def _authorization(url: URL) -> str | None:
    """Return the value of Proxy-Authorization (RFC 7617)."""
    if not url.user and not url.password:
        return None
    return "Basic " + b64encode(f"{url.user or ''}:{url.password or ''}".encode()).decode()


class ProxyGuard(Guard):
    """Permit the proxy's own address and no other: it may be private, since the operator named it."""

    def __init__(self, proxy: Proxy, resolve: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__((), resolve)
        self._proxy = proxy
        self._known = frozenset({(proxy.host, proxy.port)})

    def permits(self, ip: str, port: int) -> bool:
        """Say whether that is the proxy."""
        return (ip, port) in self._known

    def permitted(self, host: str, answers: list[ResolveResult]) -> list[ResolveResult]:
        """Return and remember the addresses of the proxy's name. Raises RefusedError for another name."""
        if host != self._proxy.host:
            raise RefusedError(f"{host} is not the proxy")
        self._known = frozenset((answer["host"], answer["port"]) for answer in answers)
        return answers
