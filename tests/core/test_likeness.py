"""Copies are known for what they are, altered and cut; and nothing else is."""

from collections.abc import Sequence
from itertools import chain, combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.folding import fold
from monitor.core.likeness import (
    LENGTH,
    SKETCH,
    Likeness,
    altered,
    candidates,
    is_copy,
    is_mostly,
    liken,
    sequences,
    sketch,
)
from tests.newsroom.settings import CORPUS
from tests.newsroom.texts import Text, read_texts

ARTICLES = read_texts()
# What the papers of the newsroom took from the agencies: slug of the agency's, slug of the paper's.
TAKEN = {
    ("tren-costero-reapertura", "vuelve-el-tren-costero"),
    ("cosecha-cacao-valle-alto", "cacao-valle-alto-cosecha"),
    ("censo-tortugas-playa-larga", "tortugas-playa-larga-record"),
    ("acuerdo-puertos-barlovia-mareverte", "acuerdo-portuario-mareverte"),
    ("tormenta-costa-norte", "temporal-cala-honda"),
    *((slug, slug) for slug in ("mawsim-al-tumur", "mahattat-al-tahliya", "muthakkirat-al-mawani", "asifa-ramliya")),
}
OWN = [one for one in ARTICLES if one.outlet != "marsat" and one.slug not in {slug for slug, _ in TAKEN}]
ANY = st.text(st.characters(codec="utf-8"), max_size=300)
PHRASES = st.lists(
    st.sampled_from(["port", "mer", "vent", "île", "كوبا", "مدينة", "12", "21", "東京"]), max_size=60
).map(" ".join)


def of(text: Text) -> tuple[str, ...]:
    """Return the sequences of an article."""
    return sequences("\n".join(text.paragraphs))


def words_of(text: Text) -> list[str]:
    """Return the words of an article."""
    return "\n".join(text.paragraphs).split()


def alike(one: Sequence[str], other: Sequence[str]) -> Likeness:
    """Return how alike two lists of words are."""
    return liken(sequences(" ".join(one)), sequences(" ".join(other)))


def others_of(text: Text) -> list[Text]:
    """Return the other articles of its outlet."""
    return [one for one in OWN if one.outlet == text.outlet and one.slug != text.slug]


def reworded(words: Sequence[str], share: float, chance: Random) -> list[str]:
    """Return words, some of them replaced by others of the text, left out, or followed by one more."""
    pool = list(words)
    return list(chain.from_iterable(_reworded(word, pool, share, chance) for word in words))


def _reworded(word: str, pool: list[str], share: float, chance: Random) -> list[str]:
    if chance.random() >= share:
        return [word]
    return chance.choice([[chance.choice(pool)], [], [word, chance.choice(pool)]])


def found(text: Sequence[str], other: Sequence[str]) -> bool:
    """Say whether a text is found by what the sketches of the two share."""
    shared = set(sketch(text)) & set(sketch(other))
    return candidates(sketch(text), [(number, 1) for number in shared]) == [1]


def test_of_all_pairs_of_articles_only_what_was_taken_from_an_agency_is_a_copy() -> None:
    """Nine pairs of 2,016, in seven languages: not the translations, nor what two outlets wrote of one event."""
    texts = {(one.outlet, one.slug): of(one) for one in ARTICLES}
    copies = [(a, b) for a, b in combinations(texts, 2) if is_copy(liken(texts[a], texts[b]))]
    assert {tuple(sorted((a[1], b[1]))) for a, b in copies} == {tuple(sorted(pair)) for pair in TAKEN}
    assert len(copies) == len(TAKEN)
    assert all(found(texts[a], texts[b]) for a, b in copies)


@pytest.mark.parametrize("share", [0.05, 0.10, 0.15])
def test_a_copy_with_up_to_15_percent_of_its_words_changed_is_one(share: float) -> None:
    chance = Random(1)
    for text in OWN:
        copied = reworded(words_of(text), share, chance)
        assert is_copy(alike(words_of(text), copied)), text.slug
        assert found(of(text), sequences(" ".join(copied)))


def test_a_text_with_half_its_words_changed_is_another() -> None:
    chance = Random(1)
    assert not any(is_copy(alike(words_of(one), reworded(words_of(one), 0.5, chance))) for one in OWN)


@pytest.mark.parametrize("part", [1 / 3, 1 / 2, 2 / 3])
def test_a_text_cut_to_its_beginning_is_a_copy(part: float) -> None:
    for text in (one for one in OWN if len(words_of(one)) >= 120):
        words = words_of(text)
        cut = words[: round(len(words) * part)]
        assert is_copy(alike(words, cut)), text.slug
        assert found(of(text), sequences(" ".join(cut)))


def test_a_copy_with_another_opening_and_its_own_ending_is_one() -> None:
    for text in OWN:
        words, other = words_of(text), words_of(others_of(text)[0])
        assert is_copy(alike(words, [*other[:25], *words[25:], *other[-40:]])), text.slug


@pytest.mark.parametrize(("items", "at"), [(5, 0), (5, 2), (4, 1), (3, 1), (3, 2), (2, 1)])
def test_a_roundup_is_no_copy_of_one_of_its_items(items: int, at: int) -> None:
    """Of items of one length; the first of two or three is told apart from a text that goes on only by a person."""
    for text in OWN:
        words = words_of(text)
        pool = [word for other in OWN if other.slug != text.slug for word in words_of(other)]
        parts = [pool[number * len(words) : (number + 1) * len(words)] for number in range(items)]
        parts[at] = words
        assert not is_copy(alike(words, list(chain.from_iterable(parts)))), text.slug


def test_two_articles_with_one_long_quotation_are_no_copies() -> None:
    for text in OWN:
        words, other = words_of(text), words_of(others_of(text)[0])
        assert not is_copy(alike(words, [*other[:60], *words[40:80], *other[60:]])), text.slug


def test_a_flash_has_to_be_nearly_the_same() -> None:
    """One word of thirty may differ; and it is no copy of an article five times as long."""
    for text in OWN:
        words = words_of(text)[:30]
        assert is_copy(alike(words, [*words[:12], "otherwise", *words[13:]]))
        assert not is_copy(alike(words, [*words[:10], *words_of(others_of(text)[0])[:20]]))
        assert not is_copy(alike(words[:12], words_of(text)))


def test_two_short_reports_with_the_same_footer_are_no_copies() -> None:
    footer = words_of(OWN[0])[:35]
    for text in OWN[1:]:
        one, other = words_of(text)[:40], words_of(others_of(text)[0])[:40]
        assert not is_copy(alike([*one, *footer], [*other, *footer])), text.slug


def test_only_what_is_mostly_the_other_joins_clusters() -> None:
    assert is_mostly(1.0, 1.0)
    assert is_mostly(0.6, 1.0)
    assert not is_mostly(0.33, 1.0)  # a third of the longer one
    assert not is_mostly(0.25, 0.4)
    assert not is_mostly(0.0, 0.0)


@given(ANY)
def test_sequences_are_of_the_words_that_the_search_finds(text: str) -> None:
    words = fold(text).split()
    assert list(sequences(text)) == [" ".join(words[at : at + LENGTH]) for at in range(len(words) - LENGTH + 1)]


@given(ANY | PHRASES, ANY | PHRASES)
def test_likeness_is_the_same_both_ways_and_within_bounds(one: str, other: str) -> None:
    a, b = sequences(one), sequences(other)
    likeness = liken(a, b)
    assert likeness == liken(b, a)
    assert 0 <= likeness.resemblance <= likeness.coverage <= likeness.containment <= 1
    assert likeness.shared == len(set(a) & set(b))


@given(PHRASES)
def test_a_text_is_wholly_like_itself(text: str) -> None:
    own = sequences(text)
    likeness = liken(own, own)
    assert likeness.resemblance == (1.0 if own else 0.0)
    assert found(own, own) is (len(set(own)) >= SKETCH.least_shared)


@given(ANY | PHRASES)
def test_a_sketch_keeps_its_bounds(text: str) -> None:
    own = set(sequences(text))
    numbers = sketch(own)
    assert min(SKETCH.least, len(own)) <= len(numbers) <= max(SKETCH.least, len(own))
    assert list(numbers) == sorted(set(numbers))
    assert all(-(2**63) <= number < 2**63 for number in numbers)


def test_a_sketch_is_the_same_in_every_process() -> None:
    """What is stored today is compared with what comes in years."""
    numbers = sketch(sequences("La ministre de la Mer a signé un accord"))
    assert numbers == (
        -6103604388385356918, -4860463651072083585, -2126724051793373975, 968461568728154664, 3332146971786599420,
        7708246122238955536,
    )  # fmt: skip


def test_of_a_long_text_one_sequence_in_sixteen_is_kept_and_never_more_than_400() -> None:
    chance = Random(1)
    words = [f"w{chance.randrange(10**6)}" for _ in range(20_000)]
    assert len(sketch(sequences(" ".join(words[:3200])))) == pytest.approx(200, rel=0.2)
    assert len(sketch(sequences(" ".join(words)))) == SKETCH.most


def test_the_likeliest_come_first_and_a_crowd_s_words_do_not_count() -> None:
    own = tuple(range(40))
    crowd = [(number, document) for number in range(10) for document in range(1000, 1000 + SKETCH.crowd)]
    held = [*crowd, *((number, 1) for number in range(10, 14)), *((number, 2) for number in range(10, 30)), (35, 3)]
    assert candidates(own, held) == [2, 1]


def test_a_text_that_a_crowd_carries_is_found_all_the_same() -> None:
    own = tuple(range(30))
    held = [(number, document) for number in range(25) for document in range(SKETCH.crowd)]
    assert candidates(own, held) == list(range(SKETCH.candidates))


@pytest.mark.parametrize(
    ("first", "other", "counts"),
    [
        ("The port has 12 cranes.", "The port has 21 cranes.", (1, 1)),
        ("The port has “12” cranes.", 'The port has "12" cranes', (0, 0)),
        ("The port has 12 cranes.", "The port has 12 cranes. A ferry left.", (3, 0)),
        ("وصل الوزير إلى المدينة", "وصل الوزير أمس إلى المدينة", (1, 0)),
        ("", "One two", (2, 0)),
    ],
)
def test_words_altered_are_counted_apart_from_typography(first: str, other: str, counts: tuple[int, int]) -> None:
    assert altered(first, other) == counts
    assert altered(other, first) == counts[::-1]


def test_a_saved_text_is_a_copy_of_the_page_it_was_saved_from() -> None:
    """With the title, the address, the signature and the labels that were saved around it."""
    texts = {one.slug: of(one) for one in ARTICLES}
    saved = [sequences(path.read_text(encoding="utf-8")) for path in sorted(CORPUS.iterdir())]
    copies = {slug for own in saved for slug, text in texts.items() if is_copy(liken(own, text))}
    assert copies == {"accord-cooperation-portuaire", "muthakkirat-al-mawani", "kerja-sama-perikanan"}
