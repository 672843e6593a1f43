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


def test_410_for_an_hour_pauses_a_source() -> None:
    reason = should_pause(Outcome.GONE, NOW - 2 * HOUR, NOW, POLICY)
    assert reason == "the server says that it is gone for good (410, for 2 h)"


def test_one_410_or_several_in_a_hurry_do_not() -> None:
    assert should_pause(Outcome.GONE, NOW, NOW, POLICY) is None
    assert should_pause(Outcome.GONE, NOW - HOUR / 2, NOW, POLICY) is None
    assert should_pause(Outcome.GONE, None, NOW, POLICY) is None


@given(st.sampled_from([one for one in Outcome if one is not Outcome.GONE]))
def test_nothing_else_ever_pauses(outcome: Outcome) -> None:
    assert should_pause(outcome, NOW - 99 * DAY, NOW, POLICY) is None


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
