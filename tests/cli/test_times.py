"""Times as the tables show them."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.cli.times import due, length, moment, published, relative

NOW = datetime(2026, 11, 16, 14, 5, 59, tzinfo=UTC)


def test_moments_are_to_the_minute() -> None:
    """A moment is ISO without seconds; None is nothing."""
    assert moment(NOW) == "2026-11-16 14:05"
    assert moment(None) == ""


def test_midnight_is_a_date_without_a_time() -> None:
    """Exactly 00:00:00 is how a bare date is stored; a second later is a time."""
    midnight = datetime(2026, 11, 16, tzinfo=UTC)
    assert published(midnight) == "2026-11-16"
    assert published(midnight + timedelta(seconds=1)) == "2026-11-16 00:00"


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (720, "in 12 min"),
        (-7_200, "2 h ago"),
        (0.4, "now"),
        (86_400 * 3, "in 3 d"),
        (-2.4, "2 s ago"),
        (59.7, "in 1 min"),
    ],
)
def test_distances(seconds: float, told: str) -> None:
    """The largest unit is enough to decide what to do next."""
    assert relative(NOW + timedelta(seconds=seconds), NOW) == told


def test_what_is_overdue_is_due() -> None:
    """A next check that has come is due, however long ago."""
    assert due(NOW - timedelta(days=9), NOW) == "due"
    assert due(NOW + timedelta(minutes=12), NOW) == "in 12 min"
    assert due(None, NOW) == ""


def test_lengths_have_no_fractions() -> None:
    """Even a short one is whole."""
    assert (length(0), length(3.6), length(5_400)) == ("1 s", "4 s", "1 h")
