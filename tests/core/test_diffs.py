"""Diffs by words and by lines."""

import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core import diffs
from monitor.core.diffs import Segment, diff_words, hunks, unified

WORDS = st.lists(st.sampled_from(["a", "b", "storm", "12", "21", "né", "北京", " ", ". ", "\n", "'"])).map("".join)
TEXT = WORDS | st.text()


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


@given(WORDS, WORDS)
def test_a_diff_is_tidy(before: str, after: str) -> None:
    """No empty segment, no two neighbours of one kind, deletions before insertions."""
    parts = diff_words(before, after)
    assert all(part.text for part in parts)
    for one, other in pairwise(parts):
        assert one.op != other.op
        assert (one.op, other.op) != ("insert", "delete")


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


def test_texts_too_long_for_words_are_compared_by_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diffs, "LARGEST_MATRIX", 10)
    before = "".join(f"line {n} of it\n" for n in range(4))
    assert shown(before, before.replace("1", "one").replace("2", "two")) == (
        "line 0 of it\n[-line 1 of it\nline 2 of it\n-]{+line one of it\nline two of it\n+}line 3 of it\n"
    )


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
