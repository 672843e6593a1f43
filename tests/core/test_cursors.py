"""Cursors: where a page ended, in a text."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.cursors import cursor, ranked_after, timed_after
from monitor.errors import UsageError

NUMBERS = st.integers(0, 2**63 - 1)


@given(st.floats(allow_nan=False, allow_infinity=False), NUMBERS)
def test_a_rank_is_read_again_to_the_bit(rank: float, number: int) -> None:
    assert ranked_after(cursor((rank, number))) == (rank, number)


@given(st.datetimes(timezones=st.just(UTC)), NUMBERS)
def test_a_time_is_read_again(at: datetime, number: int) -> None:
    assert timed_after(cursor((at, number))) == (at, number)


@given(st.text())
@pytest.mark.parametrize("read", [ranked_after, timed_after])
def test_anything_else_is_refused(read: object, text: str) -> None:
    with pytest.raises(UsageError, match="the place to go on from"):
        read(text)  # type: ignore[operator]


def test_a_cursor_of_another_order_is_refused() -> None:
    with pytest.raises(UsageError):
        timed_after(cursor((1.5, 1)))
    with pytest.raises(UsageError):
        ranked_after(cursor((datetime(2026, 11, 16, tzinfo=UTC), 1)))
