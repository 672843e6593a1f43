"""Tables that lay a page out, and tables that hold data."""

import pytest
from lxml.html import document_fromstring, tostring

from monitor.core.extraction import extract_article
from monitor.core.layout_tables import open_layout_tables
from monitor.interfaces import ReadRequest, Task

PARAGRAPHS = "".join(
    f"<p>On day {day} the dredger cleared the northern channel, and the harbour office let the ferries pass again.</p>"
    for day in range(1, 6)
)
PAGE = (
    '<html><body><table width="100%"><tr><td><p>Advertisement</p><p>Winter tyres, fitted free</p></td>'
    f"<td><h1>Channel cleared</h1><div>{PARAGRAPHS}</div></td></tr></table></body></html>"
)
DATA = "<table><tr><th>Port</th><th>Ships</th></tr><tr><td><p>Salmar</p></td><td><p>12</p></td></tr></table>"


def test_a_page_in_a_table_is_read_in_paragraphs() -> None:
    """One line a paragraph, and nothing of the cell beside it on the lines of the article."""
    found = extract_article(ReadRequest(Task.ARTICLE, "http://a.example/2026/1", PAGE.encode()))
    lines = [line for line in found.text.splitlines() if line.startswith("On day")]
    assert len(lines) == 5
    assert not any("tyres" in line for line in lines)


@pytest.mark.parametrize(
    ("body", "opened"),
    [
        (PAGE, 1),
        (DATA, 0),
        (f"<table><tr><td><h2>News</h2>{DATA}</td></tr></table>", 1),
        ("<table><tr><td><table><tr><td><p>a</p><p>b</p></td></tr></table></td></tr></table>", 2),
        ("<table><tr><td>plain</td></tr></table>", 0),
        ("<table></table>", 0),
    ],
)
def test_only_layout_is_opened(body: str, opened: int) -> None:
    """A table inside of another is judged by itself; what a table of data says stays a table."""
    root = document_fromstring(f"<html><body>{body}</body></html>")
    assert open_layout_tables(root) == opened
    assert open_layout_tables(root) == 0
    if DATA in body:
        assert b"<th>Port</th>" in tostring(root)
