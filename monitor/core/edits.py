"""Find what an edit did to the sentences of a text: which were reworded and how, which came, went and moved."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from monitor.core.hunks import common_head
from monitor.core.moves import Alignment, align
from monitor.core.rewordings import Rewording, Sentence, Token, followed, reworded, tokens_of
from monitor.core.sentences import sentences
from monitor.core.typography import normalise, same_to_readers
from monitor.core.words import count_words, words

# Words of both texts between what stands that are read one by one, in some 0.2 s; an article of 5,000 words that is
# written anew has 10,000. A text may have two million characters, and all that write to the archive wait meanwhile.
CLOSELY = 20_000
LONG = 1_000_000  # bytes of both texts that differ, from which paragraphs are not cut into sentences
PARAGRAPH = 2_000  # characters, above which they are all the same

_QUOTED = re.compile(r'"[^"]{1,600}"|(?<!\w)\'(?=\w)[^\'"]{1,80}?\w\'(?!\w)')
_OPENING, _ENDS = " \"'([-", frozenset(".!?:؟")


@dataclass(frozen=True, slots=True)
class Bulk:
    """How many sentences, and words in them."""

    sentences: int = 0
    words: int = 0

    def __add__(self, other: "Bulk") -> "Bulk":
        return Bulk(self.sentences + other.sentences, self.words + other.words)


@dataclass(frozen=True, slots=True)
class Edits:
    """What changed between two texts.

    `replaced` are removed and added sentences of one place, which are in `removed` and `added` as well. What was too
    much to be read word by word is only counted: it is in `left_removed` and `left_added`.
    """

    reworded: tuple[Rewording, ...] = ()
    replaced: tuple[Rewording, ...] = ()
    removed: tuple[Sentence, ...] = ()
    added: tuple[Sentence, ...] = ()
    moved: Bulk = Bulk()
    moved_paragraphs: int = 0
    left_removed: Bulk = Bulk()
    left_added: Bulk = Bulk()

    @property
    def all_added(self) -> Bulk:
        """Return how much came with whole sentences."""
        return Bulk(len(self.added), len(tokens_of(self.added))) + self.left_added

    @property
    def all_removed(self) -> Bulk:
        """Return how much went with whole sentences."""
        return Bulk(len(self.removed), len(tokens_of(self.removed))) + self.left_removed

    @property
    def words_added(self) -> int:
        """Return how many words came."""
        return self.all_added.words + sum(len(one.words[1]) - len(one.kept) for one in self.reworded)

    @property
    def words_removed(self) -> int:
        """Return how many words went."""
        return self.all_removed.words + sum(len(one.words[0]) - len(one.kept) for one in self.reworded)


def find_edits(before: str, after: str) -> Edits:
    """Return what changed between two texts, by lines that are paragraphs; typography does not count.

    Sentences of six words or more are aligned first, moved ones with them (core/moves.py). Between those that stand,
    the most words in common are found, and sentences that hold enough of each other are a rewording; what is left of
    both sides and reads alike was moved and reworded at once, the rest came and went (core/rewordings.py). Of what
    stands between, 20,000 words are read, and further sentences counted as come and gone; where more than a megabyte
    differs, paragraphs stand for sentences. Turning the two texts round turns the answer round and changes nothing
    else.
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
        left_removed=edits.left_added,
        left_added=edits.left_removed,
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

    def __init__(self, text: str, *, as_one: bool) -> None:
        self.parts = [(text, 0)] if as_one and 0 < len(text) <= PARAGRAPH else list(_starts(text))
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
    sides = differing_lines(before, after)
    long = sum(len(line.encode("utf-8", "surrogatepass")) for lines in sides for line in lines) > LONG
    old, new = (list(_places(lines, seen, as_one=long)) for lines in sides)
    alignment = align([one.text for one in old], [one.text for one in new], same_to_readers)
    close, left_removed, left_added = _parted(_gaps(old, new, alignment))
    read = _reader()
    gaps = [reworded(_with_words(gone, read), _with_words(come, read)) for gone, come in close]
    moved_on = followed(gaps)
    passages = [old[place] for one in alignment.moved for place in range(one.start, one.end)]
    followed_words = len(tokens_of(sentence for one in moved_on for sentence in one.old))
    return Edits(
        reworded=(*(one for gap in gaps for one in gap.found), *moved_on),
        replaced=tuple(Rewording(tuple(gap.gone), tuple(gap.come), ()) for gap in gaps if gap.gone and gap.come),
        removed=tuple(one for gap in gaps for one in gap.gone),
        added=tuple(one for gap in gaps for one in gap.come),
        moved=Bulk(len(passages), sum(count_words(one.text) for one in passages)) + Bulk(len(moved_on), followed_words),
        moved_paragraphs=_whole_lines(old, passages),
        left_removed=left_removed,
        left_added=left_added,
    )


def differing_lines(before: str, after: str) -> tuple[list[str], list[str]]:
    """Return the lines of both texts without those in common at head and tail."""
    old, new = before.split("\n"), after.split("\n")
    head = common_head(old, new)
    tail = common_head(old[head:][::-1], new[head:][::-1])
    return old[head : len(old) - tail], new[head : len(new) - tail]


def _places(lines: list[str], seen: dict[str, _Line], *, as_one: bool) -> Iterator[_Place]:
    for number, line in enumerate(lines):
        if line not in seen:
            seen[line] = _Line(normalise(line), as_one=as_one)
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


_Sides = tuple[list[_Place], list[_Place]]


def _gaps(old: list[_Place], new: list[_Place], alignment: Alignment) -> Iterator[_Sides]:
    away = {place for one in alignment.moved for place in range(one.start, one.end)}
    come = {place for one in alignment.moved for place in range(one.new_start, one.new_end)}
    at, new_at = 0, 0
    for end, new_end in (*alignment.kept, (len(old), len(new))):
        gone = [old[place] for place in range(at, end) if place not in away]
        came = [new[place] for place in range(new_at, new_end) if place not in come]
        if gone or came:
            yield gone, came
        at, new_at = end + 1, new_end + 1


def _parted(gaps: Iterable[_Sides]) -> tuple[list[_Sides], Bulk, Bulk]:
    """Part the gaps that are read from those that would be too much; of these return how much is in them."""
    close, removed, added = list[_Sides](), Bulk(), Bulk()
    left = CLOSELY
    for gone, come in gaps:
        sides = _counted(gone), _counted(come)
        if sides[0].words + sides[1].words <= left:
            left -= sides[0].words + sides[1].words
            close.append((gone, come))
        else:
            removed, added = removed + sides[0], added + sides[1]
    return close, removed, added


def _counted(some: list[_Place]) -> Bulk:
    counts = [count for one in some if (count := count_words(one.text))]
    return Bulk(len(counts), sum(counts))


_Read = Callable[[_Place], Sentence]


def _with_words(some: list[_Place], read: _Read) -> list[Sentence]:
    return [sentence for sentence in map(read, some) if sentence.tokens]


def _reader() -> _Read:
    """Return what reads the words of sentences; a text has few different ones, whose keys it remembers."""
    keys: dict[str, str] = {}

    def read(place: _Place) -> Sentence:
        text, tokens, last = place.text, list[Token](), 0
        for word in words(text):
            between = text[last : word.start]
            opens = not tokens or (between not in ("", " ") and between.rstrip(_OPENING)[-1:] in _ENDS)
            if (key := keys.get(word.text)) is None:
                key = keys[word.text] = same_to_readers(word.text)
            quoted = place.whole.quotes(word.start + place.start, word.end + place.start)
            tokens.append(Token(word.text, key, quoted, opens))
            last = word.end
        return Sentence(text, place.line, tuple(tokens))

    return read
