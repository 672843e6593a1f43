"""What the documents of an outlet say of its furniture, and how many must say it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    exact_key,
    had_key,
)

NEWS = [
    "Killed: 12",
    "Dead: twelve",
    "Verdict: guilty",
    "Not signed",
    "Приговор: невиновен",
    "死亡：十二人",
    "Allegedly",
]


BODY = ("The harbour closed on Monday after a storm.", "A crane broke, and 12 ships left.")


def lines(*some: str) -> str:
    return "\n".join(some)


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
