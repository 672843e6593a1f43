"""Doors to a database: what waits there together goes through together, and is told of it together.

A transaction, a switch of threads and a wake-up of the event loop cost more than what most jobs do.
"""

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from monitor.store.dialects import is_in_transaction, was_sacrificed

WRITERS = 4
GROUP = 64  # jobs that may share one transaction
SACRIFICES = 5  # deadlocks that a job may lose


class Job(NamedTuple):
    """What is to be done, and who waits for it. A job may be done again from its start when it was undone."""

    work: Callable[[Connection], object]
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Any]"


class Settled(NamedTuple):
    """What came of a job: a result, or an error."""

    job: Job
    result: object
    error: Exception | None


class Door(Protocol):
    """Where jobs go in; each job's future says what came of it, once its transaction is over."""

    def put(self, job: Job) -> None: ...

    def close(self) -> None: ...


class PoolDoor:
    """PostgreSQL: every job a transaction of its own, several at once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._threads = ThreadPoolExecutor(WRITERS, thread_name_prefix="database-write")

    def put(self, job: Job) -> None:
        """Take a job."""
        self._threads.submit(self._run, job)

    def _run(self, job: Job) -> None:
        if job.future.cancelled():
            return
        try:
            settled = Settled(job, self._attempt(job.work), None)
        except Exception as error:  # noqa: BLE001 - handed to whoever waits
            settled = Settled(job, None, error)
        tell([settled])

    def _attempt(self, work: Callable[[Connection], object]) -> object:
        """Run a job, again where it was sacrificed to end a deadlock: two visits may touch the same hosts."""
        for _ in range(SACRIFICES):
            try:
                with self._engine.begin() as conn:
                    return work(conn)
            except DBAPIError as error:
                if not was_sacrificed(error):
                    raise
        with self._engine.begin() as conn:
            return work(conn)

    def close(self) -> None:
        """Finish what was begun."""
        self._threads.shutdown()


class GroupDoor:
    """Threads that each take a share of the jobs waiting and run them in one transaction.

    On SQLite one thread writes. Several read, on both databases: each takes its share, so that a long job holds up few.
    """

    def __init__(self, engine: Engine, threads: int, name: str) -> None:
        self._engine = engine
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._threads = [threading.Thread(target=self._work, name=name, daemon=True) for _ in range(threads)]
        for thread in self._threads:
            thread.start()

    def put(self, job: Job) -> None:
        """Take a job."""
        self._jobs.put(job)

    def close(self) -> None:
        """Finish what was begun."""
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while (first := self._jobs.get()) is not None:
            group, last = self._gather(first)
            if group := [job for job in group if not job.future.cancelled()]:
                tell(self._settle(group))
            if last:
                return

    def _gather(self, first: Job) -> tuple[list[Job], bool]:
        group = [first]
        most = min(GROUP, 1 + self._jobs.qsize() // len(self._threads))
        while len(group) < most:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:  # another thread was quicker
                break
            if job is None:
                return group, True
            group.append(job)
        return group, False

    def _settle(self, group: list[Job]) -> list[Settled]:
        """Run a group in one transaction; nobody hears of success before the commit is on disk.

        Savepoints cost as much as jobs do, and few jobs fail: they are set once one of this group has failed.
        """
        try:
            return self._together(group) or self._one_by_one(group)
        except Exception as failed:  # noqa: BLE001 - handed to everybody who waits
            return [Settled(job, None, failed) for job in group]

    def _together(self, group: list[Job]) -> list[Settled]:
        """Run a group as one; where one of several fails everything is undone, and nothing is returned."""
        try:
            with self._engine.begin() as conn:
                return [Settled(job, _done(conn, job), None) for job in group]
        except _FailedError as failed:
            return [Settled(group[0], None, failed.reason)] if len(group) == 1 else []

    def _one_by_one(self, group: list[Job]) -> list[Settled]:
        with self._engine.begin() as conn:
            return [_attempt(conn, job) for job in group]


class _FailedError(Exception):
    """A job failed, and not the transaction around it."""

    def __init__(self, reason: Exception) -> None:
        super().__init__(str(reason))
        self.reason = reason


def _done(conn: Connection, job: Job) -> object:
    try:
        return job.work(conn)
    except Exception as error:
        raise _FailedError(error) from error


def _attempt(conn: Connection, job: Job) -> Settled:
    try:
        with conn.begin_nested():
            return Settled(job, job.work(conn), None)
    except Exception as error:
        if not is_in_transaction(conn):
            raise  # SQLite undid everything (disk full, I/O error): the jobs before this one are lost as well
        return Settled(job, None, error)


def tell(settled: list[Settled]) -> None:
    """Wake those who wait for these jobs, with one call for each loop."""
    for loop in {one.job.loop for one in settled}:
        try:
            loop.call_soon_threadsafe(_set, [one for one in settled if one.job.loop is loop])
        except RuntimeError:
            if not loop.is_closed():
                raise  # else the program has ended meanwhile, and nobody waits


def _set(settled: list[Settled]) -> None:
    for (_, _, future), result, error in settled:
        if future.done():
            continue  # nobody waits any more
        if error is None:
            future.set_result(result)
        elif isinstance(error, StopIteration):
            future.set_exception(RuntimeError("a job raised StopIteration"))  # which a future does not take
        else:
            future.set_exception(error)
