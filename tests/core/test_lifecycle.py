"""When a source is paused, and when it takes the address it has moved to."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.lifecycle import LifecyclePolicy, Move, adopt_move, should_pause
from monitor.core.outcomes import SUCCESSES
from monitor.model import Outcome

NOW = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
POLICY = LifecyclePolicy()
NEW, OTHER = "https://example.org/new.xml", "https://example.org/other.xml"


def moved(to: str | None, since: datetime | None, seen: str | None, outcome: Outcome = Outcome.OK) -> Move:
    return adopt_move(to, since, outcome, seen, NOW, POLICY)


def test_two_410_an_hour_apart_pause_a_source() -> None:
    reason = should_pause(Outcome.GONE, Outcome.GONE, NOW - 2 * HOUR, 2, NOW, POLICY)
    assert reason == "the server says that it is gone for good (410, twice, 2 h apart)"


def test_one_410_or_two_in_a_hurry_do_not() -> None:
    assert should_pause(Outcome.GONE, Outcome.OK, NOW - DAY, 1, NOW, POLICY) is None
    assert should_pause(Outcome.GONE, Outcome.GONE, NOW - HOUR / 2, 2, NOW, POLICY) is None
    assert should_pause(Outcome.GONE, None, None, 1, NOW, POLICY) is None


def test_ten_410_in_a_row_pause_what_is_checked_every_few_minutes() -> None:
    assert should_pause(Outcome.GONE, Outcome.GONE, NOW - HOUR / 6, 9, NOW, POLICY) is None
    assert should_pause(Outcome.GONE, Outcome.GONE, NOW - HOUR / 6, 10, NOW, POLICY) is not None


@given(st.sampled_from([one for one in Outcome if one is not Outcome.GONE]), st.integers(0, 10**6))
def test_nothing_else_ever_pauses(outcome: Outcome, failures: int) -> None:
    assert should_pause(outcome, Outcome.GONE, NOW - 99 * DAY, failures, NOW, POLICY) is None


def test_a_first_permanent_redirect_is_remembered() -> None:
    assert moved(None, None, NEW) == Move(NEW, NOW, False, f"redirects permanently to {NEW}")


def test_a_redirect_that_lasted_is_adopted() -> None:
    assert not moved(NEW, NOW - 2 * DAY, NEW).adopt
    move = moved(NEW, NOW - 3 * DAY, NEW)
    assert move == Move(None, None, True, f"permanently redirected to {NEW} for 3 d: taken as its address")


def test_another_target_starts_again() -> None:
    assert moved(NEW, NOW - 9 * DAY, OTHER) == Move(OTHER, NOW, False, f"redirects permanently to {OTHER}")


def test_an_answer_at_the_old_address_ends_the_move() -> None:
    assert moved(NEW, NOW - 9 * DAY, None) == Move(None, None, False, "answers at its own address again")
    assert moved(None, None, None) == Move(None, None, False, None)


@pytest.mark.parametrize("seen", [None, NEW, OTHER])
@given(outcome=st.sampled_from([one for one in Outcome if one not in SUCCESSES]))
def test_a_failure_says_nothing_of_a_move(seen: str | None, outcome: Outcome) -> None:
    """A target that cannot be read is never adopted, and one timeout does not undo days of redirects."""
    assert moved(NEW, NOW - 9 * DAY, seen, outcome) == Move(NEW, NOW - 9 * DAY, False, None)
