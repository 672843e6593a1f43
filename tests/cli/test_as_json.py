"""Answers as JSON."""

import json
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.answers import TickReport, VisitReport
from monitor.as_json import to_json
from monitor.model import Change, ChangeKind, Outcome

AT = datetime(2026, 11, 16, 14, 5, 0, 120_000, tzinfo=UTC)


def test_fields_enums_times_and_tuples() -> None:
    """Dataclasses field by field, enums as text, times with Z, tuples as arrays, None as null."""
    change = Change(ChangeKind.HEADLINE, AT, significance=0.6)
    visit = VisitReport("document", 3, "https://a.example/", Outcome.OK, ("one", "two"), change=change)
    told = json.loads(to_json(TickReport(AT, (visit,))))
    assert told["at"] == "2026-11-16T14:05:00.120000Z"
    assert told["visits"][0]["outcome"] == "ok"
    assert told["visits"][0]["steps"] == ["one", "two"]
    assert told["visits"][0]["revision"] is None
    assert told["visits"][0]["change"]["kind"] == "headline"
    assert list(told["visits"][0]) == [field.name for field in fields(VisitReport)]


@given(st.text(st.characters(), max_size=50))
def test_texts_come_back_exactly_and_harmless(text: str) -> None:
    """What is printed cannot act on a terminal, and any JSON reader undoes it."""
    told = to_json({"text": text})
    assert json.loads(told)["text"] == text
    assert all(char.isprintable() or char == "\n" or ord(char) >= 0xA0 for char in told)


def test_letters_stay_readable() -> None:
    """Arabic and Chinese are not turned into escapes; overrides and lone surrogates are."""
    assert to_json("سبوتنيك 越南") == '"سبوتنيك 越南"'
    assert to_json("\u202e\x9b\ud800") == '"\\u202e\\u009b\\ud800"'


def test_one_line_and_days() -> None:
    """Without indent there is no line break; a day is written as one."""
    assert to_json({"day": date(2026, 11, 16), "of": (1, 2)}, indent=None) == '{"day": "2026-11-16", "of": [1, 2]}'


def test_paths_and_bytes_are_text_and_the_unknown_is_an_error() -> None:
    """A value without a form in JSON is a bug, and says so."""

    @dataclass
    class Strange:
        value: object

    assert to_json(Path("/a/b")) == '"/a/b"'
    assert to_json(b"\x00\xff") == '"AP8="'  # base64
    with pytest.raises(TypeError, match="object has no form"):
        to_json(Strange(object()))
