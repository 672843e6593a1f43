"""Take tables that only lay a page out for what they are: boxes beside each other, and no data."""

from collections.abc import Iterator
from itertools import islice

from lxml.html import HtmlElement

_PARTS = ("tbody", "thead", "tfoot", "tr", "td", "th", "caption")
_HEADS = ("h1", "h2", "article", "main")
_BLOCKS = ("p", "div", "ul", "ol", "blockquote", "section", "table")
_SEVERAL = 2
_MOST = 100  # tables; a page of more is laid out by none of them, and looking into each would take long


def open_layout_tables(root: HtmlElement) -> int:
    """Make boxes (`div`) of the layout tables in a tree, which changes; return how many there were.

    A table lays out when a cell of it holds a headline, or several blocks of text: else trafilatura makes of the whole
    page one row of a table, sidebar, headline and article on one line.
    """
    tables = list(islice(root.iter("table"), _MOST + 1))
    if len(tables) > _MOST:
        return 0
    found = [table for table in tables if any(map(_holds_a_page, _own(table, ("td", "th"))))]
    for table in found:
        for part in list(_own(table, _PARTS)):
            part.tag = "div"
    for table in found:
        table.tag = "div"
    return len(found)


def _own(table: HtmlElement, names: tuple[str, ...]) -> Iterator[HtmlElement]:
    """Yield the parts of a table that are not those of a table inside of it."""
    return (part for part in table.iter(*names) if next(part.iterancestors("table"), None) is table)


def _holds_a_page(cell: HtmlElement) -> bool:
    if next(cell.iter(*_HEADS), None) is not None:
        return True
    blocks = (part for part in cell.iter(*_BLOCKS) if (part.text or "").strip() or len(part))
    return sum(1 for _, _ in zip(blocks, range(_SEVERAL), strict=False)) == _SEVERAL
