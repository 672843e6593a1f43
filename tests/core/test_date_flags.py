"""What is odd about a date is said, and the order of day and month comes from proof only."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.dates import DatePolicy, flag_date, order_of, parse_date

NOW = datetime(2026, 11, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "flag"),
    [
        ("2026-11-05T12:00:00Z", None),
        ("2026-11-06T11:59:00Z", None),
        ("2026-11-06T12:00:01Z", "future"),
        ("2042-01-01", "future"),
        ("Thu, 01 Jan 1970 00:00:00 GMT", "epoch"),
        ("1969-12-31T21:00:00-03:00", "epoch"),
        ("Wed, 31 Dec 1969 19:00:00 EST", "epoch"),
        ("1900-01-01T00:00:00", "epoch"),
        ("1904-01-01", "epoch"),
        ("1980-01-06 00:00:00", "epoch"),
        ("0001-01-01T00:00:00", "epoch"),
        ("Mon, 01 Jan 0001 00:00:00 GMT", "epoch"),
        ("01/01/0001 00:00:00", "epoch"),
        ("Wed, 30 Nov -0001 00:00:00 +0000", "epoch"),
        ("-0001-11-30T00:00:00+00:00", "epoch"),
        ("0000-00-00 00:00:00", "epoch"),
        ("1601-01-01T00:00:00Z", "epoch"),
        ("1899-12-30", "epoch"),
        ("1971-01-01", None),
        ("03/04/2026", "ambiguous"),
        ("03.04.2026 10:15", "ambiguous"),
        ("10:15, 3-4-2026", "ambiguous"),
        ("٠٣/٠٤/٢٠٢٦", "ambiguous"),
        ("03/04/26", "ambiguous"),
        ("28/01/22", "ambiguous"),
        ("25/04/2026", None),
        ("04/04/2026", None),
        ("13/13/2026", None),
        ("99/99/99", None),
        ("the other day", None),
        ("Thu, 05 Foo 2026 00:00:00 +0000", None),
        ("Thu, 05 Foo 2026 00:00:00 -0001", None),
        ("", None),
        (None, None),
    ],
)
def test_odd_dates_are_flagged(raw: str | None, flag: str | None) -> None:
    """Later than local time sent as UTC could be, where unset clocks begin, or readable in two ways."""
    assert flag_date(parse_date(raw) if raw else None, raw, NOW) == flag


def test_what_was_read_by_its_language_is_not_ambiguous() -> None:
    """The flag is for what stayed without a date."""
    read = parse_date("03/04/2026", language="fr")
    assert read == datetime(2026, 4, 3, tzinfo=UTC)
    assert flag_date(read, "03/04/2026", NOW) is None


def test_how_far_ahead_is_odd_is_policy() -> None:
    """And without a clock nothing is in the future."""
    ahead = NOW + timedelta(hours=2)
    assert flag_date(ahead, "x", NOW, DatePolicy(ahead=timedelta(hours=1))) == "future"
    assert flag_date(ahead, "x", None, DatePolicy(ahead=timedelta(hours=1))) is None


@pytest.mark.parametrize(
    ("raws", "order"),
    [
        (["03/04/2026", "25/04/2026"], "dmy"),
        (["03/04/2026 10:15", "04/25/2026 09:00"], "mdy"),
        (["03/04/2026", "04/05/2026"], None),
        (["25/04/2026", "04/25/2026"], None),
        (["2026-04-25", "Thu, 25 Apr 2026"], None),
        (["25/13/2026", "31/02/2026"], None),
        (["25/04/26"], None),
        (["2" * 300 + "25/04/2026"], None),
        ([], None),
    ],
)
def test_the_other_dates_of_a_feed_prove_its_order(raws: list[str], order: str | None) -> None:
    """A number above 12 is proof; contradiction, other forms and impossible days are none."""
    assert order_of(raws) == order


def test_a_proved_order_wins_over_the_language() -> None:
    """A feed in French made by a program in English writes what it writes."""
    assert parse_date("03/04/2026", language="fr", order="mdy") == datetime(2026, 3, 4, tzinfo=UTC)
    assert parse_date("03/04/2026", order="dmy") == datetime(2026, 4, 3, tzinfo=UTC)
    assert parse_date("25/04/2026", order="mdy") == datetime(2026, 4, 25, tzinfo=UTC)
