"""Hits are found wherever in a text they stand, and whatever was looked through before."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.folding import fold
from monitor.core.query import parse_query
from monitor.core.snippets import marks, snippet
from monitor.core.words import words

SPACES = st.sampled_from([" ", "\n\n", "\t", "\u00a0", "\u3000", " - ", ", ", "(", ") ", "-", "’", "\x1c"])
SAID = st.sampled_from(["storm", "Stórm", "stormy", "thunderstorm", "COAST", "北京", "1.5", "a" * 70])
TEXTS = st.lists(st.tuples(SAID, SPACES), max_size=12).map(lambda pairs: "".join(map("".join, pairs)))


def marked(text: str, query: str) -> list[str]:
    return [text[start:end] for start, end in marks(text, parse_query(query))]


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_a_word_is_marked_everywhere_and_nothing_else(texts: list[str]) -> None:
    """Also in one that was asked before, among others."""
    for text in (*texts, *texts):
        spans = [(one.start, one.end) for one in words(text) if "storm" in fold(one.text).split()]
        assert list(marks(text, parse_query("storm"), "xx")) == spans


def test_many_different_words_with_one_beginning_are_all_marked() -> None:
    every = [f"flo{letter}" for letter in "abcdefghijklmnop"]
    assert marked(" ".join(every) + " afloat", "flo*") == every


def test_a_phrase_is_marked_across_whatever_lies_between_its_words() -> None:
    between = " – " * 300
    assert marked(f"storm{between}coast, storm {between}", '"storm coast"') == [f"storm{between}coast"]


def test_an_excerpt_from_a_text_without_white_space_is_cut_at_words() -> None:
    excerpt, spans = snippet("港口合作" * 50 + "风暴" + "港口合作" * 50, parse_query("风暴"), 20)
    assert (len(excerpt), [excerpt[start:end] for start, end in spans]) == (22, ["风暴"])
