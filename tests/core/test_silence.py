"""When a quiet source is told to have fallen silent."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.silence import emptied, silent

NOW = datetime(2026, 11, 5, 18, 0, tzinfo=UTC)  # a Thursday
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
OFFICE = (7.2, 8.9, 10.1, 12.6, 14.4, 16.8)


def paper(days: int, until: datetime = NOW, weekdays: int = 7) -> tuple[datetime, ...]:
    """Six articles on each of so many working days; their minutes wander."""
    midnight = until.replace(hour=0, minute=0)
    times = [
        midnight - day * DAY + (hour + (day * 7 + n * 5) % 11 / 10) * HOUR
        for day in range(days)
        for n, hour in enumerate(OFFICE)
    ]
    return tuple(at for at in times if at <= until and at.weekday() < weekdays)


def test_a_paper_that_goes_on_is_not_silent() -> None:
    times = paper(30)
    assert silent(times, NOW) is None
    assert silent(times, max(times) + 23 * HOUR) is None


def test_a_paper_that_stopped_is_reported_in_words() -> None:
    assert silent(paper(30), max(paper(30)) + 4 * DAY) == (
        "no new article for 4 d where about 6 a day between 07 and 18 UTC were usual"
    )


def test_a_stopped_paper_is_noticed_within_three_days() -> None:
    times = paper(30)
    noticed = next(hours for hours in range(24, 240) if silent(times, max(times) + hours * HOUR))
    assert noticed <= 72


def test_a_weekend_is_no_silence() -> None:
    """A paper of Monday to Friday says nothing from Friday evening to Monday morning; on Wednesday it is missed."""
    friday = datetime(2026, 11, 6, 20, 0, tzinfo=UTC)
    times = paper(35, friday, weekdays=5)
    for hours in range(0, 62, 3):
        assert silent(times, friday + hours * HOUR) is None
    assert silent(times, friday + 5 * DAY) is not None


def test_a_weekly_magazine_may_miss_two_issues() -> None:
    """Ten articles come in one batch every Thursday: a fortnight without is a holiday, two months are not."""
    issues = tuple(NOW - week * 7 * DAY + timedelta(minutes=2 * n) for week in range(1, 16) for n in range(10))
    last = max(issues)
    assert silent(issues, last + 21 * DAY) is None
    assert silent(issues, last + 56 * DAY) is not None


def test_a_source_of_five_articles_has_no_habits() -> None:
    five = tuple(NOW - n * DAY for n in range(5))
    assert silent(five, NOW + 500 * DAY) is None


def test_one_batch_tells_of_no_rhythm() -> None:
    batch = tuple(NOW - timedelta(minutes=n) for n in range(40))
    assert silent(batch, NOW + 300 * DAY) is None


def test_a_source_that_was_as_quiet_before_is_not_reported() -> None:
    times = tuple(at for at in paper(40) if not NOW - 25 * DAY < at < NOW - 20 * DAY)
    assert silent(times, max(times) + 4 * DAY) is None


@pytest.mark.parametrize(("items", "held"), [(3, 20), (0, None), (0, 0)])
def test_a_feed_with_items_or_without_a_past_is_not_emptied(items: int, held: int | None) -> None:
    assert emptied(items, held) is None


def test_a_feed_that_suddenly_yields_nothing_is_at_fault() -> None:
    assert emptied(0, 20) == "yields nothing at all, where it held 20 articles"


anything = st.lists(st.datetimes(datetime(1970, 1, 2), datetime(2090, 1, 1), timezones=st.just(UTC)), max_size=40)


@given(anything)
def test_any_times_give_an_answer_and_never_within_a_day(times: list[datetime]) -> None:
    told = silent(times, NOW)
    past = [at for at in times if at <= NOW]
    if told is not None:
        assert len(past) > 5
        assert NOW - max(past) >= DAY


@given(anything, st.integers(0, 2000))
def test_a_silence_once_reported_lasts(times: list[datetime], days: int) -> None:
    """Nothing but a new article ends it."""
    past = [at for at in times if at <= NOW]
    if silent(past, NOW):
        assert silent(past, NOW + days * DAY)
