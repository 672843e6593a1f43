"""By which names this server may be asked, and whether everybody who reaches it may read."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web

from monitor import Settings
from monitor.errors import ConfigError

# What a proxy says of whom it asks for. Whoever sends one of these does not sit at this machine.
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")
_OF_SCHEME = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Names:
    """Who we are to those who ask.

    `hosts` are the Host headers that are answered, `origins` the pages that may send a form. `is_open` says that only
    this machine can ask, and needs no token to read. `public` is the address others use (no slash at its end), or
    nothing.
    """

    hosts: frozenset[str]
    origins: frozenset[str]
    is_open: bool
    public: str = ""

    @property
    def is_secure(self) -> bool:
        """Return whether those who ask by the public address ask over TLS."""
        return self.public.startswith("https:")

    def base(self, request: web.Request) -> str:
        """Return the address that a request asked, without a slash at its end: what absolute links begin with."""
        if self.public and host_of(request) == urlsplit(self.public).netloc.lower():
            return self.public
        return f"{request.scheme}://{host_of(request)}"


NAMES = web.AppKey("names", Names)


def names_of(settings: Settings, listen: str) -> Names:
    """Return the names under which `listen` is asked. Raises ConfigError where nobody could ask, or not as told."""
    name, _, port = listen.rpartition(":")
    public = settings.web.public_url.rstrip("/")
    if urlsplit(public).path:
        raise ConfigError(
            f"web.public_url is {settings.web.public_url}: the pages need a name of their own, not a path below one",
            hint="let the proxy lead all of a name here, such as https://archive.example",
        )
    further = (*settings.web.hosts, *([urlsplit(public).netloc] if public else []))
    if _is_wildcard(name) and not further:
        raise ConfigError(
            f"web.listen is {listen}, and nothing says by which name it is asked",
            hint="name it in web.hosts, or in web.public_url",
        )
    hosts = frozenset(_spelt(listen, port, further))
    is_open = _is_loopback(name) and all(_is_loopback(urlsplit(f"//{one}").hostname or "") for one in further)
    return Names(hosts, frozenset(_origins(hosts, public)), is_open, public)


def reached_at(settings: Settings, listen: str) -> str:
    """Return the address that people can use, without a slash at its end: nobody can ask a wildcard such as 0.0.0.0."""
    if settings.web.public_url:
        return settings.web.public_url.rstrip("/")
    name, _, port = listen.rpartition(":")
    if not (_is_wildcard(name) and settings.web.hosts):
        return f"http://{listen}"
    first = settings.web.hosts[0]
    return f"http://{first}" if first.rpartition(":")[2].isdecimal() else f"http://{first}:{port}"


def _spelt(listen: str, port: str, further: tuple[str, ...]) -> Iterator[str]:
    here = [f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]")]
    for one in (listen, *here, *further):
        yield one.lower()
        yield one.lower().removesuffix(":80").removesuffix(":443")
        if one in further and not one.rpartition(":")[2].isdecimal():
            yield f"{one.lower()}:{port}"


def _origins(hosts: frozenset[str], public: str) -> Iterator[str]:
    """Yield the origins of our pages; a name that has a public address has no other beside it."""
    known = urlsplit(public).netloc.lower()
    for host in hosts:
        if host != known:
            yield from (f"{scheme}://{host}" for scheme in _OF_SCHEME)
    if public:
        yield public.lower()


def _is_wildcard(name: str) -> bool:
    return name in ("0.0.0.0", "[::]", "::")


def _is_loopback(name: str) -> bool:
    if name.lower() == "localhost":
        return True
    try:
        return ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def host_of(request: web.Request) -> str:
    """Return by which name we are asked: Host; nothing where the address asked for names somebody else.

    `GET http://other.example/ HTTP/1.1` is a request to other.example, whatever Host says (RFC 9112, 3.2.2).
    """
    said = request.headers.get("Host", "").lower()
    return said if request.host.lower() in (said, said.rpartition(":")[0].strip("[]")) else ""


def was_forwarded(request: web.Request) -> bool:
    """Return whether a proxy says that it asks for somebody else."""
    return any(name in request.headers for name in FORWARDED)


def client_of(request: web.Request) -> str:
    """Return whom a request comes from, as far as limits go: an address; of IPv6 the network (/64) it is in.

    Behind a proxy, which is on this machine and has been announced by web.public_url, that is the last address of
    X-Forwarded-For: the only one that the proxy wrote itself, the others are whatever its client sent.
    """
    remote = request.remote or ""
    if request.app[NAMES].public and _is_loopback(remote):
        said = request.headers.getall("X-Forwarded-For", [])
        remote = said[-1].rpartition(",")[2].strip() if said else remote
    return _network(remote)


def _network(address: str) -> str:
    try:
        found = ip_address(address.partition("%")[0].strip("[]"))
    except ValueError:
        return "unknown"
    if found.version == 6:
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return f"{found.exploded[:19]}::/64"
    return str(found)
