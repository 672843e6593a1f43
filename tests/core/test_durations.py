"""Lengths of time in words."""

import pytest

from monitor.core.durations import say


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "0 s"),
        (0, "0 s"),
        (0.4, "0.4 s"),
        (1, "1 s"),
        (59.6, "1 min"),
        (90, "1 min 30 s"),
        (2400, "40 min"),
        (9000, "2 h 30 min"),
        (14400, "4 h"),
        (86400, "1 d"),
        (12 * 86400 + 7200, "12 d"),
    ],
)
def test_lengths_are_said_in_at_most_two_units(seconds: float, words: str) -> None:
    assert say(seconds) == words
