"""The diff page: two texts and the words between them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.answers import Segment
from monitor.core.diffs import diff_words
from monitor.web.diff_rows import Paragraph, Row, Stretch, inline, side_by_side
from tests.web.asking import Client
from tests.web.news import SHUT
from tests.web.pages import found, main_words, page, words

pytest_plugins = ["tests.web.newsstand"]


async def test_it_shows_the_last_edit_as_one_text(reader: Client) -> None:
    """Words that went and came are marked; what is far from them is folded, not left out."""
    tree = await page(reader, "/documents/1/diff")
    assert (found(tree, "//h1/del"), found(tree, "//h1/ins")) == (["opens"], ["stays shut"])
    text = tree.xpath("//article")[0]
    assert (found(text, ".//del"), found(text, ".//ins")) == (["12"], ["21"])
    assert found(text, "./details/summary") == ["7 paragraphs unchanged"]
    assert "lighthouse" in words(text)
    assert "numbers changed: 12 → 21" in main_words(tree)


async def test_side_by_side_each_side_is_one_text(reader: Client) -> None:
    """A table with both; where the window is narrow, the one text stands instead."""
    tree = await page(reader, "/documents/1/diff?from=1&to=2&view=side")
    assert found(tree, "//table//tr/td[1]//del | //table//tr/td[2]//ins") == ["12", "21"]
    assert not tree.xpath("//table//tr/td[2]//del | //table//tr/td[1]//ins")
    assert found(tree, "//article[contains(@class, 'narrow')]//del") == ["12"]
    assert found(tree, "//select[@name='view']/option[@selected]") == ["side by side"]


async def test_a_copy_is_compared_with_another(reader: Client) -> None:
    """From the other document to this one; the form keeps which."""
    tree = await page(reader, "/documents/1/diff?other=4")
    assert found(tree, "//form//input[@name='other']/@value") == ["4"]
    assert "/documents/4/revisions/1" in found(tree, "//dl//a/@href")
    assert found(tree, "//article//ins") == ["21"]


async def test_the_form_chooses_among_the_texts(reader: Client) -> None:
    """Backwards as well, as far as it is the same text."""
    tree = await page(reader, "/documents/1/diff?from=2&to=1")
    assert found(tree, "//article//ins") == ["12"]
    assert "Both read the same" in main_words(await page(reader, "/documents/1/diff?from=2&to=2"))


async def test_without_two_texts_it_says_so(reader: Client) -> None:
    """One text only, or a number that there is none of."""
    assert "a diff needs two" in main_words(await page(reader, "/documents/3/diff", status=404))
    assert "no revision 9" in main_words(await page(reader, "/documents/1/diff?from=1&to=9", status=404))
    assert SHUT in main_words(await page(reader, "/documents/1/diff?from=1&to=9", status=404))


@pytest.mark.parametrize("asked", ["view=sideways", "from=one", "other=-1", f"to={'9' * 30}"])
async def test_what_is_no_number_is_said(reader: Client, asked: str) -> None:
    """As a mistake of who asks."""
    await page(reader, f"/documents/1/diff?{asked}", status=400)


def text_of(rows: tuple[Stretch, ...], side: str, own: str) -> list[str]:
    """Return the paragraphs of one of the two texts, as a layout shows them."""
    told: list[Paragraph] = [one for stretch in rows for row in stretch.rows for one in getattr(row, side)]
    shown = ["".join(piece.text for piece in one if piece.op in ("equal", own)) for one in told]
    return [one for one in shown if one]


paragraphs = st.lists(
    st.sampled_from(["One two three.", "Four five.", "Six seven eight nine ten.", "Eleven"]), max_size=7
)


@given(paragraphs, paragraphs)
def test_side_by_side_loses_and_adds_nothing(before: list[str], after: list[str]) -> None:
    """Left is the earlier text by paragraphs, right the later; rows that are the same are so on both sides."""
    laid = side_by_side(diff_words("\n".join(before), "\n".join(after)))
    assert text_of(laid, "before", "delete") == before
    assert text_of(laid, "after", "insert") == after
    rows = [row for stretch in laid for row in stretch.rows]
    assert all(row.before == row.after for row in rows if row.same)
    assert all(row.same for stretch in laid if stretch.folded for row in stretch.rows)


@given(paragraphs, paragraphs)
def test_as_one_text_it_loses_no_word(before: list[str], after: list[str]) -> None:
    """Every word of both texts is shown, once where both have it."""
    laid = inline(diff_words("\n".join(before), "\n".join(after)))
    for own, text in (("delete", before), ("insert", after)):
        assert "".join(text_of(laid, "after", own)) == "".join(text)


def test_a_moved_passage_is_named_once_at_each_end() -> None:
    """Over two paragraphs as well: an id stands once in a page."""
    moved = (
        Segment("delete", "Here it was.\nAnd on.", 1),
        Segment("equal", "\nStays.\n"),
        Segment("insert", "Here.", 1),
    )
    pieces = [piece for stretch in inline(moved) for row in stretch.rows for one in row.after for piece in one]
    assert [(piece.anchor, piece.other_end) for piece in pieces if piece.move] == [
        ("away-1", "come-1"),
        (None, None),
        ("come-1", "away-1"),
    ]


def test_only_what_is_far_from_a_change_is_folded() -> None:
    """A text without any change is shown whole."""
    same = Segment("equal", "\n".join(f"paragraph {number}" for number in range(9)))
    assert [stretch.folded for stretch in inline((same,))] == [False]
    changed = (same, Segment("insert", "\nnew"))
    assert [(len(stretch.rows), stretch.folded) for stretch in inline(changed)] == [(8, True), (2, False)]
    assert all(isinstance(row, Row) for stretch in inline(changed) for row in stretch.rows)
