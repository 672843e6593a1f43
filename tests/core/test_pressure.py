"""A database is slow when writes wait long, and well again only when they clearly do not."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.pressure import PressurePolicy, is_slow

POLICY = PressurePolicy(slow_s=5.0, well_s=1.0, crowded=100)


def test_what_waits_long_makes_it_slow() -> None:
    assert is_slow(False, 1, 5.0, POLICY)
    assert not is_slow(False, 99, 4.9, POLICY)


def test_what_is_many_makes_it_slow_however_young() -> None:
    assert is_slow(False, 100, 0.0, POLICY)


def test_it_stays_slow_until_it_is_clearly_well() -> None:
    """Between the bounds nothing changes either way, so that nothing flickers."""
    assert is_slow(True, 1, 1.0, POLICY)
    assert not is_slow(False, 1, 1.0, POLICY)
    assert is_slow(True, 50, 0.0, POLICY)
    assert not is_slow(True, 49, 0.9, POLICY)


@given(st.integers(0, 500), st.floats(0, 60), st.integers(0, 100), st.floats(0, 10))
def test_more_that_waits_is_never_better(waiting: int, oldest: float, more: int, older: float) -> None:
    for was in (True, False):
        assert is_slow(was, waiting + more, oldest + older, POLICY) >= is_slow(was, waiting, oldest, POLICY)
