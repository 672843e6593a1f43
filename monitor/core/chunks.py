"""Where a file or a table is cut into the pieces of a backup, so that what stays the same gives the same pieces again.

A database of SQLite changes page by page and a file of evidence only grows: they are cut every so many bytes. A table
of PostgreSQL is cut behind rows that its keys choose, wherever these rows come to lie.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

_SCALE = 1 << 64


@dataclass(frozen=True, slots=True)
class CutPolicy:
    """How large the pieces of a table are, in bytes: about `usual`, and a cut is forced where one would pass `most`."""

    usual: int = 262_144
    most: int = 4_194_304


def is_cut(key: bytes, row: int, policy: CutPolicy) -> bool:
    """Say whether a piece ends behind the row of that key, which has `row` bytes.

    Decided by the row alone, with a chance of its length over `policy.usual`: a row that is new, gone or longer than
    before moves no cut but its own.
    """
    drawn = int.from_bytes(hashlib.blake2b(key, digest_size=8).digest(), "big")
    return drawn * policy.usual < row * _SCALE


def pieces(rows: Iterable[bytes], key_of: Callable[[bytes], bytes], policy: CutPolicy) -> Iterator[bytes]:
    """Join rows into pieces; all of them together are all the rows, in their order, and none is empty."""
    held: list[bytes] = []
    size = 0
    for row in rows:
        if held and size + len(row) > policy.most:
            yield b"".join(held)
            held, size = [], 0
        held.append(row)
        size += len(row)
        if is_cut(key_of(row), len(row), policy):
            yield b"".join(held)
            held, size = [], 0
    if held:
        yield b"".join(held)
