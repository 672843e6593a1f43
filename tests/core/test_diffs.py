"""Diffs by words and by lines."""

import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.answers import Segment
from monitor.core import hunks as module
from monitor.core.diffs import diff_words, hunks, unified

WORDS = st.lists(st.sampled_from(["a", "b", "storm", "12", "21", "né", "北京", " ", ". ", "\n", "'"])).map("".join)
SENTENCE = st.lists(st.sampled_from(["a", "b", "storm", "12", "21", "né", "北京", " ", ", ", "'"])).map("".join)
SENTENCES = st.lists(
    st.sampled_from(
        [
            "The council met on Monday in the old town hall. ",
            "Nobody of the council spoke against the plan at all. ",
            "He left. ",
            "\n",
            "اجتمع المجلس يوم الإثنين في قاعة البلدية القديمة. ",
            "市议会星期一在旧市政厅开会讨论桥梁计划。",
            "नगर परिषद ने सोमवार को पुराने भवन में बैठक की। ",
            "THE COUNCIL met on Monday in the old town hall. ",
        ]
    ),
    max_size=9,
).map("".join)
TEXT = WORDS | SENTENCES | st.text()


def shown(before: str, after: str) -> str:
    marks = {"equal": ("", ""), "delete": ("[-", "-]"), "insert": ("{+", "+}")}
    return "".join(marks[part.op][0] + part.text + marks[part.op][1] for part in diff_words(before, after))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("12 people died.", "21 people died.", "[-12-]{+21+} people died."),
        ("He will resign.", "He will not resign.", "He will {+not +}resign."),
        ("One. Two. Three.", "One. Three.", "One. [-Two. -]Three."),
        ("北京大学今天", "北京大学昨天", "北京大学[-今-]{+昨+}天"),
        ("same", "same", "same"),
        ("", "new", "{+new+}"),
        ("old", "", "[-old-]"),
        ("", "", ""),
    ],
)
def test_edits_are_shown_as_a_reader_would(before: str, after: str, expected: str) -> None:
    assert shown(before, after) == expected


def test_words_that_survive_between_larger_edits_are_drawn_into_them() -> None:
    before, after = "the quick brown fox jumps over the lazy dog", "a slow red fox leaps over every sleeping dog"
    assert (
        shown(before, after)
        == "[-the quick brown fox jumps over the lazy-]{+a slow red fox leaps over every sleeping+} dog"
    )


def test_a_long_stretch_between_edits_stays() -> None:
    before = "Alpha stays while the middle of it all remains as it was, omega"
    assert diff_words(before, before.replace("Alpha", "Beta").replace("omega", "psi"))[2].op == "equal"


@given(TEXT, TEXT)
def test_a_diff_is_exact(before: str, after: str) -> None:
    parts = diff_words(before, after)
    assert "".join(part.text for part in parts if part.op != "insert") == before
    assert "".join(part.text for part in parts if part.op != "delete") == after


@given(WORDS | SENTENCES, WORDS | SENTENCES)
def test_a_diff_is_tidy(before: str, after: str) -> None:
    """No empty segment, and no two neighbours of one kind."""
    parts = diff_words(before, after)
    assert all(part.text for part in parts)
    assert all((one.op, one.move) != (other.op, other.move) for one, other in pairwise(parts))


@given(SENTENCE, SENTENCE)
def test_within_a_sentence_what_was_deleted_comes_first(before: str, after: str) -> None:
    assert all((one.op, other.op) != ("insert", "delete") for one, other in pairwise(diff_words(before, after)))


@given(SENTENCES, SENTENCES)
def test_what_was_moved_stands_on_both_sides(before: str, after: str) -> None:
    """Each move is deleted once and inserted once, with the same words; numbers count from 1."""
    parts = [part for part in diff_words(before, after) if part.move is not None]
    numbers = {part.move for part in parts}
    assert numbers == set(range(1, len(numbers) + 1))
    for number in numbers:
        (away,) = [part.text for part in parts if part.move == number and part.op == "delete"]
        (come,) = [part.text for part in parts if part.move == number and part.op == "insert"]
        assert "".join(away.split()).casefold() == "".join(come.split()).casefold()


@given(TEXT)
def test_equal_texts_have_one_segment_or_none(text: str) -> None:
    assert diff_words(text, text) == ((Segment("equal", text),) if text else ())


@given(st.lists(st.sampled_from("abcd")), st.lists(st.sampled_from("abcd")))
def test_hunks_turn_one_sequence_into_the_other(before: list[str], after: list[str]) -> None:
    made, at = [], 0
    for hunk in hunks(before, after):
        made += before[at : hunk.start] + after[hunk.new_start : hunk.new_end]
        assert len(made) == hunk.new_end
        at = hunk.end
    assert made + before[at:] == after


def test_stretches_too_long_for_words_are_told_as_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST_MATRIX", 10)
    assert shown("a b c d e f g h", "a x c d e y g h") == "a [-b c d e f-]{+x c d e y+} g h"


@given(TEXT, TEXT)
def test_a_unified_diff_is_empty_only_for_equal_texts(before: str, after: str) -> None:
    assert (unified(before, after, "a", "b") == "") == (before == after)


def test_a_unified_diff_names_what_it_compares() -> None:
    assert unified("a\nb\n", "a\nc", "revision 1", "revision\n2") == (
        "--- revision 1\n+++ revision 2\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n\\ No newline at end of file\n"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [("a\nb\nc\n", "a\nB\nc"), ("", "x\n"), ("x", ""), ("a\x0cb\nc\u2028d\n", "a\x0cb\nc\u2028e\n")],
)
def test_git_applies_a_unified_diff(tmp_path: Path, before: str, after: str) -> None:
    file = tmp_path / "text"
    file.write_text(before, encoding="utf-8", newline="")
    change = unified(before, after, "text", "text")
    apply = ["git", "apply", "-p0", "--whitespace=nowarn", "-"]
    subprocess.run(apply, input=change.encode(), check=True, cwd=tmp_path)
    assert file.read_bytes().decode() == after


def test_a_sentence_that_went_went_whole() -> None:
    """The full stop before it is not taken for its own."""
    before = "Un accord.\nUne rumeur court.\nUn comité suivra."
    assert diff_words(before, "Un accord.\nUn comité suivra.") == (
        Segment("equal", "Un accord.\n"),
        Segment("delete", "Une rumeur court.\n"),
        Segment("equal", "Un comité suivra."),
    )


PARAGRAPHS = [
    f"Paragraph {n} tells of the matter at length. It has a second sentence about {n} more." for n in range(40)
]


@pytest.mark.parametrize(("place", "there"), [(7, 30), (30, 7), (0, 39), (39, 0), (12, 13)])
def test_a_paragraph_moved_among_forty_is_one_move(place: int, there: int) -> None:
    rest = [*PARAGRAPHS[:place], *PARAGRAPHS[place + 1 :]]
    rest.insert(there, PARAGRAPHS[place])
    parts = [part for part in diff_words("\n".join(PARAGRAPHS), "\n".join(rest)) if part.op != "equal"]
    assert sorted((part.op, part.move) for part in parts) == [("delete", 1), ("insert", 1)]
    assert len({part.text.strip() for part in parts}) == 1


def test_what_is_verbatim_in_a_moved_and_altered_paragraph_is_a_move() -> None:
    after = "\n".join([*PARAGRAPHS[1:], PARAGRAPHS[0].replace("at length", "in short")])
    parts = [(part.text.strip(), part.move) for part in diff_words("\n".join(PARAGRAPHS), after) if part.op == "insert"]
    assert parts == [
        ("Paragraph 0 tells of the matter in short.", None),
        ("It has a second sentence about 0 more.", 1),
    ]


def test_short_sentences_are_not_followed() -> None:
    """ "He left." in another place is no passage of six words."""
    before = f"He left. {PARAGRAPHS[0]}"
    assert {part.move for part in diff_words(before, f"{PARAGRAPHS[0]} He left.")} == {None}


def test_a_sentence_that_stays_is_no_move_in_other_type() -> None:
    parts = diff_words("The old “council” met on Monday again.", 'The old "council" met on Monday again.')
    assert [part.text for part in parts if part.op == "insert"] == ['"', '"']
    assert {part.move for part in parts} == {None}


def test_vowels_stay_with_their_consonant() -> None:
    """No edit begins between a Thai vowel and what it is written around."""
    assert shown("เขาดื่มน้ำ", "เขาดื่มเก้า") == "เขาดื่ม[-น้ำ-]{+เก้า+}"


def test_sentences_with_nothing_but_small_words_in_common_are_replaced() -> None:
    before = "The council of the town met in the hall to talk of the bridge and of the road to the sea."
    after = "A ship from the north came to the port with the grain that people of this island had waited for."
    assert [part.op for part in diff_words(before, after)].count("equal") <= 2


def test_quotation_marks_put_around_a_word_are_shown_alone() -> None:
    assert shown("The reformist leader spoke.", 'The "reformist" leader spoke.') == (
        'The {+"+}reformist{+"+} leader spoke.'
    )


def test_a_sentence_put_before_an_edited_one_is_shown_apart_from_the_edit() -> None:
    before = "It rained.\nAt least 12 people were killed when the span gave way."
    after = "It rained.\nA spokesman said nothing of it.\n21 people were killed when the span gave way."
    assert shown(before, after) == (
        "It rained.\n{+A spokesman said nothing of it.\n+}"
        "[-At least 12-]{+21+} people were killed when the span gave way."
    )
