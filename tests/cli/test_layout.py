"""Rows in columns that fit a width."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from monitor.cli import configured, corpus, documents, revisions, show, sources
from monitor.cli.layout import Cell, Column, lay_out

COLUMNS = (
    Column("id", right=True),
    Column("outlet", at_most=12),
    Column("title", flexible=True),
    Column("url", flexible=True, wide=120),
)
ROWS = [
    (7, "radiohc.cu", "La Russie et Cuba pour le renforcement de la coopération", "https://www.radiohc.cu/fr/1"),
    (12, "arabic.rt.com/a/very/long", "روسيا وكوبا تعززان التعاون", None),
    (103, None, "越南与古巴", "https://vovworld.vn/zh"),
]


def plain(*args: object, columns: tuple[Column, ...] = COLUMNS, width: int | None = None) -> list[str]:
    return [line.plain for line in lay_out(columns, [*ROWS, *args], width)]  # type: ignore[list-item]


@pytest.mark.parametrize("width", [40, 80, 140])
def test_lines_fit_the_window(width: int) -> None:
    """No line is wider than the window, whatever script it is in."""
    assert max(map(cell_len, plain(width=width))) <= width


def test_columns_stand_below_their_heads() -> None:
    """Cells are counted, not characters: Chinese and Arabic titles keep the next column in its place."""
    lines = plain(width=140)
    starts = {cell_len(line[: line.index("http")]) for line in lines if "http" in line}
    assert starts == {cell_len(lines[0][: lines[0].index("url")])}
    assert [line[:3] for line in lines] == [" id", "  7", " 12", "103"]


# Marks that take no cell, letters that take two, signs of several characters, and both directions.
SCRIPTS = (
    *("ก็ที่นี่มีข่าว", "ລາວໃໝ່", "ភាសាខ្មែរ", "العَرَبِيَّة", "فارسی\u200cها", "עִבְרִית", "e\u0301te\u0301", "Việt Nam"),
    *(
        "हिन्दी समाचार",
        "越南与古巴",
        "한국 뉴스",
        "\u1112\u1161\u11ab",
        "ﾆｭｰｽ",
        "👨\u200d👩\u200d👧 news",
        "👍🏽",
        "🇨🇺 Cuba",
        "❤️",
    ),
)


@pytest.mark.parametrize("width", [None, 80, 11])
def test_columns_stand_in_line_in_every_script(width: int | None) -> None:
    """In a pipe, in a window, and where texts are cut; no mark is parted from its letter."""
    columns = (Column("title", flexible=True), Column("n"))
    head, *lines = (line.plain for line in lay_out(columns, [(one, "|") for one in SCRIPTS], width))
    assert {cell_len(line.partition("|")[0]) for line in lines} == {cell_len(head.partition("n")[0])}
    cuts = [line.partition("…")[0].replace("\u2068", "") for line in lines if "…" in line]
    assert bool(cuts) is (width == 11)
    for short in cuts:
        (whole,) = [one for one in SCRIPTS if one.startswith(short)]
        assert whole[len(short) :][:1] not in "\u0301\u0e47\u0e48\u0e35\u0e31\u05b4\u064e\u0650\u200d\ufe0f"


def test_a_narrow_window_leaves_columns_out() -> None:
    """The least important columns need a wide window."""
    assert "url" not in plain(width=80)[0]
    assert "url" in plain(width=140)[0]


def test_a_pipe_gets_everything() -> None:
    """Into a pipe nothing is cut, isolated or padded at the end."""
    lines = plain(width=None)
    assert "arabic.rt.com/a/very/long" in lines[2]
    assert not any("…" in line or "\u2068" in line or line != line.rstrip() for line in lines)


def test_a_window_isolates_right_to_left_text() -> None:
    """An Arabic title is wrapped after it is cut, so that the isolate is always closed."""
    line = plain((9, "a", "عنوان طويل جدا " * 20, None), width=80)[-1]
    assert line.count("\u2068") == line.count("\u2069") == 1
    assert line.rstrip().endswith("…\u2069")


def test_columns_without_values_are_left_out() -> None:
    """A column that says nothing takes no room."""
    assert [line.plain for line in lay_out(COLUMNS, [(1, None, "t", "")], None)] == ["id  title", " 1  t"]


def test_a_cell_can_have_lines_below_it() -> None:
    """A reason is worth more than a line: it goes on below itself."""
    columns = (Column("at"), Column("why", flexible=True, wrap=True))
    lines = [line.plain for line in lay_out(columns, [("now", "numbers changed: 12 to 21")], 25)]
    assert lines == ["at   why", "now  numbers changed: 12", "     to 21"]
    assert len(lay_out(columns, [("now", "numbers changed: 12 to 21")], None)) == 2


def test_a_reason_stands_below_its_row_in_a_narrow_window() -> None:
    """Whole, indented and wrapped; in a wide window and a pipe it is a column; nothing to say takes no line."""
    columns = (Column("id"), Column("url", flexible=True, bare=30), Column("why", flexible=True, below=40))
    rows = [(1, "https://a.example/", "numbers changed: 12 to 21"), (2, "http://b.example/", "")]
    assert [line.plain for line in lay_out(columns, rows, 24)] == [
        *("id  url", "1   a.example/", "    numbers changed: 12", "    to 21", "2   b.example/"),
    ]
    for width in (60, None):
        assert [line.plain for line in lay_out(columns, rows, width)] == [
            "id  url                 why",
            "1   https://a.example/  numbers changed: 12 to 21",
            "2   http://b.example/",
        ]


def test_controls_in_cells_are_escaped() -> None:
    """No headline can forge a row."""
    assert "\\x1b[2J 13" in plain((1, "x", "a\x1b[2J\n13", None))[-1]


def test_cells_keep_their_style() -> None:
    """A cell may be styled on its own."""
    line = lay_out((Column("health"), Column("b")), [(Cell("failing", "red"), "x")], None)[1]
    assert [(line.plain[span.start : span.end], span.style) for span in line.spans if span.style] == [
        ("failing", "red")
    ]


TABLES = [
    documents.COLUMNS,
    sources.COLUMNS,
    corpus.TEXTS,
    corpus.PROPOSED,
    show.HISTORY,
    show.FETCHES,
    revisions.VALUES,
    configured.OUTLETS,
]


@pytest.mark.parametrize("columns", TABLES)
@settings(max_examples=25)
@given(st.data())
def test_every_table_fits_80_columns(columns: tuple[Column, ...], data: st.DataObject) -> None:
    """With long texts in the flexible columns and usual ones in the others, 80 columns are enough."""
    usual = {"id": 12345, "published": "2026-11-16 14:05", "at": "2026-11-16 14:05", "rev": 12, "every": "12 min"}
    text = st.text(alphabet="aé日ا ", max_size=200)
    row = [data.draw(text) if one.flexible or one.at_most else usual.get(one.head, "restored") for one in columns]
    assert all(cell_len(line.plain) <= 80 for line in lay_out(columns, [row], 80))
