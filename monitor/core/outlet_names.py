"""Find the names of outlets in a text, in every script, with exact spans; whether one is a citation is not told here.

Matching is by whole words: a dictionary from the first word of each name, so that hundreds of names cost one look per
word of the text. Scripts written without spaces (Chinese, Japanese, Thai) are searched as they stand.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from monitor.model import Outlet

# Letters that writers interchange, one character for one so that spans stay exact: alif and its hamzas, ya and alif
# maqsura, ta marbuta and ha, Persian letters, apostrophes, spaces that do not break.
_SAME_LETTERS = str.maketrans("أإآٱىیکۀة’‘ʼ\u00a0\u202f", "ااااييكهه'''  ")

_WORD = re.compile(r"[^\W_]+")
_SPACELESS = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_ARABIC_PREFIX = re.compile(r"[وف]?[بلك]?ـ?(?:ال)?")
_WIDEST_GAP = 3  # white space characters between two words of a name: a line break in a saved text is one or two


Meanings = tuple[tuple[Outlet, bool], ...]  # the outlets a spelling may mean, each with whether it is bare for it


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A name found: its span in characters, the outlet meant, and whether the name is bare (see `model.Outlet`)."""

    start: int
    end: int
    outlet: Outlet
    bare: bool


def names_within(names: Sequence[NameMatch], start: int, end: int) -> Sequence[NameMatch]:
    """Return the names that stand in `[start, end)`; `names` are in order, as `NameIndex.find` gives them."""
    first = bisect_left(names, start, key=lambda match: match.start)
    last = bisect_left(names, end, key=lambda match: match.start)
    return [match for match in names[first:last] if match.end <= end]


@dataclass(frozen=True, slots=True)
class NameIndex:
    """Every spelling of every name, longest first under its first word."""

    by_word: dict[str, tuple[str, ...]]
    spaceless: tuple[str, ...]
    meanings: dict[str, Meanings]

    @classmethod
    def of(cls, outlets: Iterable[Outlet]) -> "NameIndex":
        """Index the names, aliases and bare names of outlets; where two share a spelling, both are kept in order."""
        meanings: dict[str, Meanings] = {}
        for outlet in outlets:
            for spelling, bare in _spellings(outlet).items():
                meanings[spelling] = (*meanings.get(spelling, ()), (outlet, bare))
        by_word: dict[str, list[str]] = {}
        spaceless = sorted((name for name in meanings if _SPACELESS.match(name)), key=len, reverse=True)
        for spelling in sorted(meanings.keys() - set(spaceless), key=len, reverse=True):
            if first := _WORD.match(spelling):
                by_word.setdefault(first[0], []).append(spelling)
        return cls({word: tuple(names) for word, names in by_word.items()}, tuple(spaceless), meanings)

    def find(self, text: str, language: str | None = None) -> tuple[NameMatch, ...]:
        """Return the names in the text in order; of overlapping ones the leftmost, and there the longest.

        A name of two outlets means the one that publishes in `language` (BCP 47), else the first. Letters that
        writers interchange match each other. The Arabic prefixes و ف ب ل ك and ال are stepped over and not part of
        the span.
        """
        plain = text.translate(_SAME_LETTERS)
        found = sorted([*self._among_words(plain), *self._anywhere(plain)], key=lambda hit: (hit[0], -hit[1]))
        primary = (language or "").split("-")[0].lower()
        kept: list[NameMatch] = []
        for start, end, spelling in found:
            if not kept or start >= kept[-1].end:
                kept.append(NameMatch(start, end, *self._meant(spelling, primary)))
        return tuple(kept)

    def _meant(self, spelling: str, primary: str) -> tuple[Outlet, bool]:
        meanings = self.meanings[spelling]
        return next((meaning for meaning in meanings if primary in meaning[0].languages), meanings[0])

    def _among_words(self, plain: str) -> Iterator[tuple[int, int, str]]:
        for word in _WORD.finditer(plain):
            for start in _word_starts(plain, word):
                yield from self._at(plain, start, plain[start : word.end()])

    def _at(self, plain: str, start: int, word: str) -> Iterator[tuple[int, int, str]]:
        for spelling in self.by_word.get(word, ()):
            end = _end_of(plain, start, spelling)
            if end is not None and not _inside_word(plain, end):
                yield start, end, spelling
                return

    def _anywhere(self, plain: str) -> Iterator[tuple[int, int, str]]:
        for spelling in self.spaceless:
            start = plain.find(spelling)
            while start >= 0:
                yield start, start + len(spelling), spelling
                start = plain.find(spelling, start + 1)


def _spellings(outlet: Outlet) -> dict[str, bool]:
    """Return how the outlet's names are spelt, composed, decomposed and in capitals, and which are bare."""
    names = dict.fromkeys((outlet.name, *outlet.aliases), False) | dict.fromkeys(outlet.bare, True)
    spellings: dict[str, bool] = {}
    for name, bare in names.items():
        capitals = [name.upper()] if len(name) >= 4 and not name.islower() else []
        for form in (name, *capitals):
            for composed in (unicodedata.normalize("NFC", form), unicodedata.normalize("NFD", form)):
                spellings.setdefault(" ".join(composed.translate(_SAME_LETTERS).split()), bare)
    return spellings


def _word_starts(plain: str, word: re.Match[str]) -> Iterator[int]:
    """Yield where a name may start in a word: at its start, and behind each Arabic prefix."""
    start = word.start()
    if start and (plain[start - 1] == "_" or unicodedata.combining(plain[start - 1])):
        return
    yield start
    prefix = _ARABIC_PREFIX.match(plain, start, word.end())
    for offset in range(1, len(prefix[0]) + 1 if prefix else 1):
        yield start + offset


def _end_of(plain: str, start: int, spelling: str) -> int | None:
    """Return where the spelling ends when it stands at `start`, its words apart by a little white space, else None."""
    at = start
    for number, piece in enumerate(spelling.split(" ")):
        if number:
            gap = at
            while at < len(plain) and plain[at].isspace() and at - gap < _WIDEST_GAP:
                at += 1
            if at == gap:
                return None
        if not plain.startswith(piece, at):
            return None
        at += len(piece)
    return at


def _inside_word(plain: str, at: int) -> bool:
    return at < len(plain) and (plain[at].isalnum() or plain[at] == "_" or bool(unicodedata.combining(plain[at])))
