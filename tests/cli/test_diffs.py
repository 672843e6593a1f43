"""Comparisons as they are shown."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.cli.diffs import CONTEXT, marked, shortened

SEGMENTS = st.lists(
    st.tuples(st.sampled_from(["equal", "insert", "delete"]), st.text("ab \n", min_size=1, max_size=300)), max_size=8
)


def plain(*segments: tuple[str, str]) -> list[str]:
    return [line.plain for line in marked(segments, styled=False)]


def test_without_colours_marks_tell_what_happened() -> None:
    """[-old-]{+new+}, as wdiff and git have it."""
    assert plain(("equal", "cost "), ("delete", "12"), ("insert", "21"), ("equal", " million")) == [
        "cost [-12-]{+21+} million"
    ]


def test_marks_never_span_lines() -> None:
    """Each line of an inserted paragraph is marked on its own, so that grep finds it."""
    assert plain(("equal", "a\n"), ("insert", "b\n\nc\n"), ("equal", "d")) == ["a", "{+b+}", "", "{+c+}", "d"]


def test_colours_replace_the_marks() -> None:
    """In a window, removed words are struck through in red and new ones green."""
    (line,) = marked((("delete", "12"), ("insert", "21")), styled=True)
    assert line.plain == "1221"
    assert [str(span.style) for span in line.spans] == ["red strike", "green"]


def test_controls_in_a_text_are_escaped() -> None:
    """An archived text cannot act on the terminal."""
    assert plain(("insert", "\x1b[2Jx")) == ["{+\\x1b[2Jx+}"]


@given(SEGMENTS)
def test_nothing_that_changed_is_cut(segments: list[tuple[str, str]]) -> None:
    """Only unchanged stretches are shortened."""
    changed = [segment for segment in segments if segment[0] != "equal"]
    assert [segment for segment in shortened(segments) if segment[0] != "equal"] == changed


@given(SEGMENTS)
def test_what_is_left_of_a_stretch_stands_beside_the_change(segments: list[tuple[str, str]]) -> None:
    """Head and tail are the stretch's own, in at most 80 characters each."""
    for (op, before), (_, after) in zip(segments, shortened(segments), strict=True):
        if op == "equal" and before != after:
            head, tail = after.split("…")
            assert before.startswith(head)
            assert before.endswith(tail)
            assert max(len(head), len(tail)) <= CONTEXT


@pytest.mark.parametrize("short", ["one two", "one\ntwo"])
def test_short_stretches_stay(short: str) -> None:
    """What an ellipsis would hardly shorten is shown."""
    segments = [("delete", "x"), ("equal", short), ("insert", "y")]
    assert list(shortened(segments)) == segments


def test_stretches_are_cut_between_words() -> None:
    """The words beside a change are whole."""
    stretch = " ".join(f"word{number:03d}" for number in range(60))
    (_, text) = list(shortened([("delete", "x"), ("equal", f" {stretch} "), ("insert", "y")]))[1]
    assert all(re.fullmatch(r"word\d{3}", word) for word in text.replace("…", " ").split())
