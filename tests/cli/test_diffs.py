"""Comparisons as they are shown."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.answers import DiffView, Segment
from monitor.cli.diffs import CONTEXT, marked, shortened, show_diff
from monitor.cli.screen import Screen
from monitor.errors import UsageError
from monitor.model import Document, DocumentState, Origin, Revision
from tests.cli.conftest import Run

AT = datetime(2026, 11, 16, 14, 5, tzinfo=UTC)
LONG = " ".join(f"word{number:03d}" for number in range(60))
SEGMENTS = st.lists(
    st.builds(
        Segment,
        st.sampled_from(["equal", "insert", "delete"]),
        st.text("ab \n", min_size=1, max_size=300),
        st.sampled_from([None, None, 1]),
    ),
    max_size=8,
)


def seg(op: Literal["equal", "insert", "delete"], text: str, move: int | None = None) -> Segment:
    return Segment(op, text, move)


def plain(*segments: Segment) -> list[str]:
    return [line.plain for line in marked(segments, styled=False)]


def is_change(segment: Segment) -> bool:
    """Tell what must be shown whole: what was moved away stands whole where it was moved to."""
    return segment.op == "insert" or (segment.op == "delete" and segment.move is None)


def test_without_colours_marks_tell_what_happened() -> None:
    """[-old-]{+new+}, as wdiff and git have it."""
    assert plain(seg("equal", "cost "), seg("delete", "12"), seg("insert", "21"), seg("equal", " million")) == [
        "cost [-12-]{+21+} million"
    ]


def test_marks_never_span_lines() -> None:
    """Each line of an inserted paragraph is marked on its own, so that grep finds it."""
    assert plain(seg("equal", "a\n"), seg("insert", "b\n\nc\n"), seg("equal", "d")) == ["a", "{+b+}", "", "{+c+}", "d"]


def test_colours_replace_the_marks() -> None:
    """In a window, removed words are struck through in red and new ones green."""
    (line,) = marked((seg("delete", "12"), seg("insert", "21")), styled=True)
    assert line.plain == "1221"
    assert [str(span.style) for span in line.spans] == ["red strike", "green"]


def test_controls_in_a_text_are_escaped() -> None:
    """An archived text cannot act on the terminal."""
    assert plain(seg("insert", "\x1b[2Jx")) == ["{+\\x1b[2Jx+}"]


@given(SEGMENTS)
def test_nothing_that_changed_is_cut(segments: list[Segment]) -> None:
    """Only unchanged stretches are shortened."""
    changed = [segment for segment in segments if is_change(segment)]
    assert [segment for segment in shortened(segments) if is_change(segment)] == changed


@given(SEGMENTS)
def test_what_is_left_of_a_stretch_stands_beside_the_change(segments: list[Segment]) -> None:
    """Head and tail are the stretch's own, in at most 80 characters each."""
    for before, after in zip(segments, shortened(segments), strict=True):
        if before != after:
            head, tail = after.text.split("…")
            assert before.text.startswith(head)
            assert before.text.endswith(tail)
            assert max(len(head), len(tail)) <= CONTEXT


@pytest.mark.parametrize("short", ["one two", "one\ntwo"])
def test_short_stretches_stay(short: str) -> None:
    """What an ellipsis would hardly shorten is shown."""
    segments = [seg("delete", "x"), seg("equal", short), seg("insert", "y")]
    assert list(shortened(segments)) == segments


def test_stretches_are_cut_between_words() -> None:
    """The words beside a change are whole."""
    between = list(shortened([seg("delete", "x"), seg("equal", f" {LONG} "), seg("insert", "y")]))[1]
    assert all(re.fullmatch(r"word\d{3}", word) for word in between.text.replace("…", " ").split())


def test_a_moved_passage_has_a_number_at_both_places() -> None:
    """Neither old nor new: the number leads from where it was to where it is."""
    assert plain(seg("delete", "b c", 1), seg("equal", " a "), seg("insert", "b c", 1)) == ["[1-b c-1] a {1+b c+1}"]
    away, _, here = marked([seg("delete", "b", 2), seg("equal", "\na\n"), seg("insert", "b", 2)], styled=True)
    assert (away.plain, here.plain) == ("[2→] b", "[→2] b")
    assert {str(span.style) for line in (away, here) for span in line.spans} == {"cyan bold", "cyan strike", "cyan"}


def test_a_moved_passage_stands_whole_where_it_is_now() -> None:
    """Where it was, its beginning and end are enough."""
    away, here = shortened([seg("delete", LONG, 1), seg("insert", LONG, 1)])
    assert here.text == LONG
    assert len(away.text) <= 2 * CONTEXT + 1


def diffed(**fields: object) -> DiffView:
    """Return a comparison of two revisions of a document."""
    one = Document(7, Origin.WEB, DocumentState.LIVE, AT, outlet="litoral.example")
    before = Revision(7, 1, Origin.WEB, "t", "x", "", "", AT, AT)
    same = (seg("equal", "t"),)
    view = DiffView(one, before, replace(before, number=2), same, same)
    return replace(view, **fields)  # type: ignore[arg-type]


def shown(view: DiffView) -> list[str]:
    out = StringIO()
    show_diff(Screen(out, StringIO()), view, full=False, styled=False)
    return out.getvalue().splitlines()


def test_two_documents_are_named_with_their_outlets() -> None:
    """From the other one, which may have had the text first, to the one asked for."""
    other = Document(3, Origin.WEB, DocumentState.LIVE, AT, host="www.agencia.example")
    assert shown(diffed(other=other))[0] == (
        "document 3 of www.agencia.example, revision 1 (2026-11-16 14:05), "
        "to document 7 of litoral.example, revision 2 (2026-11-16 14:05)"
    )


def test_lines_that_were_not_compared_are_told_with_the_reason() -> None:
    """What is left out of a comparison is never left out in silence; each reason once, with its first lines."""
    why, mark = "it stands in many articles of the outlet", "the page marks it as no part of the article"
    lines = (*((f"{number} comments", why) for number in range(5)), ("Read also", mark))
    assert shown(diffed(left_out=lines))[3:] == [
        "the text is the same",
        "",
        f"not compared: 5 lines, {why}: “0 comments”, “1 comments”, “2 comments”, …",
        f"not compared: 1 line, {mark}: “Read also”",
    ]


@pytest.mark.parametrize("two", [("--html", "--json"), ("--unified", "--html"), ("--plain", "--unified")])
def test_a_comparison_has_one_form_at_a_time(ask: Run, two: tuple[str, str]) -> None:
    """Two forms in one answer would be neither."""
    refused = ask("diff", 3, *two)
    assert refused.code == UsageError.exit_code
    assert f"{two[1]} and {two[0]} are different forms" in refused.err or f"{two[0]} and {two[1]}" in refused.err
    assert refused.out == ""


def test_a_unified_diff_is_one_that_patch_reads(ask: Run) -> None:
    """Headers, hunks, lines with their signs; into a pipe as it is."""
    lines = ask("diff", 3, "--unified").out.splitlines()
    assert [line[:4] for line in lines[:2]] == ["--- ", "+++ "]
    assert "-El mercado central costará 12 millones" in lines
    assert "+El mercado central costará 21 millones" in lines


def test_a_page_for_a_browser_stands_alone(ask: Run) -> None:
    """One HTML page on standard output, and nothing else."""
    page = ask("diff", 3, "--html").out
    assert page.lstrip().lower().startswith("<!doctype html>")
    assert re.search(r"<del[^>]*>12</del>", page)
    assert re.search(r"<ins[^>]*>21</ins>", page)
    assert "<script" not in page


def test_two_documents_are_compared(ask: Run) -> None:
    """From OTHER to the document named first."""
    first = ask("diff", 3, "--with", 4).out.splitlines()[0]
    assert first.startswith("document 4 of diario.example, revision 1 (")
    assert ", to document 3 of diario.example, revision 2 (" in first
