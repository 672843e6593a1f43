"""JSON Lines: as `--json` tells it, on one line whatever is in it."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.as_json import to_json
from monitor.core.json_lines import json_line
from monitor.model import Change, ChangeKind

AT = datetime(2026, 11, 16, 14, 5, 0, 120_000, tzinfo=UTC)


@given(st.text(st.characters(), max_size=50))
def test_a_line_is_what_json_prints(text: str) -> None:
    """Enums, times and tuples as there; no character ends the line before its end, or acts on a terminal."""
    change = Change(ChangeKind.HEADLINE, AT, reason=text)
    line = json_line((change,))
    assert json.loads(line) == json.loads(to_json((change,)))
    assert len(line.splitlines()) == 1
    assert line.endswith("\n")
    assert not any("\x7f" <= char < "\xa0" or char < "\x20" for char in line[:-1])


def test_what_has_no_form_is_a_bug() -> None:
    """And says so."""
    with pytest.raises(TypeError, match="object has no form"):
        json_line(object())
