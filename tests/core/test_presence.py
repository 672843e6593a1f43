"""Takedowns: what a check saw, and when a missing article counts as gone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.presence import Presence, PresencePolicy, PresenceStep, Sighting, judge, sight
from monitor.model import ChangeKind, DocumentState, Outcome, Quality

NOW = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
POLICY = PresencePolicy(checks=3, span_s=6 * 3600)
URL = "https://news.example/2026/11/storm"
LIVE, GONE = Presence(DocumentState.LIVE), Presence(DocumentState.GONE, 5, NOW - 100 * HOUR)


def seen(
    outcome: Outcome = Outcome.OK,
    *,
    final_url: str | None = None,
    quality: Quality | None = Quality.COMPLETE,
    front_page: bool = False,
    requested_url: str = URL,
) -> Sighting:
    sighting, reason = sight(
        outcome, requested_url=requested_url, final_url=final_url, quality=quality, front_page=front_page
    )
    assert reason
    return sighting


def walk(presence: Presence, *sightings: tuple[float, Sighting]) -> PresenceStep:
    """Judge sightings at the given hours one after the other."""
    for hours, sighting in sightings:
        step = judge(presence, sighting, "as seen", NOW + hours * HOUR, POLICY)
        presence = Presence(step.state, step.misses, step.missed_since)
    return step


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (Outcome.OK, Sighting.FOUND),
        (Outcome.NOT_MODIFIED, Sighting.FOUND),
        (Outcome.NOT_FOUND, Sighting.MISSING),
        (Outcome.GONE, Sighting.WITHDRAWN),
        (Outcome.FORBIDDEN, Sighting.BLOCKED),
        (Outcome.ROBOTS, Sighting.BLOCKED),
        (Outcome.SERVER_ERROR, Sighting.UNCLEAR),
        (Outcome.RATE_LIMITED, Sighting.UNCLEAR),
        (Outcome.TIMEOUT, Sighting.UNCLEAR),
        (Outcome.TRUNCATED, Sighting.UNCLEAR),
        (Outcome.REFUSED, Sighting.UNCLEAR),
    ],
)
def test_only_the_page_itself_counts_as_missing(outcome: Outcome, expected: Sighting) -> None:
    assert seen(outcome) is expected


@pytest.mark.parametrize(
    ("quality", "expected"),
    [
        (Quality.SOFT_404, Sighting.MISSING),
        (Quality.BOT_WALL, Sighting.BLOCKED),
        (Quality.EMPTY, Sighting.UNCLEAR),
        (Quality.FAILED, Sighting.UNCLEAR),
        (Quality.COLLAPSED, Sighting.UNCLEAR),
        (Quality.LOGIN, Sighting.UNCLEAR),
        (Quality.CONSENT, Sighting.UNCLEAR),
        (Quality.TRUNCATED, Sighting.UNCLEAR),
        (Quality.PAYWALL, Sighting.FOUND),
        (None, Sighting.FOUND),
    ],
)
def test_what_was_read_decides_under_status_200(quality: Quality | None, expected: Sighting) -> None:
    assert seen(quality=quality) is expected


def test_every_quality_has_its_meaning_for_presence() -> None:
    """Only what shows the article, whole or not, lets it count as there."""
    there = {quality for quality in Quality if seen(quality=quality) is Sighting.FOUND}
    assert there == {Quality.COMPLETE, Quality.PAYWALL}


def test_a_paywall_does_not_hide_a_move() -> None:
    assert seen(quality=Quality.PAYWALL, final_url="https://news.example/2026/11/other") is Sighting.MOVED


def test_a_redirect_to_the_front_page_is_a_soft_404() -> None:
    assert seen(front_page=True, final_url="https://news.example/") is Sighting.MISSING
    assert seen(front_page=True, requested_url="https://news.example/") is Sighting.FOUND


def test_a_permanent_redirect_to_another_page_is_a_move_and_another_spelling_is_not() -> None:
    assert seen(final_url="https://news.example/2026/11/storm-hits-coast") is Sighting.MOVED
    assert seen(final_url="https://www.news.example/2026/11/storm/") is Sighting.FOUND


def test_one_miss_proves_nothing() -> None:
    step = walk(LIVE, (0, Sighting.MISSING))
    assert (step.state, step.misses, step.missed_since, step.change) == (DocumentState.LIVE, 1, NOW, None)


def test_many_misses_in_a_short_time_prove_nothing() -> None:
    step = walk(LIVE, *((n / 10, Sighting.MISSING) for n in range(30)))
    assert (step.state, step.change, step.misses) == (DocumentState.LIVE, None, 30)


def test_two_misses_far_apart_prove_nothing() -> None:
    assert walk(LIVE, (0, Sighting.MISSING), (90, Sighting.MISSING)).state is DocumentState.LIVE


def test_enough_misses_spread_over_long_enough_make_it_gone() -> None:
    step = walk(LIVE, (0, Sighting.MISSING), (1, Sighting.MISSING), (6, Sighting.MISSING))
    assert (step.state, step.change) == (DocumentState.GONE, ChangeKind.REMOVED)
    assert step.reason == "gone after 3 checks over 6 h: as seen"


def test_a_410_is_believed_sooner() -> None:
    assert walk(LIVE, (0, Sighting.WITHDRAWN)).change is None
    assert walk(LIVE, (0, Sighting.WITHDRAWN), (0.5, Sighting.WITHDRAWN)).change is None
    assert walk(LIVE, (0, Sighting.WITHDRAWN), (1, Sighting.WITHDRAWN)).change is ChangeKind.REMOVED
    assert walk(LIVE, (0, Sighting.WITHDRAWN), (1, Sighting.MISSING)).change is None


def test_a_sight_in_between_starts_the_count_anew() -> None:
    step = walk(LIVE, (0, Sighting.MISSING), (3, Sighting.MISSING), (5, Sighting.FOUND), (7, Sighting.MISSING))
    assert (step.state, step.misses, step.missed_since) == (DocumentState.LIVE, 1, NOW + 7 * HOUR)


def test_what_is_unclear_neither_counts_nor_resets() -> None:
    step = walk(LIVE, (0, Sighting.MISSING), (3, Sighting.UNCLEAR), (4, Sighting.MISSING), (9, Sighting.MISSING))
    assert step.change is ChangeKind.REMOVED


def test_what_is_gone_stays_gone_without_another_change() -> None:
    step = walk(GONE, (0, Sighting.MISSING))
    assert (step.state, step.change, step.misses) == (DocumentState.GONE, None, 6)


def test_what_returns_is_restored_and_told_how_long_it_was_away() -> None:
    """Counted from the first check that missed it, or from the move."""
    gone = Presence(DocumentState.GONE, 5, NOW - 30 * HOUR, NOW - 24 * HOUR)
    restored = PresenceStep(DocumentState.LIVE, 0, None, ChangeKind.RESTORED, "back after 1 d 6 h: as seen")
    assert walk(gone, (0, Sighting.FOUND)) == restored
    moved = Presence(DocumentState.MOVED, state_since=NOW - 2 * HOUR)
    assert walk(moved, (0, Sighting.FOUND)).reason == "back after 2 h: as seen"
    assert walk(Presence(DocumentState.MOVED), (0, Sighting.FOUND)).change is ChangeKind.RESTORED


def test_what_was_only_missed_is_not_restored() -> None:
    step = walk(LIVE, (0, Sighting.MISSING), (1, Sighting.MISSING), (2, Sighting.FOUND))
    assert (step.change, step.reason) == (None, "as seen; it had been missed 2 times since 2026-11-05 12:00 UTC")


def test_one_miss_less_is_enough_for_what_its_source_dropped() -> None:
    """The span holds all the same: a feed and its pages may be broken by one deploy."""
    dropped = Presence(DocumentState.LIVE, unlisted_at=NOW - HOUR)
    assert judged(dropped, 0, 5.9).change is None
    step = judged(dropped, 0, 6)
    assert step.change is ChangeKind.REMOVED
    assert step.reason == "gone after 2 checks over 6 h: as seen; its source had dropped it at 2026-11-05 11:00 UTC"
    assert judged(LIVE, 0, 6).change is None


def test_what_was_dropped_long_before_says_nothing() -> None:
    assert judged(Presence(DocumentState.LIVE, unlisted_at=NOW - 49 * HOUR), 0, 6).change is None


def judged(presence: Presence, *hours: float) -> PresenceStep:
    """Judge misses at those hours, what the source said being the same."""
    for hour in hours:
        step = judge(presence, Sighting.MISSING, "as seen", NOW + hour * HOUR, POLICY)
        presence = replace(presence, state=step.state, misses=step.misses, missed_since=step.missed_since)
    return step


def test_being_kept_out_is_told_as_new_only_once() -> None:
    assert walk(LIVE, (0, Sighting.BLOCKED)).reason == "as seen, as it did not before"
    assert walk(LIVE, (0, Sighting.BLOCKED), (1, Sighting.BLOCKED)).reason == "as seen"


def test_a_move_is_told_once() -> None:
    assert walk(LIVE, (0, Sighting.MOVED)).change is ChangeKind.MOVED
    assert walk(LIVE, (0, Sighting.MOVED), (1, Sighting.MOVED)).change is None


def test_being_kept_out_says_nothing_of_what_is_gone() -> None:
    assert walk(LIVE, (0, Sighting.BLOCKED)).state is DocumentState.BLOCKED
    assert walk(LIVE, (0, Sighting.BLOCKED), (1, Sighting.FOUND)).change is None
    assert walk(GONE, (0, Sighting.BLOCKED)).state is DocumentState.GONE


def test_a_page_never_read_is_gone_without_a_change() -> None:
    step = walk(Presence(DocumentState.PENDING), *((hour, Sighting.MISSING) for hour in (0, 3, 9)))
    assert (step.state, step.change) == (DocumentState.GONE, None)


@given(
    st.sampled_from(DocumentState),
    st.lists(st.tuples(st.floats(0, 5), st.sampled_from(Sighting)), min_size=1, max_size=30),
)
def test_removals_and_restorations_alternate(first: DocumentState, gaps: list[tuple[float, Sighting]]) -> None:
    """However checks turn out, a document is removed only while it is there and restored only while it is not."""
    presence, now = Presence(first), NOW
    for gap, sighting in gaps:
        now += gap * HOUR
        step = judge(presence, sighting, "as seen", now, POLICY)
        if step.change is ChangeKind.REMOVED:
            assert presence.state is not DocumentState.GONE
            assert step.misses >= 2
        if step.change is ChangeKind.RESTORED:
            assert presence.state in (DocumentState.GONE, DocumentState.MOVED)
        assert (step.misses > 0) == (step.missed_since is not None)
        presence = Presence(step.state, step.misses, step.missed_since)
