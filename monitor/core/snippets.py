"""Show where in a text a query was found."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from monitor.core.folding import fold
from monitor.core.query import LONGEST_WORD, Query, Term, terms
from monitor.core.stemming import stems_of, tongue
from monitor.core.words import UNSPACED, word_matches

Spans = tuple[tuple[int, int], ...]
CUT = "…"
_SAMPLE = 500  # characters by which the script of a text of unknown language is told
_CLINGING = frozenset("وفبلكسا")  # what an Arabic word may begin with that its stem does not
_INDONESIAN = "bdkmpst"  # the same of ber- di- ke- me- pe- se- ter-
_BREAK = re.compile(r"\s")
_CHUNK = re.compile(r"\S+")
_UNSPACED = re.compile(f"[{UNSPACED}]")
_FEW = 8  # chunks
_REACH = 100  # characters in which the rest of a phrase is, nearly always
_MOST_KNOWN, _LONGEST_KNOWN = 10_000, 64  # chunks, and characters of one, that are remembered


class _Hit(NamedTuple):
    """A place where a term of the numbered group is."""

    start: int
    end: int
    group: int


class _Token(NamedTuple):
    """A folded word and the place of the original it came from."""

    folded: str
    start: int
    end: int


class _Chunk(NamedTuple):
    """What stands between white space: the hits in it, as places within it, and whether it may open a phrase."""

    hits: tuple[_Hit, ...]
    opens: bool


class _Letters(dict[str, bool]):
    """Tell of a letter whether a word that begins with it may be one that is sought."""

    def __init__(self, initials: frozenset[str]) -> None:
        super().__init__()
        self._initials = initials

    def __missing__(self, letter: str) -> bool:
        first = _initial(letter)
        self[letter] = first in self._initials or first in _CLINGING
        return self[letter]


class _Sought(NamedTuple):
    """A word that is sought in texts of one language: of which group, as a beginning, or by its stems there."""

    group: int
    word: str
    prefix: bool
    stems: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Finder:
    """Find the terms of a query in texts of one language.

    No word reaches across white space, so a text is looked through chunk by chunk, each kind of them once: `idle` are
    those met before in which nothing is, `telling` the others. Most begin with another letter than what is sought, and
    of the others most have none of the `keys`; these are empty where beginnings are sought.
    """

    words: tuple[_Sought, ...]
    phrases: tuple[tuple[int, Term], ...]
    spoken: str | None
    of_words: _Letters
    of_any: _Letters
    keys: frozenset[str]
    idle: set[str]
    telling: dict[str, _Chunk]

    def hits(self, text: str) -> list[_Hit]:
        """Return the hits in a text, in order."""
        hits, there = set[_Hit](), self._telling(text)
        for chunk, at in _places(text, there):
            of_words, opens = there[chunk]
            hits.update(_Hit(at + start, at + end, group) for start, end, group in of_words)
            if opens:
                hits.update(self._phrases(text, at, at + len(chunk)))
        return sorted(hits)

    def _telling(self, text: str) -> dict[str, _Chunk]:
        """Return the chunks of a text with anything in them."""
        left = set(text.split()).difference(self.idle)
        there = {chunk: self.telling[chunk] for chunk in left.intersection(self.telling)}
        new = left.difference(there)
        found = {chunk: judged for chunk in self._possible(new) if any(judged := self._judged(chunk))}
        if new and len(self.idle) < _MOST_KNOWN and max(map(len, new)) <= _LONGEST_KNOWN:
            self.telling.update(found)
            self.idle.update(new.difference(found))
        return there | found

    def _possible(self, chunks: set[str]) -> Collection[str]:
        """Return those in which something may be; where no script goes without spaces, a chunk of letters is a word."""
        letters, begins, keys, spoken = "".join(chunks), self.of_any, self.keys, self.spoken
        if not letters.isascii() and _UNSPACED.search("".join(set(letters))):
            return chunks
        some = [one for one in chunks if begins[one[0]] or not one.isalpha()]
        if not keys:
            return some
        return [one for one in some if not (one.isalpha() and keys.isdisjoint(_keys(one, spoken)))]

    def _judged(self, chunk: str) -> _Chunk:
        hits, opens = list[_Hit](), False
        for one in word_matches(chunk):
            hits += (_Hit(one.start(), one.end(), group) for group in self._groups(one[0]))
            opens = opens or any(term.words[0] in _folded(one[0]) for _, term in self.phrases)
        return _Chunk(tuple(hits), opens)

    def _groups(self, word: str) -> set[int]:
        if word.isalpha() and not self.of_words[word[0]]:
            return set()
        folded = _folded(word)
        return {one.group for one in self.words if self._is_hit(folded, one)}

    def _is_hit(self, folded: tuple[str, ...], one: _Sought) -> bool:
        if any(word.startswith(one.word) for word in folded) if one.prefix else one.word in folded:
            return True
        if self.spoken is None or not one.stems:
            return False
        return any(not one.stems.isdisjoint(stems_of(word, self.spoken)) for word in folded)

    def _phrases(self, text: str, start: int, end: int) -> Iterator[_Hit]:
        """Yield where words follow each other as the terms have them, the first of them in a chunk."""
        found = _words_from(text, start, end, 1 + max(len(term.words) for _, term in self.phrases))
        within = sum(1 for one in found if start + one.start() < end)
        for group, term in self.phrases:
            for at in range(within):
                if term.words[0] in _folded(found[at][0]):
                    yield from _runs(found, at, start, term, group)


@lru_cache(maxsize=8)
def _finder(query: Query, spoken: str | None) -> _Finder:
    every = tuple(terms(query))
    words = tuple(
        _Sought(group, term.words[0], term.prefix, frozenset(word for word, tongue in term.stems if tongue == spoken))
        for group, term in every
        if len(term.words) == 1
    )
    phrases = tuple(one for one in every if len(one[1].words) > 1)
    sought = [*(one.word for one in words), *(stem.word for _, term in every for stem in term.stems)]
    initials = {one[0] for one in sought} | ({*_INDONESIAN} if spoken == "id" else set())
    openings = {term.words[0] for _, term in phrases}
    keys = openings.union(*({one.word, *one.stems} for one in words))
    return _Finder(
        words,
        phrases,
        spoken,
        of_words=_Letters(frozenset(initials)),
        of_any=_Letters(frozenset(initials | {one[0] for one in openings})),
        keys=frozenset() if any(one.prefix for one in words) else frozenset(keys),
        idle=set(),
        telling={},
    )


def snippet(text: str, query: Query, width: int = 160, language: str | None = None) -> tuple[str, Spans]:
    """Return an excerpt around the best hits, and the spans of the hits in it, in order and apart.

    The excerpt is the original text, at most `width` characters cut at words, with "…" where it is cut and every
    white-space character as a space. `language` is that of the text: inflections of a word are hits too, where it is
    stemmed. Best is the window with hits of the most groups, then with the most hits, then the first. Without a hit
    (the title was found, say) it is the beginning and no spans.
    """
    hits = _finder(query, tongue(language, text[:_SAMPLE])).hits(text)
    start, end = _widen(text, _best(hits, width), width)
    lead = CUT if start > 0 else ""
    shown = lead + _BREAK.sub(" ", text[start:end]) + (CUT if end < len(text) else "")
    return shown, _spans(hits, start, end, len(lead) - start)


def marks(text: str, query: Query, language: str | None = None) -> Spans:
    """Return the spans of the hits in a text that is shown whole, such as a title; in order and apart."""
    hits = _finder(query, tongue(language, text)).hits(text)
    return _spans(hits, 0, len(text), 0)


@lru_cache(maxsize=65_536)
def _keys(word: str, spoken: str | None) -> frozenset[str]:
    """Return all by which a word may be found in texts of a language."""
    folded = _folded(word)
    stems = () if spoken is None else (stem for one in folded for stem in stems_of(one, spoken))
    return frozenset((*folded, *stems))


def _places(text: str, chunks: Collection[str]) -> Iterator[tuple[str, int]]:
    """Yield where chunks are in a text: a few are looked for one by one, many in one go."""
    if len(chunks) > _FEW:
        yield from ((one[0], one.start()) for one in _CHUNK.finditer(text) if one[0] in chunks)
        return
    for chunk in chunks:
        yield from ((chunk, at) for at in _places_of(text, chunk))


def _places_of(text: str, chunk: str) -> Iterator[int]:
    at = text.find(chunk)
    while at >= 0:
        gap = _BREAK.search(text, at + len(chunk))
        if (gap.start() if gap else len(text)) == at + len(chunk) and (at == 0 or text[at - 1].isspace()):
            yield at
        at = text.find(chunk, gap.end()) if gap else -1


def _words_from(text: str, start: int, end: int, more: int) -> list[re.Match[str]]:
    """Return the words of a text from a chunk's start on, those up to its end and so many more; places are from there.

    What is cut off is cut at white space.
    """
    reach = _REACH
    while True:
        gap = _BREAK.search(text, end + reach)
        stop = gap.start() if gap else len(text)
        found = list(word_matches(text[start:stop]))
        if gap is None or sum(1 for one in found if start + one.start() >= end) >= more:
            return found
        reach *= 4


@lru_cache(maxsize=20_000)
def _initial(letter: str) -> str:
    return fold(letter)[:1]


@lru_cache(maxsize=20_000)
def _folded(word: str) -> tuple[str, ...]:
    return tuple(one[:LONGEST_WORD] for one in fold(word).split())


def _runs(found: Sequence[re.Match[str]], at: int, shift: int, term: Term, group: int) -> Iterator[_Hit]:
    """Yield where the term's words follow each other from a word on; a word may fold into several."""
    length, first = len(term.words), len(_folded(found[at][0]))
    tokens = [
        _Token(folded, shift + one.start(), shift + one.end())
        for one in found[at : at + length + 1]
        for folded in _folded(one[0])
    ]
    for skip in range(first):
        run = tokens[skip : skip + length]
        if len(run) == length and _is_said(term, [one.folded for one in run]):
            yield _Hit(run[0].start, run[-1].end, group)


def _is_said(term: Term, words: list[str]) -> bool:
    last = words[-1].startswith(term.words[-1]) if term.prefix else words[-1] == term.words[-1]
    return last and words[:-1] == list(term.words[:-1])


def _best(hits: list[_Hit], width: int) -> tuple[int, int]:
    """Return the stretch from the first to the last hit of the best window."""
    best, stretch = (0, 0), (0, 0)
    for at, first in enumerate(hits):
        within = [hit for hit in hits[at : at + width] if hit.end <= first.start + width]
        score = (len({hit.group for hit in within}), len(within))
        if score > best:
            best, stretch = score, (first.start, max(hit.end for hit in within))
    if hits and best == (0, 0):  # every hit is longer than the window
        return hits[0].start, hits[0].start + width
    return stretch


def _widen(text: str, inner: tuple[int, int], width: int) -> tuple[int, int]:
    """Put the stretch into the middle of a window that begins and ends at words, or at the ends of the text."""
    start = max(0, min(inner[0] - (width - (inner[1] - inner[0])) // 2, len(text) - width))
    end = min(len(text), start + width)
    found = _spans_about(text, start, end)
    if start > 0:
        start = min((first for first, _ in found if first >= start), default=inner[0])
        start = min(start, inner[0])
    if end < len(text):
        last = max((last for _, last in found if last <= end), default=0)
        end = max(last, inner[1]) if last > start else end
    return start, end


def _spans_about(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return where the words from about a place to about another are."""
    first = max(text.rfind(" ", 0, start), text.rfind("\n", 0, start)) + 1
    gap = _BREAK.search(text, end)
    return [
        (first + one.start(), first + one.end()) for one in word_matches(text[first : gap.start() if gap else None])
    ]


def _spans(hits: list[_Hit], start: int, end: int, shift: int) -> Spans:
    """Return the hits within the window as spans of the excerpt, overlapping ones joined."""
    spans: list[tuple[int, int]] = []
    for hit in hits:
        first, last = max(hit.start, start), min(hit.end, end)
        if first >= last:
            continue
        if spans and first + shift < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], last + shift))
        else:
            spans.append((first + shift, last + shift))
    return tuple(spans)
