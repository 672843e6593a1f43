"""What work does that is cancelled: it comes to its end first, or answers with what it did so far."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def to_its_end(work: Coroutine[Any, Any, T]) -> T:
    """Await work that has to come to its end: when cancelled, only after it. A thread cannot be stopped half way."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait((task,))
        raise


def answer_all_the_same() -> None:
    """Take back the cancellation of this task: its answer is what was done so far."""
    task = asyncio.current_task()
    assert task is not None  # this is a coroutine
    task.uncancel()
