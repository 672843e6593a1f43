"""Headers: what a request says of its own and to whom, and what a server may say without harm."""

from typing import Any

import pytest
from yarl import URL

from monitor.core import freshness
from monitor.edges.headers import is_home
from monitor.interfaces import FetchRequest, FetchResult
from monitor.model import Outcome
from tests.edges.fetching import TEXT, fetching
from tests.edges.loopback import by_path, head, saying, serving, whole

FOUND = "302 Found"
OWN = (("Authorization", "Bearer s3cret"), ("X-Key", "s3cret"), ("Cookie", "a=s3cret"))


async def hosts(answers: dict[str, bytes], start: str, **request: Any) -> tuple[FetchResult, list[bool]]:
    """Fetch over several names of one server; say which requests carried the key."""
    async with serving(by_path(answers)) as server:
        there = f"127.0.0.1:{server.port}"
        resolve = tuple((name, there) for name in ("news.test:80", "other.test:80", "news.test:8080", "news.test:443"))
        async with fetching(resolve=resolve, allow_private=()) as fetcher:
            result = await fetcher.fetch(FetchRequest(start, headers=OWN, **request))
        return result, [server.sent("x-key", n) == ["s3cret"] for n in range(len(server.heads))]


@pytest.mark.parametrize(
    ("first", "url", "home"),
    [
        ("http://news.test/a", "http://news.test/b?c", True),
        ("http://news.test/", "https://news.test/", True),
        ("https://news.test/", "http://news.test/", False),
        ("https://news.test/", "http://news.test:443/", False),
        ("http://news.test:8080/", "https://news.test/", False),
        ("http://news.test/", "https://news.test:8443/", False),
        ("http://news.test/", "http://news.test:443/", False),
        ("http://news.test/", "http://news.test:8080/", False),
        ("https://news.test/", "https://www.news.test/", False),
        ("https://news.test/", "https://news.test.evil.test/", False),
        ("https://news.test/", "https://test/", False),
    ],
)
def test_home_is_one_host_and_port_and_no_less_private(first: str, url: str, home: bool) -> None:
    """Only the step from http to https on their usual ports stays at home; its reverse shows keys to the wire."""
    assert is_home(URL(first), URL(url)) is home


@pytest.mark.parametrize("away", ["http://other.test/b", "http://news.test:8080/b"])
async def test_what_left_home_comes_home_without_its_key(away: str) -> None:
    """Who sends us back there chooses what is asked of it, and shall not choose for one who has the key."""
    answers = {
        "/": whole(b"", "Location: /a", status=FOUND),
        "/a": whole(b"", f"Location: {away}", status=FOUND),
        "/b": whole(b"", "Location: http://news.test/c", status=FOUND),
        "/c": whole(TEXT),
    }
    result, carried = await hosts(answers, "http://news.test/")
    assert (result.outcome, carried) == (Outcome.OK, [True, True, False, False])


async def test_the_values_of_own_headers_are_masked_in_the_evidence() -> None:
    """Evidence may be given away: it has the names of what was sent, not the keys; they were sent all the same."""
    answers = {"/": whole(b"", "Location: /b", status=FOUND), "/b": whole(TEXT)}
    result, carried = await hosts(answers, "http://news.test/", etag='"1"')
    assert carried == [True, True]
    for hop in result.hops:
        lines = dict(hop.request_headers)
        assert lines[b"Authorization"] == lines[b"X-Key"] == lines[b"Cookie"] == b"***"
        assert (lines[b"If-None-Match"], lines[b"User-Agent"]) == (b'"1"', b"monitor-test/1")
    assert "s3cret" not in repr(result.hops)


@pytest.mark.parametrize(
    "name", ["Host", "Content-Length", "transfer-encoding", "Connection", "Expect", "Upgrade", "Proxy-Authorization"]
)
async def test_headers_of_the_connection_are_refused(name: str) -> None:
    """They would make the request another one than the evidence says, or one that never ends."""
    async with serving(saying(whole(TEXT))) as server, fetching() as fetcher:
        result = await fetcher.fetch(FetchRequest(server.url, headers=((name, "5"),)))
        assert (result.outcome, result.detail) == (Outcome.REFUSED, f"header {name!r} cannot be sent")
        assert server.connections == 0


@pytest.mark.parametrize("value", ["\ud800", "a\x00", "a\nb"])
async def test_headers_that_are_no_text_are_refused(value: str) -> None:
    """What cannot be written as one line of bytes is not sent."""
    async with fetching() as fetcher:
        result = await fetcher.fetch(FetchRequest("http://127.0.0.1:9999/", headers=(("X-Key", value),)))
    assert result.outcome is Outcome.REFUSED


@pytest.mark.parametrize(
    ("asked", "answered", "outcome"),
    [
        ("feed", "feed", Outcome.OK),
        ("feed, gzip", "feed", Outcome.OK),
        ("diffe, Feed;q=0.5", None, Outcome.OK),
        ("feed", "vcdiff", Outcome.PROTOCOL_ERROR),
        ("feed", "feed, gzip", Outcome.PROTOCOL_ERROR),
        ("vcdiff", "vcdiff", Outcome.PROTOCOL_ERROR),
        (None, "feed", Outcome.PROTOCOL_ERROR),
    ],
)
async def test_the_new_items_of_a_feed_alone(asked: str | None, answered: str | None, outcome: Outcome) -> None:
    """226 (RFC 3229) is an answer to `A-IM: feed` and to nothing else; what was asked stays in the evidence."""
    headers = [f"IM: {answered}"] if answered else []
    own = (("A-IM", asked), ("X-Key", "s3cret")) if asked else ()
    async with serving(saying(whole(TEXT, *headers, status="226 IM Used"))) as server, fetching() as fetcher:
        result = await fetcher.fetch(FetchRequest(server.url, etag='"1"', headers=own))
        assert server.sent("a-im") == ([asked] if asked else [])
    assert (result.outcome, result.status) == (outcome, 226)
    lines = dict(result.hops[0].request_headers)
    assert (lines.get(b"A-IM"), lines.get(b"X-Key")) == ((asked.encode(), b"***") if asked else (None, None))


@pytest.mark.parametrize(
    ("value", "arrives"),
    [
        (bytes(range(0x80, 0x100)), True),
        ('"خبر"'.encode(), True),
        (b'W/"caf\xe9"', True),
        (b'"\xff\xfe\x00"', False),  # NUL and a bare CR end a header (RFC 9110 5.5)
        (b'"a\rX-Injected: 1"', False),
        (b'"' + b"x" * 60_000 + b'"', True),
        (b"\xff" * 60_000, True),
        (b'"\t\x7f"', True),
        (b'"a"\r\nETag: "b\xff"', True),
        (b"", True),
        (b"\xa0" + b'"padded"' + b"\x85", True),
    ],
)
@pytest.mark.parametrize("name", [b"ETag", b"Last-Modified", b"X-Other"])
async def test_poisoned_headers_break_neither_this_fetch_nor_the_next(name: bytes, value: bytes, arrives: bool) -> None:
    """Any bytes in a header are kept as they are, or make the answer no HTTP; the next conditional request is sound."""
    poisoned = head("200 OK", name + b": " + value, f"Content-Length: {len(TEXT)}") + TEXT
    async with serving(saying(poisoned)) as server, fetching() as fetcher:
        result = await fetcher.fetch(FetchRequest(server.url))
        if not arrives:
            assert result.outcome is Outcome.PROTOCOL_ERROR
            return
        assert (result.outcome, result.body) == (Outcome.OK, TEXT)
        if b"\r" not in value and value.strip():
            assert value.strip(b" \t") in [line for key, line in result.hops[0].headers if key == name]
        etag, modified = freshness.validators(result.hops[0].headers)
        again = await fetcher.fetch(FetchRequest(server.url, etag=etag, last_modified=modified))
        assert (again.outcome, again.body) == (Outcome.OK, TEXT)
        assert server.sent("x-injected") == []
        assert all(line.isprintable() for line in server.heads[-1].decode("ascii").split("\r\n"))


@pytest.mark.parametrize(
    "answer",
    [
        head("200 OK", "ETag: \"a\"\n X-Folded: 1", "Content-Length: 1") + b"x",
        head("200 OK", "ETag : \"a\"", "Content-Length: 1") + b"x",
        head("200 OK", ": nameless", "Content-Length: 1") + b"x",
        head("200 OK", "\x00ETag: 1", "Content-Length: 1") + b"x",
        head("200 OK", b"ET\xffag: 1", "Content-Length: 1") + b"x",
    ],
)  # fmt: skip
async def test_heads_that_only_look_like_it_are_an_outcome(answer: bytes) -> None:
    """Whatever a parser makes of them, a fetch ends with a value in which nothing is injected."""
    async with serving(saying(answer, close=True)) as server, fetching() as fetcher:
        result = await fetcher.fetch(FetchRequest(server.url))
    assert result.outcome in (Outcome.OK, Outcome.PROTOCOL_ERROR)
    assert not any(b"\n" in value for hop in result.hops for _, value in hop.headers)


async def test_a_lone_line_feed_makes_no_validator() -> None:
    """A server that ends its lines with LF alone may be read, but its ETag then ends there too."""
    answer = b'HTTP/1.1 200 OK\nETag: "a"\nContent-Length: 1\n\nx'
    async with serving(saying(answer, close=True)) as server, fetching() as fetcher:
        result = await fetcher.fetch(FetchRequest(server.url))
    assert freshness.validators(result.hops[0].headers if result.hops else ()) in ((None, None), ('"a"', None))
