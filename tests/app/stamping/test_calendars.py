"""Stamping by OpenTimestamps: what a calendar promises, and keeps hours later."""

from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import pytest

from monitor.app import stamping
from monitor.edges import opentimestamping
from monitor.errors import UsageError
from monitor.evidence_answers import StampVerdict
from tests.app.stamping.rig import OTS, Opened, checked, keep, stored, verdicts
from tests.edges.authority import Authority
from tests.edges.calendar import HEIGHT, Calendar, mined, raw, unknown


async def test_a_promise_is_kept_hours_later(opened: Opened, calendar: Calendar, easy_blocks: None) -> None:
    """Until Bitcoin has a block there is no news; then the proof leads to it, and its header tells the time."""
    ctx = opened(calendars=[f"{calendar.url}/"])
    await keep(ctx)
    await stamping.stamp(ctx)
    assert [one.new for one in await stamping.stamp(ctx)] == [False]
    assert await verdicts(ctx) == [(OTS, StampVerdict.WAITING)]
    header = calendar.mine()
    first, news = await stamping.stamp(ctx)
    assert (first.new, news.new, news.detail) == (False, True, f"in Bitcoin block {HEIGHT}")
    assert await verdicts(ctx) == [(OTS, StampVerdict.UNCHECKED)]
    _, elsewhere = mined(b"another block")
    assert await verdicts(ctx, elsewhere) == [(OTS, StampVerdict.UNCHECKED)]
    (found,) = await checked(ctx, elsewhere, header)
    assert (found.verdict, found.at) == (StampVerdict.GOOD, opentimestamping.block_header(header.hex()).at)
    asked = len(calendar.heads)
    assert len(await stamping.stamp(ctx)) == 1
    assert len(calendar.heads) == asked


@pytest.mark.parametrize(("late", "verdict"), [(-1, StampVerdict.GOOD), (1, StampVerdict.WRONG)])
async def test_a_block_is_not_before_the_seal(
    opened: Opened, calendar: Calendar, easy_blocks: None, late: int, verdict: StampVerdict
) -> None:
    """But for the two hours that the clocks of miners may be off by: it would hold what was not there yet."""
    now = datetime.now(UTC)
    ctx = opened(now=now + timedelta(hours=2, minutes=late), calendars=[calendar.url])
    await keep(ctx)
    await stamping.stamp(ctx)
    header = calendar.mine()
    await stamping.stamp(ctx)
    (found,) = await checked(ctx, header)
    assert found.verdict is verdict
    assert ("its time is before that of the seal" in found.detail) == (verdict is StampVerdict.WRONG)


async def test_a_header_that_is_made_up_proves_nothing(opened: Opened, calendar: Calendar) -> None:
    """It fits the proof, and nobody has mined it: what is wrong is the header, and nothing is said of the stamp."""
    ctx = opened(calendars=[calendar.url])
    await keep(ctx)
    await stamping.stamp(ctx)
    header = calendar.mine()
    await stamping.stamp(ctx)
    with pytest.raises(UsageError, match="none of Bitcoin's"):
        await checked(ctx, header)


async def test_one_calendar_is_enough(opened: Opened, calendar: Calendar) -> None:
    """The others are noted."""
    async with AsyncExitStack() as stack:
        broken = await stack.enter_async_context(Calendar.start())
        broken.says = b"<html>"
        ctx = opened(calendars=[broken.url, calendar.url])
        await keep(ctx)
        (report,) = await stamping.stamp(ctx)
    assert report.new
    assert report.stamp is not None
    assert report.stamp.authority == calendar.url
    assert [broken.url in one for one in report.notes] == [True]


@pytest.mark.parametrize("says", [b"", b"\xf1\x01x", bytes(20_000), raw(unknown(b"x" * 32))])
async def test_a_hostile_calendar_changes_nothing(opened: Opened, calendar: Calendar, says: bytes) -> None:
    """Neither at first nor later, when a promise is there."""
    calendar.says = says
    ctx = opened(calendars=[calendar.url])
    await keep(ctx)
    (report,) = await stamping.stamp(ctx)
    assert report.problem
    assert await stored(ctx) == []
    calendar.says = None
    await stamping.stamp(ctx)
    before = await stored(ctx)
    calendar.mine()
    calendar.says = says
    _, later = await stamping.stamp(ctx)
    assert later.problem
    assert await stored(ctx) == before


async def test_a_proof_cannot_send_us_elsewhere(opened: Opened, calendar: Calendar, authority: Authority) -> None:
    """A calendar names where it keeps its promise; only those of a configured domain are asked."""
    async with Calendar.start() as other:
        calendar.names = f"http://localhost:{other.port}"
        ctx = opened(calendars=[calendar.url])
        await keep(ctx)
        await stamping.stamp(ctx)
        assert len(await stamping.stamp(ctx)) == 1
        assert other.heads == []
