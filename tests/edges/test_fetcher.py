"""The fetcher against servers that are right, or wrong in what they answer."""

import asyncio
import gzip
from collections.abc import Callable
from datetime import timedelta

import pytest
import uvloop

from monitor.edges.headers import ACCEPT_ENCODING
from monitor.interfaces import FetchRequest
from monitor.model import Outcome
from tests.edges.fetching import NOW, TEXT, fetching, get
from tests.edges.loopback import by_path, head, saying, serving, whole


async def test_a_page_arrives() -> None:
    """The body, the status, the URL and the time are those of the page."""
    result = await get(saying(whole(TEXT, "Content-Type: text/html")), "a?b=1")
    assert (result.outcome, result.status, result.body, result.detail) == (Outcome.OK, 200, TEXT, None)
    assert result.final_url == result.request.url
    assert result.started_at == NOW
    assert 0 < result.elapsed_s < 5
    assert result.header("content-type") == "text/html"
    assert result.permanent_url is None


async def test_the_request_is_honest_and_kept() -> None:
    """User-Agent, Accept and Accept-Encoding are sent, no cookies, and the hop has what the server saw."""
    async with serving(saying(whole(b"x", "Set-Cookie: spy=1; Path=/"))) as server, fetching() as fetcher:
        await fetcher.fetch(FetchRequest(server.url))
        result = await fetcher.fetch(FetchRequest(server.url + "a%2Fb?c=%7E"))
        assert server.sent("user-agent") == ["monitor-test/1"]
        assert server.sent("accept-encoding") == [ACCEPT_ENCODING]
        assert server.sent("accept")[0].startswith("text/html,")
        assert server.sent("cookie") == []
        (hop,) = result.hops
        lines = [hop.request_line, *(name + b": " + value for name, value in hop.request_headers)]
        assert b"\r\n".join(lines) + b"\r\n\r\n" == server.heads[-1]
        assert hop.request_line == b"GET /a%2Fb?c=%7E HTTP/1.1"


async def test_the_response_head_is_kept_as_received() -> None:
    """Case, order, duplicates, Arabic in UTF-8 and Latin-1 bytes survive; so do the reason and the address."""
    headers = [b"X-b: 1", b"x-A: 2", b"X-b: 3", b"X-Ar: " + "خبر".encode(), b"X-L: Caf\xe9", b"Content-Length: 0"]
    result = await get(saying(head("200 Très bien", *headers)))
    (hop,) = result.hops
    assert [name + b": " + value for name, value in hop.headers] == headers
    assert hop.status_line == "HTTP/1.1 200 Très bien".encode()
    assert hop.ip == "127.0.0.1"
    assert result.header("x-b") == "1"


@pytest.mark.parametrize(
    ("headers", "outcome"),
    [
        ([f"X-{n}: y" for n in range(250)], Outcome.OK),
        ([f"X-{n}: y" for n in range(2000)], Outcome.PROTOCOL_ERROR),
        (["X: " + "y" * 60_000], Outcome.OK),
        (["X: " + "y" * 70_000], Outcome.PROTOCOL_ERROR),
    ],
)
async def test_headers_are_bounded_generously(headers: list[str], outcome: Outcome) -> None:
    """Real sites send more than a hundred headers and cookies of many kilobytes; floods are cut off."""
    assert (await get(saying(whole(b"x", *headers)))).outcome is outcome


@pytest.mark.parametrize(
    "answer",
    [
        b"not http at all\r\n\r\n",
        b"<html>no head</html>",
        b"",
        b"HTTP/1.1 200 OK\r\nX: y\r\n",
        b"HTTP/1.1 99 Low\r\n\r\n",
        b"HTTP/1.1 1000 High\r\n\r\n",
        whole(b"", status="600 Beyond"),
        head("200 OK", "Content-Length: -5") + b"x",
        head("200 OK", "Content-Length: 5", "Content-Length: 6") + b"hello",
        head("200 OK", "X: a\0b", "Content-Length: 0"),
        head("101 Switching Protocols", "Upgrade: websocket", "Connection: upgrade"),
        head("304 Not Modified"),
        head("200 OK", "Transfer-Encoding: chunked") + b"ZZZ\r\n",
    ],
)
async def test_what_is_not_http_is_a_protocol_error(answer: bytes) -> None:
    """Nonsense, half a head, impossible numbers and answers to questions not asked are one outcome, in one line."""
    result = await get(saying(answer, close=True))
    assert (result.outcome, result.body) == (Outcome.PROTOCOL_ERROR, b"")
    assert result.detail
    assert result.detail.isprintable()


async def test_a_part_that_nobody_asked_for_is_a_protocol_error() -> None:
    """206 without a Range in the request is no page."""
    assert (await get(saying(whole(b"part", status="206 Partial Content")))).outcome is Outcome.PROTOCOL_ERROR


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (400, Outcome.CLIENT_ERROR), (401, Outcome.FORBIDDEN), (402, Outcome.FORBIDDEN), (403, Outcome.FORBIDDEN),
        (404, Outcome.NOT_FOUND), (405, Outcome.CLIENT_ERROR), (410, Outcome.GONE), (418, Outcome.CLIENT_ERROR),
        (451, Outcome.FORBIDDEN), (500, Outcome.SERVER_ERROR), (502, Outcome.SERVER_ERROR),
        (503, Outcome.SERVER_ERROR), (520, Outcome.SERVER_ERROR), (599, Outcome.SERVER_ERROR), (203, Outcome.OK),
    ],
)  # fmt: skip
async def test_every_status_has_an_outcome(status: int, outcome: Outcome) -> None:
    """The status decides; the error page is there to be read, since bot walls and notices are in it."""
    result = await get(saying(whole(b"a page", status=f"{status} Because")))
    assert (result.outcome, result.status, result.body) == (outcome, status, b"a page")
    assert (result.detail is None) == (outcome is Outcome.OK)


async def test_a_damaged_error_page_is_still_an_error_page() -> None:
    """A 404 is a 404 even when its body is cut; the cut body is not shown."""
    result = await get(saying(head("404 Not Found", "Content-Length: 100") + b"gone", close=True))
    assert (result.outcome, result.body, result.hops[0].raw_body) == (Outcome.NOT_FOUND, b"", b"gone")


@pytest.mark.parametrize(
    ("status", "headers", "expected"),
    [
        (429, ["Retry-After: 120"], timedelta(seconds=120)),
        (503, ["Retry-After: 120"], timedelta(seconds=120)),
        (429, ["Retry-After: Mon, 02 Nov 2026 10:10:00 GMT"], timedelta(minutes=10)),
        (429, ["Retry-After: Mon, 02 Nov 2026 13:10:00 GMT", "Date: Mon, 02 Nov 2026 13:00:00 GMT"],
         timedelta(minutes=10)),
        (429, [], None),
        (429, ["Retry-After: soon"], None),
        (503, ["Retry-After: soon"], None),
    ],
)  # fmt: skip
async def test_asking_for_patience_is_heard(status: int, headers: list[str], expected: timedelta | None) -> None:
    """429, and 503 with Retry-After, are RATE_LIMITED, with the time asked for, by our clock."""
    result = await get(saying(whole(b"", *headers, status=f"{status} Slow down")))
    assert result.outcome is Outcome.RATE_LIMITED
    assert result.retry_after == (NOW + expected if expected else None)


async def test_validators_are_replayed() -> None:
    """ETag and Last-Modified go back as they came, and 304 is NOT_MODIFIED, with the headers that came along."""
    async with serving(saying(head("304 Not Modified", 'ETag: W/"2"', "Cache-Control: max-age=60"))) as server:
        async with fetching() as fetcher:
            modified = "Sun, 01 Nov 2026 10:00:00 GMT"
            result = await fetcher.fetch(FetchRequest(server.url, etag='W/"1"', last_modified=modified))
        assert server.sent("if-none-match") == ['W/"1"']
        assert server.sent("if-modified-since") == [modified]
    assert (result.outcome, result.status, result.body) == (Outcome.NOT_MODIFIED, 304, b"")
    assert result.header("etag") == 'W/"2"'


@pytest.mark.parametrize("etag", ['"caf\xe9"', '"خبر"', '"a\r\nX-Injected: 1"', '"\x00"', '"' + "x" * 2000 + '"', ""])
async def test_unfit_validators_stay_home(etag: str) -> None:
    """What is not visible ASCII of reasonable length is not sent; the request goes out without."""
    async with serving(saying(whole(b"x"))) as server, fetching() as fetcher:
        result = await fetcher.fetch(FetchRequest(server.url, etag=etag))
        assert server.sent("if-none-match") == []
        assert server.sent("x-injected") == []
    assert result.outcome is Outcome.OK


async def test_own_headers_are_sent() -> None:
    """A request may add headers and override those of the fetcher."""
    async with serving(saying(whole(b"x"))) as server, fetching() as fetcher:
        own = (("X-Key", "secret"), ("accept", "application/json"))
        await fetcher.fetch(FetchRequest(server.url, headers=own))
        assert server.sent("x-key") == ["secret"]
        assert server.sent("accept") == ["application/json"]


@pytest.mark.parametrize("header", [("X-Bad", "a\r\nX-Injected: 1"), ("X Bad", "a"), ("", "a"), ("X:Y", "a")])
async def test_headers_that_would_be_two_are_refused(header: tuple[str, str]) -> None:
    """Nothing is sent when a header could not be sent as one."""
    async with serving(saying(whole(b"x"))) as server, fetching() as fetcher:
        result = await fetcher.fetch(FetchRequest(server.url, headers=(header,)))
        assert (result.outcome, server.connections) == (Outcome.REFUSED, 0)


async def test_userinfo_is_not_sent() -> None:
    """A name and password in a URL are dropped, from the request and from what is kept of it."""
    async with serving(saying(whole(b"x"))) as server, fetching() as fetcher:
        result = await fetcher.fetch(FetchRequest(f"http://user:secret@127.0.0.1:{server.port}/"))
        assert (result.outcome, result.final_url) == (Outcome.OK, server.url)
        assert server.sent("authorization") == []


async def test_nobody_listening_is_a_connect_error() -> None:
    """A closed port says so at once."""
    async with serving(saying(b"")) as server:
        url = server.url
    async with fetching() as fetcher:
        result = await fetcher.fetch(FetchRequest(url))
    assert (result.outcome, result.hops, result.status) == (Outcome.CONNECT_ERROR, (), None)


async def test_an_unknown_name_is_a_dns_error() -> None:
    """RFC 6761: nothing is ever called .invalid."""
    async with fetching() as fetcher:
        result = await fetcher.fetch(FetchRequest("http://nowhere.invalid/"))
    assert (result.outcome, result.hops) == (Outcome.DNS_ERROR, ())
    assert "resolve" in str(result.detail)


async def test_connections_are_kept_alive() -> None:
    """A second fetch from a host uses the connection of the first; a broken body does not spoil the pool."""
    async with serving(saying(whole(TEXT))) as server, fetching() as fetcher:
        for _ in range(3):
            assert (await fetcher.fetch(FetchRequest(server.url))).outcome is Outcome.OK
        assert server.connections == 1
        await fetcher.fetch(FetchRequest(server.url, max_bytes=10))
        assert (await fetcher.fetch(FetchRequest(server.url))).body == TEXT


async def test_a_server_that_hangs_up_is_asked_once() -> None:
    """A second request at once would be in nobody's books."""
    async with serving(saying(b"", close=True)) as server, fetching() as fetcher:
        result = await fetcher.fetch(FetchRequest(server.url))
        assert (server.connections, len(server.heads)) == (1, 1)
    assert (result.outcome, result.hops) == (Outcome.PROTOCOL_ERROR, ())


async def test_a_connection_that_idled_too_long_is_replaced() -> None:
    """That a server closed it meanwhile is no failure of the next request."""

    async def dropping(path: str, writer: asyncio.StreamWriter) -> None:
        if len(server.heads) == 2:  # which comes on the first connection
            return writer.transport.abort()
        return writer.write(whole(b"x"))

    async with serving(dropping) as server, fetching() as fetcher:
        outcomes = [(await fetcher.fetch(FetchRequest(server.url))).outcome for _ in range(2)]
        assert (outcomes, server.connections, len(server.heads)) == ([Outcome.OK] * 2, 2, 3)


async def test_who_is_told_of_requests_makes_them_again() -> None:
    """A server may have read the first, and a second at once would be within its gap."""

    async def dropping(path: str, writer: asyncio.StreamWriter) -> None:
        if len(server.heads) == 2:  # which comes on the first connection
            return writer.transport.abort()
        return writer.write(whole(b"x"))

    reused: list[bool] = []
    async with serving(dropping) as server, fetching() as fetcher:
        request = FetchRequest(server.url, sent=reused.append)
        outcomes = [(await fetcher.fetch(request)).outcome for _ in range(3)]
        assert (outcomes[::2], server.connections, len(server.heads)) == ([Outcome.OK] * 2, 2, 3)
    assert outcomes[1] in (Outcome.PROTOCOL_ERROR, Outcome.CONNECT_ERROR)
    assert reused == [False, True, False]


@pytest.mark.parametrize("factory", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_either_event_loop_will_do(factory: Callable[[], asyncio.AbstractEventLoop]) -> None:
    """Connections, long and short bodies, redirects, failures and timeouts come out alike."""
    answers = {
        "/": whole(b"", "Location: /b", status="302 Found"),
        "/b": whole(gzip.compress(TEXT * 300), "Content-Encoding: gzip"),
        "/c": head("200 OK", "Content-Length: 9") + b"x",
    }

    async def check() -> None:
        async with serving(by_path(answers)) as server, fetching(grace_s=0.2, min_rate=100.0) as fetcher:
            results = [await fetcher.fetch(FetchRequest(server.url + path)) for path in ("", "b", "c", "d")]
            assert [len(result.body) for result in results] == [len(TEXT) * 300, len(TEXT) * 300, 0, 0]
            wanted = [Outcome.OK, Outcome.OK, Outcome.TIMEOUT, Outcome.NOT_FOUND]
            assert [result.outcome for result in results] == wanted
            assert server.connections == 2  # the one that was cut is not used again

    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(check())


async def test_cancelling_passes() -> None:
    """Cancellation is not an outcome: it goes through to who asked for it."""
    async with serving(saying(b"")) as server, fetching() as fetcher:
        task = asyncio.create_task(fetcher.fetch(FetchRequest(server.url)))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_closing_twice_is_harmless() -> None:
    """A fetcher that was never used, or is closed already, closes."""
    async with fetching() as fetcher:
        await fetcher.close()
