"""What waits at a door together goes through together, and nobody pays for anybody else."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, func, select, text
from sqlalchemy.exc import DBAPIError

from monitor.store import corpus
from monitor.store.database import Database
from monitor.store.schema import counter
from monitor.store.troubles import DatabaseLostError


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


def _cut(conn: Connection) -> None:
    """Be cut off in mid-statement, as by a server that stops."""
    conn.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))


def _number_and_cut(conn: Connection) -> None:
    corpus.next_number(conn)
    _cut(conn)


def _go_on_all_the_same(conn: Connection) -> int:
    """Be cut off, and not notice."""
    try:
        _cut(conn)
    except DBAPIError:
        return _count(conn)
    raise AssertionError("it was not cut off")


async def test_a_write_whose_connection_is_cut_is_undone_and_the_next_goes_on(postgresql_url: str) -> None:
    db = await asyncio.to_thread(Database.open, postgresql_url, 10.0)
    try:
        with pytest.raises(DatabaseLostError, match="cannot be used"):
            await db.write(_number_and_cut)
        assert db.lost_s() is not None
        with pytest.raises(DatabaseLostError):
            await db.write(_go_on_all_the_same)
        assert await db.write(corpus.next_number) == 0
        assert db.lost_s() is None
    finally:
        await asyncio.to_thread(db.close)


async def test_reads_that_share_a_connection_that_is_cut_are_told_so(postgresql_url: str) -> None:
    """Each of them by the error that passes, and those after them are answered."""
    db = await asyncio.to_thread(Database.open, postgresql_url, 10.0)
    try:
        jobs = [db.read(_cut if number % 20 == 7 else _count) for number in range(60)]
        results = await asyncio.gather(*jobs, return_exceptions=True)
        assert {type(one) for one in results if one != 0} == {DatabaseLostError}
        assert await asyncio.gather(*(db.read(_count) for _ in range(20))) == [0] * 20
    finally:
        await asyncio.to_thread(db.close)
