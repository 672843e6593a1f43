"""Cut what a statement names into what one statement may name: databases limit their parameters."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")

MOST = 500  # in one statement


def batches(keys: Iterable[T]) -> Iterator[list[T]]:
    """Yield keys, each once and in their order, as many at a time as a statement may name."""
    wanted = list(dict.fromkeys(keys))
    return (wanted[start : start + MOST] for start in range(0, len(wanted), MOST))
