"""Bodies in every coding, whole, cut, broken and exploding."""

import gzip
import random
import time
import tracemalloc
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.edges.codings import MAX_MEMBERS
from monitor.edges.decoding import BodyDecoder, BodyLimits, Decoded, Ending, codings_of, decode

DEFAULTS = BodyLimits(max_raw=20 << 20, max_body=50 << 20, max_ratio=200.0)
LIMITS = BodyLimits(max_raw=10_000_000, max_body=10_000_000, max_ratio=200.0)


def raw_deflate(data: bytes) -> bytes:
    """Return deflate without the zlib wrapping, as some servers send it."""
    engine = zlib.compressobj(wbits=-15)
    return engine.compress(data) + engine.flush()


ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "raw": raw_deflate,
    "br": lambda data: brotli.compress(data, quality=4),
    "zstd": lambda data: zstandard.ZstdCompressor(write_checksum=True).compress(data),
}
NAMES = {name: "deflate" if name == "raw" else name for name in ENCODERS}
every_coding = pytest.mark.parametrize("kind", sorted(ENCODERS))
TEXT = "\n".join(f"{n}. Something else happened, and {n * 7919 % 1000} people saw it." for n in range(400)).encode()


def undo(raw: bytes, *codings: str, limits: BodyLimits = LIMITS, size: int = 1000) -> Decoded:
    """Decode as a body that arrives in pieces of that size."""
    decoder = BodyDecoder(codings, limits)
    for start in range(0, len(raw), size):
        decoder.feed(raw[start : start + size])
    return decoder.finish()


@every_coding
@settings(max_examples=25)
@given(data=st.binary(min_size=1, max_size=3000), size=st.integers(1, 400))
def test_what_was_encoded_comes_back(kind: str, data: bytes, size: int) -> None:
    """Any bytes in any coding, arriving in pieces of any size, decode to themselves."""
    assert undo(ENCODERS[kind](data), NAMES[kind], size=size) == Decoded(data, Ending.COMPLETE)


@every_coding
@settings(max_examples=40)
@given(cut=st.floats(0, 1, exclude_max=True), size=st.integers(1, 3000))
def test_a_cut_body_is_never_complete(kind: str, cut: float, size: int) -> None:
    """Wherever a body is cut, from its first byte to its last, it is TRUNCATED and gives no text."""
    raw = ENCODERS[kind](TEXT)
    result = undo(raw[: int(len(raw) * cut)], NAMES[kind], size=size)
    assert (result.ending, result.body) == (Ending.TRUNCATED, b"")


@every_coding
@settings(max_examples=60)
@given(noise=st.binary(max_size=300), size=st.integers(1, 100))
def test_noise_never_raises(kind: str, noise: bytes, size: int) -> None:
    """Bytes that are not what Content-Encoding says end as an outcome."""
    assert undo(noise, NAMES[kind], size=size).ending in set(Ending)


@pytest.mark.parametrize("kind", ["gzip", "deflate", "zstd"])
@settings(max_examples=60)
@given(data=st.data())
def test_a_flipped_bit_is_noticed(kind: str, data: st.DataObject) -> None:
    """With a checksum in the coding, damage never passes for another text."""
    raw = bytearray(ENCODERS[kind](TEXT))
    position = data.draw(st.integers(0, len(raw) * 8 - 1))
    raw[position // 8] ^= 1 << position % 8
    result = undo(bytes(raw), NAMES[kind])
    assert result.ending is not Ending.COMPLETE or result.body == TEXT


@every_coding
def test_the_wrong_coding_is_undecodable(kind: str) -> None:
    """A page sent plain under a coding's name is not decoded, and the reason names the coding."""
    result = undo(b"<!doctype html><p>plain text under a false name, and long enough</p>" * 20, NAMES[kind])
    assert (result.ending, result.body) == (Ending.UNDECODABLE, b"")
    assert NAMES[kind] in str(result.detail)


@pytest.mark.parametrize("size", [1, 7, 5000])
@pytest.mark.parametrize(
    "codings", [("gzip", "br"), ("br", "gzip"), ("zstd", "gzip"), ("deflate", "zstd", "br"), ("gzip", "gzip")]
)
def test_stacked_codings_are_undone_in_reverse(codings: tuple[str, ...], size: int) -> None:
    """Codings are undone from the last applied to the first (RFC 9110 8.4)."""
    raw = TEXT
    for name in codings:
        raw = ENCODERS[name](raw)
    assert undo(raw, *codings, size=size) == Decoded(TEXT, Ending.COMPLETE)
    assert undo(raw[:-1], *codings, size=size).ending is Ending.TRUNCATED


@pytest.mark.parametrize("size", [1, 2, 3, 5, 10_000])
@pytest.mark.parametrize("kind", ["gzip", "zstd"])
def test_several_members_are_one_body(kind: str, size: int) -> None:
    """gzip members and zstd frames in a row are one body, and a last one that is cut is noticed."""
    raw = ENCODERS[kind](TEXT) + ENCODERS[kind](b"more")
    assert undo(raw, kind, size=size) == Decoded(TEXT + b"more", Ending.COMPLETE)
    assert undo(raw[:-1], kind, size=size).ending is Ending.TRUNCATED


@pytest.mark.parametrize("size", [1, 3, 10_000])
def test_skippable_zstd_frames_are_skipped(size: int) -> None:
    """RFC 8878 3.1.2: frames of other data may stand before and after."""
    skippable = b"\x50\x2a\x4d\x18\x03\x00\x00\x00abc"
    raw = skippable + ENCODERS["zstd"](TEXT) + skippable
    assert undo(raw, "zstd", size=size) == Decoded(TEXT, Ending.COMPLETE)


@pytest.mark.parametrize("size", [1, 3, 10_000])
@pytest.mark.parametrize("kind", ["gzip", "zstd", "deflate"])
def test_padding_after_the_end_is_ignored(kind: str, size: int) -> None:
    """Servers pad; browsers do not mind, and no text is lost."""
    for padding in (b"\0" * 50, b"\r\n", b"(x", b"\x1f", b"\x28\xb5"):
        assert undo(ENCODERS[kind](TEXT) + padding, kind, size=size) == Decoded(TEXT, Ending.COMPLETE)


def test_plain_bodies_pass() -> None:
    """Without a coding the bytes are the body."""
    assert undo(TEXT) == Decoded(TEXT, Ending.COMPLETE)
    assert undo(b"") == Decoded(b"", Ending.COMPLETE)


@pytest.mark.parametrize("kind", [*sorted(ENCODERS), "identity"])
def test_a_cap_keeps_the_head(kind: str) -> None:
    """A body over the cap is TOO_LARGE; its first bytes, exactly up to the cap, are there for who can use them."""
    limits = BodyLimits(10_000_000, 5000, 200.0)
    raw, codings = (TEXT, ()) if kind == "identity" else (ENCODERS[kind](TEXT), (NAMES[kind],))
    assert undo(raw, *codings, limits=limits).ending is Ending.TOO_LARGE
    assert undo(raw, *codings, limits=limits).body == TEXT[:5000]
    exact = BodyLimits(10_000_000, len(TEXT), 200.0)
    assert undo(raw, *codings, limits=exact) == Decoded(TEXT, Ending.COMPLETE)


def bomb(kind: str, size: int = 1 << 28) -> bytes:
    """Return a quarter of a gigabyte of zeros, in less than 300 KB."""
    return ENCODERS[kind](bytes(size))


@pytest.mark.parametrize("kind", ["gzip", "br", "zstd"])
def test_a_bomb_costs_next_to_nothing(kind: str) -> None:
    """A bomb is stopped by its ratio in a moment and within a few megabytes."""
    raw = bomb(kind)
    tracemalloc.start()
    began = time.process_time()
    result = undo(raw, kind, limits=DEFAULTS, size=65_536)
    spent, (_, peak) = time.process_time() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert result.ending is Ending.TOO_LARGE
    assert "bomb" in str(result.detail)
    assert spent < 3.0
    assert peak < 64 << 20


@pytest.mark.parametrize("codings", [("br", "gzip"), ("br", "br"), ("zstd", "br"), ("gzip", "gzip", "gzip")])
def test_a_bomb_in_a_wrapping_is_stopped_too(codings: tuple[str, ...]) -> None:
    """The caps hold for every stage, not only for the last."""
    raw = bomb(codings[0])
    for name in codings[1:]:
        raw = ENCODERS[name](raw)
    tracemalloc.start()
    result = undo(raw, *codings, size=65_536)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert result.ending is Ending.TOO_LARGE
    assert peak < 64 << 20


def test_a_bomb_between_the_stages_is_stopped() -> None:
    """An outer coding that expands to much which the inner one reads as nothing is stopped as well."""
    empty = b"\0\0\0\xff\xff"  # a stored block of nothing (RFC 1951 3.2.4)
    result = undo(brotli.compress(empty * 4_000_000, quality=1), "deflate", "br", size=65_536)
    assert result.ending is Ending.TOO_LARGE


@pytest.mark.parametrize(
    ("kind", "nothing"), [("gzip", gzip.compress(b"", mtime=0)), ("zstd", b"\x50\x2a\x4d\x18\0\0\0\0")]
)
def test_a_body_of_nothing_many_times_over_is_undecodable(kind: str, nothing: bytes) -> None:
    """Members and frames are counted: a million empty ones would cost ten seconds."""
    assert undo(nothing * (MAX_MEMBERS + 1), kind, size=65_536).ending is Ending.UNDECODABLE
    assert undo(ENCODERS[kind](TEXT) + nothing * (MAX_MEMBERS - 1), kind, size=65_536).body == TEXT


@pytest.mark.parametrize("kind", ["gzip", "br", "zstd"])
def test_a_coded_body_is_held_within_bounds(kind: str) -> None:
    """As received, decoded and remembered by its coding, a body takes no more than 12 MiB besides its cap."""
    noise = random.Random(5).randbytes(7 << 20)
    decoded = undo(ENCODERS[kind](noise), kind, limits=BodyLimits(1 << 30, 8 << 20, 200.0), size=65_536)
    assert decoded.ending is (Ending.TOO_LARGE if kind != "gzip" else Ending.COMPLETE)
    assert undo(ENCODERS[kind](noise), kind, limits=DEFAULTS, size=65_536) == Decoded(noise, Ending.COMPLETE)


@pytest.mark.parametrize("kind", ["gzip", "br", "zstd"])
def test_the_head_of_a_body_too_large_is_bounded(kind: str) -> None:
    """Of a body beyond the caps a MiB is kept at most, however high the cap."""
    noise = random.Random(5).randbytes(3 << 20)
    decoded = undo(ENCODERS[kind](noise), kind, limits=BodyLimits(1 << 30, 2 << 20, 200.0), size=65_536)
    assert decoded == Decoded(noise[: 1 << 20], Ending.TOO_LARGE, "body is larger than 2097152 bytes decoded")


def test_a_small_body_may_pack_well() -> None:
    """One line a thousand times over is no bomb below a megabyte."""
    line = b"All quiet on every front. " * 30_000
    assert undo(ENCODERS["br"](line), "br") == Decoded(line, Ending.COMPLETE)


def fullness(raw: bytes, codings: tuple[str, ...]) -> bool:
    decoder = BodyDecoder(codings, BodyLimits(100, 3, 200.0))
    decoder.feed(raw)
    return decoder.full


def test_full_says_when_to_stop_receiving() -> None:
    """Only a cap makes the rest useless; a broken body is received to its end, for the evidence."""
    assert not fullness(b"abc", ())
    assert fullness(b"abcd", ())
    assert not fullness(b"not gzip at all", ("gzip",))


def test_a_zstd_window_that_eats_memory_is_refused() -> None:
    """RFC 9659: an HTTP body may not ask for more than 8 MiB of window."""
    parameters = zstandard.ZstdCompressionParameters(window_log=27, write_content_size=0)
    engine = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    raw = engine.compress(TEXT) + engine.flush()
    assert undo(raw, "zstd").ending is Ending.UNDECODABLE


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([b"gzip"], ("gzip",)),
        ([b"GZip , br"], ("gzip", "br")),
        ([b"gzip", b"br"], ("gzip", "br")),
        ([b"identity"], ()),
        ([b""], ()),
        ([b"UTF-8"], ()),
        ([b'"gzip"'], ("gzip",)),
        ([b"x-gzip"], ("x-gzip",)),
        ([b"\xff\xfe"], ("\xff\xfe",)),
        ([], ()),
    ],
)
def test_content_encoding_is_read_as_it_is_found(values: list[bytes], expected: tuple[str, ...]) -> None:
    """Lists, repeated headers, any case, quotes, and charsets in the wrong place."""
    assert codings_of([(b"X", b"br"), *((b"content-ENCODING", value) for value in values)]) == expected


@pytest.mark.parametrize("codings", [("compress",), ("gzip", "rot13"), ("gzip",) * 4, ("\xff",)])
def test_unknown_and_absurd_codings_are_undecodable(codings: tuple[str, ...]) -> None:
    """What cannot be undone is an outcome with a reason, not a page of rubbish."""
    result = undo(TEXT, *codings)
    assert (result.ending, result.body) == (Ending.UNDECODABLE, b"")
    assert result.detail


def test_kept_bodies_are_decoded_by_their_headers() -> None:
    """Evidence that is read again decodes as it did on arrival."""
    headers = [(b"Content-Type", b"text/html"), (b"Content-Encoding", b"br")]
    assert decode(headers, ENCODERS["br"](TEXT), LIMITS) == Decoded(TEXT, Ending.COMPLETE)
    assert decode(headers, b"", LIMITS) == Decoded(b"", Ending.COMPLETE)
    assert decode(headers, bomb("br"), LIMITS).ending is Ending.TOO_LARGE
