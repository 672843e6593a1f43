"""Bodies in every state, from servers that stop, stall, lie and explode."""

import asyncio
import gzip
import socket
import struct
import zlib

import brotli
import pytest
import zstandard

from monitor.interfaces import FetchRequest
from monitor.model import Outcome
from tests.edges.fetching import TEXT, fetching, get
from tests.edges.loopback import Handler, bit_by_bit, chunked, head, saying, serving, whole

FOUND = "302 Found"


CODED: dict[str, bytes] = {
    "gzip": gzip.compress(TEXT, mtime=0),
    "deflate": zlib.compress(TEXT),
    "br": brotli.compress(TEXT),
    "zstd": zstandard.ZstdCompressor().compress(TEXT),
    "gzip, br": brotli.compress(gzip.compress(TEXT, mtime=0)),
}


@pytest.mark.parametrize("coding", CODED)
async def test_codings_are_undone_and_kept(coding: str) -> None:
    """The body is decoded, and the evidence keeps the bytes as they came."""
    result = await get(saying(whole(CODED[coding], f"Content-Encoding: {coding}")))
    assert (result.outcome, result.body) == (Outcome.OK, TEXT)
    assert result.hops[0].raw_body == CODED[coding]


@pytest.mark.parametrize("coding", CODED)
@pytest.mark.parametrize("cut", [0, 1, 10, -20, -1])
async def test_a_coded_body_that_just_ends_is_truncated(coding: str, cut: int) -> None:
    """Closed without a length, a body cut anywhere is no shorter article: TRUNCATED, no text, the bytes kept."""
    raw = CODED[coding][:cut]
    answer = head("200 OK", f"Content-Encoding: {coding}", "Connection: close") + raw
    result = await get(saying(answer, close=True))
    assert (result.outcome, result.body) == (Outcome.TRUNCATED, b"")
    assert result.hops[0].raw_body == raw


@pytest.mark.parametrize("cut", [0, 1, len(TEXT) // 2, len(TEXT) - 1])
async def test_a_body_shorter_than_its_length_is_truncated(cut: int) -> None:
    """A connection that closes early gives TRUNCATED, with what came kept and marked."""
    answer = head("200 OK", f"Content-Length: {len(TEXT)}") + TEXT[:cut]
    result = await get(saying(answer, close=True))
    assert (result.outcome, result.body, result.status) == (Outcome.TRUNCATED, b"", 200)
    assert (result.hops[0].raw_body, result.hops[0].truncated) == (TEXT[:cut], "disconnect")


@pytest.mark.parametrize("cut", [3, 50, -5, -2])
async def test_chunks_that_stop_are_truncated(cut: int) -> None:
    """Without its last chunk a body is not whole."""
    answer = head("200 OK", "Transfer-Encoding: chunked") + chunked(TEXT, 100)[:cut]
    result = await get(saying(answer, close=True))
    assert result.outcome is Outcome.TRUNCATED
    assert result.hops[0].truncated == "disconnect"


async def test_a_reset_is_truncated() -> None:
    """A connection reset amid a body keeps what had come."""

    async def resetting(path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(head("200 OK", "Content-Length: 100") + b"hello")
        await writer.drain()
        await asyncio.sleep(0.05)
        linger = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        writer.transport.abort()

    result = await get(resetting)
    assert (result.outcome, result.hops[0].raw_body) == (Outcome.TRUNCATED, b"hello")


async def test_a_broken_chunk_ends_at_once() -> None:
    """A chunk that is none ends the fetch when it comes, not when the time is up."""
    parts = (head("200 OK", "Transfer-Encoding: chunked"), b"5\r\nhello\r\n", b"ZZZ\r\nfoo")
    result = await get(bit_by_bit(*parts))
    assert (result.outcome, result.hops[0].raw_body) == (Outcome.TRUNCATED, b"hello")
    assert result.elapsed_s < 1


@pytest.mark.parametrize("size", [1, 7, 10_000])
async def test_chunked_bodies_arrive(size: int) -> None:
    """Chunks of any size make one body."""
    answer = head("200 OK", "Transfer-Encoding: chunked", "Content-Encoding: gzip") + chunked(CODED["gzip"], size)
    result = await get(saying(answer))
    assert (result.outcome, result.body) == (Outcome.OK, TEXT)
    assert result.hops[0].raw_body == CODED["gzip"]


async def test_http_1_0_without_length_arrives() -> None:
    """A body that ends with the connection is whole as far as anybody can tell."""
    result = await get(bit_by_bit(b"HTTP/1.0 200 OK\r\nServer: old\r\n\r\nhel", b"lo", close=True))
    assert (result.outcome, result.body) == (Outcome.OK, b"hello")
    assert result.hops[0].status_line == b"HTTP/1.0 200 OK"


@pytest.mark.parametrize("headers", [[], ["Content-Encoding: gzip"]])
async def test_an_empty_body_is_whole(headers: list[str]) -> None:
    """A length of nought is believed, whatever coding is named beside it."""
    result = await get(saying(whole(b"", *headers)))
    assert (result.outcome, result.body) == (Outcome.OK, b"")


async def test_no_content_is_whole() -> None:
    """204 has no body."""
    result = await get(saying(head("204 No Content")))
    assert (result.outcome, result.body) == (Outcome.OK, b"")


@pytest.mark.parametrize("raw", [b"<p>plain</p>" * 50, CODED["gzip"][:50] + b"\xff" * 500])
async def test_a_body_that_is_not_what_it_says_is_undecodable(raw: bytes) -> None:
    """A false or damaged coding is an outcome; the bytes are evidence all the same."""
    result = await get(saying(whole(raw, "Content-Encoding: gzip")))
    assert (result.outcome, result.body) == (Outcome.UNDECODABLE, b"")
    assert result.hops[0].raw_body == raw
    assert result.hops[0].truncated is None


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
async def test_a_bomb_is_too_large(coding: str) -> None:
    """A few kilobytes that would be 64 megabytes are dropped after the first ones."""
    packed = {
        "gzip": gzip.compress(bytes(1 << 26)),
        "br": brotli.compress(bytes(1 << 26), quality=4),
        "zstd": zstandard.ZstdCompressor().compress(bytes(1 << 26)),
    }[coding]
    result = await get(saying(whole(packed, f"Content-Encoding: {coding}")))
    assert result.outcome is Outcome.TOO_LARGE
    assert len(result.body) < 1 << 24
    assert result.hops[0].truncated == "length"


async def test_a_body_over_the_cap_keeps_its_head() -> None:
    """Receiving stops at the cap; the first bytes are given, as robots.txt needs them (RFC 9309 2.5)."""
    async with serving(saying(whole(bytes(50_000_000)))) as server, fetching() as fetcher:
        result = await fetcher.fetch(FetchRequest(server.url, max_bytes=10_000))
    assert result.outcome is Outcome.TOO_LARGE
    assert result.body == bytes(10_000)
    assert (len(result.hops[0].raw_body), result.hops[0].truncated) == (10_000, "length")


@pytest.mark.parametrize("extra", [0, 1])
async def test_the_cap_is_exact(extra: int) -> None:
    """A body as large as the cap is whole; one byte more is too large."""
    result = await get(saying(whole(TEXT + b"x" * extra)), max_bytes=len(TEXT))
    assert result.outcome is (Outcome.TOO_LARGE if extra else Outcome.OK)
    assert result.body == TEXT


async def test_decoded_size_has_its_own_cap() -> None:
    """The policy's caps on raw and decoded bytes are separate."""
    answer = saying(whole(CODED["gzip"], "Content-Encoding: gzip"))
    assert (await get(answer, policy={"max_body_bytes": len(TEXT) - 1})).outcome is Outcome.TOO_LARGE
    assert (await get(answer, policy={"max_raw_bytes": len(CODED["gzip"]) - 1})).outcome is Outcome.TOO_LARGE
    assert (await get(answer, policy={"max_raw_bytes": len(CODED["gzip"])})).outcome is Outcome.OK


def dripping(first: bytes, pause: float = 0.05) -> Handler:
    """Return a handler that adds a byte now and then, for ever."""

    async def handler(path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        while not writer.is_closing():
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(pause)

    return handler


async def test_a_drip_ends_after_its_grace() -> None:
    """A body slower than the minimum rate is cut after the grace, long before the timeout; what came is kept."""
    result = await get(dripping(head("200 OK", "Content-Length: 100000")), policy={"grace_s": 0.3, "min_rate": 1000.0})
    assert (result.outcome, result.body, result.status) == (Outcome.TIMEOUT, b"", 200)
    assert result.hops[0].truncated == "time"
    assert result.hops[0].raw_body.startswith(b"xx")
    assert 0.2 < result.elapsed_s < 2


async def test_a_body_fast_enough_may_take_its_time() -> None:
    """Beyond the grace a body goes on as long as it keeps the rate."""
    parts = [b"x" * 1000] * 10
    answer = bit_by_bit(head("200 OK", "Content-Length: 10000"), *parts, pause=0.05)
    result = await get(answer, policy={"grace_s": 0.1, "min_rate": 2000.0})
    assert result.outcome is Outcome.OK
    assert result.elapsed_s > 0.3


@pytest.mark.parametrize("first", [b"", b"HTTP/1.1 200 OK\r\nX: "])
async def test_a_dripping_head_ends_at_the_timeout(first: bytes) -> None:
    """Silence, and a head that never ends, cost the whole timeout and no more."""
    result = await get(dripping(first) if first else saying(b""), policy={"timeout_s": 0.4})
    assert (result.outcome, result.status, result.hops) == (Outcome.TIMEOUT, None, ())
    assert result.elapsed_s < 2


async def test_the_timeout_is_of_the_whole_fetch() -> None:
    """Redirects that each take a while do not add up beyond the timeout."""

    async def slow(path: str, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.2)
        writer.write(head(FOUND, f"Location: {path}x", "Content-Length: 0"))

    result = await get(slow, policy={"timeout_s": 0.7})
    assert result.outcome is Outcome.TIMEOUT
    assert 2 <= len(result.hops) <= 3
    assert result.elapsed_s < 2


async def test_interim_responses_are_passed_over() -> None:
    """103 Early Hints come before the answer, any number of them."""
    result = await get(saying(head("103 Early Hints", "Link: </a.css>") * 50 + whole(b"x")))
    assert (result.outcome, result.status, result.body) == (Outcome.OK, 200, b"x")


async def test_a_flood_of_interim_responses_ends() -> None:
    """A server that never comes to its answer costs the timeout."""

    async def flooding(path: str, writer: asyncio.StreamWriter) -> None:
        while not writer.is_closing():
            writer.write(head("100 Continue"))
            await writer.drain()
            await asyncio.sleep(0.001)

    result = await get(flooding, policy={"timeout_s": 0.4})
    assert result.outcome is Outcome.TIMEOUT
    assert result.elapsed_s < 2
