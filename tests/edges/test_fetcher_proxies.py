"""Sources that are fetched through a proxy of the operator's."""

import asyncio
import ssl
from pathlib import Path

import pytest
import trustme
import uvloop

from monitor.edges.guard import RefusedError
from monitor.edges.proxies import parse_proxy
from monitor.interfaces import FetchRequest
from monitor.model import Outcome
from tests.edges.fetching import TEXT, fetching
from tests.edges.loopback import by_path, saying, serving, whole
from tests.edges.proxying import proxying

PASSWORD = "p@ss:wörd"
SHOWN = "Basic dXNlcjpwQHNzOnfDtnJk"
NAMED = "http://user:p%40ss%3Aw%C3%B6rd@127.0.0.1:{port}/"


async def test_a_proxy_fetches_for_us() -> None:
    """The proxy is asked for the whole URL; the answer is the server's, and its address is not known."""
    async with serving(saying(whole(TEXT))) as server, proxying({"news.test:80": server.port}) as proxy:
        async with fetching(allow_private=()) as fetcher:
            result = await fetcher.fetch(FetchRequest("http://news.test/a?b", proxy=proxy.url))
        assert proxy.lines()[0] == "GET http://news.test/a?b HTTP/1.1"
        assert server.sent("host") == ["news.test"]
    assert (result.outcome, result.body, result.final_url) == (Outcome.OK, TEXT, "http://news.test/a?b")
    (hop,) = result.hops
    assert (hop.ip, hop.request_line) == (None, b"GET http://news.test/a?b HTTP/1.1")


@pytest.mark.parametrize("factory", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_a_tunnel_carries_tls_to_the_server(factory: object, tmp_path: Path) -> None:
    """https goes through CONNECT, verified end to end, on either event loop; three requests need one tunnel."""

    async def check() -> None:
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert("news.test").configure_cert(context)
        async with serving(saying(whole(TEXT)), tls=context) as server:
            async with proxying({"news.test:443": server.port, "other.test:443": server.port}, SHOWN) as proxy:
                named = NAMED.format(port=proxy.port)
                async with fetching(allow_private=(), ca_file=str(tmp_path / "ca.pem")) as fetcher:
                    for _ in range(3):
                        result = await fetcher.fetch(FetchRequest("https://news.test/a", proxy=named))
                        assert (result.outcome, result.body) == (Outcome.OK, TEXT)
                    assert (server.connections, proxy.connections) == (1, 1)
                    other = await fetcher.fetch(FetchRequest("https://other.test/", proxy=named))
                assert proxy.lines(0)[0] == "CONNECT news.test:443 HTTP/1.1"
                assert "User-Agent: monitor-test/1" in proxy.lines(0)
            assert server.sent("proxy-authorization") == []
        assert (result.hops[0].ip, result.hops[0].request_line) == (None, b"GET /a HTTP/1.1")
        assert other.outcome is Outcome.TLS_ERROR

    with asyncio.Runner(loop_factory=factory) as runner:  # type: ignore[arg-type]
        runner.run(check())


async def test_credentials_are_shown_to_the_proxy_only() -> None:
    """They are sent as Proxy-Authorization (RFC 7617), and are in nothing that is kept or said."""
    places: dict[str, int] = {}
    async with serving(saying(whole(TEXT))) as server, proxying(places, SHOWN) as proxy, fetching() as fetcher:
        places["news.test:80"] = server.port
        request = FetchRequest("http://news.test/", proxy=NAMED.format(port=proxy.port))
        results = [await fetcher.fetch(request) for _ in range(2)]
        refused = await fetcher.fetch(FetchRequest("http://news.test/", proxy=proxy.url))
    assert [result.outcome for result in results] == [Outcome.OK] * 2
    for result in results:
        assert b"proxy-authorization" not in {name.lower() for name, _ in result.hops[0].request_headers}
        assert SHOWN not in repr(result.hops)
        assert "user" not in repr(result.hops).lower().replace("user-agent", "")
    assert (refused.outcome, refused.hops) == (Outcome.CONNECT_ERROR, ())
    assert refused.detail == "no connection: the proxy answered 407 Proxy Authentication Required"


@pytest.mark.parametrize("url", ["http://news.test/", "https://news.test/"])
async def test_a_proxy_that_fails_is_no_connection(url: str) -> None:
    """A proxy that is not there, has no name in the DNS, or forbids, says nothing about the server."""
    async with proxying({}) as proxy:
        gone = proxy.url
    unnamed = "http://user:secret@proxy.invalid:8080"
    forbidding = b"HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n"
    async with fetching() as fetcher, proxying({}, answer=forbidding) as strict:
        for named in (gone, unnamed, strict.url):
            result = await fetcher.fetch(FetchRequest(url, proxy=named))
            assert (result.outcome, result.hops, result.status) == (Outcome.CONNECT_ERROR, (), None)
            assert "proxy" in str(result.detail)
            assert "secret" not in str(result.detail)


async def test_a_tunnel_that_is_refused_is_no_connection() -> None:
    """The proxy's own status is told, and is not the server's."""
    async with fetching() as fetcher, proxying({}, answer=b"HTTP/1.1 502 Bad Gateway\r\n\r\n") as proxy:
        result = await fetcher.fetch(FetchRequest("https://news.test/", proxy=proxy.url))
    assert (result.outcome, result.status) == (Outcome.CONNECT_ERROR, None)
    assert result.detail == "no connection: the proxy answered 502 Bad Gateway"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://[::1]/", "http://[::ffff:10.0.0.1]/", "http://169.254.169.254/latest/",
        "http://2130706433/", "http://127.1/", "http://0x7f.1/", "http://①②⑦.⓪.⓪.①/", "http://127.0.0.1./",
        "http://localhost/", "http://LOCALHOST./", "http://a.localhost/", "http://router.local/", "http://intranet/",
        "http://metadata.google.internal/", "https://10.1.2.3/",
    ],
)  # fmt: skip
async def test_a_proxy_is_not_asked_for_inner_places(url: str) -> None:
    """What is private by its mere spelling is refused before the proxy hears of it, redirected to or not."""
    async with proxying({}) as proxy, fetching(allow_private=()) as fetcher:
        result = await fetcher.fetch(FetchRequest(url, proxy=proxy.url))
        assert (result.outcome, proxy.connections) == (Outcome.REFUSED, 0)
    leading = saying(whole(b"", f"Location: {url}".encode(), status="302 Found"))
    async with serving(leading) as server, proxying({"news.test:80": server.port}) as proxy:
        async with fetching(allow_private=()) as fetcher:
            result = await fetcher.fetch(FetchRequest("http://news.test/", proxy=proxy.url))
        assert (result.outcome, len(result.hops), len(proxy.heads)) == (Outcome.REFUSED, 1, 1)


async def test_the_way_through_a_proxy_opens_no_other() -> None:
    """That a private address is a proxy lets nothing else there be fetched, nor is the proxy used unasked."""
    async with serving(saying(whole(TEXT))) as server, proxying({"news.test:80": server.port}) as proxy:
        async with fetching(allow_private=()) as fetcher:
            through = await fetcher.fetch(FetchRequest("http://news.test/", proxy=proxy.url))
            itself = await fetcher.fetch(FetchRequest(proxy.url + "/"))
            direct = await fetcher.fetch(FetchRequest("http://news.test/"))
        assert proxy.connections == 1
    assert (through.outcome, itself.outcome, direct.outcome) == (Outcome.OK, Outcome.REFUSED, Outcome.DNS_ERROR)


async def test_redirects_stay_on_the_way() -> None:
    """Where a source leads is fetched through its proxy too, whichever host that is."""
    answers = {"/": whole(b"", "Location: http://other.test/b", status="302 Found"), "/b": whole(TEXT)}
    places: dict[str, int] = {}
    async with serving(by_path(answers)) as server, proxying(places) as proxy, fetching(allow_private=()) as fetcher:
        places |= {"news.test:80": server.port, "other.test:80": server.port}
        result = await fetcher.fetch(FetchRequest("http://news.test/", proxy=proxy.url))
        assert len(proxy.heads) == 2
    assert (result.outcome, result.final_url) == (Outcome.OK, "http://other.test/b")


async def test_the_environment_names_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """HTTP_PROXY is for others: it would get round the guard."""
    async with serving(saying(whole(TEXT))) as server, proxying({}) as proxy, fetching() as fetcher:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        assert (await fetcher.fetch(FetchRequest(server.url))).outcome is Outcome.OK
        assert proxy.connections == 0


async def test_a_proxy_may_be_named_by_a_name() -> None:
    """Its name is looked up, or fixed by `resolve`, and its address need not be public."""
    async with serving(saying(whole(TEXT))) as server, proxying({"news.test:80": server.port}) as proxy:
        way = (("way.test:3128", f"127.0.0.1:{proxy.port}"),)
        async with fetching(allow_private=(), resolve=way) as fetcher:
            result = await fetcher.fetch(FetchRequest("http://news.test/", proxy="http://way.test:3128"))
    assert result.outcome is Outcome.OK


@pytest.mark.parametrize(
    "text", ["https://user:secret@p.test", "socks5://user:secret@p.test", "user:secret@p.test:80", "http://", "http://user:secret@p:x"]
)  # fmt: skip
async def test_what_is_no_proxy_is_refused(text: str) -> None:
    """Only http:// proxies are spoken to; what was written, which may hold a password, is not repeated."""
    with pytest.raises(RefusedError, match="the proxy is no http://host:port"):
        parse_proxy(text)
    async with fetching() as fetcher:
        result = await fetcher.fetch(FetchRequest("http://news.test/", proxy=text))
    assert (result.outcome, result.detail) == (Outcome.REFUSED, "the proxy is no http://host:port")
    assert "secret" not in repr(parse_proxy("http://user:secret@p.test"))
