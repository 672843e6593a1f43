"""Folding: what readers take for the same word is the same word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.folding import fold

MIXED = st.text(
    st.sampled_from("aÉñđ ĐőßﬁǅİςΆΰёйЁґʼn½²㎞٣४ﷺآإٱىةوالبلكـَُ\u200c\u200dی北がカﾞกำที่ຳहिंक़한각\u0301\u0308.-")
    | st.characters(exclude_categories=["Cs"])
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Việt Nam: ĐÀ NẴNG", "viet nam da nang"),
        ("Straße, café, cafe\u0301, Ångström, œuvre, Łódź", "strasse cafe cafe angstrom oeuvre lodz"),
        ("Ελλάδα ΆΣΟΣ", "ελλαδα ασοσ"),
        ("Ещё ёлка, йод", "еще елка йод"),
        ("مُحَمَّد محمـــد", "محمد محمد"),
        ("أحمد إحسان آمال على هدى مكتبة", "احمد احسان امال علي هدي مكتبه"),
        ("کتاب فارسی", "كتاب فارسي"),
        ("می\u200cشود", "مي شود"),
        ("١٢٣ ۴۵۶ ४२ ５", "123 456 42 5"),
        ("北京2026", "北 京 2026"),
        ("ひらがな ｶﾞ", "ひ ら が な ガ"),
        ("ที่นี่ น้ำ", "ที่ นี่ น้ ำ"),
        ("हिन्दी", "हिन्दी"),
        ("서울", "서울"),
        ("l'eau COVID-19 1.5 U.S.", "l eau covid 19 1 5 u s"),
        ("здоровʼя здоров'я", "здоров я здоров я"),
        ("co\u00adoperate", "cooperate"),
        ("\ud800 ☃ --", ""),
    ],
)
def test_forms_of_a_word_fold_together(text: str, expected: str) -> None:
    assert fold(text) == expected


@pytest.mark.parametrize(
    "form", ["المدينة", "والمدينة", "بالمدينة", "للمدينة", "فالمدينة", "كالمدينة", "ٱلْمَدِينَةِ", "مدينه"]
)
def test_the_arabic_article_falls_with_what_clings_to_it(form: str) -> None:
    assert fold(form) == "مدينه"


@pytest.mark.parametrize("word", ["الله", "الى", "بال", "ولد", "لله"])
def test_short_words_are_not_cut(word: str) -> None:
    assert fold(word) == word.replace("ى", "ي")


def test_a_word_that_only_begins_like_an_article_folds_like_its_articled_form() -> None:
    assert fold("ألعاب") == fold("الألعاب")


@given(MIXED)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(MIXED)
def test_the_result_is_words_with_single_spaces(text: str) -> None:
    folded = fold(text)
    assert folded == " ".join(folded.split())
    assert all(word[0].isalnum() for word in folded.split(" ") if word)


@given(st.text(st.characters(max_codepoint=127)))
def test_the_short_way_for_ascii_is_the_same_way(text: str) -> None:
    assert fold(text + " é") == (fold(text) + " e").strip()


@given(MIXED, MIXED)
def test_no_word_is_folded_otherwise_for_its_neighbours(one: str, other: str) -> None:
    assert fold(f"{one} {other}").split() == [*fold(one).split(), *fold(other).split()]
