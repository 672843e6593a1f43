"""What may be asked for, and which addresses may be connected to; the many spellings are in tests/edges/ssrf."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp.abc import ResolveResult

from monitor.edges.clock import SystemClock
from monitor.edges.fetcher import FetchPolicy, HttpFetcher
from monitor.edges.guard import Guard, RefusedError, endpoint, safe_url
from monitor.errors import ConfigError
from monitor.interfaces import FetchRequest
from monitor.model import Outcome
from tests.edges.loopback import Loopback, saying, serving, whole


@asynccontextmanager
async def fetcher(**policy: object) -> AsyncIterator[HttpFetcher]:
    made = HttpFetcher(FetchPolicy("test", timeout_s=5.0, **policy), SystemClock())  # type: ignore[arg-type]
    try:
        yield made
    finally:
        await made.close()


@asynccontextmanager
async def our_own() -> AsyncIterator[Loopback]:
    """Run the server that must not be reached, at every IPv4 address of the machine."""
    async with serving(saying(whole(b"secret")), host="0.0.0.0") as server:
        yield server


async def test_a_range_that_is_allowed_is_reached() -> None:
    """Who watches a site of their own network says so, and only that range opens."""
    async with our_own() as server:
        async with fetcher(allow_private=("127.0.0.2/32",)) as http:
            there = await http.fetch(FetchRequest(f"http://127.0.0.2:{server.port}/"))
            elsewhere = await http.fetch(FetchRequest(f"http://127.0.0.1:{server.port}/"))
        assert (there.outcome, elsewhere.outcome) == (Outcome.OK, Outcome.REFUSED)
        assert server.connections == 1


async def test_resolve_opens_one_place_only() -> None:
    """`resolve` sends a name to an address and port, which opens these, and no other port of that address."""
    async with our_own() as meant, our_own() as other:
        async with fetcher(resolve=(("news.test:80", f"127.0.0.1:{meant.port}"),)) as http:
            assert (await http.fetch(FetchRequest("http://NEWS.test/"))).outcome is Outcome.OK
            refused = await http.fetch(FetchRequest(f"http://127.0.0.1:{other.port}/"))
        assert refused.outcome is Outcome.REFUSED
        assert other.connections == 0
        assert meant.sent("host") == ["news.test"]


def answer(ip: str) -> ResolveResult:
    return ResolveResult(hostname="news.test", host=ip, port=80, family=socket.AF_INET, proto=0, flags=0)


def test_private_answers_are_left_out() -> None:
    """Of the addresses of a name only public ones are used; with none left the name is refused by name."""
    guard = Guard()
    public, private = answer("1.1.1.1"), answer("10.0.0.1")
    assert guard.permitted("news.test", [private, public]) == [public]
    with pytest.raises(RefusedError, match=r"news\.test resolves to 10\.0\.0\.1"):
        guard.permitted("news.test", [private])
    assert guard.permitted("news.test", []) == []


def test_the_socket_is_the_last_check() -> None:
    """Whatever came before, no socket is made for an address that is not permitted."""
    guard = Guard(allow_private=("10.0.0.0/8",))
    kind = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
    with pytest.raises(RefusedError, match=r"127\.0\.0\.1"):
        guard.socket_factory((*kind, ("127.0.0.1", 80)))
    for ip in ("1.1.1.1", "10.1.1.1"):
        guard.socket_factory((*kind, (ip, 80))).close()


@pytest.mark.parametrize(
    ("given", "requested"),
    [
        ("HTTPS://News.Example:443/a#part", "https://news.example/a"),
        ("http://news.example", "http://news.example/"),
        ("http://user:secret@news.example/a", "http://news.example/a"),
        ("http://news.example:8080/a", "http://news.example:8080/a"),
        ("http://news.example:443/", "http://news.example:443/"),
        ("http://exämple.org/ä ö?q=ä", "http://xn--exmple-cua.org/%C3%A4%20%C3%B6?q=%C3%A4"),
        ("http://نص.example/خبر", "http://xn--0gb7a.example/%D8%AE%D8%A8%D8%B1"),
        ("http://news.example/a%2Fb%7e%C3%A4?x=%2C&y=a+b;c", "http://news.example/a%2Fb%7e%C3%A4?x=%2C&y=a+b;c"),
        ("http://news.example/100%?q=5%", "http://news.example/100%?q=5%"),
        ("http://news.example/a?b=c?d", "http://news.example/a?b=c?d"),
        ("  http://news.example/a\n", "http://news.example/a"),
        ("http://[2606:4700::1111]/", "http://[2606:4700::1111]/"),
        ("http://[2606:4700:0:0::1111]:8080/", "http://[2606:4700::1111]:8080/"),
        ("http://1.1.1.1./", "http://1.1.1.1/"),
        ("http://①.1.1.1/", "http://1.1.1.1/"),
        ("http://1.1.1.news.example/", "http://1.1.1.news.example/"),
        ("http://under_score.example/", "http://under_score.example/"),
        ('http://news.example/"<x>"', "http://news.example/%22%3Cx%3E%22"),
    ],
)
def test_urls_are_sent_as_they_are(given: str, requested: str) -> None:
    """Only what cannot stand in a request is encoded: signed addresses die of more."""
    assert str(safe_url(given)) == requested


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "news.example/a", "/a", "mailto:desk@news.example", "http://", "http:///a", "http://[::1",
        "http://a b/", "http://news.example:22/", "http://news.example:25/", "http://news.example:0/",
        "http://news.example:65536/", "http://news.example:6667/", "http://news.example:81/",
        "http://news.example:x/", "http://" + "a" * 300 + "/",
        "http://127.1/", "http://2130706433/", "http://0x7f.0.0.1/", "http://010.0.0.1/", "http://1.1.1.256/",
        "http://news.0x1f/", "http://1.2.3.4.5/", "http://[fe80::1%25eth0]/", "http://[::1%lo]/",
        "http://news.example/" + "a" * 9000, "http://-/", "http://news..example\x00/", "http://%41/",
    ],
)  # fmt: skip
def test_urls_that_are_none_are_refused(text: str) -> None:
    """Other schemes, other protocols' ports, no host and no end are refused with a reason."""
    with pytest.raises(RefusedError) as caught:
        safe_url(text)
    assert caught.value.reason


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://[::1]/", "http://[::ffff:10.0.0.1]/", "http://169.254.169.254/", "http://localhost/",
        "http://LOCALHOST./", "http://a.localhost/", "http://printer.local/", "http://metadata.google.internal/",
        "http://router.home.arpa/", "http://intranet/", "http://db.corp/", "http://nas.lan/", "http://x.localdomain./",
    ],
)  # fmt: skip
def test_what_is_inside_by_its_spelling_is_refused(url: str) -> None:
    """A request that goes through a proxy is checked by its host alone."""
    with pytest.raises(RefusedError, match="is not a public address"):
        Guard().refuse_private(safe_url(url))


@pytest.mark.parametrize(
    "url", ["http://1.1.1.1/", "https://news.example/", "http://[2606:4700::1111]/", "http://a.co/"]
)
def test_what_may_be_public_passes(url: str) -> None:
    """Public addresses and names that the public DNS may have go on to the proxy."""
    Guard().refuse_private(safe_url(url))


def test_what_was_meant_passes() -> None:
    """Ranges and names that somebody configured are not refused."""
    guard = Guard(allow_private=("10.0.0.0/8",), resolve=(("wiki.local:80", "10.0.0.1:80"),))
    guard.refuse_private(safe_url("http://10.1.2.3/"))
    guard.refuse_private(safe_url("http://wiki.local./"))
    with pytest.raises(RefusedError):
        guard.refuse_private(safe_url("http://wiki.local:8080/"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("News.Example:443", ("news.example", 443)), ("[::1]:80", ("::1", 80)), (" a:1 ", ("a", 1))],
)
def test_endpoints_are_read(text: str, expected: tuple[str, int]) -> None:
    """Host and port, the host in lower case, IPv6 in brackets."""
    assert endpoint(text) == expected


@pytest.mark.parametrize("text", ["news.example", ":80", "news.example:", "a:0", "a:65536", "a:b", "a:-1"])
def test_a_bad_endpoint_is_named(text: str) -> None:
    """What is no host:port is a configuration error."""
    with pytest.raises(ConfigError, match="no host:port"):
        endpoint(text)


def test_resolve_needs_an_address() -> None:
    """A name cannot be sent to another name."""
    with pytest.raises(ConfigError, match="no ip:port"):
        Guard(resolve=(("news.example:80", "elsewhere.example:80"),))
