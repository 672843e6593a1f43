"""When in the day a source publishes, and how much."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.rhythm import Rhythm, appeared_at, learn_rhythm, time_until
from monitor.core.rhythm_words import say_rhythm

NOW = datetime(2026, 11, 5, 0, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def daily_at(hours: list[float], days: int) -> tuple[datetime, ...]:
    return tuple(NOW - day * DAY + hour * HOUR for day in range(1, days + 1) for hour in hours)


def learned(published: tuple[datetime, ...], now: datetime = NOW) -> Rhythm:
    rhythm = learn_rhythm(published, now)
    assert rhythm is not None
    return rhythm


def test_the_daily_count_is_learned() -> None:
    rhythm = learned(daily_at([6.5, 8.5, 10.5, 12.5, 15.5, 18.5], days=20))
    assert rhythm.daily == pytest.approx(6, rel=0.1)
    assert say_rhythm(rhythm) == "about 6 articles a day between 06 and 20 UTC"


def test_the_busy_hours_are_told_from_the_quiet_ones() -> None:
    rhythm = learned(daily_at([8.2, 8.6, 9.4, 9.9], days=14))
    assert rhythm.hourly[8] > 10 * rhythm.hourly[20]
    assert rhythm.hourly[20] > 0


def test_busy_hours_may_span_midnight() -> None:
    assert say_rhythm(learned(daily_at([22.5, 23.5, 0.5, 1.5], days=20))) == (
        "about 4 articles a day between 21 and 03 UTC"
    )


def test_a_check_waits_through_the_night_for_the_morning() -> None:
    """At 22:00 a source that publishes between 6 and 9 is due in the morning, not in a few hours."""
    rhythm = learned(daily_at([6.5, 7.5, 8.5], days=20))
    wait = time_until(rhythm, 0.5, NOW - 2 * HOUR, DAY)
    assert 7 * HOUR < wait < 10 * HOUR


def test_the_more_is_published_the_sooner_something_is_expected() -> None:
    few, many = learned(daily_at([9, 15], days=10)), learned(daily_at([h / 2 + 0.1 for h in range(48)], days=10))
    assert time_until(many, 0.5, NOW, DAY) < time_until(few, 0.5, NOW, DAY)


def test_a_wave_of_news_shortens_the_wait() -> None:
    calm = daily_at([12.0], days=14)
    wave = calm + tuple(NOW - timedelta(minutes=m) for m in (5, 15, 30, 50, 70, 100))
    assert time_until(learned(wave), 0.5, NOW, DAY) <= timedelta(minutes=20)
    assert time_until(learned(calm), 0.5, NOW, DAY) > 3 * HOUR


def test_a_source_that_fell_silent_fades() -> None:
    busy = daily_at([9, 12, 15, 18], days=10)
    rates = [learned(busy, NOW + silent * DAY).daily for silent in (0, 7, 30, 90)]
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] < 0.1


def test_items_that_came_in_one_batch_count_once() -> None:
    batch = tuple(NOW - 3 * HOUR + timedelta(seconds=s) for s in range(50))
    assert learn_rhythm(batch, NOW) is None


def test_dates_without_a_time_do_not_make_midnight_busy() -> None:
    rhythm = learned(tuple(NOW - day * DAY for day in range(1, 11)))
    assert max(rhythm.hourly) == pytest.approx(min(rhythm.hourly))


def test_future_times_say_nothing() -> None:
    assert learn_rhythm(tuple(NOW + day * DAY for day in range(1, 9)), NOW) is None


@pytest.mark.parametrize(
    ("every_days", "words"),
    [(3, "about 2 articles a week"), (14, "about 2 articles a month"), (60, "less than an article a month")],
)
def test_rare_sources_are_described_by_week_or_month(every_days: int, words: str) -> None:
    """The last article is as long ago as the one before it was before that."""
    times = tuple(NOW - timedelta(days=every_days * n, hours=6) for n in range(1, 20))
    assert say_rhythm(learned(times)) == words


def test_the_days_of_the_week_are_told_apart() -> None:
    """A paper of Monday to Friday brings two articles on Thursday morning; on Saturday one waits longer."""
    weekdays = tuple(at for at in daily_at([6.5, 7.5, 8.5, 9.5], days=28) if at.weekday() < 5)
    saturday = NOW + 2 * DAY
    rhythm = learned(weekdays, saturday)
    assert rhythm.weekdays[0] > 4 * rhythm.weekdays[5]
    assert say_rhythm(rhythm) == "about 3 articles a day between 05 and 11 UTC, Monday to Friday"
    assert time_until(rhythm, 2, NOW, 4 * DAY) < 10 * HOUR
    assert time_until(rhythm, 2, saturday, 4 * DAY) > DAY


def test_a_weekly_magazine_is_named_by_its_day() -> None:
    issues = tuple(NOW - week * 7 * DAY + timedelta(hours=6, minutes=m) for week in range(1, 9) for m in range(5))
    assert say_rhythm(learned(issues)).endswith(", on Thursdays")


def test_few_articles_tell_nothing_of_the_week() -> None:
    assert "day" not in say_rhythm(learned(daily_at([8.2, 9.1], days=2))).replace("a day", "")


def test_a_check_comes_right_after_the_articles_that_are_planned_for_the_half_hours() -> None:
    """Publication at full and half hours is met within minutes, at whatever time the check before was."""
    planned = daily_at([h / 2 + 0.02 for h in range(14, 40)], days=14)
    rhythm = learned(planned)
    for minute in range(0, 60, 7):
        now = NOW + 9 * HOUR + timedelta(minutes=minute)
        assert (now + time_until(rhythm, 0.5, now, DAY)).minute % 30 == 5


def test_minutes_that_chance_made_are_not_taken_for_a_plan() -> None:
    """Articles evenly spread over the hour leave all parts of it alike."""
    assert set(learned(daily_at([h + h / 24 for h in range(24)], days=8)).slots) == {1.0}


def test_a_date_between_two_checks_is_when_the_article_appeared() -> None:
    assert appeared_at(NOW - HOUR, NOW, NOW - 2 * HOUR) == NOW - HOUR


@pytest.mark.parametrize("published", [None, NOW - 10 * HOUR, NOW + HOUR])
def test_a_date_that_two_checks_deny_is_no_time_of_appearance(published: datetime | None) -> None:
    """A day without a time, a wrong zone, a date ahead: the article came between the checks, whatever its date."""
    assert appeared_at(published, NOW, NOW - 2 * HOUR) == NOW - HOUR


def test_the_first_check_believes_dates_that_do_not_lie_ahead() -> None:
    assert appeared_at(NOW - 5 * DAY, NOW, None) == NOW - 5 * DAY
    assert appeared_at(NOW + DAY, NOW, None) == NOW
    assert appeared_at(None, NOW, None) == NOW


times = st.lists(st.datetimes(datetime(2020, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)), max_size=40)


@given(times, st.floats(0.01, 10))
def test_any_times_give_finite_rates_and_a_bounded_wait(published: list[datetime], expected: float) -> None:
    rhythm = learn_rhythm(published, NOW)
    if rhythm is not None:
        assert len(rhythm.hourly) == 24
        assert all(0 <= rate < 10_000 for rate in rhythm.hourly)
        assert timedelta(0) < time_until(rhythm, expected, NOW, DAY) <= DAY
        assert say_rhythm(rhythm)


@given(times, st.floats(0.01, 10))
def test_the_factors_of_a_rhythm_are_finite_and_mean_one(published: list[datetime], expected: float) -> None:
    rhythm = learn_rhythm(published, NOW)
    if rhythm is not None:
        for factors in (rhythm.weekdays, rhythm.slots):
            assert sum(factors) / len(factors) == pytest.approx(1)
            assert min(factors) >= 0
        assert rhythm.wave >= 0


@given(st.permutations(daily_at([3.3, 9.7, 21.2], days=5)))
def test_the_order_of_the_times_does_not_matter(published: list[datetime]) -> None:
    assert learn_rhythm(published, NOW) == learn_rhythm(sorted(published), NOW)
