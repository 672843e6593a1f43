"""Lay rows out in columns that fit a width, measured in terminal cells.

rich's own tables pad every line to the full width and take 0.3 ms a cell; lists here can be thousands of rows long and
are piped as often as read.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

from monitor.cli.text import cut, isolated, one_line, wrapped

GAP = 2
INDENT = 4  # of what stands below a row
LEAST = 8  # cells that a column must have before it is worth showing


@dataclass(frozen=True, slots=True)
class Column:
    """A column and how it behaves when the window is narrow.

    One that is `flexible` is cut to what the others leave. `wide` is the window width from which on it is shown.
    `at_most` caps its width in a window; what is piped is never cut. One that may `wrap` goes on in further lines
    instead of being cut; only the last column can. In windows narrower than `below` the value stands whole below
    its row; in those narrower than `bare`, URLs go without their scheme.
    """

    head: str
    flexible: bool = False
    right: bool = False
    wide: int = 0
    at_most: int = 0
    wrap: bool = False
    below: int = 0
    bare: int = 0
    style: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A value with a style of its own."""

    text: object
    style: str = ""


Row = Sequence[object]


def lay_out(columns: Sequence[Column], rows: Iterable[Row], width: int | None) -> list[Text]:
    """Return the lines of a table, heads first, no wider than `width` cells (None: as wide as it comes).

    Columns without any value are left out.
    """
    cells = [[_cell(value, column, width) for value, column in zip(row, columns, strict=True)] for row in rows]
    shown = [at for at, column in enumerate(columns) if _is_shown(column, [row[at] for row in cells], width)]
    kept = [columns[at] for at in shown]
    lines = [[Cell(column.head, "dim") for column in kept], *([row[at] for at in shown] for row in cells)]
    widths = fitted(kept, [[cell_len(str(cell.text)) for cell in line] for line in lines], width)
    below: list[list[Text]] = [[], *(_below(columns, row, width) for row in cells)]
    return [
        done
        for line, more in zip(lines, below, strict=True)
        for done in (*_row(kept, line, widths, width is not None), *more)
    ]


def _cell(value: object, column: Column, width: int | None) -> Cell:
    text, style = (value.text, value.style) if isinstance(value, Cell) else (value, "")
    told = "" if text is None else one_line(text)
    return Cell(re.sub("^https?://", "", told) if _is_narrow(width, column.bare) else told, style)


def _is_narrow(width: int | None, least: int) -> bool:
    return width is not None and width < least


def _below(columns: Sequence[Column], row: Sequence[Cell], width: int | None) -> list[Text]:
    """Return what stands below a row in a narrow window: whole, wrapped and indented."""
    low = [
        (cell, column)
        for cell, column in zip(row, columns, strict=True)
        if cell.text and _is_narrow(width, column.below)
    ]
    return [
        Text.assemble(" " * INDENT, (isolated(part), cell.style or column.style), end="", no_wrap=True)
        for cell, column in low
        for part in wrapped(str(cell.text), max((width or 0) - INDENT, LEAST))
    ]


def _row(columns: Sequence[Column], cells: list[Cell], widths: Sequence[int], window: bool) -> Iterator[Text]:
    yield from (_line(columns, part, widths, window) for part in _parts(columns, cells, widths, window))


def _is_shown(column: Column, cells: list[Cell], width: int | None) -> bool:
    return not _is_narrow(width, max(column.wide, column.below)) and any(cell.text for cell in cells)


def fitted(columns: Sequence[Column], sizes: Sequence[Sequence[int]], width: int | None) -> list[int]:
    """Return the width of each column; the flexible ones share what the others leave, the narrowest served first.

    Where too little is left, capped columns give way down to 8 cells. What cannot be fitted even so runs over.
    """
    natural = [max(line[at] for line in sizes) for at in range(len(columns))]
    if width is None:
        return natural
    given = [min(size, column.at_most or size) for size, column in zip(natural, columns, strict=True)]
    flexible = sorted((at for at, column in enumerate(columns) if column.flexible), key=lambda at: given[at])
    left = width - GAP * (len(columns) - 1) - sum(given) + sum(given[at] for at in flexible)
    left += _give_way(columns, given, sum(min(given[at], LEAST) for at in flexible) - left)
    for position, at in enumerate(flexible):
        given[at] = max(min(given[at], left // (len(flexible) - position)), LEAST)
        left -= given[at]
    return given


def _give_way(columns: Sequence[Column], given: list[int], missing: int) -> int:
    """Narrow capped columns, the first ones first, until nothing is missing; return how many cells were won."""
    won = 0
    for at, column in enumerate(columns):
        if column.at_most and not column.flexible:
            taken = max(0, min(missing - won, given[at] - LEAST))
            given[at] -= taken
            won += taken
    return won


def _parts(columns: Sequence[Column], cells: list[Cell], widths: Sequence[int], window: bool) -> Iterator[list[Cell]]:
    """Yield a row as the lines it takes."""
    if not window or not columns[-1].wrap:
        yield cells
        return
    for number, text in enumerate(wrapped(str(cells[-1].text), widths[-1])):
        before = cells[:-1] if number == 0 else [Cell("")] * (len(cells) - 1)
        yield [*before, Cell(text, cells[-1].style)]


def _line(columns: Sequence[Column], cells: Sequence[Cell], widths: Sequence[int], window: bool) -> Text:
    line = Text(end="", no_wrap=True, overflow="ignore")
    for at, (column, cell, size) in enumerate(zip(columns, cells, widths, strict=True)):
        text = cut(str(cell.text), size) if window else str(cell.text)
        blanks = " " * (size - cell_len(text))
        line.append(blanks if column.right else "")
        line.append(isolated(text) if window else text, cell.style or column.style)
        last = at == len(columns) - 1
        line.append("" if last else " " * GAP if column.right else blanks + " " * GAP)
    line.rstrip()
    return line
