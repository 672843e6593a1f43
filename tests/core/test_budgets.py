"""The checks of a host within its budget, the youngest texts first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.budgets import Load, load_of, stretch
from monitor.core.rhythm import DAY_S, HOUR_S

LADDER = (HOUR_S, 6 * HOUR_S, DAY_S, 30 * DAY_S)
rates = st.floats(0, 1e5)


def test_the_load_is_what_the_ladder_asks_for() -> None:
    """One check for each document on its way between two rungs, then one a month."""
    load = load_of("one.example", (10, 50, 300, 2900, 6000), 5, LADDER, 1000)
    assert load.young == pytest.approx(10 * 24 + 50 * 24 / 5)
    assert load.older == pytest.approx(300 * 24 / 18 + 2900 / 29 + 6000 / 30 + 5 * 8)


def test_within_the_budget_nothing_waits() -> None:
    load = Load("one.example", 500, 500, 1000)
    assert (stretch(load, HOUR_S), stretch(load, 30 * DAY_S)) == (1.0, 1.0)


def test_older_texts_wait_first() -> None:
    load = Load("one.example", 500, 1500, 1000)
    assert (stretch(load, 6 * HOUR_S), stretch(load, 7 * HOUR_S)) == (1.0, 3.0)


def test_young_texts_wait_when_they_alone_are_too_many() -> None:
    load = Load("one.example", 1800, 400, 1000)
    assert (stretch(load, HOUR_S), stretch(load, DAY_S)) == (2.0, 4.0)


@given(rates, rates, st.integers(1, 5000))
def test_a_budget_is_kept_and_the_young_come_first(young: float, older: float, budget: int) -> None:
    """However large the load: what is left of it fits, and no young text waits longer than an old one."""
    load = Load("one.example", young, older, budget)
    early, late = stretch(load, HOUR_S), stretch(load, DAY_S)
    assert 1.0 <= early <= late
    assert young / early + older / late <= budget * 1.0001
