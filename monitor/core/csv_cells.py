"""Write cells of CSV that no spreadsheet takes for formulas."""

import re
from collections.abc import Iterable
from datetime import datetime

BOM = "\ufeff"

# Spreadsheets run what begins so, the full-width signs included, and some pass over white space, marks without width
# and quotes before it (OWASP, CSV Injection; CWE-1236).
_PASSED_OVER = "\\s\ufeff\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufffd\"'\x00-\x20"
_RUNS = re.compile(f"[{_PASSED_OVER}]*[=+\\-@＝＋－＠﹢﹣﹦﹫]|[\t\r\n]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_QUOTED = re.compile('[",\r\n;\t]|^ | $')


def csv_line(values: Iterable[object]) -> str:
    """Return values as a line of RFC 4180: commas, CRLF, quotes where they are needed, doubled inside."""
    return ",".join(_quoted(cell(value)) for value in values) + "\r\n"


def cell(value: object) -> str:
    """Return a value as a cell: times ISO 8601 with Z, several values in lines, nothing for None.

    A text that a spreadsheet could run gets an apostrophe before it, which spreadsheets have for that; control
    characters become U+FFFD. Numbers are none of our texts, and stay.
    """
    if isinstance(value, str):
        return _harmless(value)
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, tuple):
        return _harmless("\n".join(map(str, value)))
    return "" if value is None else str(value)


def _harmless(text: str) -> str:
    kept = _CONTROL.sub("\ufffd", text)
    return f"'{kept}" if _RUNS.match(kept) else kept


def _quoted(text: str) -> str:
    if not _QUOTED.search(text):
        return text
    return '"' + text.replace('"', '""') + '"'
