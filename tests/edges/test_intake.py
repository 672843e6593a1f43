"""Bodies on their way in: long ones are decoded away from the event loop, and none is kept twice."""

import asyncio
import gzip
import os
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import brotli
import pytest
import zstandard

from monitor.edges.decoding import BodyDecoder, BodyLimits, Decoded, Ending
from monitor.edges.intake import Intake
from monitor.interfaces import FetchRequest
from monitor.model import Outcome
from tests.edges.fetching import TEXT, fetching
from tests.edges.loopback import saying, serving, whole

MIB = 1 << 20
LIMITS = BodyLimits(20_000_000, 64_000_000, 200.0)
# A feed of 2 MiB as it may be: it packs to about a fifth.
FEED = b"".join(b"<item><title>%s</title></item>" % os.urandom(20).hex().encode() for _ in range(30_000))
CODED: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "br": lambda body: brotli.compress(body, quality=4),
    "zstd": zstandard.ZstdCompressor().compress,
}


@pytest.fixture(scope="module")
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as made:
        yield made


async def took(intake: Intake, body: bytes, size: int = 65_536) -> tuple[bytes, Decoded]:
    """Let it take a body in pieces as a connection gives them."""
    for start in range(0, len(body), size):
        if intake.cut is None:
            await intake.take(body[start : start + size])
    return await intake.finish(framed=True)


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Collect for each piece that is decoded whether that was where the event loop runs."""
    seen: list[bool] = []
    feed = BodyDecoder.feed

    def watched(self: BodyDecoder, data: bytes) -> None:
        seen.append(threading.current_thread() is threading.main_thread())
        feed(self, data)

    monkeypatch.setattr(BodyDecoder, "feed", watched)
    return seen


@pytest.mark.parametrize("coding", CODED)
@pytest.mark.parametrize("size", [1_000, 4_096, 65_536, 300_000])
async def test_a_body_is_the_same_in_any_pieces(coding: str, size: int, threads: ThreadPoolExecutor) -> None:
    """Here and in the thread, in order, and both forms are whole."""
    packed = CODED[coding](FEED)
    raw, decoded = await took(Intake((coding,), LIMITS, threads), packed, size)
    assert (raw, decoded) == (packed, Decoded(FEED, Ending.COMPLETE))


@pytest.mark.parametrize(("coding", "here"), [("gzip", True), ("zstd", True), ("br", False)])
async def test_a_short_body_is_decoded_where_it_arrives(
    coding: str, here: bool, threads: ThreadPoolExecutor, places: list[bool]
) -> None:
    """It costs less than a thread would; br apart, where a dozen bytes can cost tens of milliseconds."""
    _, decoded = await took(Intake((coding,), LIMITS, threads), CODED[coding](TEXT))
    assert decoded == Decoded(TEXT, Ending.COMPLETE)
    assert set(places) == {here}


@pytest.mark.parametrize("coding", CODED)
async def test_a_long_body_is_decoded_in_a_thread(coding: str, threads: ThreadPoolExecutor, places: list[bool]) -> None:
    """Its first 64 KiB apart, which are fed in small slices."""
    packed = CODED[coding](FEED)
    await took(Intake((coding,), LIMITS, threads), packed)
    assert sum(places) <= 16
    assert len(places) - sum(places) >= (len(packed) - 65_536) // 65_536


async def test_a_body_that_takes_long_goes_to_the_thread(threads: ThreadPoolExecutor, places: list[bool]) -> None:
    """However short it is: what took a few milliseconds here is not decoded further here."""
    bomb = gzip.compress(bytes(40 * MIB), 9)
    assert len(bomb) < 65_536
    await took(Intake(("gzip",), BodyLimits(20_000_000, 64_000_000, 1e9), threads), bomb)
    assert places[0]
    assert not places[-1]


async def test_the_loop_goes_on_while_a_body_is_decoded() -> None:
    """A body just within the ratio, which takes hundreds of milliseconds, holds nothing else up for long."""
    block = os.urandom(512) + bytes(512 * 149)
    packed = gzip.compress(block * (60 * MIB // len(block)), 1)
    late = []

    async def watch() -> None:
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            await asyncio.sleep(0.001)
            late.append(loop.time() - began)

    answer = saying(whole(packed, "Content-Encoding: gzip"))
    async with serving(answer) as server, fetching(timeout_s=30.0, max_body_bytes=64_000_000) as fetcher:
        for _ in range(3):
            late.clear()
            watching = asyncio.create_task(watch())
            result = await fetcher.fetch(FetchRequest(server.url))
            watching.cancel()
            assert result.outcome is Outcome.OK
            if max(late) < 0.1:
                return
    pytest.fail(f"the loop stood still for {max(late):.3f} s, three times")


async def peak(intake: Intake, packed: bytes) -> tuple[float, bytes, Decoded]:
    """Return the most memory that taking a body needed, in MiB, and what came of it."""
    tracemalloc.start()
    try:
        raw, decoded = await took(intake, packed)
        return tracemalloc.get_traced_memory()[1] / MIB, raw, decoded
    finally:
        tracemalloc.stop()


async def test_a_plain_body_is_in_memory_once(threads: ThreadPoolExecutor) -> None:
    """Received and decoded are one object."""
    most, raw, decoded = await peak(Intake((), BodyLimits(16 * MIB, 16 * MIB, 200.0), threads), bytes(16 * MIB))
    assert raw is decoded.body
    assert most < 16 + 5  # its room is taken at once, as large as the cap


@pytest.mark.parametrize("coding", CODED)
async def test_a_coded_body_is_in_memory_once_in_each_form(coding: str, threads: ThreadPoolExecutor) -> None:
    """As received and as decoded, without a copy of either, plus the window of the coding."""
    body = FEED * 5
    packed = CODED[coding](body)
    most, _, decoded = await peak(Intake((coding,), BodyLimits(len(packed), len(body), 200.0), threads), packed)
    assert decoded.body == body
    assert most < (len(body) + len(packed)) / MIB + 9


@pytest.mark.parametrize(("cut", "body"), [("time", b""), ("disconnect", b""), ("length", TEXT)])
async def test_a_body_that_is_cut_shows_its_head_only_when_we_cut_it(
    cut: str, body: bytes, threads: ThreadPoolExecutor
) -> None:
    """Part of a text misleads; the first reason for a cut counts."""
    intake = Intake((), LIMITS, threads)
    await intake.take(TEXT)
    intake.stop(cut, "why")
    intake.stop("length", "later")
    raw, decoded = await intake.finish(framed=True)
    assert (raw, decoded.body, decoded.detail, intake.cut) == (TEXT, body, "why", cut)


@pytest.mark.parametrize(("framed", "ending"), [(True, Ending.COMPLETE), (False, Ending.TRUNCATED)])
async def test_an_empty_coded_body_is_whole_if_its_framing_says_so(
    framed: bool, ending: Ending, threads: ThreadPoolExecutor
) -> None:
    """Content-Length: 0 with Content-Encoding: gzip is common; a connection that only closed is something else."""
    assert (await Intake(("gzip",), LIMITS, threads).finish(framed=framed))[1].ending is ending
