"""Answers that take long are given again for a while: to count a million rows takes as long each time."""

from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Generic, TypeVar

LASTS_S = 30.0

T = TypeVar("T")


class Unhurried(Generic[T]):
    """One question whose answer may be half a minute old, where `is_large` says that finding it takes long."""

    def __init__(self, is_large: Callable[[T], bool]) -> None:
        self._is_large = is_large
        self._answer: T | None = None
        self._until = 0.0

    async def get(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Return what `ask` says, or lately said."""
        if self._answer is not None and monotonic() < self._until:
            return self._answer
        answer = await ask()
        if self._is_large(answer):
            self._answer, self._until = answer, monotonic() + LASTS_S
        return answer
