"""Furniture is told from the article by lines that are known, and lines become known by what many documents say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.furniture import (
    NOTHING,
    Furnishing,
    article_part,
    beside,
    differing,
    line_key,
    listed,
    rest_key,
    rewordings,
    title_rests,
)
from monitor.core.label_lines import (
    alike,
    exact_key,
    field_of,
    has_news,
    headline_keys,
    is_label,
    is_pattern,
    keys_of,
    run_key,
    shift_key,
)

LABELS = [
    "Share this article",
    "1,204 views",
    "12 comments",
    "Updated 3 minutes ago",
    "Mis à jour il y a 3 minutes",
    "اقرأ أيضا",
    "Читайте также",
    "Baca juga: Harga beras naik",
    "阅读更多",
    "Read more…",
    "Did you like this?",
    "U.S. strikes on Iran",
    "Subscribe now!",
]
SENTENCES = [
    "Updated figures show 12 dead.",
    "He died. She lived",
    "कुछ हुआ।",
    "他今天说了这句话。",
    "Will it rain? Nobody knows",
    "یہ ایک جملہ ہے۔",
    "a line without a full stop that goes on because a paragraph of the article lost it on the long way to the reader",
]


@pytest.mark.parametrize("line", LABELS)
def test_short_lines_that_end_no_sentence_are_labels(line: str) -> None:
    assert is_label(line)


@pytest.mark.parametrize("line", [*SENTENCES, "", "  "])
def test_sentences_and_long_lines_are_none(line: str) -> None:
    assert not is_label(line)


NEWS = [
    "Killed: 12",
    "Dead: twelve",
    "Verdict: guilty",
    "Not signed",
    "Приговор: невиновен",
    "死亡：十二人",
    "Allegedly",
]


@pytest.mark.parametrize("line", NEWS)
def test_numbers_denials_hedges_and_verdicts_are_news(line: str) -> None:
    assert has_news(line)


@pytest.mark.parametrize("line", ["Share", "Don't miss", "Join our channel", "Читайте также", "اقرأ أيضا", "阅读更多"])
def test_the_labels_of_pages_are_none(line: str) -> None:
    assert not has_news(line)


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("Verdict: not guilty", "verdict"),
        ("• Verdict – guilty", "verdict"),
        ("| Verdict | guilty |", "verdict"),
        ("死亡：十二人", "死亡"),
        ("Read also: Storm closes the harbour", None),
        ("Tags: harbour, storm", None),
        ("12:30", None),
        ("Not guilty", None),
    ],
)
def test_a_box_names_its_field(line: str, field: str | None) -> None:
    assert field_of(line) == field


def test_lines_are_alike_by_their_field_or_their_words_unless_they_announce_others() -> None:
    assert alike("Suspect: Ali", "Suspect: Omar Hassan of Northport")
    assert alike("Twelve dead", "Twenty-one dead")
    assert not alike("Read also: Storm closes the harbour", "Read also: Storm breaks the harbour")
    assert not alike("Advertisement", "Join our channel")
    assert not alike("", "…")


def test_a_labels_numbers_are_masked_and_a_sentences_are_not() -> None:
    assert line_key("9 VIEWS") == line_key("1,204 views") == line_key("١٢ views")
    assert line_key("The war has killed more than 43,000 people.") != line_key(
        "The war has killed more than 44,000 people."
    )


def test_bare_numbers_are_no_pattern() -> None:
    """They are scores and results as often as counters."""
    assert not is_pattern("2 - 1")
    assert line_key("2 - 1") != line_key("3 - 1")


def test_typography_and_case_make_no_other_line() -> None:
    assert exact_key("READ  ALSO – “now”") == exact_key('Read also - "now"')
    assert exact_key("12 dead") != exact_key("21 dead")


def test_a_headline_is_found_behind_a_bullet_and_a_lead_in() -> None:
    key = exact_key("Storm closes the harbour")
    for line in ("Storm closes the harbour", "• Storm closes the harbour", "- Read also: Storm closes the harbour"):
        assert key in headline_keys(line), line
    assert key not in headline_keys("Nobody in the whole town believes it: Storm closes the harbour")
    assert headline_keys("The storm closes the harbour.") == ()


def lines(*some: str) -> str:
    return "\n".join(some)


def test_what_is_learned_is_known_behind_a_lead_in() -> None:
    key = shift_key("Storm closes the harbour")
    assert key in keys_of("Read also: Storm closes the harbour")
    assert key in keys_of("• Storm closes the harbour")
    assert shift_key("Reuters") not in keys_of("Photo: Reuters")


BODY = ("The harbour closed on Monday after a storm.", "A crane broke, and 12 ships left.")


def test_known_lines_are_left_out_with_the_reason_and_the_rest_stays_as_it_was() -> None:
    known = Furnishing(
        lines=frozenset({run_key("5 views"), shift_key("Read on")}),
        headlines=frozenset({exact_key("Storm closes the harbour")}),
        reasons=((run_key("5 views"), "a running number"),),
    )
    text = lines("A lead.", "", "READ ON", "12 views", " Storm closes the harbour", "12 views of the sea.", "Tags")
    part = article_part("T", text, frozenset({"Tags"}), known)
    assert part.text == lines("A lead.", "", "12 views of the sea.")
    assert [(one.line, one.why) for one in part.left_out] == [
        ("READ ON", "it stands in many articles of the outlet"),
        ("12 views", "a running number"),
        (" Storm closes the harbour", "the headline of another article"),
        ("Tags", "the page marks it as no part of the article"),
    ]


def test_a_page_speaks_of_its_own_numbers_only() -> None:
    part = article_part(None, lines("5 comments", "Dead: 5 comments", "6 comments"), frozenset({"5 comments"}), NOTHING)
    assert part.text == lines("Dead: 5 comments", "6 comments")


@pytest.mark.parametrize(
    ("title", "own"),
    [
        ("Storm | News Example", "Storm"),
        ("Storm – News Example", "Storm"),
        ("News Example: Storm", "Storm"),
        ("Storm | World | News Example", "Storm"),
        ("Storm - a history | News Example", "Storm - a history"),
        ("Storm at News Example", "Storm at News Example"),
        ("News Example", "News Example"),
        ("World - News Example", "World"),
        (None, None),
    ],
)
def test_what_the_outlet_adds_is_taken_off_its_headlines(title: str | None, own: str | None) -> None:
    known = Furnishing(titles=frozenset({rest_key("| News Example"), rest_key("World | News Example")}))
    part = article_part(title, "text", frozenset(), known)
    assert part.title == own
    assert bool(part.left_out) == (title != own)


def test_the_keys_asked_of_a_title_are_those_it_is_stripped_by() -> None:
    assert rest_key("| News Example") in title_rests("Storm – a history | News Example")
    assert title_rests("Storm at sea") == ()
    assert title_rests(None) == ()


def test_only_what_differs_is_asked_about() -> None:
    assert differing("a\nb\nc", "a\nx\nc") == ("b", "x")
    assert differing("a\nb", "a\nb") == ()
    assert differing("a\nb", "b\na") == ("a", "b")
    assert set(differing("a\nb\nb", "a\nb")) == {"a", "b"}


def test_a_line_that_takes_the_place_of_one_like_it_is_reworded() -> None:
    old = lines(*BODY, "Verdict: guilty", "9 views")
    assert rewordings(old, lines(*BODY, "Verdict: not guilty", "12 views")) == (
        ("Verdict: guilty", "Verdict: not guilty"),
    )
    assert rewordings(old, lines("Verdict: not guilty", *BODY, "9 views")) == ()
    assert rewordings(old, lines(*BODY, "Share", "9 views")) == ()


def test_what_stands_beside_lines_is_told_with_them() -> None:
    assert beside("a\n\nb\nc\nd", ["b"]) == ("a", "b", "c")
    assert beside("a\nb", ["a", "b", "x"]) == ("a", "b")


def test_headlines_stand_in_a_list_by_a_bullet_an_announcement_or_another_one() -> None:
    storm, ferries = exact_key("Storm closes the harbour"), exact_key("Ferries sail again")
    both = frozenset({storm, ferries})
    for above in ("• An item", "Read also", "READ ALSO:", "Ferries sail again"):
        bullet = "• " if above.startswith("•") else ""
        assert storm in listed(both, lines("A lead.", above, "", f"{bullet}Storm closes the harbour")), above
    alone = lines("A lead.", "Storm closes the harbour", "A crane broke.", "Ferries sail again", "They do.")
    assert listed(both, alone) == frozenset()
    assert listed(both, "Verdict: Storm closes the harbour") == frozenset()


def test_a_list_in_one_of_two_texts_is_enough_but_no_place_may_be_outside_of_it() -> None:
    key = exact_key("Storm closes the harbour")
    item, subhead = "• Storm closes the harbour", "Storm closes the harbour"
    assert listed(frozenset({key}), lines("A.", subhead, "B."), lines("A.", item)) == {key}
    assert listed(frozenset({key}), lines("A.", item), lines("A.", subhead, "B.", item)) == frozenset()


SOME_LINES = st.lists(st.text(max_size=30), min_size=1, max_size=12)


@given(SOME_LINES, st.lists(st.integers(0, 11), max_size=4))
def test_every_line_is_kept_or_left_out_and_the_order_stays(some: list[str], which: list[int]) -> None:
    text = "\n".join(some)
    split = text.split("\n")
    known = Furnishing(lines=frozenset(key for index in which for key in keys_of(split[index % len(split)])))
    part = article_part("T", text, frozenset(), known)
    gone = [one.line for one in part.left_out]
    kept = part.text.split("\n") if len(gone) < len(split) else []
    assert sorted([*kept, *gone]) == sorted(split)
    assert [line for line in split if line in kept] == kept
    assert article_part("T", text, frozenset(), NOTHING).text == text
