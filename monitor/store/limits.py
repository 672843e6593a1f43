"""Questions that may take only so long: a door of their own, so that they keep nobody else waiting.

A question is ended when its time is over, and when nobody waits for its answer any more.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock, Thread
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from monitor.errors import TimeLimitError
from monitor.store.dialects import stop, stoppable, was_stopped
from monitor.store.doors import Job, Settled, tell

QUESTIONS = 3  # asked at a time

_UNTIL: ContextVar[float | None] = ContextVar("until", default=None)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Let every read inside end with TimeLimitError once `seconds` are over, all of them together.

    Of one limit inside another the shorter holds. What has been awaited elsewhere meanwhile counts as well.
    """
    ends, around = monotonic() + seconds, _UNTIL.get()
    token = _UNTIL.set(ends if around is None else min(ends, around))
    try:
        yield
    finally:
        _UNTIL.reset(token)


def seconds_left() -> float | None:
    """Return how long reads may take here from now on, in seconds; None where there is no limit."""
    until = _UNTIL.get()
    return None if until is None else until - monotonic()


def over_the_limit() -> TimeLimitError:
    """Return the error of a question that took too long."""
    return TimeLimitError("the question took longer than it may, and was ended", hint="narrow it, or give it more time")


class LimitedDoor:
    """Run every job in a transaction of its own, a few at a time, each as long as it may."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._threads = ThreadPoolExecutor(QUESTIONS, thread_name_prefix="database-ask")

    def put(self, job: Job, seconds: float) -> None:
        """Take a job, which is ended `seconds` from now or when its future is cancelled."""
        question = _Question(job, monotonic() + seconds)
        job.future.add_done_callback(question.end)
        self._threads.submit(question.run, self._engine)

    def close(self) -> None:
        """Finish what was begun."""
        self._threads.shutdown(cancel_futures=True)


@contextmanager
def _undone(engine: Engine) -> Iterator[Connection]:
    """Give a connection whose transaction is rolled back: a question can change settings of PostgreSQL's session."""
    with engine.connect() as conn, conn.begin() as transaction:
        yield conn
        transaction.rollback()


class _Question:
    """A job, and the connection that is busy with it."""

    def __init__(self, job: Job, until: float) -> None:
        self._job = job
        self._until = until
        self._lock = Lock()
        self._conn: Connection | None = None

    def run(self, engine: Engine) -> None:
        if self._job.future.cancelled():
            return
        try:
            settled = Settled(self._job, self._again_if_stopped_late(engine), None)
        except Exception as error:  # noqa: BLE001 - handed to whoever waits
            settled = Settled(self._job, None, error)
        tell([settled])

    def _again_if_stopped_late(self, engine: Engine) -> object:
        """Run the job, once more where what ended it was meant for the one before it on this connection."""
        try:
            return self._ask(engine)
        except DBAPIError as error:
            if not was_stopped(error) or self._is_over():
                raise
        return self._ask(engine)

    def _ask(self, engine: Engine) -> object:
        with _undone(engine) as conn, stoppable(conn, self._until - monotonic(), self._is_over), self._busy(conn):
            if self._is_over():  # while it waited for a thread
                raise over_the_limit()
            return self._job.work(conn)

    @contextmanager
    def _busy(self, conn: Connection) -> Iterator[None]:
        with self._lock:
            self._conn = conn
        try:
            yield
        finally:
            with self._lock:
                self._conn = None

    def _is_over(self) -> bool:
        return self._job.future.cancelled() or monotonic() >= self._until

    def end(self, future: Any) -> None:
        """End the job when its future was cancelled, without keeping the event loop waiting."""
        if future.cancelled() and self._conn is not None:
            Thread(target=self._stop, name="database-stop", daemon=True).start()

    def _stop(self) -> None:
        with self._lock:
            if self._conn is not None:
                stop(self._conn)
