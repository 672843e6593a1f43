"""When it is looked at whether the clock was ahead; what is done then is in test_timekeeping.py, on both databases."""

import pytest

from monitor.app import timekeeping
from monitor.app.context import Context
from monitor.app.timekeeping import LOOKS, Timekeeper
from monitor.edges.clock import FixedClock
from monitor.store import timekeeping as store
from tests.app.ahead import AHEAD, DAY, MINUTE, asked, page_on, scanned, source_on
from tests.store.examples import NOON


async def test_all_is_looked_through_once_the_clock_was_left_alone_for_a_while(ctx: Context) -> None:
    """A machine that begins with a clock that is behind takes nothing for the future before it is set right."""
    keeper, begun = Timekeeper(), NOON
    await source_on(ctx, "a.example", last_checked_at=AHEAD, due=AHEAD)
    for number in range(LOOKS - 1):
        ctx.clock = FixedClock(begun + number * MINUTE)
        assert await keeper.look(ctx) == {}
    ctx.clock = FixedClock(NOON - DAY)  # set back: it begins anew
    mended = [(await keeper.look(ctx)).total() for _ in range(LOOKS + 1)]
    assert mended == [*[0] * (LOOKS - 1), 1, 0]


async def test_so_it_is_after_a_sign_of_the_newest_fetches(ctx: Context) -> None:
    """What another worker planned, which heard of the step later, and made no fetch."""
    keeper = Timekeeper()
    await asked(ctx, "a.example", AHEAD)
    await keeper.look(ctx)
    await page_on(ctx, "b.example", AHEAD, first_seen_at=AHEAD)
    assert [(await keeper.look(ctx)).total() for _ in range(LOOKS)] == [*[0] * (LOOKS - 2), 1, 0]


async def test_so_it_is_after_a_long_sleep(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a worker that was not the first for a while, or of its machine: then the newest fetches are looked at."""
    keeper, scans = Timekeeper(), scanned(monkeypatch)
    for _ in range(LOOKS):
        await keeper.look(ctx)
    scans.clear()
    ctx.clock = FixedClock(NOON + DAY)
    for _ in range(LOOKS - 1):
        await keeper.look(ctx)
    assert scans == []
    await keeper.look(ctx)
    assert set(scans) == {table.name for table in store.TABLES}


async def test_what_could_not_be_mended_is_tried_again(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    keeper = Timekeeper()
    await source_on(ctx, "a.example", last_checked_at=AHEAD, due=AHEAD)
    await asked(ctx, "a.example", AHEAD)
    with monkeypatch.context() as broken:
        broken.setattr(timekeeping, "mend", _fails)
        with pytest.raises(OSError, match="no space"):
            await keeper.look(ctx)
    assert await keeper.look(ctx) == {"sources": 1}


async def _fails(*_: object) -> None:
    raise OSError("no space")
