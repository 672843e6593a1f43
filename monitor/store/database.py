"""The doors to the database: reads side by side, writes one after the other on SQLite, pooled on PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cached_property, partial
from time import monotonic
from typing import Concatenate, ParamSpec, TypeVar, cast

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, PendingRollbackError

from monitor.core.spread import Spread
from monitor.errors import DatabaseError
from monitor.store import migrating
from monitor.store.dialects import open_engine, shown, was_stopped
from monitor.store.doors import Door, GroupDoor, Job, PoolDoor
from monitor.store.limits import QUESTIONS, LimitedDoor, over_the_limit, seconds_left
from monitor.store.locks import Locks
from monitor.store.troubles import DatabaseLostError, plain, plain_errors
from monitor.store.waiting import Line, Load

P = ParamSpec("P")
T = TypeVar("T")

READERS = 4
WRITE_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0)


class Database:
    """Run `f(conn, ...)` in a transaction of its own, from async code. Open with `Database.open`."""

    def __init__(self, url: str, patience_s: float, writer: Engine) -> None:
        self.url = url
        self._patience_s = patience_s
        self._writer = writer
        self._reader = open_engine(url, patience_s, read_only=True, pool_size=READERS)
        single = writer.dialect.name == "sqlite"
        self._shared = not single
        self._out: Door = GroupDoor(self._reader, READERS, "database-read")
        self._in: Door = GroupDoor(writer, 1, "database-write") if single else PoolDoor(writer)
        self._reads, self._writes = Line(), Line()
        self.write_s = Spread(WRITE_S)  # how long those who write wait, for health checks
        self._closed = False
        self._lost_since: float | None = None

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
        """Return what `fn(conn, ...)` reads, in one consistent transaction.

        Inside `limits.within` it is asked at a door for such questions, and raises TimeLimitError when time is over.
        """
        work, seconds = partial(_call, fn, args, kwargs), seconds_left()
        return await (self._through(self._out, self._reads, work) if seconds is None else self._ask(work, seconds))

    async def write(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what `fn(conn, ...)` returns, once its transaction is committed and safe on disk.

        `fn` may be called again after its transaction was undone for the sake of others.
        """
        began = monotonic()
        done = await self._through(self._in, self._writes, partial(_call, fn, args, kwargs))
        self.write_s.add(monotonic() - began)
        return done

    def load(self) -> Load:
        """Return how many writes wait, and for how long the oldest has."""
        return self._writes.load()

    def lost_s(self) -> float | None:
        """Return for how many seconds the server has been out of reach, as far as anybody asked; None while it answers.

        Who asks meanwhile gets DatabaseLostError; the connections are made anew as soon as it answers.
        """
        return None if self._lost_since is None else monotonic() - self._lost_since

    def _trouble(self, error: DBAPIError | PendingRollbackError) -> DatabaseError:
        """Return a driver's error as one of ours, and note whether the server was lost by it."""
        if isinstance(error, PendingRollbackError):  # the job went on after the error that ended its connection
            found: DatabaseError = DatabaseLostError(f"{shown(self.url)} cannot be used: the connection was lost")
        else:
            found = plain(error, self.url)
        if isinstance(found, DatabaseLostError) and self._lost_since is None:
            self._lost_since = monotonic()
        return found

    async def _through(self, door: Door, line: Line, work: Callable[[Connection], T]) -> T:
        async with line.place():
            if self._closed:
                raise DatabaseError("the archive is closed")
            loop = asyncio.get_running_loop()
            future: asyncio.Future[object] = loop.create_future()
            door.put(Job(work, loop, future))
            try:
                done = cast(T, await future)
            except (DBAPIError, PendingRollbackError) as error:
                raise self._trouble(error) from error
            self._lost_since = None
            return done

    @cached_property
    def _questions(self) -> Engine:
        return open_engine(self.url, self._patience_s, read_only=True, pool_size=QUESTIONS)

    @cached_property
    def _asked(self) -> LimitedDoor:
        return LimitedDoor(self._questions)

    async def _ask(self, work: Callable[[Connection], T], seconds: float) -> T:
        if self._closed:
            raise DatabaseError("the archive is closed")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[object] = loop.create_future()
        try:
            async with asyncio.timeout(seconds) as limit:
                self._asked.put(Job(work, loop, future), seconds)
                return cast(T, await future)
        except TimeoutError as error:
            raise (over_the_limit() if limit.expired() else error) from error
        except DBAPIError as error:
            raise (over_the_limit() if was_stopped(error) else self._trouble(error)) from error

    @property
    def is_shared(self) -> bool:
        """Say whether workers on other machines may share this database."""
        return self._shared

    @cached_property
    def _locks(self) -> Locks:
        return Locks(self.url, self._patience_s)

    @asynccontextmanager
    async def alone(self, what: str) -> AsyncIterator[bool]:
        """Do something that one worker does at a time; False while another is at it, and always True on SQLite.

        It may be entered several times in one process. Raises DatabaseError.
        """
        mine = not self.is_shared or await self._locked(self._locks.take, what)
        try:
            yield mine
        finally:
            if mine and self.is_shared:
                await asyncio.shield(asyncio.to_thread(self._locks.give_back, what))

    async def hold(self, what: str) -> bool:
        """Have something to oneself until the archive is closed; False while another worker has it.

        Ask again whenever it is to be done: what is lost with the connection may be another's. Raises DatabaseError.
        """
        return not self.is_shared or await self._locked(self._locks.hold, what)

    async def _locked(self, ask: Callable[[str], bool], what: str) -> bool:
        if self._closed:
            raise DatabaseError("the archive is closed")
        try:
            return await asyncio.to_thread(ask, what)
        except DBAPIError as error:
            raise self._trouble(error) from error

    def close(self) -> None:
        """Finish what was begun and close every connection."""
        self._closed = True
        self._in.close()
        self._out.close()
        if "_locks" in vars(self):
            self._locks.close()
        if "_asked" in vars(self):
            self._asked.close()
            self._questions.dispose()
        self._reader.dispose()
        self._writer.dispose()


def _call(fn: Callable[..., T], args: tuple[object, ...], kwargs: dict[str, object], conn: Connection) -> T:
    return fn(conn, *args, **kwargs)
