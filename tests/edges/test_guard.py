"""Nothing on our own machines can be reached by a URL, however it is spelt."""

import asyncio
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
from tests.edges.loopback import Loopback, head, saying, serving, whole

# Ways to say "this machine", "this network" or "the metadata service"; PORT is where a server listens.
SPELLINGS = [
    "http://127.0.0.1:PORT/", "http://127.0.0.1.:PORT/", "http://127.1:PORT/", "http://127.0.1:PORT/",
    "http://127.127.127.127:PORT/", "http://127.0.0.2:PORT/", "http://127.255.255.254:PORT/", "http://0:PORT/",
    "http://0.0.0.0:PORT/", "http://00.0.0.0:PORT/", "http://2130706433:PORT/", "http://02130706433:PORT/",
    "http://0x7f000001:PORT/", "http://0x7f.0x0.0x0.0x1:PORT/", "http://0x7f.1:PORT/", "http://0x7F.0.0.1:PORT/",
    "http://0177.0.0.1:PORT/", "http://0177.0.0.01:PORT/", "http://017700000001:PORT/", "http://0000127.0.0.1:PORT/",
    "http://127.0.0.1%00.news.example:PORT/", "http://[::1]:PORT/",
    "http://[::]:PORT/", "http://[0:0:0:0:0:0:0:1]:PORT/", "http://[0000::0001]:PORT/", "http://[::127.0.0.1]:PORT/",
    "http://[::ffff:127.0.0.1]:PORT/", "http://[::ffff:7f00:1]:PORT/", "http://[::FFFF:127.0.0.1]:PORT/",
    "http://[0:0:0:0:0:ffff:7f00:0001]:PORT/", "http://[::ffff:0:127.0.0.1]:PORT/", "http://[64:ff9b::7f00:1]:PORT/",
    "http://[64:ff9b::127.0.0.1]:PORT/", "http://[64:ff9b:1::7f00:1]:PORT/", "http://[2002:7f00:1::]:PORT/",
    "http://[2002:7f00:0001::1]:PORT/", "http://[2001:0:7f00:1:0:0:80ff:fffe]:PORT/", "http://[fe80::1]:PORT/",
    "http://[fe80::1%25lo]:PORT/", "http://[::1%25lo]:PORT/", "http://[fc00::1]:PORT/", "http://[ff02::1]:PORT/",
    "http://localhost:PORT/", "http://LOCALHOST:PORT/", "http://localhost.:PORT/", "http://LocalHost:PORT/x?y#z",
    "http://①②⑦.⓪.⓪.①:PORT/", "http://１２７.０.０.１:PORT/", "http://127。0。0。1:PORT/",
    "http://127．0．0．1:PORT/", "http://127｡0｡0｡1:PORT/", "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:PORT/", "http://loc\u00adalhost:PORT/",
    "http://l\u200bocalhost:PORT/", "http://%6c%6f%63%61%6c%68%6f%73%74:PORT/", "http://%31%32%37.0.0.1:PORT/",
    "http://user@127.0.0.1:PORT/", "http://user:pass@127.0.0.1:PORT/", "http://news.example@127.0.0.1:PORT/",
    "http://news.example:80@127.0.0.1:PORT/", "http://news.example%40127.0.0.1:PORT/", "http://@127.0.0.1:PORT/",
    "http://127.0.0.1:PORT\\@news.example/", "http://news.example\\@127.0.0.1:PORT/", "http:\\\\127.0.0.1:PORT\\",
    "http:/127.0.0.1:PORT/", "http:127.0.0.1:PORT/", "http:////127.0.0.1:PORT/", "//127.0.0.1:PORT/",
    "\thttp://127.0.0.1:PORT/", "ht\ntp://127.0.0.1:PORT/", "http://127.0.0.1\t:PORT/", "HTTP://127.0.0.1:PORT/",
    "https://127.0.0.1:PORT/", "https://localhost:PORT/", "ftp://127.0.0.1:PORT/", "file:///etc/passwd",
    "gopher://127.0.0.1:PORT/_x", "ws://127.0.0.1:PORT/", "javascript:fetch('http://127.0.0.1:PORT/')",
    "data:text/html,x", "http+unix://%2Fvar%2Frun%2Fdocker.sock/", "http://169.254.169.254/latest/meta-data/",
    "http://[::ffff:169.254.169.254]/", "http://0xA9FEA9FE/", "http://2852039166/", "http://100.100.100.200/",
    "http://168.63.129.16/", "http://192.0.0.192/", "http://[fd00:ec2::254]/", "http://10.0.0.1/",
    "http://172.16.0.1/", "http://192.168.0.1/", "http://100.64.0.1/", "http://198.18.0.1/", "http://224.0.0.1/",
    "http://255.255.255.255/", "http://240.0.0.1/", "http://[2001:db8::1]/",
]  # fmt: skip


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


def test_the_table_is_long() -> None:
    """The table names at least sixty different spellings."""
    assert len(set(SPELLINGS)) >= 60


async def test_no_spelling_reaches_our_own_machine() -> None:
    """Every spelling is refused with a reason, and the server sees not one connection."""
    async with our_own() as server, fetcher() as http:
        for spelling in SPELLINGS:
            result = await http.fetch(FetchRequest(spelling.replace("PORT", str(server.port))))
            # "localhost." is for the system's resolver to know, or not to know.
            fit = (Outcome.REFUSED, Outcome.DNS_ERROR) if "localhost." in spelling else (Outcome.REFUSED,)
            assert result.outcome in fit, (spelling, result)
            assert result.detail, spelling
            assert result.hops == (), spelling
        assert server.connections == 0


async def test_no_redirect_reaches_our_own_machine() -> None:
    """A page that is reached may name our machines in any spelling: it is kept as a hop, and they see nothing."""
    places = [text for text in SPELLINGS if not text.startswith(("\t", "ht\n", "http://127.0.0.1\t"))]
    current = ""

    async def redirecting(path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(head("302 Found", b"Location: " + current.encode(), "Content-Length: 0"))

    async with our_own() as secret, serving(redirecting) as public:
        async with fetcher(resolve=(("news.test:80", f"127.0.0.1:{public.port}"),)) as http:
            for place in places:
                current = place.replace("PORT", str(secret.port))
                result = await http.fetch(FetchRequest("http://news.test/start"))
                assert result.outcome in (Outcome.REFUSED, Outcome.DNS_ERROR, Outcome.REDIRECT_ERROR), place
                assert result.hops[0].status == 302
        assert secret.connections == 0


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
        "http://news.example/" + "a" * 9000, "http://-/", "http://news..example\x00/", "http://%41/",
    ],
)  # fmt: skip
def test_urls_that_are_none_are_refused(text: str) -> None:
    """Other schemes, other protocols' ports, no host and no end are refused with a reason."""
    with pytest.raises(RefusedError) as caught:
        safe_url(text)
    assert caught.value.reason


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
