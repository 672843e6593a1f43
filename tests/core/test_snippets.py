"""Excerpts that show where a query was found."""

import re

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.query import Query, Term, parse_query
from monitor.core.snippets import snippet

FILLER = "Nothing of note happened here today. "
PROSE = st.lists(st.sampled_from(["storm", "Đà", "coast", "the", "北京", "a", "المدينة", ".", "\n", " ", " "])).map(
    "".join
)


def marked(text: str, query: str, width: int = 160) -> list[str]:
    excerpt, spans = snippet(text, parse_query(query), width)
    return [excerpt[start:end] for start, end in spans]


def test_a_short_text_is_shown_whole() -> None:
    assert snippet("The storm came.", parse_query("storm")) == ("The storm came.", ((4, 9),))


def test_hits_are_marked_in_the_original_spelling() -> None:
    assert marked("Bão ở Đà Nẵng và Huế", "da nang hue") == ["Đà", "Nẵng", "Huế"]
    assert marked("في المدينة القديمة", "مدينة") == ["المدينة"]
    assert marked("l’eau de l'Ouest", "ouest") == ["l'Ouest"]


def test_phrases_and_prefixes_are_marked_as_one() -> None:
    assert marked("A climate of change. Climate change laws.", '"climate change"') == ["Climate change"]
    assert marked("Flooded floors, flood; flux", "floo*") == ["Flooded", "floors", "flood"]
    assert marked("我在北京大学", "北京大学") == ["北京大学"]


def test_the_window_with_most_different_words_wins() -> None:
    text = "storm storm storm. " + FILLER * 10 + "The storm hit the coast. " + FILLER * 10
    excerpt, _ = snippet(text, parse_query("storm coast"), 60)
    assert "The storm hit the coast" in excerpt
    assert excerpt.startswith("…")
    assert excerpt.endswith("…")


def test_excerpts_are_cut_at_words() -> None:
    excerpt, _ = snippet(FILLER * 5 + "storm " + FILLER * 5, parse_query("storm"), 50)
    assert all(word in (FILLER + "storm").replace(".", "").split() for word in re.findall(r"\w+", excerpt))


def test_line_breaks_are_shown_as_spaces() -> None:
    assert snippet("one\ntwo\tstorm", parse_query("storm"))[0] == "one two storm"


def test_without_a_hit_the_beginning_is_shown() -> None:
    excerpt, spans = snippet(FILLER * 20, parse_query("storm"), 40)
    assert excerpt == "Nothing of note happened here today…"
    assert spans == ()


def test_a_hit_longer_than_the_window_is_cut() -> None:
    excerpt, spans = snippet("x " * 5 + "b" * 50, Query(((Term(("b" * 50,)),),)), 20)
    assert excerpt == "…" + "b" * 20 + "…"
    assert spans == ((1, 21),)


def test_excluded_words_are_not_marked() -> None:
    assert marked("storm and coast", "storm -coast") == ["storm"]


@given(PROSE | st.text(), st.sampled_from(["storm", "da OR 北京", '"the coast" a*', "مدينة"]), st.integers(1, 60))
def test_an_excerpt_is_part_of_the_text_within_its_width(text: str, query: str, width: int) -> None:
    excerpt, spans = snippet(text, parse_query(query), width)
    inner = excerpt.removeprefix("…") if text[:1] != "…" else excerpt
    assert len(excerpt) <= width + 2
    assert any(part in re.sub(r"\s", " ", text) for part in (inner, inner.removesuffix("…"), excerpt))
    ends = [0, *(at for span in spans for at in span), len(excerpt)]
    assert ends == sorted(ends)
    assert all(start < end for start, end in spans)


@given(PROSE)
def test_what_is_there_is_found_and_marked(text: str) -> None:
    assert bool(marked(text + " storm " + text, "storm"))
