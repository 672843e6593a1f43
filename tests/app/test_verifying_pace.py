"""Reading is slowed down to the rate, whatever the clock does."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.app.verifying_pace import Pace


class Clock:
    """A clock on which only waiting, and what the test says, takes time."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 16, tzinfo=UTC)
        self.waited = 0.0

    def now(self) -> datetime:
        """Return its time."""
        return self.at

    async def sleep(self, seconds: float) -> None:
        """Let that much time pass at once."""
        self.waited += seconds
        self.at += timedelta(seconds=seconds)


@given(st.lists(st.tuples(st.integers(0, 500), st.floats(0, 3)), min_size=1), st.integers(1, 1000))
async def test_no_more_is_read_than_the_rate_allows(steps: list[tuple[int, float]], rate: int) -> None:
    """Over any run of steps, each taking a time of its own, but for a second's worth that may be made up for."""
    clock = Clock()
    pace, begun, read = Pace(clock, rate), clock.now(), 0
    for size, took in steps:
        clock.at += timedelta(seconds=took)
        read += size
        await pace.passed(size)
        assert read <= rate * ((clock.now() - begun).total_seconds() + 1) + 1


async def test_slow_reading_never_waits() -> None:
    clock = Clock()
    pace = Pace(clock, 1000)
    for _ in range(10):
        clock.at += timedelta(seconds=2)
        await pace.passed(1000)
    assert clock.waited == 0


async def test_a_clock_that_is_put_back_costs_no_more_than_a_second() -> None:
    clock = Clock()
    pace = Pace(clock, 1000)
    await pace.passed(5000)
    clock.at -= timedelta(days=1)
    clock.waited = 0
    await pace.passed(1000)
    assert clock.waited <= 2


async def test_without_a_rate_nobody_waits() -> None:
    """Steps are a MiB; with a small rate no more than a second may take."""
    clock = Clock()
    await Pace(clock, None).passed(10**9)
    assert clock.waited == 0
    assert (Pace(clock, None).step, Pace(clock, 100).step) == (1 << 20, 100)
