"""Fold text so that what readers take for the same word is the same word, for the full-text index and its queries."""

import re
import unicodedata
from functools import lru_cache

from monitor.core.words import BLOCKS, RUN, UNIT

# Letters that no decomposition takes apart. Arabic, Persian and Urdu forms go to the Arabic letter; hamza on its
# carrier falls with the other marks, so that alef, waw and ya stay.
_LETTERS = {
    "đ": "d", "ð": "d", "ø": "o", "ł": "l", "ı": "i", "ħ": "h", "ŧ": "t", "þ": "th", "æ": "ae", "œ": "oe", "ŋ": "ng",
    "ĸ": "k", "ə": "e", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y", "ʼ": " ", "ʻ": " ",
    "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ے": "ي", "ک": "ك", "ڪ": "ك", "ة": "ه", "ۃ": "ه", "ہ": "ه", "ھ": "ه",
    "ە": "ه", "ۀ": "ه", "ۂ": "ه", "ۓ": "ي",
}  # fmt: skip
_ARABIC_MARKS = "\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
_HEBREW_POINTS = "\u0591-\u05bd\u05bf\u05c1-\u05c2\u05c4-\u05c5\u05c7"
_INVISIBLE = "\u00ad\u061c\u180e\u200b\u200d-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff"
_DROPPED = re.compile(f"[{_ARABIC_MARKS}{_HEBREW_POINTS}{_INVISIBLE}]+")
_MARKED = re.compile("(?<=[a-z\u0370-\u03ff\u00df-\u024f\u0250-\u02af])[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff]+")
_SPLIT_VOWELS = (("\u0e4d\u0e32", "\u0e33"), ("\u0ecd\u0eb2", "\u0eb3"))  # NFKC halves Thai and Lao "am" for good
_YO = re.compile("(?<=\u0435)\u0308")
_TOKEN = re.compile(rf"{UNIT}|{RUN}")
_ASCII_TOKEN = re.compile(r"[a-z0-9]+")
_ARTICLE = re.compile(r"^(?:[وف]?[بك]?ال|[وف]?لل)(?=\w{3})")
_ROUNDS = 4
_LONGEST_KNOWN = 24  # characters; a line of a script without spaces is no word


def _table() -> dict[int, str]:
    """Return the letters of `_LETTERS`, and the digits of all scripts to ASCII."""
    codes = (code for first, end in BLOCKS for code in range(first, end))
    digits = {code: str(unicodedata.decimal(chr(code))) for code in codes if chr(code).isdecimal()}
    return digits | {ord(letter): folded for letter, folded in _LETTERS.items()}


_TABLE = _table()


def fold(text: str) -> str:
    """Return the folded words of a text with single spaces between; folding twice changes nothing.

    In this order: NFKC and case folding; diacritics dropped from Latin (Vietnamese included, đ is d) and Greek, ё is
    е, while й and the vowel signs of Indic and other scripts stay; Arabic tashkeel, tatweel and hamza on a carrier
    dropped, alef, ya and ta marbuta forms made one, Persian and Urdu letters with them; Hebrew points dropped; digits
    of all scripts to ASCII; characters of scripts without spaces set apart (kana, CJK, Thai, Lao, Myanmar, Khmer), so
    that a word of theirs is searched as a phrase. Last, the Arabic article falls, alone or behind و ف ب ك ل, when
    three letters or more remain: المدينة, والمدينة and للمدينة are all مدينه. What is no letter or digit parts words.
    """
    if text.isascii():
        return " ".join(_ASCII_TOKEN.findall(text.lower()))
    # Nothing in one word changes another. A text of 800 words takes 1 to 3 ms as a whole, a seventh of it word by word:
    # most are known from other texts.
    tokens = (_known(token) if len(token) <= _LONGEST_KNOWN else _folded(token) for token in text.split())
    return " ".join(filter(None, tokens))


def _folded(token: str) -> str:
    folded = _once(token)
    for _ in range(_ROUNDS):
        if (again := _once(folded)) == folded:
            break
        folded = again
    return folded


_known = lru_cache(maxsize=32_768)(_folded)


def _once(text: str) -> str:
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    bare = _DROPPED.sub("", apart).translate(_TABLE)
    joined = unicodedata.normalize("NFC", _YO.sub("", _MARKED.sub("", bare)))
    for parts, vowel in _SPLIT_VOWELS:
        joined = joined.replace(parts, vowel)
    return " ".join(_without_article(token) for token in _TOKEN.findall(joined))


def _without_article(token: str) -> str:
    return _ARTICLE.sub("", token) if "ل" in token else token
