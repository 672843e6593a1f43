"""When alerts tell, and how often they try."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.alerting import Receipt, RetryPolicy, Told, after_try, due_at, is_name, key_of, pause, told
from monitor.model import (
    AlertPace,
    Change,
    ChangeKind,
    Document,
    DocumentState,
    NotificationState,
    Origin,
    Standing,
)

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
POLICY = RetryPolicy()


def _told(kind: ChangeKind, standing: Standing | None, state: DocumentState = DocumentState.LIVE) -> Told:
    return told(Change(kind, NOON, standing=standing), Document(1, Origin.WEB, state, NOON))


def test_a_new_text_is_told_once_a_second_check_saw_it_and_a_flicker_never() -> None:
    assert _told(ChangeKind.BODY, Standing.ONCE) is Told.LATER
    assert _told(ChangeKind.BODY, Standing.CONFIRMED) is Told.NOW
    assert _told(ChangeKind.BODY, Standing.FLICKER) is Told.NEVER


def test_what_has_no_standing_is_told_at_once() -> None:
    """A takedown was seen by several checks before it became a change."""
    assert _told(ChangeKind.REMOVED, None) is Told.NOW
    assert _told(ChangeKind.MOVED, None) is Told.NOW


def test_what_turned_out_to_be_furniture_is_not_told() -> None:
    assert _told(ChangeKind.FURNITURE, Standing.CONFIRMED) is Told.NEVER


def test_a_redacted_document_is_never_told_of() -> None:
    assert _told(ChangeKind.REMOVED, None, DocumentState.REDACTED) is Told.NEVER


@pytest.mark.parametrize(
    ("pace", "now", "due"),
    [
        (AlertPace.AT_ONCE, NOON, NOON),
        (AlertPace.HOURLY, NOON, NOON + timedelta(hours=1)),
        (AlertPace.HOURLY, NOON - timedelta(seconds=1), NOON),
        (AlertPace.DAILY, NOON, NOON + timedelta(hours=18)),
        (AlertPace.DAILY, NOON.replace(hour=5, minute=59), NOON.replace(hour=6)),
        (AlertPace.DAILY, NOON.replace(hour=6), NOON.replace(day=17, hour=6)),
    ],
)
def test_digests_are_told_at_the_full_hour_and_at_six(pace: AlertPace, now: datetime, due: datetime) -> None:
    assert due_at(pace, now) == due


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
def test_pauses_grow_and_are_never_longer_than_six_hours(attempts: int, jitter: float) -> None:
    longest = pause(attempts, 0.0, POLICY)
    assert timedelta(seconds=48) <= pause(attempts, jitter, POLICY) <= longest <= timedelta(hours=6)
    assert pause(attempts + 1, 0.0, POLICY) >= longest


def test_the_pauses_double() -> None:
    assert [pause(number, 0.0, POLICY).total_seconds() / 60 for number in (1, 2, 3, 9, 10)] == [1, 2, 4, 256, 360]


def test_a_message_is_given_up_after_the_last_try_and_at_once_where_it_will_never_be_taken() -> None:
    vain = Receipt(False, "busy")
    assert after_try(vain, 11, NOON, POLICY, 0.0).state is NotificationState.WAITING
    assert after_try(vain, 12, NOON, POLICY, 0.0).state is NotificationState.FAILED
    never = after_try(Receipt(False, "gone", final=True), 1, NOON, POLICY, 0.0)
    assert (never.state, never.next_try_at, never.detail) == (NotificationState.FAILED, None, "gone")


def test_a_retry_after_is_honoured_where_it_is_later_than_the_pause() -> None:
    def next_try(minutes: int) -> datetime | None:
        asked = Receipt(False, retry_after=NOON + timedelta(minutes=minutes))
        return after_try(asked, 3, NOON, POLICY, 0.0).next_try_at

    assert next_try(90) == NOON + timedelta(minutes=90)
    assert next_try(1) == NOON + timedelta(minutes=4)


def test_what_was_taken_is_sent_and_has_no_next_try() -> None:
    step = after_try(Receipt(True), 12, NOON, POLICY, 0.5)
    assert (step.state, step.next_try_at, step.detail) == (NotificationState.SENT, None, None)


def test_a_key_tells_changes_documents_channels_and_rules_apart() -> None:
    keys = [
        key_of(1, "desk", change_id=7),
        key_of(1, "desk", document_id=7),
        key_of(1, "chat", change_id=7),
        key_of(2, "desk", change_id=7),
    ]
    assert len(set(keys)) == 4
    assert len(key_of(2**63, "c" * 80, document_id=2**63)) <= 200


@pytest.mark.parametrize(("name", "fits"), [("takedowns", True), ("حذف-1", True), ("a b", False), ("", False)])
def test_names_fit_into_a_path(name: str, fits: bool) -> None:
    assert is_name(name) is fits
    assert not is_name("../x")
    assert not is_name("a\n")
