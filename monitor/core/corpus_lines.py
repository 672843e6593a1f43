"""Read JSON Lines: one document a line, under the names that exports of news corpora use."""

import json
import re
from dataclasses import dataclass
from typing import Any

from monitor.core.cited_urls import host_in

_TEXT = ("text", "content", "body")
_TITLE = ("title", "headline")
_URL = ("url", "link")
_DATE = ("date", "published_at", "published", "date_published", "pubDate")
_LANGUAGE = ("language", "lang")

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_TAG = re.compile(r"[A-Za-z]{2,3}(?=$|[-_])")


@dataclass(frozen=True, slots=True)
class Line:
    """One document of a JSON Lines file; `number` counts lines from 1."""

    number: int
    text: str
    title: str | None
    url: str | None
    date: str | None
    language: str | None


def read_lines(text: str) -> tuple[tuple[Line, ...], tuple[str, ...]]:
    """Return the documents and, in words with the line's number, what is wrong with the other lines."""
    lines: list[Line] = []
    problems: list[str] = []
    for number, raw in enumerate(text.split("\n"), start=1):
        if raw.strip():
            read = _line(number, raw)
            (lines if isinstance(read, Line) else problems).append(read)  # type: ignore[arg-type]
    return tuple(lines), tuple(problems)


def _line(number: int, raw: str) -> Line | str:
    try:
        value = json.loads(raw)
    except json.JSONDecodeError as error:
        return f"line {number} is not JSON: {error.msg} at column {error.colno}"
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, brackets without end
        return f"line {number} is not JSON that can be read: {type(error).__name__}"
    if not isinstance(value, dict):
        return f"line {number} is not a JSON object"
    if not (body := _first(value, _TEXT)):
        return f"line {number} has no text under {', '.join(_TEXT)}"
    url = _first(value, _URL)
    return Line(
        number,
        body,
        _first(value, _TITLE),
        url if url and url.lower().startswith(("http://", "https://")) and host_in(url) else None,
        _first(value, _DATE),
        _language(_first(value, _LANGUAGE)),
    )


def _first(value: dict[str, Any], names: tuple[str, ...]) -> str | None:
    """Return the first of the values that is a text with something in it.

    JSON can hold half a surrogate pair and NUL, which no database takes; each becomes U+FFFD.
    """
    texts = (value.get(name) for name in names)
    text = next((text for text in texts if isinstance(text, str) and text.strip()), None)
    return _UNSTORABLE.sub("\ufffd", text) if text else None


def _language(tag: str | None) -> str | None:
    found = _TAG.match((tag or "").strip())
    return found[0].lower() if found else None
