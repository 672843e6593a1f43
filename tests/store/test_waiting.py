"""The line before a door has an end, and tells how long it is."""

import asyncio
import threading

from sqlalchemy import Connection

from monitor.store.database import Database
from monitor.store.waiting import Line


async def test_a_door_is_handed_a_bounded_number_of_jobs(database_url: str) -> None:
    """Thousands that wait are thousands of coroutines outside; the door's own queue stays as short as it is to be."""
    database = Database.open(database_url)
    database._writes = Line(8)
    at_the_door: list[int] = []
    put, go = database._in.put, threading.Event()

    def counted(job: object) -> None:
        at_the_door.append(1)
        put(job)  # type: ignore[arg-type]

    database._in.put = counted  # type: ignore[method-assign]
    waiting = [asyncio.create_task(database.write(lambda _: go.wait(60))) for _ in range(100)]
    try:
        while len(at_the_door) < 8:  # noqa: ASYNC110 - tasks must have their turn
            await asyncio.sleep(0)
        for _ in range(50):
            await asyncio.sleep(0)
        assert len(at_the_door) == 8
        assert database.load().waiting == 100
        go.set()
        assert await asyncio.gather(*waiting) == [True] * 100
        assert database.load() == (0, 0.0)
    finally:
        go.set()
        await asyncio.to_thread(database.close)


async def test_the_oldest_counts_and_who_gave_up_does_not(database_url: str) -> None:
    database = Database.open(database_url)
    go, begun = threading.Event(), threading.Event()

    def hold(_: Connection) -> None:
        begun.set()
        go.wait(60)

    try:
        first = asyncio.create_task(database.write(hold))
        await asyncio.to_thread(begun.wait, 60)
        before = database.load()
        second = asyncio.create_task(database.write(lambda _: go.wait(60)))
        await asyncio.sleep(0.01)
        now = database.load()
        assert (before.waiting, now.waiting) == (1, 2)
        assert now.oldest_s > before.oldest_s
        second.cancel()
        await asyncio.gather(second, return_exceptions=True)
        assert database.load().waiting == 1
        go.set()
        await first
    finally:
        go.set()
        await asyncio.to_thread(database.close)


async def test_it_serves_loops_of_several_threads() -> None:
    line = Line(1)

    async def pass_through() -> int:
        async with line.place():
            await asyncio.sleep(0)
            return line.load().waiting

    def elsewhere() -> int:
        return asyncio.run(pass_through())

    counted = await asyncio.gather(*(asyncio.to_thread(elsewhere) for _ in range(8)), pass_through(), pass_through())
    assert all(1 <= one <= 10 for one in counted)
    assert line.load().waiting == 0
