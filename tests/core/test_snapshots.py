"""The newest snapshot of each of the last days, weeks and months is kept, and nothing else."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.snapshots import KeepPolicy, to_keep

START = datetime(2026, 1, 1, tzinfo=UTC)
TIMES = st.lists(st.integers(0, 3 * 365 * 24).map(lambda hours: START + timedelta(hours=hours)), max_size=80)
POLICIES = st.builds(KeepPolicy, *(st.integers(0, 9) for _ in range(5)))


@settings(max_examples=50)
@given(TIMES, POLICIES)
def test_the_newest_is_always_kept_and_no_more_than_asked(made: list[datetime], policy: KeepPolicy) -> None:
    """At most one for each hour, day, week, month and year that was asked for."""
    kept = to_keep(made, policy)
    assert kept <= set(made)
    assert not made or max(made) in kept
    asked = policy.hourly + policy.daily + policy.weekly + policy.monthly + policy.yearly
    assert len(kept) <= max(asked, min(1, len(made)))


@settings(max_examples=50)
@given(TIMES, POLICIES)
def test_pruning_after_every_snapshot_keeps_what_pruning_once_does(made: list[datetime], policy: KeepPolicy) -> None:
    """However often it is done, what is left is the same."""
    left: frozenset[datetime] = frozenset()
    for at in sorted(made):
        left = to_keep((*left, at), policy)
    assert left == to_keep(made, policy)


def test_a_year_of_nights_leaves_days_weeks_and_months() -> None:
    """Of 365 nights: the last 7, the last of each of 4 weeks, the last of each month of the year."""
    nights = [START + timedelta(days=day, hours=3) for day in range(365)]
    kept = to_keep(nights, KeepPolicy(daily=7, weekly=4, monthly=12))
    assert {at for at in nights if at > nights[-8]} <= kept
    assert {at.month for at in kept} == set(range(1, 13))
    assert (
        len(kept) == 7 + 2 + 11
    )  # two weeks and one month end within those seven days, one more week at a month's end


def test_days_without_a_snapshot_do_not_count() -> None:
    """After a month of rest the days before it are still there."""
    days = [START, START + timedelta(days=1), START + timedelta(days=40)]
    assert to_keep(days, KeepPolicy(daily=3, weekly=0, monthly=0)) == set(days)
