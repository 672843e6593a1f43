"""Search queries as people type them."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.folding import fold
from monitor.core.query import MOST_TERMS, Narrowing, Query, Term, Typed, parse_query, read_query
from monitor.errors import UsageError
from monitor.model import Field


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


def field(name: str, *values: str, denied: bool = False) -> Narrowing:
    return Narrowing(Field(name), values, denied)


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("outlet:granma.cu", [field("outlet", "granma.cu")]),
        ("kind:removed,moved LANG:es", [field("kind", "removed", "moved"), field("lang", "es")]),
        ('outlet:"Prensa Latina",radiohc.cu', [field("outlet", "Prensa Latina", "radiohc.cu")]),
        ("outlet:“Prensa Latina”", [field("outlet", "Prensa Latina")]),
        ("-outlet:a.cu NOT kind:moved", [field("outlet", "a.cu", denied=True), field("kind", "moved", denied=True)]),
        ("lang:es OR lang:pt", [field("lang", "es", "pt")]),
        ("since:2026-11-16T14:05 source:https://a.example/feed", [field("since", "2026-11-16T14:05"),
                                                                  field("source", "https://a.example/feed")]),
        ('source:"https://a.example/a,b"', [field("source", "https://a.example/a,b")]),
        ('outlet:""', [field("outlet", "")]),
        ('outlet:"open', [field("outlet", "open")]),
    ],
)  # fmt: skip
def test_fields_narrow(text: str, fields: list[Narrowing]) -> None:
    assert read_query(text) == Typed(None, tuple(fields))


@pytest.mark.parametrize(
    "text", ["https://x.example/a", "note:a", "kind: removed", "ſince:7d", "mailto:a@b", "a:kind:b"]
)
def test_what_is_no_field_is_words(text: str) -> None:
    typed = read_query(text)
    assert typed.fields == ()
    assert typed.words is not None


def test_words_and_fields_stand_beside_each_other() -> None:
    """Exclusions need no word beside a field; nothing at all asks for everything, signs only for nothing."""
    assert read_query("storm -coast lang:es -kind:moved") == Typed(
        Query(((term("storm"),),), (term("coast"),)), (field("lang", "es"), field("kind", "moved", denied=True))
    )
    assert read_query("-coast lang:es").words == Query((), (term("coast"),))
    assert read_query("  ") == Typed(None)
    with pytest.raises(UsageError, match="no word"):
        read_query(' ... "" ')


@pytest.mark.parametrize("text", ["a OR kind:moved", "kind:moved OR a", "kind:moved OR lang:es", "lang:es OR -lang:pt"])
def test_alternatives_of_different_kinds_are_refused_with_a_hint(text: str) -> None:
    with pytest.raises(UsageError, match="OR cannot join") as caught:
        read_query(text)
    assert caught.value.hint == "alternatives of a field are written outlet:granma.cu,radiohc.cu"


def test_only_bare_single_words_have_stems() -> None:
    """What is in quotes, or a beginning, is meant as it stands."""
    query = parse_query('ships "ships" shi* COVID-19 "two ships" -ships')
    found = [bool(group[0].stems) for group in query.groups]
    assert found == [True, False, False, False, False]
    assert query.excluded[0].stems


PIECES = [
    "outlet:",
    "KIND:",
    "lang:es",
    "since:7d",
    "-",
    '"',
    ",",
    " OR ",
    " NOT ",
    "a",
    "北",
    "*",
    " ",
    "ſource:",
    "\x00",
]


@given(
    st.text(st.sampled_from("ab \"-*|ORNT'北é:().") | st.characters()) | st.lists(st.sampled_from(PIECES)).map("".join)
)
@settings(max_examples=2_500)
def test_any_text_is_a_query_or_a_usage_error(text: str) -> None:
    typed = read(text)
    query = typed.words if typed else None
    for one in [*(one for group in query.groups for one in group), *query.excluded] if query else ():
        assert one.words
        assert all(fold(word) == word for word in one.words)


def test_ten_thousand_strings_raise_nothing_else() -> None:
    """Pieces that mean something, put together in any way."""
    random = Random(11)
    pieces = (*PIECES, "storm", '"two words"', "-", "kind:moved", "|", "é", "ـ", "\ud800", "(", ":", "\n")
    for _ in range(10_000):
        read("".join(random.choices(pieces, k=random.randint(1, 8))))


def read(text: str) -> Typed | None:
    """Read what may be no query; any other error than UsageError fails the test."""
    try:
        return read_query(text)
    except UsageError:
        return None
