"""On what terms a URL is asked for: what the operator said of the source that led to it."""

from dataclasses import dataclass, replace

from monitor.core.urls import host_of
from monitor.interfaces import FetchRequest
from monitor.model import Source


@dataclass(frozen=True, slots=True)
class Terms:
    """How a source's operator wants it asked. `headers` are lines ("Name: value")."""

    headers: tuple[str, ...] = ()
    proxy: str | None = None
    insecure_tls: bool = False
    ignore_robots: bool = False

    def request(self, url: str, etag: str | None = None, last_modified: str | None = None) -> FetchRequest:
        """Return the request for a URL on these terms."""
        pairs = tuple(
            (name.strip(), value.strip()) for name, _, value in (line.partition(":") for line in self.headers)
        )
        return FetchRequest(
            url, etag, last_modified, headers=pairs, proxy=self.proxy, insecure_tls=self.insecure_tls
        )  # fmt: skip

    def at(self, url: str, home: str) -> "Terms":
        """Return what holds for a URL that was come to from `home`, for which the terms were given.

        Elsewhere only the way out holds: trust and secrets stay on their host.
        """
        return self if is_home(home, url) else replace(NO_TERMS, proxy=self.proxy)


NO_TERMS = Terms()


def terms_of(source: Source | None, url: str) -> Terms:
    """Return the terms for a URL that a source told of, or for its own: secrets stay on its host, and encrypted."""
    if source is None:
        return NO_TERMS
    terms = Terms(source.headers, source.proxy, source.insecure_tls, source.ignore_robots)
    return terms.at(url, source.url)


def is_home(home: str, url: str) -> bool:
    """Say whether a URL is on the same host, and no less private: the step to https is one, its reverse not."""
    return host_of(home) == host_of(url) and not (home.startswith("https:") and url.startswith("http:"))
