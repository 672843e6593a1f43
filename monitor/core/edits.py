"""Find what an edit did to the sentences of a text: which were reworded and how, which came, went and moved."""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import Indel

from monitor.core.hunks import LARGEST_MATRIX, common_head
from monitor.core.moves import Alignment, align
from monitor.core.sentences import sentences
from monitor.core.typography import normalise, same_to_readers
from monitor.core.words import words

LINKED = 0.4  # of the words of two sentences in common, from which one is a rewording of the other
ALONE = 0.25  # the same, where no other sentence came or went
HELD = 0.75  # of the shorter one's words in the longer: it was drawn out, shortened, split or joined
HELD_WORDS = 4
FOLLOWED = 0.6  # of the words in common, from which a sentence was moved and reworded
GRAM = 3  # words in a row by which such sentences are found
RARE = 20  # sentences that may have them; what more have is a phrase and finds nothing

_QUOTED = re.compile(r'"[^"]{1,600}"|(?<!\w)\'(?=\w)[^\'"]{1,80}?\w\'(?!\w)')
_OPENING, _ENDS = " \"'([-", ".!?:؟"


@dataclass(frozen=True, slots=True)
class Token:
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
        return _tokens(self.old), _tokens(self.new)


@dataclass(frozen=True, slots=True)
class Edits:
    """What changed between two texts.

    `replaced` are removed and added sentences of one place, which are in `removed` and `added` as well.
    """

    reworded: tuple[Rewording, ...] = ()
    replaced: tuple[Rewording, ...] = ()
    removed: tuple[Sentence, ...] = ()
    added: tuple[Sentence, ...] = ()
    moved: tuple[Sentence, ...] = ()
    moved_paragraphs: int = 0

    @property
    def words_added(self) -> int:
        """Return how many words came."""
        return len(_tokens(self.added)) + sum(len(one.words[1]) - len(one.kept) for one in self.reworded)

    @property
    def words_removed(self) -> int:
        """Return how many words went."""
        return len(_tokens(self.removed)) + sum(len(one.words[0]) - len(one.kept) for one in self.reworded)


def _tokens(some: Iterable[Sentence]) -> list[Token]:
    return [token for sentence in some for token in sentence.tokens]


def find_edits(before: str, after: str) -> Edits:
    """Return what changed between two texts, by lines that are paragraphs; typography does not count.

    Sentences of six words or more are aligned first, moved ones with them (core/moves.py). Between those that stand,
    the most words in common are found, and sentences that hold enough of each other are a rewording; what is left of
    both sides and reads alike was moved and reworded at once, the rest came and went. Turning the two texts round
    turns the answer round and changes nothing else.
    """
    if (len(after), after) < (len(before), before):
        return _turned(_edits(after, before))
    return _edits(before, after)


def _turned(edits: Edits) -> Edits:
    def turn(one: Rewording) -> Rewording:
        return Rewording(one.new, one.old, tuple((there, here) for here, there in one.kept))

    return replace(
        edits,
        reworded=tuple(map(turn, edits.reworded)),
        replaced=tuple(map(turn, edits.replaced)),
        removed=edits.added,
        added=edits.removed,
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """A sentence in its line, whose words are not read yet."""

    text: str
    line: int
    whole: "_Line"
    start: int


class _Line:
    """A normalised line, with its quotations found when first asked for."""

    def __init__(self, text: str) -> None:
        self.parts = list(_starts(text))
        self._text = text
        self._spans: tuple[list[int], list[int]] | None = None

    def quotes(self, start: int, end: int) -> bool:
        """Tell whether a stretch lies between quotation marks."""
        if self._spans is None:
            spans = [found.span() for found in _QUOTED.finditer(self._text)]
            self._spans = [first for first, _ in spans], [behind for _, behind in spans]
        at = bisect_left(self._spans[0], start) - 1
        return at >= 0 and end < self._spans[1][at]


def _edits(before: str, after: str) -> Edits:
    seen: dict[str, _Line] = {}
    old, new = (list(_places(lines, seen)) for lines in differing_lines(before, after))
    alignment = align([one.text for one in old], [one.text for one in new], same_to_readers)
    gaps = [_gap(*gap) for gap in _gaps(old, new, alignment)]
    followed = list(_followed(gaps))
    apart = [(rest, new_rest) for _, rest, new_rest in gaps]
    passages = [old[place] for one in alignment.moved for place in range(one.start, one.end)]
    return Edits(
        reworded=(*(one for found, _, _ in gaps for one in found), *followed),
        replaced=tuple(Rewording(tuple(gone), tuple(come), ()) for gone, come in apart if gone and come),
        removed=tuple(one for gone, _ in apart for one in gone),
        added=tuple(one for _, come in apart for one in come),
        moved=(*map(_read, passages), *(sentence for one in followed for sentence in one.old)),
        moved_paragraphs=_whole_lines(old, passages),
    )


def differing_lines(before: str, after: str) -> tuple[list[str], list[str]]:
    """Return the lines of both texts without those in common at head and tail."""
    old, new = before.split("\n"), after.split("\n")
    head = common_head(old, new)
    tail = common_head(old[head:][::-1], new[head:][::-1])
    return old[head : len(old) - tail], new[head : len(new) - tail]


def _places(lines: list[str], seen: dict[str, _Line]) -> Iterator[_Place]:
    for number, line in enumerate(lines):
        if line not in seen:
            seen[line] = _Line(normalise(line))
        yield from (_Place(part, number, seen[line], start) for part, start in seen[line].parts)


def _starts(line: str) -> Iterator[tuple[str, int]]:
    at = 0
    for sentence in sentences(line):
        at = line.index(sentence, at)
        yield sentence, at
        at += len(sentence)


def _whole_lines(old: list[_Place], passages: list[_Place]) -> int:
    """Return how many lines were moved with all their sentences."""
    whole = Counter(one.line for one in old)
    moved = Counter(one.line for one in passages)
    return sum(whole[line] == count for line, count in moved.items())


_Sides = tuple[list[Sentence], list[Sentence]]


def _gaps(old: list[_Place], new: list[_Place], alignment: Alignment) -> Iterator[_Sides]:
    away = {place for one in alignment.moved for place in range(one.start, one.end)}
    come = {place for one in alignment.moved for place in range(one.new_start, one.new_end)}
    at, new_at = 0, 0
    for end, new_end in (*alignment.kept, (len(old), len(new))):
        gone = [_read(old[place]) for place in range(at, end) if place not in away]
        came = [_read(new[place]) for place in range(new_at, new_end) if place not in come]
        if gone or came:
            yield [one for one in gone if one.tokens], [one for one in came if one.tokens]
        at, new_at = end + 1, new_end + 1


def _read(place: _Place) -> Sentence:
    tokens, last = list[Token](), 0
    for word in words(place.text):
        lead = place.text[last : word.start].rstrip(_OPENING)
        start, end = word.start + place.start, word.end + place.start
        quoted = place.whole.quotes(start, end)
        opens = not tokens or lead[-1:] in tuple(_ENDS)
        tokens.append(Token(word.text, same_to_readers(word.text), quoted, opens))
        last = word.end
    return Sentence(place.text, place.line, tuple(tokens))


_Gap = tuple[list[Rewording], list[Sentence], list[Sentence]]


def _gap(old: list[Sentence], new: list[Sentence]) -> _Gap:
    """Return the rewordings between two runs of sentences, and what belongs to none."""
    first, second = _owners(old), _owners(new)
    pairs = _common(_tokens(old), _tokens(new))
    shared = Counter((first[here], second[there]) for here, there in pairs)
    alone = len(old) == len(new) == 1
    links = sorted(pair for pair, count in shared.items() if _linked(count, old[pair[0]], new[pair[1]], alone=alone))
    groups: list[tuple[set[int], set[int]]] = []
    for here, there in links:
        if groups and (here in groups[-1][0] or there in groups[-1][1]):
            groups[-1][0].add(here)
            groups[-1][1].add(there)
        else:
            groups.append(({here}, {there}))
    strong = set(links)
    kept = [pair for pair in pairs if (first[pair[0]], second[pair[1]]) in strong]
    found = [_grouped(group, old, new, first, second, kept) for group in groups]
    here_linked, there_linked = ({pair[side] for pair in links} for side in (0, 1))
    rest = [one for number, one in enumerate(old) if number not in here_linked]
    return found, rest, [one for number, one in enumerate(new) if number not in there_linked]


def _owners(some: list[Sentence]) -> list[int]:
    return [number for number, sentence in enumerate(some) for _ in sentence.tokens]


def _linked(count: int, old: Sentence, new: Sentence, *, alone: bool) -> bool:
    lengths = len(old.tokens), len(new.tokens)
    if 2 * count >= (ALONE if alone else LINKED) * sum(lengths):
        return True
    return min(lengths) >= HELD_WORDS and count >= HELD * min(lengths)


def _grouped(
    group: tuple[set[int], set[int]],
    old: list[Sentence],
    new: list[Sentence],
    first: list[int],
    second: list[int],
    kept: list[tuple[int, int]],
) -> Rewording:
    here, there = group
    places = {at: n for n, at in enumerate(at for at, owner in enumerate(first) if owner in here)}
    new_places = {at: n for n, at in enumerate(at for at, owner in enumerate(second) if owner in there)}
    pairs = tuple((places[one], new_places[other]) for one, other in kept if one in places and other in new_places)
    return Rewording(tuple(old[n] for n in sorted(here)), tuple(new[n] for n in sorted(there)), pairs)


def _common(old: Sequence[Token], new: Sequence[Token]) -> list[tuple[int, int]]:
    """Return the places of the most words that both have in the same order."""
    if not old or not new or len(old) * len(new) > LARGEST_MATRIX:
        return []
    ids: dict[str, int] = {}
    first, second = ([ids.setdefault(token.key, len(ids)) for token in side] for side in (old, new))
    blocks = Indel.opcodes(first, second).as_matching_blocks()
    return [(block.a + n, block.b + n) for block in blocks for n in range(block.size)]


def _followed(gaps: list[_Gap]) -> Iterator[Rewording]:
    """Yield sentences that were moved and reworded, and take them out of what came and went."""
    by_gram: defaultdict[tuple[str, ...], list[tuple[list[Sentence], Sentence]]] = defaultdict(list)
    for _, _, come in gaps:
        for sentence in come:
            for gram in _grams(sentence):
                by_gram[gram].append((come, sentence))
    for _, gone, _ in gaps if by_gram else ():
        for sentence in list(gone):
            rare = (by_gram[gram] for gram in _grams(sentence) if 0 < len(by_gram.get(gram, ())) <= RARE)
            candidates = {id(one): (come, one) for places in rare for come, one in places}
            for come, other in candidates.values():
                pairs = _common(sentence.tokens, other.tokens)
                if other in come and 2 * len(pairs) >= FOLLOWED * (len(sentence.tokens) + len(other.tokens)):
                    gone.remove(sentence)
                    come.remove(other)
                    yield Rewording((sentence,), (other,), tuple(pairs))
                    break


def _grams(sentence: Sentence) -> set[tuple[str, ...]]:
    keys = [token.key for token in sentence.tokens]
    return {tuple(keys[at : at + GRAM]) for at in range(len(keys) - GRAM + 1)}
