"""Show where in a text a query was found."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from monitor.core.folding import fold
from monitor.core.query import LONGEST_WORD, Query, Term, terms
from monitor.core.stemming import stems_of, tongue
from monitor.core.words import word_matches

Spans = tuple[tuple[int, int], ...]
CUT = "…"
_SAMPLE = 500  # characters by which the script of a text of unknown language is told
_CLINGING = frozenset("وفبلكسا")  # what an Arabic word may begin with that its stem does not
_INDONESIAN = "bdkmpst"  # the same of ber- di- ke- me- pe- se- ter-
_BREAK = re.compile(r"\s")


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


@dataclass(frozen=True, slots=True)
class _Finder:
    """Find the terms of a query in texts of one language. `known` tells of words met before which groups they hit."""

    words: tuple[tuple[int, Term], ...]
    phrases: tuple[tuple[int, Term], ...]
    spoken: str | None
    initials: frozenset[str]
    known: dict[str, tuple[int, ...]]

    def hits(self, found: Sequence[re.Match[str]]) -> list[_Hit]:
        """Return the hits among the words of a text, in order."""
        texts = [one[0] for one in found]
        hit = {word: groups for word in set(texts) if (groups := self._groups(word))}
        hits = {
            _Hit(one.start(), one.end(), group)
            for one, word in zip(found, texts, strict=True)
            if word in hit
            for group in hit[word]
        }
        if self.phrases:
            hits.update(_phrases(found, self.phrases))
        return sorted(hits)

    def _groups(self, word: str) -> tuple[int, ...]:
        groups = self.known.get(word)
        if groups is None:
            hit = (group for group, term in self.words if self._is_hit(word, term))
            groups = self.known[word] = tuple(set(hit)) if _may_be(word, self.initials) else ()
        return groups

    def _is_hit(self, word: str, term: Term) -> bool:
        (wanted,), folded = term.words, _folded(word)
        if any(one.startswith(wanted) if term.prefix else one == wanted for one in folded):
            return True
        stems = {stem for stem, tongue in term.stems if tongue == self.spoken}
        return bool(stems) and any(self._shares(one, stems) for one in folded)

    def _shares(self, folded: str, stems: set[str]) -> bool:
        return self.spoken is not None and not stems.isdisjoint(stems_of(folded, self.spoken))


@lru_cache(maxsize=8)
def _finder(query: Query, spoken: str | None) -> _Finder:
    every = tuple(terms(query))
    words = tuple(one for one in every if len(one[1].words) == 1)
    phrases = tuple(one for one in every if len(one[1].words) > 1)
    sought = [*(term.words[0] for _, term in words), *(stem.word for _, term in words for stem in term.stems)]
    initials = {one[0] for one in sought} | ({*_INDONESIAN} if spoken == "id" else set())
    return _Finder(words, phrases, spoken, frozenset(initials), {})


def snippet(text: str, query: Query, width: int = 160, language: str | None = None) -> tuple[str, Spans]:
    """Return an excerpt around the best hits, and the spans of the hits in it, in order and apart.

    The excerpt is the original text, at most `width` characters cut at words, with "…" where it is cut and every
    white-space character as a space. `language` is that of the text: inflections of a word are hits too, where it is
    stemmed. Best is the window with hits of the most groups, then with the most hits, then the first. Without a hit
    (the title was found, say) it is the beginning and no spans.
    """
    found = list(word_matches(text))
    hits = _finder(query, tongue(language, text[:_SAMPLE])).hits(found)
    inner = _best(hits, width)
    start, end = _widen(text, found, inner, width)
    lead = CUT if start > 0 else ""
    shown = lead + _BREAK.sub(" ", text[start:end]) + (CUT if end < len(text) else "")
    return shown, _spans(hits, start, end, len(lead) - start)


def marks(text: str, query: Query, language: str | None = None) -> Spans:
    """Return the spans of the hits in a text that is shown whole, such as a title; in order and apart."""
    hits = _finder(query, tongue(language, text)).hits(list(word_matches(text)))
    return _spans(hits, 0, len(text), 0)


def _may_be(word: str, initials: frozenset[str]) -> bool:
    """Tell by its first letter whether a word may be one that is sought; most are not, and to fold each takes long."""
    return not word.isalpha() or (first := _initial(word[0])) in initials or first in _CLINGING


@lru_cache(maxsize=20_000)
def _initial(letter: str) -> str:
    return fold(letter)[:1]


@lru_cache(maxsize=20_000)
def _folded(word: str) -> tuple[str, ...]:
    return tuple(one[:LONGEST_WORD] for one in fold(word).split())


def _phrases(found: Sequence[re.Match[str]], phrases: Sequence[tuple[int, Term]]) -> Iterator[_Hit]:
    """Yield where words follow each other as the terms have them."""
    for group, term in phrases:
        first = frozenset(term.words[0][0])
        for at, one in enumerate(found):
            if _may_be(one[0], first) and term.words[0] in _folded(one[0]):
                yield from _runs(found, at, term, group)


def _runs(found: Sequence[re.Match[str]], at: int, term: Term, group: int) -> Iterator[_Hit]:
    """Yield where the term's words follow each other from a word on; a word may fold into several."""
    length, first = len(term.words), len(_folded(found[at][0]))
    tokens = [
        _Token(folded, one.start(), one.end()) for one in found[at : at + length + 1] for folded in _folded(one[0])
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


def _widen(text: str, found: Sequence[re.Match[str]], inner: tuple[int, int], width: int) -> tuple[int, int]:
    """Put the stretch into the middle of a window that begins and ends at words, or at the ends of the text."""
    start = max(0, min(inner[0] - (width - (inner[1] - inner[0])) // 2, len(text) - width))
    end = min(len(text), start + width)
    if start > 0:
        at = bisect_left(found, start, key=lambda one: one.start())
        start = min(found[at].start(), inner[0]) if at < len(found) and inner[1] else inner[0]
    if end < len(text):
        at = bisect_right(found, end, key=lambda one: one.end())
        end = max(found[at - 1].end(), inner[1]) if at and found[at - 1].end() > start else end
    return start, end


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
