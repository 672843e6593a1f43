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
from monitor.core.furniture_lessons import (
    EVERY,
    MOST,
    REWRITING,
    Counted,
    Evidence,
    Lesson,
    learned,
    of_first,
    of_headline,
    of_later,
)
from monitor.core.label_lines import (
    alike,
    exact_key,
    field_of,
    had_key,
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


# What documents say


def test_a_line_reworded_tells_of_no_coming_and_going() -> None:
    lessons = of_later("T", lines(*BODY, "Suspect: Ali"), lines(*BODY, "Suspect: Omar", "Share"))
    assert said(lessons, Evidence.SHIFTS) == ["Share"]


def said(lessons: tuple[Lesson, ...], evidence: Evidence) -> list[str]:
    return [one.sample for one in lessons if one.evidence is evidence]


def test_a_first_text_tells_its_labels_and_what_its_title_tag_adds() -> None:
    lessons = of_first("Storm", lines("Storm", *BODY, "Share", "12 views", "Share"), "| News Example")
    assert said(lessons, Evidence.STANDS) == ["", "Share", "12 views"]
    assert said(lessons, Evidence.ADDED) == ["| News Example"]
    assert lessons[0].key == EVERY
    assert said(of_first("Storm", "", " | "), Evidence.ADDED) == []


def test_an_article_tells_its_headline() -> None:
    (lesson,) = of_headline("Storm")
    assert (lesson.key, learned(lesson, Counted(99, 99, 99), "news.example")) == (had_key(exact_key("STORM")), None)
    assert of_headline(" ") == of_headline(None) == ()


def test_a_page_of_a_thousand_labels_is_counted_within_bounds() -> None:
    assert len(of_first("T", "\n".join(f"Label {chr(65 + n % 26)}{n}x" for n in range(1000)), None)) <= MOST + 1


def test_lines_that_come_and_go_are_told_once_for_each_document() -> None:
    bare, with_box = lines(*BODY), lines(*BODY, "Join us", "We send the news every day.")
    assert said(of_later("T", bare, with_box), Evidence.SHIFTS) == ["Join us", "We send the news every day."]
    assert said(of_later("T", with_box, bare), Evidence.SHIFTS) == ["Join us", "We send the news every day."]
    assert of_later("T", bare, with_box, earlier=[with_box]) == ()
    assert of_later("T", with_box, bare, earlier=[bare]) == ()


def test_numbers_that_run_are_told_once_for_each_document() -> None:
    first, second, third = (lines(*BODY, f"{count} views") for count in (900, 950, 1204))
    assert said(of_later("T", first, second), Evidence.RUNS) == ["900 views"]
    assert said(of_later("T", second, third, earlier=[first]), Evidence.RUNS) == []
    assert said(of_later("T", first, lines(*BODY)), Evidence.RUNS) == ["900 views"]


def test_a_number_that_comes_tells_nothing_of_numbers() -> None:
    """Corrections come to many articles with other numbers in them."""
    note = "Correction: an earlier version said 30"
    assert said(of_later("T", lines(*BODY), lines(*BODY, note)), Evidence.RUNS) == []


def test_a_number_that_the_article_names_as_well_is_no_counters() -> None:
    before = lines("The storm killed 12 people.", "Killed: 12")
    after = lines("The storm killed 15 people.", "Killed: 15")
    assert of_later("T", before, after) == ()


def test_a_sentence_with_another_number_teaches_nothing() -> None:
    assert of_later("T", "More than 43,000 people were killed.", "More than 44,000 people were killed.") == ()


def test_of_a_rewriting_only_the_labels_are_told() -> None:
    old = lines(*(f"Sentence {chr(97 + n)} of the old text." for n in range(26)))
    new = lines(*(f"Sentence {chr(97 + n)} of the new text." for n in range(26)), "Share")
    assert REWRITING < 26 * 2
    assert said(of_later("T", old, new), Evidence.SHIFTS) == ["Share"]


def test_the_own_headline_teaches_nothing() -> None:
    assert of_later("Storm", lines(*BODY), lines("Storm", *BODY)) == ()


@pytest.mark.parametrize(
    ("evidence", "line", "enough"),
    [
        (Evidence.STANDS, "Share", 8),
        (Evidence.SHIFTS, "Share", 3),
        (Evidence.SHIFTS, "A kitchen in ten days", 5),
        (Evidence.SHIFTS, "Killed: 12", 8),
        (Evidence.SHIFTS, "Suspect: Omar", 8),
        (Evidence.SHIFTS, "Minister did not sign", 8),
        (Evidence.SHIFTS, "We send the news every day.", 8),
        (Evidence.RUNS, "12 views", 5),
        (Evidence.ADDED, "| News Example", 3),
    ],
)
def test_how_many_documents_must_tell(evidence: Evidence, line: str, enough: int) -> None:
    lesson = Lesson(evidence, "0" * 16, line)
    assert learned(lesson, Counted(enough - 1, enough, enough, apart=True), "news.example") is None
    reason = learned(lesson, Counted(enough, enough, enough, apart=True), "news.example")
    assert reason is not None
    assert f"{enough} articles of news.example" in reason


@pytest.mark.parametrize(
    ("line", "enough"),
    [
        ("Share", 8),
        ("A kitchen in ten days", 16),
        ("Suspect: Omar", 16),
        ("Not guilty", 16),
        ("We send the news every day.", 16),
    ],
)
def test_what_comes_in_one_go_is_told_by_more_articles_than_a_story_has(line: str, enough: int) -> None:
    lesson = Lesson(Evidence.SHIFTS, "0" * 16, line)
    assert learned(lesson, Counted(enough - 1, enough, enough), "news.example") is None
    assert learned(lesson, Counted(enough, enough, enough), "news.example")


def test_a_label_that_stands_on_few_of_the_outlets_pages_is_content() -> None:
    lesson = Lesson(Evidence.STANDS, "0" * 16, "Suspect: Omar")
    assert learned(lesson, Counted(10, 10, 31), "news.example") is None
    assert learned(lesson, Counted(10, 10, 30), "news.example")


@pytest.mark.parametrize("line", NEWS)
def test_what_edits_are_about_is_never_learned_because_it_stands(line: str) -> None:
    assert learned(Lesson(Evidence.STANDS, "0" * 16, line), Counted(99, 99, 99), "news.example") is None


def test_the_numbers_of_the_dead_are_no_counter() -> None:
    for line in ("Killed: 12", "12 morts", "死亡 12"):
        assert learned(Lesson(Evidence.RUNS, "0" * 16, line), Counted(99, 99, 99), "news.example") is None, line


def test_numbers_that_stand_are_never_learned_however_often() -> None:
    assert learned(Lesson(Evidence.STANDS, "0" * 16, "Killed: 12"), Counted(999, 999, 999), "news.example") is None
    assert learned(Lesson(Evidence.STANDS, EVERY, ""), Counted(999, 999, 999), "news.example") is None


def test_numbers_that_run_on_few_of_the_pages_that_have_them_are_facts() -> None:
    lesson = Lesson(Evidence.RUNS, "0" * 16, "Magnitude 5.4")
    assert learned(lesson, Counted(10, 31, 31), "news.example") is None
    assert learned(lesson, Counted(10, 10, 101), "news.example") is None
    assert learned(lesson, Counted(10, 30, 100), "news.example")


WORDS = st.sampled_from(
    ["Share", "12 views", "13 views", "One more sentence.", "12 died.", "Killed: 1", "Tags: a, b", ""]
)


TEXTS = st.lists(WORDS, max_size=8).map("\n".join)


@given(TEXTS, TEXTS, st.lists(TEXTS, max_size=3))
def test_what_comes_back_tells_what_its_going_told(old: str, new: str, earlier: list[str]) -> None:
    """Shifts count the same either way, keys are told once, and equal texts teach nothing."""
    there, back = of_later("T", old, new), of_later("T", new, old)
    shifts = [{one.key for one in some if one.evidence is Evidence.SHIFTS} for some in (there, back)]
    assert shifts[0] == shifts[1]
    assert of_later("T", old, old, earlier) == ()
    assert {one.key for one in of_later("T", old, new, earlier)} <= {one.key for one in there}
    for some in (there, back):
        assert len({(one.part, one.key) for one in some}) == len(some)
