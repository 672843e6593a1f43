"""An event loop of its own time: whatever waits is over at once, one step after the other, and in one thread.

Each step belongs to the worker in whose context it was planned. A worker that was killed takes no further step: no
`finally` runs, nothing is given back, as when a process gets SIGKILL between two steps. One that was stopped (SIGSTOP,
a sleeping machine) takes them later.
"""

import asyncio
import contextvars
import gc
import hashlib
import heapq
import selectors
from asyncio import events
from collections.abc import Callable
from typing import Any, Protocol
from weakref import WeakSet

RESOLUTION_S = 1e-6
HOP_S = 0.0005  # what a thread takes to begin with what it was handed
TIDY_STEPS = 2000  # between two collections of garbage

OWNER: contextvars.ContextVar["Owner | None"] = contextvars.ContextVar("simulated_worker", default=None)


class Owner(Protocol):
    """Whose steps are taken."""

    name: str
    dead: bool
    frozen_until: float
    tasks: "WeakSet[asyncio.Task[Any]]"

    def step(self) -> None:
        """Hear that a step is about to be taken; it may be the last."""
        ...


class SimulatedLoop(asyncio.BaseEventLoop):
    """Runs callbacks and timers in the order of their virtual times."""

    def __init__(self) -> None:
        super().__init__()
        self._now = 0.0
        self._clock_resolution = RESOLUTION_S
        self._selector = _Skip(self)
        self.steps = 0
        self._trace = hashlib.sha256()
        self.set_task_factory(_known_task)

    def time(self) -> float:
        """Return virtual seconds since the loop was made."""
        return self._now

    @property
    def trace(self) -> str:
        """Return a digest of the steps that were taken: when, whose, and which."""
        return self._trace.hexdigest()

    def count(self, handle: Any, owner: "Owner | None") -> None:
        """Count a step that is about to be taken, and note it in the trace."""
        self.steps += 1
        which = getattr(handle._callback, "__qualname__", "")
        self._trace.update(f"{self._now:.6f} {owner.name if owner else ''} {which}\n".encode())
        if self.steps % TIDY_STEPS == 0:
            gc.collect()  # by the step and not whenever it is due: what is collected may plan steps

    def skip(self, seconds: float) -> None:
        """Let that much time pass."""
        self._now += seconds

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> "asyncio.Future[Any]":  # type: ignore[override]
        """Do at once, between two steps, what would be done in a thread."""
        future: asyncio.Future[Any] = self.create_future()
        self.call_later(HOP_S, _fulfil, future, func, args)
        return future

    def call_at(  # type: ignore[override]
        self, when: float, callback: Callable[..., Any], *args: Any, context: contextvars.Context | None = None
    ) -> asyncio.TimerHandle:
        """Plan a step."""
        timer = _Timer(when, callback, args, self, context)
        heapq.heappush(self._scheduled, timer)  # type: ignore[attr-defined]
        timer._scheduled = True  # type: ignore[attr-defined]
        return timer

    def call_later(  # type: ignore[override]
        self, delay: float, callback: Callable[..., Any], *args: Any, context: contextvars.Context | None = None
    ) -> asyncio.TimerHandle:
        """Plan a step after so many seconds."""
        return self.call_at(self._now + delay, callback, *args, context=context)

    def again(self, handle: asyncio.Handle, at: float) -> None:
        """Take a step that was put off."""
        self.call_at(at, self._ready.append, handle, context=contextvars.Context())  # type: ignore[attr-defined]

    def _call_soon(
        self, callback: Callable[..., Any], args: tuple[Any, ...], context: contextvars.Context | None
    ) -> asyncio.Handle:
        handle = _Handle(callback, args, self, context)
        self._ready.append(handle)  # type: ignore[attr-defined]
        return handle

    def _process_events(self, event_list: object) -> None:
        """There are none: nothing comes from outside."""

    def _write_to_self(self) -> None:
        """Nobody has to be woken: there is one thread."""


class _Skip(selectors.SelectSelector):
    """Waits for nothing: time passes at once."""

    def __init__(self, loop: SimulatedLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[Any]:
        """Let the time pass. Raises RuntimeError where everybody waits for what will never come."""
        if timeout is None:
            raise RuntimeError("every task waits, and nothing is planned")
        self._loop.skip(timeout)
        return []


def _may_run(handle: Any) -> bool:
    loop = handle._loop
    owner = handle._context.get(OWNER)
    loop.count(handle, owner)
    if owner is None:
        return True
    if owner.dead:
        return False
    if owner.frozen_until > loop.time():
        loop.again(handle, owner.frozen_until)
        return False
    owner.step()
    return not owner.dead


class _Handle(events.Handle):
    __slots__ = ()

    def _run(self) -> None:
        if _may_run(self):
            super()._run()


class _Timer(events.TimerHandle):
    __slots__ = ()

    def _run(self) -> None:
        if _may_run(self):
            super()._run()


def _fulfil(future: "asyncio.Future[Any]", func: Callable[..., Any], args: tuple[Any, ...]) -> None:
    if future.done():
        return
    try:
        future.set_result(func(*args))
    except StopIteration as error:
        future.set_exception(RuntimeError(f"a thread raised {error!r}"))
    except Exception as error:  # noqa: BLE001 - handed to whoever waits, as a thread's is
        future.set_exception(error)


def _known_task(
    loop: asyncio.AbstractEventLoop, coro: Any, context: contextvars.Context | None = None
) -> "asyncio.Task[Any]":
    """Make a task that its worker knows of."""
    task: asyncio.Task[Any] = asyncio.Task(coro, loop=loop, context=context)
    owner = OWNER.get() if context is None else context.get(OWNER)
    if owner is not None:
        owner.tasks.add(task)
    return task
