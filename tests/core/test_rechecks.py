"""When a document is looked at again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.budgets import Load
from monitor.core.edit_ages import Ladder
from monitor.core.rechecks import DAY, HOUR, MINUTE, DocumentHistory, RecheckPolicy, next_rung, plan_document
from monitor.model import DocumentState, Outcome

NOW = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)
POLICY = RecheckPolicy(
    ladder_s=(20 * MINUTE, HOUR, 3 * HOUR, DAY, 7 * DAY), missed_s=(20 * MINUTE, HOUR, 3 * HOUR), jitter=0.1
)


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def wait(history: DocumentHistory, jitter: float = 0.0) -> float:
    return (plan_document(history, NOW, POLICY, jitter).next_check_at - NOW).total_seconds()


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (0.0, 20 * MINUTE),
        (20 * MINUTE, 40 * MINUTE),
        (HOUR, 2 * HOUR),
        (3 * HOUR, 21 * HOUR),
        (DAY, 6 * DAY),
        (7 * DAY, 7 * DAY),
        (14 * DAY, 7 * DAY),
    ],
)
def test_a_text_is_looked_at_when_its_age_reaches_the_next_rung(age: float, expected: float) -> None:
    assert wait(DocumentHistory(first_seen_at=ago(age))) == expected


def test_a_late_check_serves_the_rung_it_missed_by_little() -> None:
    """At 58 minutes the rung of one hour is as good as done."""
    assert wait(DocumentHistory(first_seen_at=ago(58 * MINUTE))) == 3 * HOUR - 58 * MINUTE


def test_a_change_starts_the_ladder_anew() -> None:
    history = DocumentHistory(first_seen_at=ago(30 * DAY), last_changed_at=ago(0))
    assert wait(history) == 20 * MINUTE
    assert plan_document(history, NOW, POLICY, 0.0).reason == "20 min after it was changed"


def test_old_news_counts_from_its_publication() -> None:
    old = DocumentHistory(first_seen_at=ago(0), published_at=ago(1000 * DAY))
    assert wait(old) > 3 * DAY
    assert wait(replace(old, published_at=ago(HOUR))) == 20 * MINUTE


def test_a_missing_document_is_looked_at_soon_until_it_is_judged() -> None:
    missing = DocumentHistory(first_seen_at=ago(100 * DAY), outcome=Outcome.NOT_FOUND, misses=1)
    waits = [wait(replace(missing, misses=misses)) for misses in (1, 2, 3, 4, 50)]
    assert waits == [20 * MINUTE, HOUR, 3 * HOUR, 3 * HOUR, 3 * HOUR]
    assert plan_document(missing, NOW, POLICY, 0.0).reason == "missed once"


def test_a_missing_document_on_a_dead_host_is_not_asked_for_every_few_minutes_for_ever() -> None:
    """One miss, then only timeouts: the gap stretches up to a day."""
    missing = DocumentHistory(first_seen_at=ago(100 * DAY), outcome=Outcome.TIMEOUT, misses=1)
    assert wait(replace(missing, last_checked_at=ago(20 * MINUTE))) == 30 * MINUTE
    assert wait(replace(missing, last_checked_at=ago(4 * HOUR))) == 6 * HOUR
    assert wait(replace(missing, last_checked_at=ago(9 * DAY))) == DAY
    assert wait(replace(missing, state=DocumentState.BLOCKED, outcome=Outcome.ROBOTS)) == 7 * DAY


def test_a_gone_document_is_looked_at_rarely_but_for_ever() -> None:
    gone = DocumentHistory(first_seen_at=ago(100 * DAY), outcome=Outcome.GONE, misses=9, state=DocumentState.GONE)
    assert wait(gone) == DAY
    assert wait(replace(gone, last_checked_at=ago(3 * HOUR))) == DAY
    assert wait(replace(gone, last_checked_at=ago(DAY))) == 7 * DAY
    assert wait(replace(gone, last_checked_at=ago(6.9 * DAY))) == 30 * DAY
    assert wait(replace(gone, last_checked_at=ago(32 * DAY))) == 30 * DAY


def test_one_403_does_not_put_an_article_off_for_a_week() -> None:
    """Servers forbid under load; the waits grow with those before."""
    forbidden = DocumentHistory(first_seen_at=ago(DAY), outcome=Outcome.FORBIDDEN, state=DocumentState.BLOCKED)
    assert wait(forbidden) == HOUR
    assert wait(replace(forbidden, last_checked_at=ago(HOUR))) == 6 * HOUR
    assert wait(replace(forbidden, last_checked_at=ago(6 * HOUR))) == DAY
    assert wait(replace(forbidden, last_checked_at=ago(9 * DAY))) == 7 * DAY


def test_a_moved_or_blocked_document_is_looked_at_rarely() -> None:
    moved = DocumentHistory(first_seen_at=ago(DAY), state=DocumentState.MOVED)
    blocked = DocumentHistory(first_seen_at=ago(DAY), outcome=Outcome.ROBOTS, state=DocumentState.BLOCKED)
    assert wait(moved) == DAY
    assert wait(blocked) == 7 * DAY


def test_an_unclear_answer_is_tried_again_before_the_next_rung() -> None:
    assert wait(DocumentHistory(first_seen_at=ago(DAY), outcome=Outcome.TIMEOUT)) == 3 * HOUR
    assert wait(DocumentHistory(first_seen_at=ago(0), outcome=Outcome.SERVER_ERROR)) == 20 * MINUTE


def test_retry_after_is_a_lower_bound() -> None:
    asked = DocumentHistory(first_seen_at=ago(0), outcome=Outcome.RATE_LIMITED, retry_after=ago(-2 * HOUR))
    assert wait(asked) == 2 * HOUR
    assert wait(replace(asked, retry_after=ago(-60))) == 20 * MINUTE


def test_a_missing_document_is_looked_at_when_it_can_be_judged() -> None:
    """Four checks in 4 h 20 min; the next one not in three hours but when the six are full."""
    missing = DocumentHistory(first_seen_at=ago(DAY), outcome=Outcome.NOT_FOUND, misses=4)
    assert wait(replace(missing, missed_since=ago(4 * HOUR + 20 * MINUTE))) == HOUR + 40 * MINUTE
    assert wait(replace(missing, missed_since=ago(6 * HOUR - 60))) == 20 * MINUTE
    assert wait(replace(missing, missed_since=ago(6 * HOUR))) == 3 * HOUR


def test_an_outage_is_looked_at_by_how_long_it_has_lasted() -> None:
    out = DocumentHistory(first_seen_at=ago(9 * DAY), outcome=Outcome.NOT_FOUND, misses=5, outage=True)
    assert wait(replace(out, missed_since=ago(6 * HOUR))) == HOUR
    assert wait(replace(out, missed_since=ago(DAY))) == 3 * HOUR
    assert "in an outage" in plan_document(out, NOW, POLICY, 0.0).reason


def test_an_outlets_own_ladder_comes_first_and_is_told() -> None:
    own = Ladder((10 * MINUTE, 40 * MINUTE), "half of one.example's 124 edits come within 30 min")
    plan = plan_document(DocumentHistory(first_seen_at=ago(0)), NOW, POLICY, 0.0, own)
    assert plan.reason == "10 min after it was first seen; half of one.example's 124 edits come within 30 min"
    assert plan.interval_s == 10 * MINUTE


def test_beyond_the_budget_of_a_host_older_texts_wait_longer() -> None:
    """And young ones do not; the reason says what was asked for."""
    load = Load("one.example", young=200, older=2400, budget=1000)
    young, old = DocumentHistory(first_seen_at=ago(HOUR)), DocumentHistory(first_seen_at=ago(DAY))
    assert plan_document(young, NOW, POLICY, 0.0, load=load).interval_s == 2 * HOUR
    plan = plan_document(old, NOW, POLICY, 0.0, load=load)
    assert plan.interval_s == 18 * DAY
    assert "put off 3.0 times as long, for one.example has 2,600 checks a day due and is asked for 1,000" in plan.reason


def test_what_is_missing_is_settled_whatever_the_budget() -> None:
    missing = DocumentHistory(first_seen_at=ago(9 * DAY), outcome=Outcome.NOT_FOUND, misses=1)
    load = Load("one.example", 0, 99999, 1)
    assert plan_document(missing, NOW, POLICY, 0.0, load=load).interval_s == 20 * MINUTE
    assert (
        plan_document(replace(missing, misses=0, outcome=Outcome.OK), NOW, POLICY, 0.0, load=load).interval_s
        == 365 * DAY
    )


def edited_at_every_check(checks: int, begun: float, last: float = 0.0) -> DocumentHistory:
    """Return an old article that so many checks found edited, the first and the last so many seconds ago."""
    then, now = ago(begun), ago(last)
    return DocumentHistory(first_seen_at=ago(300 * DAY), last_changed_at=now, edits=checks, edited_since=then)


def test_an_article_that_turns_into_a_live_report_is_looked_at_ever_more_calmly() -> None:
    """Never more rarely than every three hours, however old it was when its edits began."""
    assert wait(edited_at_every_check(7, 160 * MINUTE)) == 20 * MINUTE
    waits = [wait(edited_at_every_check(8, hours * HOUR)) for hours in (2, 4, 8, 24, 30)]
    assert waits == [20 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR, 3 * HOUR]


def test_why_a_live_report_is_not_looked_at_as_after_other_edits_is_said() -> None:
    plan = plan_document(edited_at_every_check(9, 8 * HOUR), NOW, POLICY, 0.0)
    assert plan.reason == "edited at 9 checks since 2026-11-05 04:00 UTC, looked at every 1 h"


def test_a_live_report_that_has_ended_is_looked_at_as_any_other_text() -> None:
    assert wait(edited_at_every_check(9, 24 * HOUR, last=3 * HOUR)) == 21 * HOUR


def test_a_live_report_that_does_not_answer_is_tried_again_at_its_first_rung() -> None:
    timed_out = replace(edited_at_every_check(9, 24 * HOUR), outcome=Outcome.TIMEOUT)
    assert wait(timed_out) == 20 * MINUTE


past = st.datetimes(datetime(2020, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))
histories = st.builds(
    DocumentHistory,
    first_seen_at=past,
    published_at=st.none() | past,
    last_changed_at=st.none() | past,
    outcome=st.sampled_from(Outcome),
    misses=st.integers(0, 99),
    retry_after=st.none() | past,
    state=st.sampled_from(DocumentState),
    last_checked_at=st.none() | past,
    missed_since=st.none() | past,
    edits=st.integers(0, 20),
    edited_since=st.none() | past,
)


@given(histories, st.floats(0, 0.999))
def test_no_document_is_hurried_forgotten_or_unexplained(history: DocumentHistory, jitter: float) -> None:
    plain, jittered = wait(replace(history, retry_after=None)), wait(replace(history, retry_after=None), jitter)
    assert 10 * MINUTE <= plain <= 45 * DAY
    assert plain - 1e-3 <= jittered <= plain * 1.1 + 1e-3
    assert plan_document(history, NOW, POLICY, jitter).reason


@given(st.lists(st.floats(60, 1e6), min_size=1, max_size=6, unique=True).map(sorted), st.floats(0, 1e8))
def test_the_next_rung_is_a_rung_ahead(ladder: list[float], age: float) -> None:
    """It lies on the ladder, or on a multiple of its last rung."""
    reached = age + next_rung(tuple(ladder), age)
    assert reached > age
    repeats = reached / ladder[-1]
    assert any(reached == pytest.approx(rung) for rung in ladder) or repeats == pytest.approx(round(repeats))
