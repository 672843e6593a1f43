"""A body cut at any byte is never a shorter text: each cut is tried, in every coding and framing."""

import asyncio
import gzip
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard

from monitor.interfaces import FetchRequest, FetchResult
from monitor.model import Outcome
from tests.edges.fetching import fetching
from tests.edges.loopback import chunked, head, serving

TEXT = b"".join(b"%d. Something happened, and %d saw it.\n" % (n, n * 7919 % 1000) for n in range(5))
CODED: dict[str, bytes] = {
    "identity": TEXT,
    "gzip": gzip.compress(TEXT, mtime=0),
    "deflate": zlib.compress(TEXT),
    "br": brotli.compress(TEXT),
    "zstd": zstandard.ZstdCompressor().compress(TEXT),
    "gzip, br": brotli.compress(gzip.compress(TEXT, mtime=0)),
}
CLOSE = "Connection: close"


def _by_length(coding: str, cut: int) -> bytes:
    """Say the length of the whole and send less."""
    length = f"Content-Length: {len(CODED[coding])}"
    return head("200 OK", CLOSE, f"Content-Encoding: {coding}", length) + CODED[coding][:cut]


def _by_false_length(coding: str, cut: int) -> bytes:
    """Say the length of what is sent, as a proxy does that was cut off itself."""
    return head("200 OK", CLOSE, f"Content-Encoding: {coding}", f"Content-Length: {cut}") + CODED[coding][:cut]


def _by_closing(coding: str, cut: int) -> bytes:
    """Say no length."""
    return head("200 OK", CLOSE, f"Content-Encoding: {coding}") + CODED[coding][:cut]


def _by_chunks(coding: str, cut: int) -> bytes:
    """Send chunks, of which some are whole."""
    start = head("200 OK", CLOSE, f"Content-Encoding: {coding}", "Transfer-Encoding: chunked")
    return start + chunked(CODED[coding], 16)[:cut]


Framing = Callable[[str, int], bytes]


async def cut_everywhere(coding: str, framing: Framing, sizes: range) -> list[FetchResult]:
    """Fetch the body cut at each of those places, from a server that cuts where the path says, then closes."""

    async def cutting(path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(framing(coding, int(path.removeprefix("/"))))
        await writer.drain()
        writer.close()

    async with serving(cutting) as server, fetching(timeout_s=20.0, grace_s=20.0) as fetcher:
        gate = asyncio.Semaphore(20)

        async def one(size: int) -> FetchResult:
            async with gate:
                return await fetcher.fetch(FetchRequest(f"{server.url}{size}"))

        return await asyncio.gather(*map(one, sizes))


@pytest.mark.parametrize("coding", CODED)
@pytest.mark.parametrize("framing", [_by_length, _by_chunks], ids=["length", "chunks"])
async def test_a_cut_that_the_framing_shows_is_truncated(coding: str, framing: Framing) -> None:
    """A body shorter than its length, or without its last chunk, is TRUNCATED, and the bytes are kept."""
    whole = len(CODED[coding]) if framing is _by_length else len(chunked(CODED[coding], 16))
    for size, result in enumerate(await cut_everywhere(coding, framing, range(whole))):
        assert (result.outcome, result.body) == (Outcome.TRUNCATED, b""), (size, result)
        assert CODED[coding].startswith(result.hops[0].raw_body)
    (complete,) = await cut_everywhere(coding, framing, range(whole, whole + 1))
    assert (complete.outcome, complete.body) == (Outcome.OK, TEXT)


@pytest.mark.parametrize("coding", [coding for coding in CODED if coding != "identity"])
@pytest.mark.parametrize("framing", [_by_false_length, _by_closing], ids=["false length", "closing"])
async def test_a_cut_that_only_the_coding_shows_is_truncated(coding: str, framing: Framing) -> None:
    """Where the framing knows nothing of a cut, the coding does; nothing at all, with a length of nought, is whole."""
    first, *others = await cut_everywhere(coding, framing, range(len(CODED[coding])))
    assert first.outcome is (Outcome.OK if framing is _by_false_length else Outcome.TRUNCATED)
    assert first.body == b""
    for size, result in enumerate(others, 1):
        assert (result.outcome, result.body) == (Outcome.TRUNCATED, b""), (size, result)
        assert result.hops[0].raw_body == CODED[coding][:size]
