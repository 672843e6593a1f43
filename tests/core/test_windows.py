"""What a feed dropped from its middle, told from what fell off its end."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.windows import dropped_since

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)


def hours_ago(*hours: float | None) -> list[datetime | None]:
    return [None if hour is None else NOON - timedelta(hours=hour) for hour in hours]


def test_a_quarter_of_the_feed_must_be_older() -> None:
    """Of twenty items the five oldest fall off as new ones come."""
    assert dropped_since(hours_ago(*range(20))) == NOON - timedelta(hours=15)
    assert dropped_since(hours_ago(*range(19, -1, -1))) == NOON - timedelta(hours=15)  # oldest first: an order too


def test_three_items_must_be_older_in_a_small_feed_and_a_tiny_one_says_nothing() -> None:
    assert dropped_since(hours_ago(0, 1, 2, 3, 4)) == NOON - timedelta(hours=2)
    assert dropped_since(hours_ago(0, 1, 2)) is None
    assert dropped_since([]) is None


def test_two_pinned_old_items_do_not_make_the_end_a_middle() -> None:
    assert dropped_since(hours_ago(900, 800, *range(10))) == NOON - timedelta(hours=9)


def test_feeds_in_no_order_or_without_dates_say_nothing() -> None:
    assert dropped_since(hours_ago(5, 1, 9, 3, 8, 2, 7, 0, 6, 4)) is None
    assert dropped_since(hours_ago(0, 1, 2, 3, None, None, None, 7, 8, 9)) is None


def test_articles_of_one_minute_are_in_order() -> None:
    assert dropped_since(hours_ago(*[0] * 8, *[1] * 8)) == NOON - timedelta(hours=1)


@given(st.lists(st.integers(0, 1000), min_size=4, max_size=60, unique=True), st.integers(0, 59))
def test_what_falls_off_the_end_is_never_called_dropped(ages: list[int], new: int) -> None:
    """As new items come, a window loses its oldest: all that leave are older than what the new window calls dropped."""
    window = sorted(ages)
    size = max(len(window) - new % len(window), 1)
    since = dropped_since(hours_ago(*window[:size]))
    if since is not None:
        assert all(NOON - timedelta(hours=age) < since for age in window[size:])
