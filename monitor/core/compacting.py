"""Decide what is compacted together: which records go into one file, and what of them its dictionary is made of.

A page is mostly what its outlet puts around every article, and pages checked again are mostly what they were. So the
dictionary holds, once, every piece of text that stands in two or more records of the file: a record then costs what is
new in it. (On pages as real ones are, in KiB each with the dictionary shared out: gzip 43, zstd 35, with a dictionary
that zstd trained 20, with one page as dictionary 11, with this 6. docs/compaction.md.)
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple
from urllib.parse import urlsplit

MISC = "misc"  # records that are of no host
SEVERAL = "several"  # hosts that have too little each

# A piece ends at the next of these after 96 bytes, so that two texts with the same stretch are soon cut alike. From 64
# to 192 bytes it makes a difference of 3 %; 384 are 5 % worse. Of the classes tried this one was best.
_PIECE = re.compile(rb'(?s).{96}[^<\n{};,"]*.?|.+')
_LONGEST = 1 << 22  # bytes of a record of which pieces are taken; what is longer is no page


class Place(NamedTuple):
    """A record in a file to be compacted. `size` is of its bytes uncompressed, `sha256` theirs, `url` its target."""

    file: str
    offset: int
    length: int
    size: int
    sha256: bytes
    url: str | None
    about_file: bool  # a warcinfo record


class Part(NamedTuple):
    """The records of one file to be: of one host, or of several small ones."""

    host: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class PartPolicy:
    """How much goes into a file, in bytes uncompressed: at most `most`; hosts with less than `least` share one.

    With 32 MiB, a record costs 5.7 KiB where with 8 MiB it costs 6.0 and with 64 MiB 5.6; memory goes with it.
    """

    most: int = 32 << 20
    least: int = 1 << 20


def host_of(url: str | None) -> str:
    """Return the host of a record's target URI, MISC where it has none."""
    try:
        return (urlsplit(url or "").hostname or MISC).rstrip(".") or MISC
    except ValueError:  # a bracket that is no IPv6 address
        return MISC


def parts(places: Sequence[Place], policy: PartPolicy) -> Iterator[Part]:
    """Yield what goes into each file: every record once, all of an address together, in the order it was first seen.

    What is around an article then changes little from one record to the next. A warcinfo record goes before the first
    record after it.
    """
    by_host: dict[str, list[tuple[Place, ...]]] = {}
    for one in _with_warcinfo(places):
        by_host.setdefault(host_of(one[-1].url), []).append(one)
    for host, own in _several(by_host, policy.least):
        for some in _cut(_by_address(own), policy.most):
            yield Part(host, some)


def _with_warcinfo(places: Iterable[Place]) -> Iterator[tuple[Place, ...]]:
    """Yield records, each with the warcinfo records before it."""
    waiting: tuple[Place, ...] = ()
    for one in places:
        if one.about_file:
            waiting += (one,)
        else:
            yield (*waiting, one)
            waiting = ()
    if waiting:
        yield waiting


def _several(by_host: dict[str, list[tuple[Place, ...]]], least: int) -> Iterator[tuple[str, list[tuple[Place, ...]]]]:
    small: list[tuple[Place, ...]] = []
    alone = [host for host, own in by_host.items() if sum(one.size for some in own for one in some) < least]
    for host, own in by_host.items():
        if host in alone and len(alone) > 1:
            small += own
        else:
            yield host, own
    if small:
        yield SEVERAL, small


def _by_address(own: list[tuple[Place, ...]]) -> list[tuple[Place, ...]]:
    first: dict[str | None, int] = {}
    for one in own:
        first.setdefault(one[-1].url, len(first))
    return sorted(own, key=lambda one: first[one[-1].url])


def _cut(own: Iterable[tuple[Place, ...]], most: int) -> Iterator[tuple[Place, ...]]:
    some: list[Place] = []
    size = 0
    for one in own:
        its = sum(place.size for place in one)
        if some and size + its > most:
            yield tuple(some)
            some, size = [], 0
        some += one
        size += its
    if some:
        yield tuple(some)


def shared(records: Sequence[bytes], most: int) -> bytes:
    """Return every piece of text that stands in two or more records, once, at most `most` bytes of them.

    The pieces of the newest record come last, whole runs of them together: the nearer to the end, the cheaper a piece
    is to refer to, and what does not fit is of the oldest.
    """
    counted = Counter(chain.from_iterable({hash(piece) for piece in _pieces(one)} for one in records))
    taken: set[int] = set()
    runs, size = [], 0
    for record in reversed(records):
        run = [piece for piece in _pieces(record) if counted[key := hash(piece)] > 1 and not _seen(key, taken)]
        runs.append(b"".join(run))
        size += len(runs[-1])
        if size >= most:
            break
    return b"".join(reversed(runs))[-most:]


def _pieces(record: bytes) -> list[bytes]:
    return _PIECE.findall(record[:_LONGEST])


def _seen(key: int, taken: set[int]) -> bool:
    """Say whether a piece was taken before; now it is."""
    known = key in taken
    taken.add(key)
    return known
