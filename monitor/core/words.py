"""Find the words of a text in any script, with their places in it."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

# Scripts written without spaces, whose characters are words of their own: Thai, Lao, Myanmar, Khmer, kana and the CJK
# ideographs with their extensions. Hangul has spaces.
UNSPACED = (
    "\u0e00-\u0e4f\u0e80-\u0ecf\u0edc-\u0eff\u1000-\u103f\u1050-\u108f\u1780-\u17dd"
    "\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003fffd"
)
APOSTROPHES = "'\u2019\u02bc"

# Where combining marks and digits live; walking all of Unicode would cost 40 ms at every start.
BLOCKS = (
    (0x300, 0x3100), (0xA620, 0xAC00), (0xFB1E, 0xFE30), (0x101FD, 0x12000), (0x13440, 0x13460), (0x16100, 0x17000),
    (0x1BC9D, 0x1BCA0), (0x1CCF0, 0x1D250), (0x1DA00, 0x1DAB0), (0x1E000, 0x1E960),
)  # fmt: skip


def _marks() -> str:
    """Return the combining marks (Mn, Mc, Me) as ranges of a character class; `\\w` leaves them out."""
    ranges: list[list[int]] = []
    for code in (code for first, end in BLOCKS for code in range(first, end)):
        if unicodedata.category(chr(code))[0] == "M":
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


MARKS = _marks()
UNIT = rf"(?=[^\W_])[{UNSPACED}][{MARKS}]*"
_LETTER = rf"(?![{UNSPACED}])[^\W_]"
RUN = rf"{_LETTER}(?:{_LETTER}|[{MARKS}])*"
_HELD = rf"{_LETTER}(?:{_LETTER}|[{MARKS}\u00ad\u200b-\u200d\u2060])*"  # invisible characters part no word
_NUMBER = r"\d+(?:[.,\u066b\u066c]\d+)+"
_WORD = re.compile(rf"{UNIT}|{_NUMBER}|{_HELD}(?:[{APOSTROPHES}]{_HELD})*")


@dataclass(frozen=True, slots=True)
class Word:
    """A word and its place: `text[start:end] == word.text` in characters."""

    text: str
    start: int
    end: int


def words(text: str) -> Iterator[Word]:
    """Yield the words of a text in order.

    A word is a run of letters, digits and their combining marks, with apostrophes inside ("don't", "l'eau"); a number
    keeps its separators ("1.5", "10,000"); in scripts without spaces every character with its marks is a word.
    Punctuation, symbols and underscores are no words.
    """
    return (Word(found[0], found.start(), found.end()) for found in _WORD.finditer(text))


def count_words(text: str) -> int:
    """Return how many words a text has, as `words` cuts it."""
    return sum(1 for _ in _WORD.finditer(text))


def pieces(text: str) -> list[str]:
    """Cut a text into words and what lies between them; joined again the pieces are the text."""
    cut, at = [], 0
    for found in _WORD.finditer(text):
        if found.start() > at:
            cut.append(text[at : found.start()])
        cut.append(found[0])
        at = found.end()
    return [*cut, text[at:]] if at < len(text) else cut
