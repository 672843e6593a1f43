"""Ladders learned from where an outlet's edits fall, tried on made outlets."""

import random
from bisect import bisect_left
from collections.abc import Callable
from itertools import pairwise
from math import log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.edit_ages import EditAge, learn_ladder
from monitor.core.rhythm import DAY_S, HOUR_S, MINUTE_S
from monitor.settings import RecheckSettings

CONFIGURED = tuple(RecheckSettings().ladder)
FACTS = ((0, 1, 21), (1, 3, 27), (3, 6, 17), (6, 24, 27), (24, 48, 4), (48, 144, 4))  # hours, and edits of a hundred

Outlet = Callable[[random.Random], float]


def as_measured(chance: random.Random) -> float:
    low, high, _ = chance.choices(FACTS, [share for *_, share in FACTS])[0]
    return chance.uniform(low, high) * HOUR_S


OUTLETS: dict[str, Outlet] = {
    "corrects at once": lambda chance: chance.lognormvariate(log(25 * MINUTE_S), 0.7),
    "edits overnight": lambda chance: chance.uniform(9, 20) * HOUR_S,
    "edits next day": lambda chance: chance.lognormvariate(log(30 * HOUR_S), 0.5),
    "at once or at noon": lambda chance: chance.choice([chance.uniform(0, 0.5), chance.uniform(11, 13)]) * HOUR_S,
}


def noticed(age: float, ladder: tuple[float, ...]) -> EditAge:
    """Return an edit as checks on that ladder see it."""
    rung = bisect_left(ladder, age)
    return EditAge(ladder[rung - 1] if rung else 0.0, ladder[rung] if rung < len(ladder) else 2 * ladder[-1])


def delay(ages: list[float], ladder: tuple[float, ...]) -> tuple[float, float]:
    """Return the mean delay of finding edits: measured by the age of the text (as a log), and in seconds."""
    pairs = [(age, noticed(age, ladder).by_s) for age in ages]
    relative = sum(log((by + CONFIGURED[0]) / (age + CONFIGURED[0])) for age, by in pairs)
    return relative / len(ages), sum(by - age for age, by in pairs) / len(ages)


def learned(outlet: Outlet, count: int) -> tuple[tuple[float, ...], list[float]]:
    """Return the ladder learned from so many edits, noticed on the configured one, and edits to try it on."""
    chance = random.Random(7)
    edits = [noticed(outlet(chance), CONFIGURED) for _ in range(count)]
    return learn_ladder(edits, "one.example", CONFIGURED).rungs_s, [outlet(chance) for _ in range(2000)]


@pytest.mark.parametrize("name", OUTLETS)
def test_a_learned_ladder_finds_edits_sooner_with_as_many_checks(name: str) -> None:
    """By a fifth at least at a hundred edits, by either measure; and a little, by the first, at fifteen."""
    gains: dict[int, list[float]] = {}
    for count in (15, 100, 500):
        rungs, ages = learned(OUTLETS[name], count)
        assert len(rungs) == len(CONFIGURED)
        gains[count] = [ours / theirs for ours, theirs in zip(delay(ages, rungs), delay(ages, CONFIGURED), strict=True)]
    assert gains[15][0] < 1.0
    assert max(gains[100] + gains[500]) < 0.8


def test_an_outlet_like_all_others_keeps_the_ladder_about_as_it_is() -> None:
    rungs, ages = learned(as_measured, 300)
    assert delay(ages, rungs)[0] < delay(ages, CONFIGURED)[0] * 1.05
    assert sum(rung <= 6 * HOUR_S for rung in rungs) >= 4


def test_the_configured_ladder_stands_for_the_known_spread_of_edits() -> None:
    """The share 1/w between two rungs w apart on the log scale: 21, 48, 65, 92 and 96 % were measured."""
    rungs = [rung for rung in (0.0, *CONFIGURED) if rung <= 7 * DAY_S]
    spans = [1 / log((high + CONFIGURED[0]) / (low + CONFIGURED[0])) for low, high in pairwise(rungs)]
    within = {hours: sum(spans[: rungs.index(hours * HOUR_S)]) / sum(spans) for hours in (1, 3, 6, 24, 48)}
    assert [round(share * 100) for share in within.values()] == [20, 52, 63, 84, 94]


def test_a_few_edits_teach_nothing() -> None:
    edits = [noticed(HOUR_S, CONFIGURED)] * 9
    ladder = learn_ladder(edits, "one.example", CONFIGURED)
    assert (ladder.rungs_s, ladder.said) == (CONFIGURED, None)


def test_it_is_told_what_the_ladder_was_learned_of() -> None:
    edits = [noticed(1.5 * HOUR_S, CONFIGURED)] * 124
    said = learn_ladder(edits, "one.example", CONFIGURED).said
    assert said == "half of one.example's 124 edits come within 2 h"


def test_a_ladder_of_one_rung_or_of_late_ones_stays() -> None:
    edits = [noticed(HOUR_S, CONFIGURED)] * 99
    for ladder in ((HOUR_S,), (7 * DAY_S, 30 * DAY_S)):
        assert learn_ladder(edits, "one.example", ladder).rungs_s == ladder


ladders = st.lists(st.integers(1, 3000), min_size=1, max_size=12, unique=True).map(
    lambda minutes: tuple(300.0 * minute for minute in sorted(minutes))
)
spans = st.tuples(st.floats(0, 40 * DAY_S), st.floats(0, 40 * DAY_S)).map(lambda ages: EditAge(min(ages), max(ages)))


@settings(max_examples=40)
@given(ladders, st.lists(spans, min_size=10, max_size=40))
def test_a_learned_ladder_is_a_ladder(configured: tuple[float, ...], edits: list[EditAge]) -> None:
    """As many rungs, rising, never much closer together than configured; those for takedowns stay."""
    rungs = learn_ladder(edits, "one.example", configured).rungs_s
    assert len(rungs) == len(configured)
    apart = min(configured[0] / 2, *(high - low for low, high in pairwise((0.0, *configured))), configured[0])
    assert all(high - low >= apart for low, high in pairwise((0.0, *rungs)))
    late = [rung for rung in configured if rung > 2 * DAY_S] or [configured[-1]]
    assert list(rungs[len(rungs) - len(late) :]) == late


@given(st.lists(st.floats(0, 1), min_size=50, max_size=200))
@settings(max_examples=10)
def test_all_edits_in_the_first_hour_leave_the_later_days_their_rungs(edits: list[float]) -> None:
    rungs = learn_ladder([EditAge(0, HOUR_S * edit) for edit in edits], "one.example", CONFIGURED).rungs_s
    assert any(6 * HOUR_S <= rung <= 2 * DAY_S for rung in rungs)
