"""The words of a text in any script, and their places."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.words import BLOCKS, count_words, pieces, words

PROSE = st.text(
    st.sampled_from("ab 'é\u0301.,-1٣ñИй\u200cمَبا北京กี่हिंあが한\n\u00ad_") | st.characters(exclude_categories=["Cs"])
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It isn't 1.5 or 10,000.", ["It", "isn't", "1.5", "or", "10,000"]),
        ("l’eau d'aujourd'hui", ["l’eau", "d'aujourd'hui"]),
        ("well-known snake_case", ["well", "known", "snake", "case"]),
        ("'quoted' words'", ["quoted", "words"]),
        ("cafe\u0301 на́ йод", ["cafe\u0301", "на́", "йод"]),
        ("ٱلْمَدِينَةُ القديمة", ["ٱلْمَدِينَةُ", "القديمة"]),
        ("北京2026年", ["北", "京", "2026", "年"]),
        ("が・ab", ["が", "ab"]),
        ("ที่นี่", ["ที่", "นี่"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("서울에서 왔다", ["서울에서", "왔다"]),
        ("… — !", []),
    ],
)
def test_words_are_found_in_every_script(text: str, expected: list[str]) -> None:
    assert [word.text for word in words(text)] == expected
    assert count_words(text) == len(expected)


@given(PROSE)
def test_every_word_is_where_it_says(text: str) -> None:
    end = 0
    for word in words(text):
        assert end <= word.start < word.end
        assert text[word.start : word.end] == word.text
        end = word.end


@given(PROSE)
def test_pieces_joined_are_the_text(text: str) -> None:
    assert "".join(pieces(text)) == text
    assert all(pieces(text))


def test_no_mark_and_no_digit_of_unicode_is_forgotten() -> None:
    """The blocks that are walked at start hold every combining mark and every digit NFKC does not make ASCII."""
    for code in range(0x80, sys.maxunicode + 1):
        sign = chr(code)
        plain = unicodedata.normalize("NFKC", sign).isascii() or unicodedata.category(sign)[0] not in "MN"
        if not plain and (sign.isdecimal() or unicodedata.category(sign)[0] == "M") and code < 0xE0000:
            assert any(first <= code < end for first, end in BLOCKS), hex(code)
