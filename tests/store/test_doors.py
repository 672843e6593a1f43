"""What waits at a door together goes through together, and nobody pays for anybody else."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, func, select

from monitor.store import corpus
from monitor.store.database import Database
from monitor.store.schema import counter


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    """An archive's database in a file."""
    opened = Database.open(f"sqlite:///{tmp_path / 'archive.db'}")
    yield opened
    opened.close()


def _count(conn: Connection) -> int:
    return int(conn.execute(select(func.coalesce(func.max(counter.c.value), 0))).scalar_one())


@contextmanager
def counted(database: Database, what: str) -> Iterator[list[Connection]]:
    """Count the events of a kind at the writer."""
    seen: list[Connection] = []

    def listener(conn: Connection, *_: object) -> None:
        seen.append(conn)

    event.listen(database._writer, what, listener)
    yield seen
    event.remove(database._writer, what, listener)


@contextmanager
def door_held(database: Database) -> Iterator[None]:
    """Let a job stand in the door, so that what is put there meanwhile waits together."""
    free = threading.Event()
    standing = asyncio.ensure_future(database.write(lambda conn: free.wait(10)))
    yield
    free.set()
    assert not standing.cancelled()


async def test_writes_that_wait_together_share_one_commit(sqlite: Database) -> None:
    with counted(sqlite, "commit") as commits, counted(sqlite, "savepoint") as savepoints:
        with door_held(sqlite):
            await asyncio.sleep(0.05)
            waiting = [asyncio.ensure_future(sqlite.write(corpus.next_number)) for _ in range(30)]
            await asyncio.sleep(0.05)
        assert await asyncio.gather(*waiting) == list(range(30))
    assert (len(commits), len(savepoints)) == (2, 0)


async def test_a_write_that_fails_is_set_apart_and_the_others_of_its_group_are_done_once(sqlite: Database) -> None:
    def half(conn: Connection) -> None:
        corpus.next_number(conn)
        raise ValueError("half-way")

    with door_held(sqlite):
        await asyncio.sleep(0.05)
        jobs = [sqlite.write(half if number == 7 else corpus.next_number) for number in range(20)]
        waiting = [asyncio.ensure_future(job) for job in jobs]
        await asyncio.sleep(0.05)
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert [one for one in results if isinstance(one, int)] == list(range(19))
    assert str(results[7]) == "half-way"
    assert await sqlite.read(_count) == 19


async def test_what_nobody_waits_for_any_more_is_not_begun(sqlite: Database) -> None:
    with door_held(sqlite):
        await asyncio.sleep(0.05)
        given_up = asyncio.ensure_future(sqlite.write(corpus.next_number))
        await asyncio.sleep(0.05)
        given_up.cancel()
    assert await sqlite.write(corpus.next_number) == 0


async def test_a_read_that_fails_takes_none_of_the_others_with_it(db: Database) -> None:
    def broken(conn: Connection) -> int:
        return int(conn.exec_driver_sql("SELECT nothing FROM nowhere").scalar_one())

    await db.write(corpus.next_number)
    results = await asyncio.gather(
        *(db.read(broken if number % 5 == 2 else _count) for number in range(60)), return_exceptions=True
    )
    assert [isinstance(one, Exception) for one in results] == [number % 5 == 2 for number in range(60)]
    assert {one for one in results if isinstance(one, int)} == {1}


async def test_a_long_read_does_not_hold_up_all_others(sqlite: Database) -> None:
    free = threading.Event()
    long = asyncio.ensure_future(sqlite.read(lambda conn: free.wait(10)))
    await asyncio.sleep(0.05)
    assert await asyncio.wait_for(asyncio.gather(*(sqlite.read(_count) for _ in range(3))), 5) == [0, 0, 0]
    free.set()
    assert await long


async def test_an_odd_error_is_told_as_well(sqlite: Database) -> None:
    """A future does not take StopIteration; whoever waited for it would wait for ever."""
    nothing: Iterator[int] = iter(())
    with pytest.raises(RuntimeError, match="StopIteration"):
        await asyncio.wait_for(sqlite.write(lambda conn: next(nothing)), 5)
