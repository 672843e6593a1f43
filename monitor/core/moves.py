"""Align the sentences of two texts: which stand in both in one order, and which were moved."""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from rapidfuzz.distance import Indel

from monitor.core.hunks import LARGEST_MATRIX, common_head
from monitor.core.words import UNIT, UNSPACED, count_words, words

SUBSTANTIAL = 6  # words; a shorter sentence ("He declined.") says too little to be followed to another place
LONG = 60  # characters that are substantial in every script, without counting words
ALIKE = 0.4  # of the words of two sentences in common, from which one is the other reworded
MOST_PAIRS = 400  # of sentences that are held against each other one by one
SHORT = 12  # characters that are not, in any: six ideographs are a name and not a sentence

_SIX_SIGNS = re.compile(rf"(?:[^{UNSPACED}]*+{UNIT}){{{SUBSTANTIAL}}}")  # each a word of its own


@dataclass(frozen=True, slots=True)
class Passage:
    """Sentences that stand in both texts, but crossed with others: their places in the two (end exclusive)."""

    start: int
    end: int
    new_start: int
    new_end: int


@dataclass(frozen=True, slots=True)
class Alignment:
    """Pairs of places that correspond, in the order of both texts, and passages that were moved, in the old one's."""

    kept: tuple[tuple[int, int], ...]
    moved: tuple[Passage, ...]


Key = Callable[[str], str]
Pairs = list[tuple[int, int]]
Wanted = Callable[[int, int], bool]  # of a place, and 0 for the old or 1 for the new sequence


def align(old: Sequence[str], new: Sequence[str], key: Key) -> Alignment:
    """Return what corresponds among two sequences of sentences (with white space between them, or not).

    First the most sentences of six words or more that are the same in the same order, then those whose `key` is, then
    the shorter ones in between. What is left of six words or more and has the same key elsewhere was moved, and its
    equal neighbours with it.
    """
    known: dict[str, bool] = {}
    substantial = _substantial(old, known), _substantial(new, known)
    key = cache(key)
    kept = _between([], old, new, lambda place, side: substantial[side][place], str)
    kept = _between(kept, old, new, lambda place, side: substantial[side][place], key)
    texts = old, new
    kept = _between(kept, old, new, lambda place, side: not texts[side][place].isspace(), str)
    return Alignment(tuple(kept), tuple(_moved(old, new, kept, substantial, key)))


def alike(old: Sequence[str], new: Sequence[str]) -> Pairs:
    """Return which sentences are each other's rewording: the pairs in one order with the most words in common.

    None where there is nothing to choose, one against one, or too much: more than 400 pairs.
    """
    if not 1 < len(old) * len(new) <= MOST_PAIRS:
        return []
    first, second = ([[word.text for word in words(text)] for text in side] for side in (old, new))
    best = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    shared = [[_shared(one, other) for other in second] for one in first]
    for at in range(len(old) - 1, -1, -1):
        for there in range(len(new) - 1, -1, -1):
            with_pair = shared[at][there] and shared[at][there] + best[at + 1][there + 1]
            best[at][there] = max(best[at + 1][there], best[at][there + 1], with_pair)
    return list(_followed(best, shared))


def _shared(one: list[str], other: list[str]) -> int:
    """Return twice the words in common, 0 where they are few."""
    common = int(Indel.similarity(one, other))
    return common if common >= ALIKE * (len(one) + len(other)) else 0


def _followed(best: list[list[int]], shared: list[list[int]]) -> Iterator[tuple[int, int]]:
    at, there = 0, 0
    while at < len(shared) and there < len(shared[0]):
        if shared[at][there] and best[at][there] == shared[at][there] + best[at + 1][there + 1]:
            yield at, there
            at, there = at + 1, there + 1
        elif best[at][there] == best[at + 1][there]:
            at += 1
        else:
            there += 1


def is_substantial(sentence: str) -> bool:
    """Tell a sentence of six words or more, whose return elsewhere is no chance."""
    if len(sentence) < SHORT or len(sentence) >= LONG:
        return len(sentence) >= LONG
    in_signs = not sentence.isascii() and _SIX_SIGNS.match(sentence)  # sooner found than counted
    return bool(in_signs) or count_words(sentence) >= SUBSTANTIAL


def _substantial(texts: Sequence[str], known: dict[str, bool]) -> list[bool]:
    for text in texts:
        if text not in known:
            known[text] = is_substantial(text)
    return [known[text] for text in texts]


def _between(
    kept: Pairs, old: Sequence[str], new: Sequence[str], wanted: Callable[[int, int], bool], key: Key
) -> Pairs:
    """Add the pairs found in the gaps between those that are kept."""
    found: Pairs = []
    at, new_at = 0, 0
    for end, new_end in (*kept, (len(old), len(new))):
        if at < end and new_at < new_end:
            places = [place for place in range(at, end) if wanted(place, 0)]
            new_places = [place for place in range(new_at, new_end) if wanted(place, 1)]
            found += _common(old, new, places, new_places, key)
        found.append((end, new_end))
        at, new_at = end + 1, new_end + 1
    return found[:-1]


def _common(old: Sequence[str], new: Sequence[str], places: list[int], new_places: list[int], key: Key) -> Pairs:
    """Return the most pairs of one key in one order; of what is too much to compare, some of them."""
    first, second = [key(old[place]) for place in places], [key(new[place]) for place in new_places]
    head = common_head(first, second)
    tail = common_head(first[head:][::-1], second[head:][::-1])
    end, new_end = len(first) - tail, len(second) - tail
    found = [(at, at) for at in range(head)]
    found += [(at + head, there + head) for at, there in _matched(first[head:end], second[head:new_end])]
    found += [(end + at, new_end + at) for at in range(tail)]
    return [(places[at], new_places[there]) for at, there in found]


def _matched(first: list[str], second: list[str]) -> Pairs:
    if not first or not second:
        return []
    if len(first) * len(second) > LARGEST_MATRIX:
        return _anchored(first, second)
    ids: dict[str, int] = {}
    numbers, others = ([ids.setdefault(text, len(ids)) for text in side] for side in (first, second))
    blocks = Indel.opcodes(numbers, others).as_matching_blocks()
    return [(block.a + n, block.b + n) for block in blocks for n in range(block.size)]


def _anchored(first: list[str], second: list[str]) -> Pairs:
    """Return the most pairs of what stands once in either, in one order, in time that hardly outgrows their number.

    What stands between them is matched afterwards (patience diff).
    """
    often, often_there = Counter(first), Counter(second)
    places = {text: there for there, text in enumerate(second) if often_there[text] == 1}
    pairs = [(at, places[text]) for at, text in enumerate(first) if often[text] == 1 and text in places]
    lowest, ends, before = (
        list[int](),
        list[int](),
        list[int](),
    )  # of rows of each length: the place it ends at, its end
    for number, (_, there) in enumerate(pairs):
        length = bisect_left(lowest, there)
        before.append(ends[length - 1] if length else -1)
        lowest[length : length + 1], ends[length : length + 1] = [there], [number]
    row, at = Pairs(), ends[-1] if ends else -1
    while at >= 0:
        row.append(pairs[at])
        at = before[at]
    return row[::-1]


def _moved(
    old: Sequence[str], new: Sequence[str], kept: Pairs, substantial: tuple[list[bool], list[bool]], key: Key
) -> Iterator[Passage]:
    free = set(range(len(old))) - {one for one, _ in kept}
    new_free = set(range(len(new))) - {other for _, other in kept}
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place in sorted(new_free, reverse=True):
        if substantial[1][place]:
            places[key(new[place])].append(place)
    for place in sorted(free) if places else ():
        if place in free and substantial[0][place]:
            there = next((other for other in _taken(places[key(old[place])]) if other in new_free), None)
            if there is not None:
                passage = _grown(old, new, place, there, free, new_free, key)
                free -= set(range(passage.start, passage.end))
                new_free -= set(range(passage.new_start, passage.new_end))
                yield passage


def _taken(places: list[int]) -> Iterator[int]:
    """Yield places, first ones first, and forget them: each is looked at once."""
    while places:
        yield places.pop()


def _grown(
    old: Sequence[str], new: Sequence[str], place: int, there: int, free: set[int], new_free: set[int], key: Key
) -> Passage:
    """Draw the equal neighbours of a moved sentence in, short ones and the white space between included."""

    def same(one: int, other: int) -> bool:
        return one in free and other in new_free and key(old[one]) == key(new[other])

    start, end, new_start, new_end = place, place + 1, there, there + 1
    while same(start - 1, new_start - 1):
        start, new_start = start - 1, new_start - 1
    while same(end, new_end):
        end, new_end = end + 1, new_end + 1
    while old[start].isspace():
        start, new_start = start + 1, new_start + 1
    while old[end - 1].isspace():
        end, new_end = end - 1, new_end - 1
    return Passage(start, end, new_start, new_end)
