"""The doors to the database: reads side by side, writes one after the other on SQLite, pooled on PostgreSQL."""

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, cast

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from monitor.errors import DatabaseError
from monitor.store import migrating
from monitor.store.dialects import is_in_transaction, open_engine, plain_errors, was_sacrificed

P = ParamSpec("P")
T = TypeVar("T")
Job = tuple[Callable[[Connection], object], "Future[object]"]

READERS = 4
GROUP = 64  # jobs that may share one commit
SACRIFICES = 5  # deadlocks that a job may lose


class Database:
    """Run `f(conn, ...)` in a transaction of its own, from async code. Open with `Database.open`."""

    def __init__(self, url: str, patience_s: float, writer: Engine) -> None:
        self.url = url
        self._writer = writer
        self._reader = open_engine(url, patience_s, read_only=True, pool_size=READERS)
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="database-read")
        single = writer.dialect.name == "sqlite"
        self._door: _Door = _GroupDoor(writer) if single else _PoolDoor(writer)
        self._closed = False

    @classmethod
    def open(cls, url: str, patience_s: float = 30.0) -> "Database":
        """Open an archive's database, creating or upgrading its tables where needed.

        Raises SchemaError for a newer archive or a database that is none, DatabaseError when it is out of reach.
        """
        with plain_errors(url):
            current = migrating.is_current(url, patience_s)
            writer = open_engine(url, patience_s)
            try:
                if not current:
                    migrating.prepare(writer, url)
                return cls(url, patience_s, writer)
            except BaseException:
                writer.dispose()
                raise

    async def read(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what `fn(conn, ...)` reads, in one consistent transaction."""

        def job() -> T:
            with plain_errors(self.url), self._reader.begin() as conn:
                return fn(conn, *args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self._threads, job)

    async def write(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what `fn(conn, ...)` returns, once its transaction is committed and safe on disk."""
        if self._closed:
            raise DatabaseError("the archive is closed")
        future: Future[Any] = Future()
        self._door.put((lambda conn: fn(conn, *args, **kwargs), future))
        with plain_errors(self.url):
            return cast(T, await asyncio.wrap_future(future))

    def close(self) -> None:
        """Finish what was begun and close every connection."""
        self._closed = True
        self._door.close()
        self._threads.shutdown()
        self._reader.dispose()
        self._writer.dispose()


class _Door(Protocol):
    """Where write jobs go in; each job's future says when it is committed."""

    def put(self, job: Job) -> None: ...

    def close(self) -> None: ...


class _PoolDoor:
    """PostgreSQL: every job a transaction of its own, several at once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="database-write")

    def put(self, job: Job) -> None:
        self._threads.submit(self._run, *job)

    def _run(self, fn: Callable[[Connection], object], future: "Future[object]") -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            result = self._attempt(fn)
        except Exception as error:  # noqa: BLE001 - handed to whoever waits
            _settle(future, None, error)
        else:
            _settle(future, result, None)

    def _attempt(self, fn: Callable[[Connection], object]) -> object:
        """Run a job, again where it was sacrificed to end a deadlock: two visits may touch the same hosts."""
        for _ in range(SACRIFICES):
            try:
                with self._engine.begin() as conn:
                    return fn(conn)
            except DBAPIError as error:
                if not was_sacrificed(error):
                    raise
        with self._engine.begin() as conn:
            return fn(conn)

    def close(self) -> None:
        self._threads.shutdown()


class _GroupDoor:
    """SQLite: one thread writes; jobs that wait together share one commit, each behind its own savepoint."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="database-write", daemon=True)
        self._thread.start()

    def put(self, job: Job) -> None:
        self._jobs.put(job)

    def close(self) -> None:
        self._jobs.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (first := self._jobs.get()) is not None:
            group, last = self._gather(first)
            self._commit([job for job in group if job[1].set_running_or_notify_cancel()])
            if last:
                return

    def _gather(self, first: Job) -> tuple[list[Job], bool]:
        group = [first]
        while len(group) < GROUP and not self._jobs.empty():
            job = self._jobs.get()
            if job is None:
                return group, True
            group.append(job)
        return group, False

    def _commit(self, group: list[Job]) -> None:
        """Run a group in one transaction; nobody hears of success before the commit is on disk."""
        try:
            with self._engine.begin() as conn:
                settled = [(future, *_attempt(conn, fn)) for fn, future in group]
        except Exception as failed:  # noqa: BLE001 - handed to everybody who waits
            settled = [(future, None, failed) for _, future in group]
        for future, result, error in settled:
            _settle(future, result, error)


def _attempt(conn: Connection, fn: Callable[[Connection], object]) -> tuple[object, Exception | None]:
    try:
        with conn.begin_nested():
            return fn(conn), None
    except Exception as error:
        if not is_in_transaction(conn):
            raise  # SQLite undid everything (disk full, I/O error): the jobs before this one are lost as well
        return None, error


def _settle(future: "Future[object]", result: object, error: Exception | None) -> None:
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)
