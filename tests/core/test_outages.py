"""An outage is no takedown: what the neighbours of a missing document say."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.outages import Crowd, OutagePolicy, is_out, weigh, witnesses_wanted
from monitor.core.presence import Presence, PresenceStep
from monitor.model import ChangeKind, DocumentState

SINCE = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
POLICY = OutagePolicy()
LIVE = Presence(DocumentState.LIVE, 4, SINCE)
GONE = PresenceStep(DocumentState.GONE, 5, SINCE, ChangeKind.REMOVED, "gone after 5 checks over 6 h: not found (404)")


def weighed(*crowds: Crowd, hours: float = 6, step: PresenceStep = GONE) -> PresenceStep:
    return weigh(LIVE, step, crowds, SINCE + hours * HOUR, POLICY)


@pytest.mark.parametrize(
    ("missing", "found", "out"),
    [(0, 0, False), (2, 0, False), (3, 0, True), (3, 2, True), (3, 3, False), (13, 1, True)],
)
def test_an_outage_is_most_of_a_place_and_three_others_at_least(missing: int, found: int, out: bool) -> None:
    assert is_out(Crowd("one.example", missing, found), POLICY) is out


def test_in_an_outage_nothing_is_gone_and_the_row_goes_on() -> None:
    step = weighed(Crowd("one.example", 13, 1))
    assert (step.state, step.change, step.misses, step.missed_since) == (DocumentState.LIVE, None, 5, SINCE)
    assert step.outage
    assert step.reason == (
        "an outage of one.example, not a takedown: 14 of 15 articles checked since 2026-11-16 09:00 UTC are missing"
    )


def test_a_few_among_many_are_takedowns() -> None:
    assert weighed(Crowd("one.example", 3, 16), Crowd("source 1", 2, 3)) == GONE


def test_a_section_may_be_out_alone() -> None:
    assert weighed(Crowd("one.example", 4, 50), Crowd("source 7", 4, 0)).reason.startswith("an outage of source 7")


def test_what_does_not_come_back_in_three_days_is_gone_with_all_the_rest() -> None:
    crowd = Crowd("one.example", 13, 1)
    assert weighed(crowd, hours=71).outage
    step = weighed(crowd, hours=72)
    assert (step.state, step.change) == (DocumentState.GONE, ChangeKind.REMOVED)
    assert step.reason.startswith("the whole of one.example went: 14 of 15 articles")
    assert step.reason.endswith(GONE.reason)


def test_steps_that_call_nothing_gone_are_left_as_they_are() -> None:
    crowd = Crowd("one.example", 13, 1)
    missed = PresenceStep(DocumentState.LIVE, 2, SINCE, None, "missing, check 2 of its row: not found (404)")
    assert weighed(crowd, step=missed) == missed
    assert weigh(Presence(DocumentState.GONE, 4, SINCE), GONE, (crowd,), SINCE + HOUR, POLICY) == GONE


def test_as_many_witnesses_are_called_as_are_needed_to_tell() -> None:
    spoken = [(0, 0), (1, 1), (0, 3), (9, 9)]
    assert [witnesses_wanted(Crowd("one.example", *crowd), POLICY) for crowd in spoken] == [3, 1, 0, 0]


@given(st.integers(0, 50), st.integers(0, 50), st.floats(0, 200))
def test_a_judgement_is_put_off_and_never_lost(missing: int, found: int, hours: float) -> None:
    """However many are missing: it is gone, or an outage within its patience; more found never make an outage."""
    step = weighed(Crowd("one.example", missing, found), hours=hours)
    assert (step.state is DocumentState.GONE) != step.outage
    assert not (step.outage and hours >= 72)
    assert not is_out(Crowd("one.example", missing, missing + found), POLICY)
