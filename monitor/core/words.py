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
_LETTER = rf"[^\W_{UNSPACED}]"
_HOLDS = rf"{MARKS}\u00ad\u200b-\u200d\u2060"  # invisible characters part no word
RUN = rf"{_LETTER}+(?:[{MARKS}]+{_LETTER}*)*"
_HELD = rf"{_LETTER}+(?:[{_HOLDS}]+{_LETTER}*)*"
_NUMBER = r"\d+(?:[.,\u066b\u066c]\d+)+"
_EVERY = rf"{_NUMBER}|{_HELD}(?:[{APOSTROPHES}]{_HELD})*"
# Thai and Lao vowels that are written before or behind their consonant: an edit shown must not part them from it.
_CLUSTER = rf"[\u0e40-\u0e44\u0ec0-\u0ec4]?{UNIT}(?:[\u0e30\u0e32\u0e33\u0e45\u0eb0\u0eb2\u0eb3][{MARKS}]*)*"

_WORD = re.compile(rf"{UNIT}|{_EVERY}")
_PIECE = re.compile(rf"({_CLUSTER}|{_EVERY}|\s+)")
# Most texts have neither marks nor unspaced scripts; without them the same words are found four times as fast.
_RARE = re.compile(rf"[{UNSPACED}{_HOLDS}]")
_PLAIN = rf"{_NUMBER}|[^\W_]+(?:[{APOSTROPHES}][^\W_]+)*"
_PLAIN_WORD = re.compile(_PLAIN)
_PLAIN_PIECE = re.compile(rf"({_PLAIN}|\s+)")


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
    return (Word(found[0], found.start(), found.end()) for found in word_matches(text))


def word_matches(text: str) -> Iterator[re.Match[str]]:
    """Yield the words of a text as matches, for who reads many texts at once: a Word each takes twice as long."""
    return (_PLAIN_WORD if _is_plain(text) else _WORD).finditer(text)


def count_words(text: str) -> int:
    """Return how many words a text has, as `words` cuts it."""
    pattern = _PLAIN_WORD if _is_plain(text) else _WORD
    return len(pattern.findall(text))


def pieces(text: str) -> list[str]:
    """Cut a text into words, white space and what else lies between them; joined again the pieces are the text.

    Thai and Lao vowels stay with their consonant.
    """
    pattern = _PLAIN_PIECE if _is_plain(text) else _PIECE
    return [piece for piece in pattern.split(text) if piece]


def _is_plain(text: str) -> bool:
    """Tell a text in which the quick patterns find the same as the full ones."""
    return text.isascii() or not _RARE.search("".join(set(text)))
