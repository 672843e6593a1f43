"""Text from outside on a terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from monitor.cli.text import (
    cut,
    isolated,
    listed,
    one_line,
    paragraphs,
    parts_isolated,
    plural,
    spaced,
    wrapped,
    writable,
)

ACTING = set(
    map(chr, (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("\x1b[31mrojo\x1b[0m", "\\x1b[31mrojo\\x1b[0m"),
        ("title\x07\x9b2J", "title\\x07\\x9b2J"),
        ("abc\u202etxt.exe", "abc\\u202etxt.exe"),
        ("two\r\n  lines\tone", "two lines one"),
        ("15\u00a0000 \u3000 habitants", "15 000 habitants"),
        ("\ud800", "\\ud800"),
    ],
)
def test_what_could_act_on_a_terminal_is_escaped(given: str, shown: str) -> None:
    """Control sequences, turned directions and forged lines are shown, not obeyed."""
    assert one_line(given) == shown


@pytest.mark.parametrize("text", ["می\u200cخواهم", "\u200fשלום", "Hồ Chí Minh", "日本", "👩\u200d👧"])
def test_what_scripts_need_stays(text: str) -> None:
    """Joiners and direction marks are part of the spelling."""
    assert one_line(text) == text


@given(st.text())
def test_one_line_is_one_harmless_line(text: str) -> None:
    """Whatever comes in, nothing that acts comes out."""
    assert not ACTING & set(one_line(text))
    assert not ACTING & set(spaced(text))


@given(st.text())
def test_paragraphs_keep_line_ends_only(text: str) -> None:
    """A text keeps its lines, and none of its other controls."""
    assert ACTING & set(paragraphs(text)) <= {"\n"}


@given(st.text(), st.integers(0, 40))
def test_cut_text_fits(text: str, width: int) -> None:
    """A cut line never takes more cells than asked, and is left alone when it fits."""
    line = one_line(text)
    assert cell_len(cut(line, width)) <= width
    assert cell_len(line) > width or cut(line, width) == line


def test_wide_characters_count_two_cells() -> None:
    """Columns of Chinese titles do not run over."""
    assert cut("日本語の新聞", 7) == "日本語…"


@given(st.text(), st.integers(2, 40))
def test_wrapped_lines_fit(text: str, width: int) -> None:
    """Wrapped lines fit, and nothing is lost: what is too long is broken."""
    line = one_line(text)
    parts = wrapped(line, width)
    assert all(cell_len(part) <= width for part in parts)
    assert "".join(parts).replace(" ", "") == line.replace(" ", "")


@given(st.text(), st.integers(2, 40))
def test_words_that_may_be_copied_stay_whole(text: str, width: int) -> None:
    """Without breaking, lines part between words only."""
    line = one_line(text)
    assert " ".join(wrapped(line, width, breaking=False)).split() == line.split()


@given(st.text(st.characters()))
def test_writable_text_is_utf_8(text: str) -> None:
    """Lone surrogates become escapes, all else stays."""
    assert writable(text).encode().decode() == writable(text)
    assert writable("m\udce1s á") == "m\\udce1s á"


def test_only_text_that_runs_right_to_left_is_isolated() -> None:
    """Isolates keep an Arabic title from reordering the columns beside it; other text needs none."""
    assert isolated("سبوتنيك 12") == "\u2068سبوتنيك 12\u2069"
    assert isolated("Sputnik 12") == "Sputnik 12"
    assert cell_len(isolated("سبوتنيك")) == cell_len("سبوتنيك")


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("numbers changed: 45 → 54", "numbers changed: 45 → 54"),
        ("٤٥ → ٥٤", "⟨٤٥⟩ → ⟨٥٤⟩"),
        ("names: سبوتنيك عربي → رويترز; again", "names: ⟨سبوتنيك عربي⟩ → ⟨رويترز⟩; again"),
        ("أ, ب, ج", "⟨أ⟩, ⟨ب⟩, ⟨ج⟩"),
        ("", ""),
    ],
)
def test_each_stretch_that_runs_right_to_left_is_isolated(given: str, shown: str) -> None:
    """Old stays left of new, and a list keeps its order; the comma belongs to the sentence around."""
    assert parts_isolated(given) == shown.replace("⟨", "\u2068").replace("⟩", "\u2069")


@given(st.text())
def test_isolation_adds_nothing_else(text: str) -> None:
    """Without the isolates it is the text again, and each of them is closed."""
    done = parts_isolated(one_line(text))
    assert done.replace("\u2068", "").replace("\u2069", "") == one_line(text)
    assert done.count("\u2068") == done.count("\u2069")


def test_lists_and_plurals() -> None:
    """Each item once in order; numbers agree with their nouns."""
    assert listed(["b", "a", "b"]) == "b, a"
    assert (plural(1, "source"), plural(2_000, "source")) == ("1 source", "2,000 sources")
    assert plural(0, "match", "matches") == "0 matches"
