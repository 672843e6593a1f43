"""Search queries as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.folding import fold
from monitor.core.query import MOST_TERMS, Query, Term, parse_query
from monitor.errors import UsageError


def term(*words: str, prefix: bool = False) -> Term:
    return Term(words, prefix)


@pytest.mark.parametrize(
    ("text", "groups", "excluded"),
    [
        ("Đà  storm", [[term("da")], [term("storm")]], []),
        ('"climate change" law', [[term("climate", "change")], [term("law")]], []),
        ('storm -coast -"New York"', [[term("storm")]], [term("coast"), term("new", "york")]),
        ("storm OR flood law", [[term("storm"), term("flood")], [term("law")]], []),
        ("a | b OR c", [[term("a"), term("b"), term("c")]], []),
        ("flood*", [[term("flood", prefix=True)]], []),
        ('"climate chan"* "sea lev*"', [[term("climate", "chan", prefix=True)], [term("sea", "lev", prefix=True)]], []),
        ("COVID-19", [[term("covid", "19")]], []),
        ("北京 OR المدينة", [[term("北", "京"), term("مدينه")]], []),
        ("a AND b NOT c", [[term("a")], [term("b")]], [term("c")]),
        ("OR a OR", [[term("a")]], []),
        ("or and not", [[term("or")], [term("and")], [term("not")]], []),
        ("“open phrase", [[term("open", "phrase")]], []),
        ("a - b -- & ...", [[term("a")], [term("b")]], []),
        ("title:storm NEAR(a", [[term("title", "storm")], [term("near", "a")]], []),
    ],
)
def test_queries_mean_what_they_say(text: str, groups: list[list[Term]], excluded: list[Term]) -> None:
    assert parse_query(text) == Query(tuple(map(tuple, groups)), tuple(excluded))


@pytest.mark.parametrize("text", ["", "   ", "...", '""', "*", "OR", "-", '" '])
def test_nothing_to_search_for_is_said_with_a_hint(text: str) -> None:
    with pytest.raises(UsageError, match="no word to search for") as caught:
        parse_query(text)
    assert caught.value.hint


def test_only_exclusions_are_refused_with_a_hint() -> None:
    with pytest.raises(UsageError, match="only excludes") as caught:
        parse_query('-a -"b c"')
    assert caught.value.hint


def test_a_novel_is_no_query() -> None:
    assert parse_query("word " * MOST_TERMS)
    with pytest.raises(UsageError, match="more than"):
        parse_query("word " * (MOST_TERMS + 1))


@given(st.text(st.sampled_from("ab \"-*|ORNT'北é:().") | st.characters()))
def test_any_text_is_a_query_or_a_usage_error(text: str) -> None:
    query = read(text)
    for one in [*(one for group in query.groups for one in group), *query.excluded] if query else ():
        assert one.words
        assert all(fold(word) == word for word in one.words)


def read(text: str) -> Query | None:
    """Parse what may be no query; any other error than UsageError fails the test."""
    try:
        return parse_query(text)
    except UsageError:
        return None
