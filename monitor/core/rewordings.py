"""Find which sentences are rewordings of each other, and which words both have."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rapidfuzz.distance import Indel

from monitor.core.hunks import LARGEST_MATRIX

LINKED = 0.4  # of the words of two sentences in common, from which one is a rewording of the other
ALONE = 0.25  # the same, where no other sentence came or went
HELD = 0.75  # of the shorter one's words in the longer: it was drawn out, shortened, split or joined
HELD_WORDS = 4
FOLLOWED = 0.6  # of the words in common, from which a sentence was moved and reworded
GRAM = 3  # words in a row by which such sentences are found
RARE = 20  # sentences that may have them; what more have is a phrase and finds nothing
GONE_OVER = 100_000  # words of sentences held against each other to follow them, some 0.1 s; what is left came and went


class Token(NamedTuple):
    """A word as it stands, its key without what weighs nothing, whether it is quoted, whether it opens a sentence."""

    text: str
    key: str
    quoted: bool
    opens: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence in a normalised line of the text."""

    text: str
    line: int
    tokens: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Rewording:
    """Sentences that took the place of others, and the places of the words that both have."""

    old: tuple[Sentence, ...]
    new: tuple[Sentence, ...]
    kept: tuple[tuple[int, int], ...]

    @property
    def words(self) -> tuple[list[Token], list[Token]]:
        """Return the words of both sides."""
        return tokens_of(self.old), tokens_of(self.new)


@dataclass(slots=True)
class Gap:
    """What lies between two sentences that stand: the rewordings found, and what only went or came."""

    found: list[Rewording]
    gone: list[Sentence]
    come: list[Sentence]


def tokens_of(some: Iterable[Sentence]) -> list[Token]:
    """Return the words of sentences."""
    return [token for sentence in some for token in sentence.tokens]


_Place = tuple[int, int]  # of a word: the number of its sentence, and its place in that
_Link = tuple[int, int]  # the numbers of two sentences, of which one is a rewording of the other


def reworded(old: list[Sentence], new: list[Sentence]) -> Gap:
    """Return the rewordings between two runs of sentences, and what belongs to none.

    The most words in common are found, in time that grows with the words of both (and as their product divided by 64
    up to `hunks.LARGEST_MATRIX`, beyond which nothing is in common).
    """
    here, there = _places(old), _places(new)
    common = [(here[one], there[other]) for one, other in _common(tokens_of(old), tokens_of(new))]
    shared = Counter((one[0], other[0]) for one, other in common)
    alone = len(old) == len(new) == 1
    links = sorted(pair for pair, count in shared.items() if _linked(count, old[pair[0]], new[pair[1]], alone=alone))
    groups = _groups(links)
    group_of = {link: number for number, group in enumerate(groups) for link in group}
    kept: list[list[tuple[_Place, _Place]]] = [[] for _ in groups]
    for one, other in common:
        if (number := group_of.get((one[0], other[0]))) is not None:
            kept[number].append((one, other))
    gone, come = ({pair[side] for pair in links} for side in (0, 1))
    return Gap(
        [_rewording(group, old, new, some) for group, some in zip(groups, kept, strict=True)],
        [one for number, one in enumerate(old) if number not in gone],
        [one for number, one in enumerate(new) if number not in come],
    )


def _places(some: list[Sentence]) -> list[_Place]:
    return [(number, at) for number, sentence in enumerate(some) for at in range(len(sentence.tokens))]


def _linked(count: int, old: Sentence, new: Sentence, *, alone: bool) -> bool:
    lengths = len(old.tokens), len(new.tokens)
    if 2 * count >= (ALONE if alone else LINKED) * sum(lengths):
        return True
    return min(lengths) >= HELD_WORDS and count >= HELD * min(lengths)


def _groups(links: list[_Link]) -> list[list[_Link]]:
    """Bring links together that have a sentence in common; they come in the order of both texts."""
    groups: list[list[_Link]] = []
    for here, there in links:
        if groups and (here == groups[-1][-1][0] or there == groups[-1][-1][1]):
            groups[-1].append((here, there))
        else:
            groups.append([(here, there)])
    return groups


def _rewording(
    group: list[_Link], old: list[Sentence], new: list[Sentence], kept: list[tuple[_Place, _Place]]
) -> Rewording:
    gone, come = (sorted({link[side] for link in group}) for side in (0, 1))
    starts, new_starts = _starts(gone, old), _starts(come, new)
    pairs = tuple((starts[one] + at, new_starts[other] + there) for (one, at), (other, there) in kept)
    return Rewording(tuple(old[number] for number in gone), tuple(new[number] for number in come), pairs)


def _starts(numbers: list[int], some: list[Sentence]) -> dict[int, int]:
    """Return how many words stand before each of these sentences, the others left out."""
    starts, at = {}, 0
    for number in numbers:
        starts[number] = at
        at += len(some[number].tokens)
    return starts


def _common(old: Sequence[Token], new: Sequence[Token]) -> list[tuple[int, int]]:
    """Return the places of the most words that both have in the same order."""
    if not old or not new or len(old) * len(new) > LARGEST_MATRIX:
        return []
    ids: dict[str, int] = {}
    first, second = ([ids.setdefault(token.key, len(ids)) for token in side] for side in (old, new))
    blocks = Indel.opcodes(first, second).as_matching_blocks()
    return [(block.a + n, block.b + n) for block in blocks for n in range(block.size)]


def followed(gaps: list[Gap]) -> list[Rewording]:
    """Return sentences that were moved and reworded, and take them out of what came and went.

    So many are held against each other that 100,000 words are gone over, those of the first gaps first.
    """
    by_gram: defaultdict[tuple[str, ...], list[Sentence]] = defaultdict(list)
    for gap in gaps if any(gap.gone for gap in gaps) else ():
        for sentence in gap.come:
            for gram in _grams(sentence):
                by_gram[gram].append(sentence)
    found = list(_found(gaps, by_gram)) if by_gram else []
    away = {id(sentence) for one in found for sentence in (*one.old, *one.new)}
    for gap in gaps if found else ():
        gap.gone = [one for one in gap.gone if id(one) not in away]
        gap.come = [one for one in gap.come if id(one) not in away]
    return found


def _found(gaps: list[Gap], by_gram: dict[tuple[str, ...], list[Sentence]]) -> Iterator[Rewording]:
    left, taken = GONE_OVER, set[int]()
    for sentence in (one for gap in gaps for one in gap.gone):
        rare = (by_gram[gram] for gram in _grams(sentence) if 0 < len(by_gram.get(gram, ())) <= RARE)
        candidates = {id(one): one for some in rare for one in some if id(one) not in taken}
        for other in candidates.values():
            length = len(sentence.tokens) + len(other.tokens)
            left -= length
            if left < 0:
                return
            pairs = _common(sentence.tokens, other.tokens)
            if 2 * len(pairs) >= FOLLOWED * length:
                taken.add(id(other))
                yield Rewording((sentence,), (other,), tuple(pairs))
                break


def _grams(sentence: Sentence) -> set[tuple[str, ...]]:
    keys = [token.key for token in sentence.tokens]
    return {tuple(keys[at : at + GRAM]) for at in range(len(keys) - GRAM + 1)}
