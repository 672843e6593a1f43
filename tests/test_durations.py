"""Durations and sizes, as people write and read them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.durations import LONGEST_S, format_duration, parse_duration
from monitor.errors import UsageError
from monitor.sizes import LARGEST, parse_size


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("15m", 900),
        ("1h30m", 5_400),
        ("1 h 30 min", 5_400),
        ("2d", 172_800),
        ("1w", 604_800),
        ("45s", 45),
        ("250ms", 0.25),
        ("1.5h", 5_400),
        ("3 hours 1 minute", 10_860),
        ("90", 90),
        (90, 90),
        (0.5, 0.5),
        ("0s", 0),
        (" 20m ", 1_200),
    ],
)
def test_a_duration_is_read_as_people_write_it(written: str | float, seconds: float) -> None:
    assert parse_duration(written) == seconds


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "soon",
        "m",
        "30m1h",
        "1h1h",
        "-5m",
        "1M",
        "1,5h",
        "5 m s",
        "1e3",
        "٣m",
        "h1",
        "1mo",
        "1h 30",
        "9" * 400,
    ],
)
def test_what_is_no_duration_is_refused_with_a_hint(written: str) -> None:
    """Units run from large to small, each once; no signs, commas, capitals or digits of other scripts."""
    with pytest.raises(UsageError, match="no duration") as refused:
        parse_duration(written)
    assert "1h30m" in (refused.value.hint or "")


@pytest.mark.parametrize("number", [-1, math.nan, math.inf, LONGEST_S + 1, True])
def test_numbers_that_are_no_time_to_wait_are_refused(number: float) -> None:
    with pytest.raises(UsageError):
        parse_duration(number)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (0.25, "0.2 s"),
        (0.004, "0.004 s"),
        (2.5, "2.5 s"),
        (9.97, "10 s"),
        (59.7, "1 min"),
        (90, "1 min 30 s"),
        (3_599.7, "1 h"),
        (5_400, "1 h 30 min"),
        (84_600, "23 h 30 min"),
        (86_399, "1 d"),
        (100_000, "1 d 4 h"),
        (30 * 86_400, "30 d"),
        (-90, "-1 min 30 s"),
    ],
)
def test_a_duration_is_shown_in_its_two_largest_units(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text


@given(st.floats(min_value=0.001, max_value=LONGEST_S))
def test_what_is_shown_can_be_read_back_nearly_unchanged(seconds: float) -> None:
    """Rounding to the smaller of two units costs no more than half of it."""
    half_s = 0.501 if seconds >= 9.95 else 0.0501 if seconds >= 0.1 else 0.000501  # of a second, a tenth, a thousandth
    assert parse_duration(format_duration(seconds)) == pytest.approx(seconds, rel=0.034, abs=half_s)


@given(st.integers(0, 99), st.integers(0, 23), st.integers(0, 59), st.integers(0, 59))
def test_units_add_up(days: int, hours: int, minutes: int, seconds: int) -> None:
    total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    assert parse_duration(f"{days}d{hours}h{minutes}m{seconds}s") == total
    assert parse_duration(f"{days} days {hours} hours {minutes} minutes {seconds} seconds") == total


@given(st.text())
def test_any_text_is_a_duration_or_refused(text: str) -> None:
    try:
        seconds = parse_duration(text)
    except UsageError:
        return
    assert 0 <= seconds <= LONGEST_S


@pytest.mark.parametrize(
    ("written", "size"),
    [
        ("20MB", 20_000_000),
        ("20mb", 20_000_000),
        ("1.5 GB", 1_500_000_000),
        ("64MiB", 67_108_864),
        ("1KiB", 1_024),
        ("500kB", 500_000),
        ("12", 12),
        ("12B", 12),
        (12, 12),
        ("9223372036854775807", LARGEST),
    ],
)
def test_a_size_is_read_as_people_write_it(written: str | int, size: int) -> None:
    assert parse_size(written) == size


@pytest.mark.parametrize(
    "written", ["", "big", "-1", "20 M B", "20Mb/s", "1,5GB", "MB", "9" * 400, "9" * 5_000, -1, True, 2**63]
)
def test_what_is_no_size_is_refused_with_a_hint(written: str | int) -> None:
    with pytest.raises(UsageError, match="no size") as refused:
        parse_size(written)
    assert "20MB" in (refused.value.hint or "")
