"""Tell how alike two texts are, and which of any number are worth comparing: docs/copies.md has the measurements."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from zlib import crc32

from monitor.core.diffs import hunks
from monitor.core.folding import fold
from monitor.core.typography import normalise
from monitor.core.words import words

LENGTH = 4  # words of a sequence: one changed word spoils four, and different articles share 3 % at most
MOST_WORDS = 20_000  # of a text that are looked at
HEAD = 0.1  # of the shared sequences, the first ones, may stand anywhere: some phrases everybody uses


@dataclass(frozen=True, slots=True)
class SketchPolicy:
    """Which sequences of a text are kept to find it by: one in so many, but within these bounds.

    What `crowd` documents hold already says little of one more. Candidates share `least_shared` sequences, and one in
    `share_of` of the sketch; at most `candidates` are compared.
    """

    one_in: int = 16
    least: int = 24
    most: int = 400
    crowd: int = 100
    least_shared: int = 2
    share_of: int = 16
    candidates: int = 12


@dataclass(frozen=True, slots=True)
class CopyPolicy:
    """From which likeness on one text is a copy of the other; for what, see `is_copy`."""

    containment: float = 0.35
    coverage: float = 0.22
    mostly: float = 0.55
    start: float = 0.25
    shared: int = 30
    short_shared: int = 8
    short_resemblance: float = 0.6


@dataclass(frozen=True, slots=True, order=True)
class Likeness:
    """How many different word sequences two texts share, and what share that is; the likest are the greatest.

    `resemblance` is of all that either has (Jaccard), `containment` of the shorter one's, `coverage` of the longer
    one's. `start` is where in the longer text the shared ones begin, 0 to 1.
    """

    resemblance: float
    containment: float
    coverage: float
    start: float
    shared: int


SKETCH = SketchPolicy()
COPY = CopyPolicy()
UNLIKE = Likeness(0.0, 0.0, 0.0, 1.0, 0)


def sequences(text: str) -> tuple[str, ...]:
    """Return the sequences of four words that a text is made of, in order; the words folded as for the search."""
    words_of = fold(" ".join(text.split()[:MOST_WORDS])).split()[:MOST_WORDS]
    return tuple(map(" ".join, zip(*(words_of[start:] for start in range(LENGTH)), strict=False)))


def sketch(of: Iterable[str], policy: SketchPolicy = SKETCH) -> tuple[int, ...]:
    """Return the sample of a text's sequences by which it is found, as signed numbers of 64 bits, sorted.

    A sequence is in the sample by its own checksum, so that texts that share sequences share samples (FracMinHash,
    Irber et al. 2022); of a short text the smallest `least`, of a long one the smallest `most`.
    """
    marks = [(crc32(one.encode("utf-8", "surrogatepass")), one) for one in set(of)]
    chosen = [mark for mark in marks if mark[0] < 2**32 // policy.one_in]
    kept = sorted(chosen)[: policy.most] if len(chosen) >= policy.least else sorted(marks)[: policy.least]
    return tuple(sorted(_number(one) for _, one in kept))


def _number(one: str) -> int:
    digest = hashlib.blake2b(one.encode("utf-8", "surrogatepass"), digest_size=8, person=b"sequence").digest()
    return int.from_bytes(digest, "big", signed=True)


def candidates(of: Collection[int], holders: Iterable[tuple[int, int]], policy: SketchPolicy = SKETCH) -> list[int]:
    """Return the documents worth comparing with a text, likeliest first, from (number, document) of its sketch.

    Numbers that a crowd holds are an outlet's standing words, and do not count; unless most of the sketch is of them,
    for then the text is one that a crowd carries.
    """
    documents: dict[int, list[int]] = defaultdict(list)
    for number, document in holders:
        documents[number].append(document)
    telling = [held for held in documents.values() if len(held) < policy.crowd]
    if 2 * (len(documents) - len(telling)) > len(of):
        telling = list(documents.values())
    counts = Counter(chain.from_iterable(telling))
    enough = max(policy.least_shared, len(of) // policy.share_of)
    likely = [(-count, document) for document, count in counts.items() if count >= enough]
    return [document for _, document in sorted(likely)[: policy.candidates]]


def liken(one: Sequence[str], other: Sequence[str]) -> Likeness:
    """Return how alike two texts are, given as their sequences; the order of the two makes no difference."""
    first, second = set(one), set(other)
    if not (both := first & second):
        return UNLIKE
    shorter, longer = sorted((len(first), len(second)))
    text = max((one, other), key=lambda each: (len(first) if each is one else len(second), tuple(each)))
    return Likeness(
        resemblance=len(both) / (shorter + longer - len(both)),
        containment=len(both) / shorter,
        coverage=len(both) / longer,
        start=_start(text, both),
        shared=len(both),
    )


def _start(text: Sequence[str], shared: Collection[str]) -> float:
    places = [at for at, one in enumerate(text) if one in shared]
    return places[int(len(places) * HEAD)] / len(text)


def is_copy(found: Likeness, policy: CopyPolicy = COPY) -> bool:
    """Say whether one text is a copy of the other: taken whole, altered, cut, or carried on.

    Much of the shorter one is in the longer, and either most of the longer one is that, or it begins with it: a cut
    keeps the beginning, while the items of a roundup stand one after the other and have nothing to do with each other.
    A short text has to be nearly the same.
    """
    if found.shared < policy.shared:
        return found.shared >= policy.short_shared and found.resemblance >= policy.short_resemblance
    begins = found.coverage >= policy.coverage and found.start <= policy.start
    return found.containment >= policy.containment and (begins or found.coverage > policy.mostly)


def is_mostly(resemblance: float, containment: float, policy: CopyPolicy = COPY) -> bool:
    """Say whether the longer of two texts is mostly the shorter one; it cannot be that of two that share nothing."""
    if not resemblance or not containment:
        return False
    return 1 / (1 / resemblance - 1 / containment + 1) > policy.mostly  # the coverage


def altered(first: str, other: str) -> tuple[int, int]:
    """Return how many words the other text added and removed, typography apart."""
    before, after = ([word.text for word in words(normalise(text))] for text in (first, other))
    steps = hunks(before, after)
    return sum(one.new_end - one.new_start for one in steps), sum(one.end - one.start for one in steps)
