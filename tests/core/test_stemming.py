"""Stems: what inflections share, and what the index holds of a text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.folding import fold
from monitor.core.indexing import MOST_FINDABLE, indexed
from monitor.core.query import LONGEST_WORD
from monitor.core.stemming import Stem, query_stems, stems_of, tongue

LANGUAGES = ("ar", "de", "en", "es", "fa", "fr", "hi", "id", "it", "ko", "pt", "ru", "tr", "uk", "ur")


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("es", "operación operaciones operacion Operaciones"),
        ("es", "joven jóvenes jovenes"),
        ("pt", "eleição eleições eleicoes"),
        ("fr", "événement evenements"),
        ("en", "city cities"),
        ("de", "Haus Häuser Haeuser"),
        ("ru", "выборы выборах выборов"),
        ("uk", "місто містах"),
        ("ar", "وزير وزراء الوزير"),
        ("id", "pilih pemilihan memilih"),
        ("tr", "seçim seçimlerin secimler"),
        ("ko", "서울 서울에서"),
        ("hi", "लड़का लड़कों"),
        ("fa", "شهر شهرهای"),
        ("ur", "حکومت حکومتوں"),
    ],
)
def test_inflections_share_a_stem(language: str, forms: str) -> None:
    assert len({stems_of(fold(form), language)[0] for form in forms.split()}) == 1


def test_an_arabic_word_is_also_found_behind_what_clings_to_it() -> None:
    """And a short one is not cut: لجنة is no "for a garden", وزير no "and" something."""
    assert stems_of("مدينه", "ar")[0] in stems_of("بمدينه", "ar")
    assert stems_of("مدينه", "ar")[0] in stems_of("ولمدينه", "ar")
    assert stems_of("جنه", "ar")[0] not in stems_of("لجنه", "ar")
    assert query_stems("وزير")[0] == Stem("وزير", "ar")


@pytest.mark.parametrize(
    ("language", "sample", "expected"),
    [
        ("es-419", "", "es"),
        ("pt_BR", "", "pt"),
        ("ms", "", "id"),
        ("zh", "", None),
        ("vi", "a", None),
        (None, "корабли", "ru"),
        (None, "سفن", "ar"),
        (None, "ships", None),
        (None, "ships и корабли", None),
        (None, "", None),
    ],
)
def test_a_text_is_stemmed_by_its_language_or_its_script(
    language: str | None, sample: str, expected: str | None
) -> None:
    assert tongue(language, sample) == expected


def test_a_query_word_has_the_stem_of_every_language_of_its_script() -> None:
    assert Stem("part", "es") in query_stems("partido")
    assert {one.tongue for one in query_stems("город")} == {"ru", "uk"}
    assert query_stems("da") == query_stems("北") == query_stems("2026") == ()


@given(st.text(st.characters(categories=["L", "M", "N"]), max_size=80), st.sampled_from(LANGUAGES))
@settings(max_examples=1_000)
def test_stems_of_any_word_are_words_that_no_space_parts(text: str, language: str) -> None:
    for word in fold(text).split():
        for stem in stems_of(word, language):
            assert stem
            assert stem == "".join(stem.split())
            assert not set(stem) & set("§'\"\\")


@given(st.text(), st.text(), st.none() | st.sampled_from(LANGUAGES))
def test_the_index_holds_the_folded_words(title: str, text: str, language: str | None) -> None:
    held = indexed(title, text, language)
    assert held.title.split() == [word[:LONGEST_WORD] for word in fold(title).split()]
    assert held.body.split() == [word[:LONGEST_WORD] for word in fold(text).split()]
    assert all("§" in stem for stem in held.stems.split())


def test_a_text_beyond_all_bounds_is_indexed_by_its_beginning() -> None:
    held = indexed("t", "слово " * 100_000, "ru")
    assert len(held.body.encode()) <= MOST_FINDABLE
    assert len(held.stems.encode()) <= MOST_FINDABLE // 2
    assert set(held.body.split()[:-1]) == {"слово"}
