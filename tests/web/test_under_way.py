"""What requests start goes on within bounds."""

import asyncio

import pytest
from structlog.testing import capture_logs

from monitor.errors import TimeLimitError
from monitor.web import under_way
from monitor.web.under_way import UnderWay


async def test_beyond_a_bound_nothing_more_is_started_and_the_same_may_still_be_joined(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(under_way, "MOST", 3)
    going, go = UnderWay(), asyncio.Event()

    async def work() -> str:
        await go.wait()
        return "done"

    assert [await going.join(number, work, 0.0) for number in range(3)] == [None] * 3
    with pytest.raises(TimeLimitError):
        await going.join("another", work, 0.0)
    again = asyncio.create_task(going.join(0, work, 60.0))
    await asyncio.sleep(0)
    go.set()
    assert await again == "done"
    assert await going.join("another", work, 60.0) == "done"
    await going.close()


async def test_a_failure_that_nobody_waits_for_any_more_is_logged() -> None:
    """Whether they waited in vain or went away."""
    going, go = UnderWay(), asyncio.Event()

    async def fail() -> str:
        await go.wait()
        raise OSError("no route")

    assert await going.join("one", fail, 0.0) is None
    leaving = asyncio.create_task(going.join("two", fail, 60.0))
    await asyncio.sleep(0)
    leaving.cancel()
    with capture_logs() as logs:
        go.set()
        await asyncio.wait(going._tasks.values())
        await asyncio.sleep(0)
    assert [(one["event"], one["error"]) for one in logs] == [("write.failed", "no route")] * 2
