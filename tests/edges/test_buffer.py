"""Bytes collected without being held twice."""

import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.edges.buffer import Buffer

MIB = 1 << 20


@settings(max_examples=30)
@given(st.lists(st.tuples(st.binary(max_size=50), st.integers(0, 60_000)), max_size=40), st.integers(0, 4 * MIB))
def test_what_was_written_is_taken(pieces: list[tuple[bytes, int]], most: int) -> None:
    """Pieces of any size come back in their order, in buffers that are too small as well."""
    buffer = Buffer(most)
    for piece, times in pieces:
        buffer.write(piece * times)
    assert buffer.take() == b"".join(piece * times for piece, times in pieces)
    assert buffer.take() == b""


@pytest.mark.parametrize("size", [0, MIB - 1, MIB, MIB + 1, 9 * MIB])
def test_the_first_bytes_can_be_taken(size: int) -> None:
    """A head is a copy, so that the rest can go."""
    buffer = Buffer(10 * MIB)
    buffer.write(b"x" * size)
    assert buffer.take(1000) == b"x" * min(size, 1000)


def test_memory_is_taken_once() -> None:
    """Forty MiB cost their room and what is written at a time, not twice their size."""
    piece = bytes(65_536)
    tracemalloc.start()
    buffer = Buffer(50 * MIB)
    for _ in range(40 * 16):
        buffer.write(piece)
    assert len(buffer.take()) == 40 * MIB
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 60 * MIB
