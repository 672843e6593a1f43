"""Alarms begin once, end when things are well again, and are no storm whatever flaps."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core import symptoms
from monitor.core.alarming import AlarmPolicy, Condition, Symptom, above, below, decide, hold_s, kinds_of
from monitor.errors import UsageError
from monitor.model import Alarm, AlarmKind, Worker

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
POLICY = AlarmPolicy()
DISK = AlarmKind.DISK


def _lived(conditions: Sequence[Condition | None], step: timedelta) -> list[Alarm]:
    """Return the alarms of one disk that looks like this at looks so far apart; None says nothing of it."""
    alarms: list[Alarm] = []
    for number, condition in enumerate(conditions):
        now = NOON + number * step
        said = () if condition is None else (Symptom(DISK, "a", condition, "full"),)
        done = decide(alarms, said, {DISK}, now, POLICY)
        for one in done.ended:
            alarms = [one if one.id == other.id else other for other in alarms]
        alarms += [replace(one, id=len(alarms) + place) for place, one in enumerate(done.raised)]
    return alarms


@given(
    st.lists(st.sampled_from([*Condition, None]), min_size=1, max_size=80),
    st.integers(1, 90).map(lambda minutes: minutes * MINUTE),
)
def test_of_one_thing_one_alarm_is_open_and_its_life_has_an_order(
    conditions: list[Condition | None], step: timedelta
) -> None:
    alarms = _lived(conditions, step)
    assert sum(one.ended_at is None for one in alarms) <= 1
    for earlier, later in pairwise(alarms):
        assert earlier.ended_at is not None
        assert earlier.since < earlier.ended_at <= later.since
    for one in alarms:
        assert conditions[(one.since - NOON) // step] is Condition.WRONG
        if one.ended_at is not None:
            assert conditions[(one.ended_at - NOON) // step] in (Condition.WELL, None)


@given(st.integers(0, 2**144 - 1))
def test_whatever_flaps_in_a_day_is_told_ten_times_at_most(flaps: int) -> None:
    """The bits say how it looked every ten minutes."""
    looks = [Condition.WRONG if flaps >> number & 1 else Condition.WELL for number in range(144)]
    assert len(_lived(looks, 10 * MINUTE)) <= 10


def test_the_worst_flapping_is_told_nine_times_a_day() -> None:
    """Wrong and well by turns, each minute of a day."""
    assert len(_lived([Condition.WRONG, Condition.WELL] * 720, MINUTE)) == 9


@given(st.integers(0, 100))
def test_an_alarm_that_returns_lasts_longer_but_never_beyond_six_hours(before: int) -> None:
    assert POLICY.hold_s <= hold_s(before, POLICY) <= hold_s(before + 1, POLICY) <= POLICY.longest_s


def test_what_is_neither_wrong_nor_well_changes_nothing() -> None:
    between = [Condition.BETWEEN] * 30
    assert _lived(between, MINUTE) == []
    (one,) = _lived([Condition.WRONG, *between], MINUTE)
    assert one.ended_at is None


def test_a_kind_that_was_not_judged_is_left_as_it_is() -> None:
    known = [Alarm(DISK, "a", NOON, "full", 1)]
    assert decide(known, (), {AlarmKind.BACKUP}, NOON + 99 * MINUTE, POLICY).ended == ()
    (ended,) = decide(known, (), {DISK}, NOON + 99 * MINUTE, POLICY).ended
    assert (ended.id, ended.ended_at) == (1, NOON + 99 * MINUTE)


def test_a_clock_set_back_keeps_no_alarm_open() -> None:
    known = [Alarm(DISK, "a", NOON, "full", 1)]
    (ended,) = decide(known, (), {DISK}, NOON - 99 * MINUTE, POLICY).ended
    assert ended.ended_at == NOON


def test_bounds_leave_room_between_wrong_and_well() -> None:
    assert [above(value, 10, 5) for value in (11, 10, 6, 5)] == [*_said("wrong between between well")]
    assert [below(value, 10, 11) for value in (9, 10, 10.5, 11)] == [*_said("wrong between between well")]


def _said(words: str) -> list[Condition]:
    return [Condition(word) for word in words.split()]


def test_a_rule_names_kinds_or_means_all() -> None:
    assert kinds_of(" ") == frozenset(AlarmKind)
    assert kinds_of("kind:disk,backup kind:worker") == {DISK, AlarmKind.BACKUP, AlarmKind.WORKER}
    for wrong in ("disk", "kind:", "kind:disc", "outlet:disk"):
        with pytest.raises(UsageError, match="names no kind of alarm"):
            kinds_of(wrong)


def test_one_outlet_is_blamed_for_what_is_its_own() -> None:
    """Twenty of its articles are enough; while nobody's can be read, none is blamed alone."""
    found = {one.subject: one for one in symptoms.readable({"a": 40, "b": 20, "c": 19}, {"b": 18, "c": 19}, 20, 0.5)}
    assert {subject: one.condition for subject, one in found.items()} == {
        "": Condition.BETWEEN,
        "a": Condition.WELL,
        "b": Condition.WRONG,
        "c": Condition.WELL,
    }
    assert found["b"].detail == "18 of the last 20 articles cannot be read"
    (all_of_them,) = [one for one in symptoms.readable({"b": 20}, {"b": 20}, 20, 0.5) if one.condition == "wrong"]
    assert all_of_them.subject == ""


def test_a_worker_is_judged_by_the_newest_of_its_name() -> None:
    def worker(number: int, beat: int, stopped: int | None = None, name: str = "desk") -> Worker:
        at = None if stopped is None else NOON + stopped * MINUTE
        return Worker(f"m:{number}", "m", number, "1", NOON, NOON + beat * MINUTE, number, name, stopped_at=at)

    now, after = NOON + 60 * MINUTE, 5 * MINUTE
    known = [worker(1, 10), worker(2, 58), worker(3, 20, name="other"), worker(4, 20, 20, name="done")]
    found = {one.subject: one.condition for one in symptoms.alive(known, now, after)}
    assert found == {"desk": Condition.WELL, "other": Condition.WRONG, "done": Condition.WELL}


def test_backups_and_room_are_told_in_words() -> None:
    late = symptoms.backed_up("/b", NOON - timedelta(days=3, hours=5), NOON, timedelta(hours=50))
    assert (late.condition, late.detail) == (Condition.WRONG, "the last backup in /b is 3 d 5 h old")
    assert symptoms.backed_up("/b", None, NOON, timedelta(hours=50)).condition is Condition.WRONG
    tight = symptoms.room("m:/data", 10**8, 10**9, 10**7)
    assert tight.condition is Condition.WRONG
    assert "100 MB are free" in tight.detail
