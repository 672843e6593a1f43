"""When a source is checked next, and what the plan says about it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.schedule import SchedulePolicy, SourceHistory, plan_source
from monitor.model import Outcome

NOW = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
POLICY = SchedulePolicy(default_s=3600, shortest_s=300, longest_s=86400, jitter=0.1)
HOURLY = tuple(NOW - n * HOUR + timedelta(minutes=7) for n in range(1, 24 * 10))  # an article every hour
FAILED = SourceHistory(published=HOURLY, outcome=Outcome.TIMEOUT, failures=1)


def interval(history: SourceHistory, jitter: float = 0.0, policy: SchedulePolicy = POLICY) -> float:
    plan = plan_source(history, NOW, policy, jitter)
    return (plan.next_check_at - NOW).total_seconds()


def reason(history: SourceHistory) -> str:
    return plan_source(history, NOW, POLICY, 0.0).reason


def test_the_rhythm_sets_the_interval_and_the_reason_says_so() -> None:
    plan = plan_source(SourceHistory(published=HOURLY), NOW, POLICY, 0.0)
    assert 600 <= plan.interval_s <= 900  # a fifth of the hour between two articles
    assert plan.reason == "about 24 articles a day"
    assert plan.next_check_at == NOW + timedelta(seconds=plan.interval_s)


def test_the_bounds_hold() -> None:
    flood = tuple(NOW - timedelta(minutes=n) for n in range(1, 500))
    rare = tuple(NOW - n * 50 * DAY for n in range(1, 5))
    assert interval(SourceHistory(published=flood)) == 300
    assert interval(SourceHistory(published=rare)) == 86400


def test_a_new_source_starts_with_the_default() -> None:
    assert interval(SourceHistory(first=True)) == 3600
    assert reason(SourceHistory(first=True)) == "no rhythm known yet"


def test_a_first_look_is_confirmed_no_later_than_the_default() -> None:
    weekly = tuple(NOW - n * 7 * DAY + 3 * DAY for n in range(1, 10))
    assert interval(SourceHistory(published=weekly, first=True)) == 3600
    assert interval(SourceHistory(published=weekly)) > 3600


def test_without_a_rhythm_news_halves_the_interval_and_silence_stretches_it() -> None:
    assert interval(SourceHistory(interval_s=3600, new_items=2)) == 1800
    assert interval(SourceHistory(interval_s=3600)) == 4500
    assert interval(SourceHistory(interval_s=86400)) == 86400


def test_the_operators_interval_is_exact() -> None:
    history = SourceHistory(every_s=600, published=HOURLY, ttl_s=7200, fresh_until=NOW + 5 * HOUR)
    assert interval(history, jitter=0.9) == 600
    assert reason(history) == "every 10 min, as configured"


def test_the_operators_cron_is_exact() -> None:
    assert interval(SourceHistory(cron_next=NOW + 3 * HOUR), jitter=0.9) == 3 * 3600
    assert interval(SourceHistory(cron_next=NOW - HOUR)) == 0


def test_errors_do_not_stop_or_slow_what_the_operator_set() -> None:
    history = SourceHistory(every_s=600, outcome=Outcome.NOT_FOUND, failures=500)
    assert interval(history) == 600


def test_retry_after_is_a_lower_bound_for_everyone() -> None:
    until = NOW + 2 * HOUR
    for history in (SourceHistory(published=HOURLY), SourceHistory(every_s=600), SourceHistory(cron_next=NOW + HOUR)):
        assert interval(replace(history, retry_after=until)) == 7200
    assert reason(replace(FAILED, retry_after=until)).startswith("the server asked for 2 h (Retry-After)")
    assert interval(SourceHistory(every_s=3 * 3600, retry_after=until)) == 3 * 3600


def test_max_age_and_ttl_are_lower_bounds_capped_at_the_longest() -> None:
    history = SourceHistory(published=HOURLY)
    assert interval(replace(history, fresh_until=NOW + 3 * HOUR)) == 3 * 3600
    assert reason(replace(history, fresh_until=NOW + 3 * HOUR)).startswith("the server asked for 3 h (max-age)")
    assert interval(replace(history, ttl_s=7200)) == 7200
    assert reason(replace(history, ttl_s=7200)).startswith("the feed asks for 2 h (ttl)")
    assert interval(replace(history, ttl_s=30 * 86400, fresh_until=NOW + 30 * DAY)) == 86400
    assert interval(replace(history, ttl_s=1, fresh_until=NOW - DAY)) == interval(history)


def test_failures_slow_by_their_weight() -> None:
    """Four timeouts, two broken answers and one 404 weigh the same: each doubles the interval."""
    base = interval(SourceHistory(published=HOURLY))
    for outcome, failures in ((Outcome.TIMEOUT, 4), (Outcome.SERVER_ERROR, 2), (Outcome.NOT_FOUND, 1)):
        assert interval(SourceHistory(published=HOURLY, outcome=outcome, failures=failures)) == pytest.approx(2 * base)


def test_failures_are_named_in_the_reason() -> None:
    history = SourceHistory(outcome=Outcome.TIMEOUT, failures=4)
    assert reason(history) == "4 failures in a row (timeout); slowed to 2 h"


def test_failures_never_stop_a_source() -> None:
    assert interval(SourceHistory(outcome=Outcome.GONE, failures=10**6)) == 86400


def test_failures_without_a_rhythm_do_not_pile_up_on_the_interval_before() -> None:
    history = SourceHistory(outcome=Outcome.SERVER_ERROR, failures=2, interval_s=50_000)
    assert interval(history) == 7200


def test_a_success_ends_the_slowness() -> None:
    assert interval(SourceHistory(published=HOURLY, failures=0)) < interval(FAILED)


def test_a_long_wait_names_the_time_it_waits_for() -> None:
    """At noon, a paper that publishes at 6 and 7 is due in the morning; jitter of a night's wait stays minutes."""
    papers = tuple(NOW - n * DAY - (12 - h) * HOUR for n in range(20) for h in (6.1, 6.4, 7.2))
    long = replace(POLICY, expected=1.0)
    plan = plan_source(SourceHistory(published=papers), NOW, long, 0.0)
    assert plan.reason.startswith("about 3 articles a day between 05 and 09 UTC; next expected about 06:")
    late = plan_source(SourceHistory(published=papers), NOW, long, 0.99)
    assert timedelta(0) < late.next_check_at - plan.next_check_at < timedelta(minutes=6)


def test_a_check_leaves_the_hours_that_the_feed_asks_for() -> None:
    history = SourceHistory(published=HOURLY, skip_hours=(12, 13, 14))
    plan = plan_source(history, NOW, POLICY, 0.0)
    assert plan.next_check_at == NOW + 3 * HOUR
    assert plan.reason == "about 24 articles a day; not before 15:00 UTC, as the feed asks (skipHours)"


def test_a_check_leaves_the_days_that_the_feed_asks_for() -> None:
    """It is Thursday noon; Thursday and Friday are to be skipped."""
    plan = plan_source(SourceHistory(published=HOURLY, skip_days=(3, 4)), NOW, POLICY, 0.0)
    assert plan.next_check_at == datetime(2026, 11, 7, tzinfo=UTC)
    assert plan.reason.endswith("(skipDays)")


def test_a_feed_that_asks_never_to_be_checked_is_not_heard() -> None:
    for history in (SourceHistory(skip_hours=tuple(range(24))), SourceHistory(skip_days=tuple(range(7)))):
        assert interval(history) == 3600


def test_the_operator_overrides_skipped_hours() -> None:
    assert interval(SourceHistory(every_s=600, skip_hours=(12,))) == 600
    assert interval(SourceHistory(cron_next=NOW + HOUR, skip_hours=(13,))) == 3600


def test_a_feed_that_was_nearly_overrun_is_checked_sooner() -> None:
    """Of 20 items 15 were new after an hour: the next check comes after 40 minutes, with 10 expected."""
    history = SourceHistory(interval_s=3600, new_items=15, window=20, published=(NOW - HOUR,) * 15)
    assert interval(replace(history, interval_s=7200, new_items=20)) == 3600
    quiet = replace(history, published=tuple(NOW - n * 30 * DAY - 3 * DAY for n in range(1, 9)))
    assert interval(quiet) == 2400
    assert reason(quiet) == "15 of the 20 items it holds were new; lest any be missed"
    assert interval(replace(quiet, new_items=5)) > 2400


def test_no_more_than_half_a_window_is_expected_at_the_next_check() -> None:
    """However few checks are wanted, a feed of two items is checked before a third may come."""
    lazy = replace(POLICY, expected=8.0)
    assert interval(SourceHistory(published=HOURLY), policy=lazy) > 6 * 3600
    assert interval(SourceHistory(published=HOURLY, window=2), policy=lazy) < 2 * 3600


def test_a_first_410_is_asked_about_again_after_an_hour() -> None:
    flood = tuple(NOW - timedelta(minutes=n) for n in range(1, 200))
    assert interval(SourceHistory(published=flood, outcome=Outcome.GONE, failures=1)) == 3600


histories = st.builds(
    SourceHistory,
    interval_s=st.none() | st.floats(1, 1e6),
    failures=st.integers(0, 1000),
    published=st.lists(
        st.datetimes(datetime(2026, 9, 1), datetime(2026, 12, 1), timezones=st.just(UTC)), max_size=12
    ).map(tuple),
    ttl_s=st.none() | st.floats(0, 1e7),
    fresh_until=st.none() | st.datetimes(datetime(2026, 10, 1), datetime(2027, 12, 1), timezones=st.just(UTC)),
    outcome=st.sampled_from(Outcome),
    new_items=st.integers(0, 50),
    first=st.booleans(),
    skip_hours=st.lists(st.integers(0, 23), max_size=30).map(tuple),
    skip_days=st.lists(st.integers(0, 6), max_size=9).map(tuple),
    window=st.none() | st.integers(0, 100),
)
unskipped = histories.map(lambda history: replace(history, skip_hours=(), skip_days=()))


@given(unskipped, st.floats(0, 0.999))
def test_every_adaptive_plan_keeps_the_bounds(history: SourceHistory, jitter: float) -> None:
    plan = plan_source(history, NOW, POLICY, jitter)
    assert 300 <= plan.interval_s <= 86400 * 1.1
    assert plan.next_check_at > NOW
    assert plan.reason


@given(unskipped, st.floats(0, 0.999))
def test_jitter_only_lengthens_and_by_no_more_than_its_share(history: SourceHistory, jitter: float) -> None:
    plain, jittered = interval(history), interval(history, jitter)
    assert plain - 1e-3 <= jittered <= plain * 1.1 + 1e-3


@given(histories)
def test_a_server_that_asks_for_patience_gets_it(history: SourceHistory) -> None:
    asked = NOW + 2 * DAY
    assert plan_source(replace(history, retry_after=asked), NOW, POLICY, 0.0).next_check_at >= asked


@given(histories, st.floats(0, 0.999))
def test_no_adaptive_check_falls_into_skipped_hours_or_is_put_off_by_more_than_eight_days(
    history: SourceHistory, jitter: float
) -> None:
    plan = plan_source(history, NOW, POLICY, jitter)
    plain = plan_source(replace(history, skip_hours=(), skip_days=()), NOW, POLICY, jitter)
    assert timedelta(0) <= plan.next_check_at - plain.next_check_at < 8 * DAY
    if len(set(history.skip_hours)) < 24 and len(set(history.skip_days)) < 7:
        assert plan.next_check_at.hour not in history.skip_hours
        assert plan.next_check_at.weekday() not in history.skip_days


@given(histories, st.floats(0, 0.999))
def test_the_same_history_gives_the_same_plan(history: SourceHistory, jitter: float) -> None:
    shuffled = replace(history, published=tuple(reversed(history.published)))
    assert plan_source(history, NOW, POLICY, jitter) == plan_source(shuffled, NOW, POLICY, jitter)


@given(unskipped, st.integers(1, 30), st.integers(0, 5))
def test_more_failures_never_bring_a_check_forward(history: SourceHistory, failures: int, more: int) -> None:
    for outcome in (Outcome.TIMEOUT, Outcome.SERVER_ERROR, Outcome.NOT_FOUND, Outcome.GONE):
        few, many = (replace(history, outcome=outcome, failures=n) for n in (failures, failures + more))
        assert interval(few) <= interval(many) + 1e-3


@given(st.integers(1, 40), st.integers(3, 8))
def test_a_source_that_steadily_publishes_more_is_not_checked_less(count: int, times_more: int) -> None:
    """Steadily: without clusters at certain minutes, as the golden ratio spreads them."""

    def steady(a_day: int) -> SourceHistory:
        count = a_day * 10
        return SourceHistory(published=tuple(NOW - DAY * ((n + n * 0.6180339887 % 1.0) / a_day) for n in range(count)))

    assert interval(steady(count * times_more)) <= interval(steady(count))
