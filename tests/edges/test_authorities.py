"""Asking who attests: one guarded request, bounded in time and size, without redirects."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from monitor.edges.authorities import AuthorityClient
from monitor.edges.guard import Guard
from monitor.errors import EvidenceError
from tests.edges.hub import free_port
from tests.edges.loopback import bit_by_bit, by_path, head, saying, serving, whole

LOOPBACK = ("127.0.0.0/8",)


@asynccontextmanager
async def client(private: tuple[str, ...] = LOOPBACK, patience_s: float = 5.0) -> AsyncIterator[AuthorityClient]:
    made = AuthorityClient(Guard(private), "monitor-test/1", patience_s=patience_s)
    try:
        yield made
    finally:
        await made.close()


async def post(url: str, private: tuple[str, ...] = LOOPBACK, patience_s: float = 5.0, most: int = 1_000) -> bytes:
    async with client(private, patience_s) as one:
        return await one.post(url, b"query", sends="application/x-query", takes="application/x-answer", most=most)


async def test_an_authority_learns_who_asks_and_for_what() -> None:
    async with serving(saying(whole(b"answer", "Connection: close"), close=True)) as server:
        assert await post(server.url) == b"answer"
    assert server.heads[0].startswith(b"POST / HTTP/1.1\r\n")
    assert server.sent("User-Agent") == ["monitor-test/1"]
    assert server.sent("Content-Type") == ["application/x-query"]
    assert server.sent("Accept") == ["application/x-answer"]
    assert server.sent("Content-Length") == ["5"]


async def test_what_is_not_there_yet_is_none() -> None:
    answers = {"/there": whole(b"answer")}
    async with serving(by_path(answers)) as server, client() as one:
        assert await one.get(server.url + "there", takes="x/y", most=100) == b"answer"
        assert await one.get(server.url + "not", takes="x/y", most=100) is None


async def test_a_refusal_is_told_in_the_server_s_words() -> None:
    """In one line, without anything that could act on a terminal."""
    busy = whole(b"come\nback \x1b[31m later" + b"x" * 9_000, status="503 Busy")
    async with serving(saying(busy)) as server:
        with pytest.raises(EvidenceError, match=r"the server answered 503: come back \[31m later") as refused:
            await post(server.url)
    assert len(str(refused.value)) < 400


@pytest.mark.parametrize("length", [True, False])
async def test_an_answer_that_is_too_large_is_refused(length: bool) -> None:
    """Whether its length is told beforehand or not; one that just fits is taken."""
    close = head("200 OK", "Connection: close") + b"x" * 1_001
    answer = whole(b"x" * 1_001) if length else close
    async with serving(saying(answer, close=not length)) as server:
        with pytest.raises(EvidenceError, match="larger than 1,000 bytes"):
            await post(server.url)
    async with serving(saying(whole(b"x" * 1_000))) as server:
        assert len(await post(server.url)) == 1_000


@pytest.mark.parametrize("status", ["301 Moved", "307 There", "308 There"])
async def test_a_redirect_is_told_and_not_followed(status: str) -> None:
    async with serving(saying(head(status, "Location: https://other.example/", "Content-Length: 0"))) as server:
        with pytest.raises(EvidenceError, match=r"redirects to https://other\.example/"):
            await post(server.url)
    assert len(server.heads) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"])
async def test_private_addresses_are_asked_only_when_allowed(host: str) -> None:
    async with serving(saying(whole(b"answer"))) as server:
        with pytest.raises(EvidenceError, match="not a public address"):
            await post(f"http://{host}:{server.port}/", private=())
    assert server.connections == 0


async def test_silence_and_nobody_there_are_told() -> None:
    async with serving(saying(b"")) as mute:
        with pytest.raises(EvidenceError, match="no answer in time"):
            await post(mute.url, patience_s=0.2)
    async with serving(bit_by_bit(head("200 OK", "Content-Length: 900"), *[b"x"] * 50)) as slow:
        with pytest.raises(EvidenceError, match="no answer in time"):
            await post(slow.url, patience_s=0.3)
    with pytest.raises(EvidenceError, match="no connection"):
        await post(f"http://127.0.0.1:{free_port()}/")
    with pytest.raises(EvidenceError):
        await post("ftp://authority.example/")


async def test_a_broken_answer_is_no_answer() -> None:
    async with serving(saying(head("200 OK", "Content-Length: 90") + b"short", close=True)) as server:
        with pytest.raises(EvidenceError):
            await post(server.url)
