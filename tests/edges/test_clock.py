"""Clocks: one that follows another's by readings, and what becomes of jobs when somebody sets the machine's."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.edges import clock
from monitor.edges.clock import SharedClock, Steps
from monitor.edges.ticking import SteadyScheduler

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The steady clock, as a number to be set."""
    told = SimpleNamespace(at=1_000.0)
    monkeypatch.setattr(clock, "steady", lambda: told.at)
    return told


class TestAClockThatIsShared:
    def test_it_goes_on_from_a_reading_by_the_steady_clock(self, seconds: SimpleNamespace) -> None:
        shared = SharedClock()
        shared.follow(NOON, 1_000.0, 1_000.2)  # said half-way, at 1,000.1
        seconds.at = 1_060.1
        assert shared.now() == NOON + timedelta(minutes=1)

    def test_setting_the_machines_clock_moves_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        shared, began = SharedClock(), clock.steady()
        shared.follow(NOON, began, began)
        monkeypatch.setattr(clock, "time", SimpleNamespace(time=lambda: 0.0, clock_gettime=time.clock_gettime))
        assert NOON <= shared.now() < NOON + timedelta(minutes=5)

    @given(
        turned=st.floats(-1e6, 1e6),
        way=st.floats(0.0, 5.0),
        share=st.floats(0.0, 1.0),
    )
    def test_it_is_wrong_by_the_round_trip_of_its_last_reading_at_most(
        self, turned: float, way: float, share: float
    ) -> None:
        """Wherever on its way the other clock was asked, and however it was turned before."""
        shared = SharedClock()
        shared.follow(NOON, 0.0, 0.0)
        asked = 5_000.0
        said_at = asked + way * share
        true = NOON + timedelta(seconds=said_at + turned)
        shared.follow(true, asked, asked + way)
        assert abs(shared._base - (NOON.timestamp() + turned)) <= way + 1e-6

    def test_a_reading_no_sharper_than_the_difference_changes_nothing(self) -> None:
        shared = SharedClock()
        assert shared.follow(NOON, 10.0, 10.001) == 0.0
        assert shared.follow(NOON + timedelta(seconds=5.05), 15.0, 15.2) == 0.0
        assert shared.follow(NOON + timedelta(seconds=65), 15.0, 15.2) == pytest.approx(59.9, abs=0.01)

    def test_it_stands_still_rather_than_go_back_by_seconds(self, seconds: SimpleNamespace) -> None:
        shared = SharedClock()
        shared.follow(NOON, 1_000.0, 1_000.0)
        assert shared.now() == NOON
        shared.follow(NOON - timedelta(seconds=4), 1_000.0, 1_000.0)
        assert shared.now() == NOON
        seconds.at = 1_005.0
        assert shared.now() == NOON + timedelta(seconds=1)

    def test_it_goes_back_with_a_clock_that_was_set_back_by_far(self, seconds: SimpleNamespace) -> None:
        shared = SharedClock()
        shared.follow(NOON, 1_000.0, 1_000.0)
        shared.now()
        assert shared.follow(NOON - DAY, 1_000.0, 1_000.0) == -86_400.0
        assert shared.now() == NOON - DAY


class Turned:
    """The machine's clock, for us and for APScheduler, that a test sets."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.by = timedelta()
        own = self

        class Wrong(datetime):
            @classmethod
            def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
                return datetime.now(UTC) + own.by

        def wrong() -> float:
            return time.time() + own.by.total_seconds()

        monkeypatch.setattr("apscheduler.schedulers.base.datetime", Wrong)
        monkeypatch.setattr(clock, "datetime", Wrong)
        monkeypatch.setattr(clock, "time", SimpleNamespace(time=wrong, monotonic=time.monotonic))


@pytest.fixture
def turned(monkeypatch: pytest.MonkeyPatch) -> Turned:
    return Turned(monkeypatch)


def test_a_step_is_told_once(turned: Turned) -> None:
    steps = Steps()
    assert steps.since_last() == timedelta()
    turned.by = -DAY
    assert steps.since_last().total_seconds() == pytest.approx(-86_400, abs=1)
    assert steps.since_last() == timedelta()


@pytest.mark.parametrize("by", [-DAY, 400 * DAY, -400 * DAY], ids=["a day back", "400 days on", "400 days back"])
async def test_jobs_go_on_when_the_machines_clock_is_set(turned: Turned, by: timedelta) -> None:
    """Set back they would wait until it has caught up; set on, each would count a run for every interval missed."""
    runs = asyncio.Semaphore(0)

    async def job() -> None:
        runs.release()

    scheduler = SteadyScheduler(timezone="UTC", job_defaults={"coalesce": True, "misfire_grace_time": None})
    scheduler.add_job(job, "interval", seconds=0.02, id="job")
    scheduler.start()
    try:
        async with asyncio.timeout(60):
            for _ in range(2):
                await runs.acquire()
            turned.by = by
            for _ in range(5):
                await runs.acquire()
    finally:
        scheduler.shutdown(wait=False)


async def test_a_job_in_a_hurry_runs_before_its_time() -> None:
    ran = asyncio.Event()

    async def job() -> None:
        ran.set()

    scheduler = SteadyScheduler(timezone="UTC", job_defaults={"misfire_grace_time": None})
    scheduler.add_job(job, "interval", hours=10, id="job")
    scheduler.start()
    try:
        scheduler.hurry("job")
        async with asyncio.timeout(60):
            await ran.wait()
    finally:
        scheduler.shutdown(wait=False)


async def test_a_job_in_a_hurry_when_all_is_over_is_no_error() -> None:
    """Somebody may be told that something is due while the daemon ends."""
    scheduler = SteadyScheduler(timezone="UTC")
    scheduler.hurry("job")
    scheduler.start()
    scheduler.shutdown(wait=False)
    await asyncio.sleep(0)
    scheduler.hurry("job")
