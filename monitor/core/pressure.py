"""Decide whether the database keeps up with what it is told, so that nobody fetches what cannot be recorded."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PressurePolicy:
    """When a database is slow, and when it is well again; in seconds that the oldest write has waited.

    A write takes about 10 ms with its sync, of a group of 64 the last as well; a checkpoint of a large write-ahead log
    takes a second or two and is no reason to stop. `crowded` writes at a time are too many, however young they are: as
    many as the door holds before whoever comes waits outside.
    """

    slow_s: float = 5.0
    well_s: float = 1.0
    crowded: int = 512


def is_slow(was: bool, waiting: int, oldest_s: float, policy: PressurePolicy) -> bool:
    """Say whether to start nothing more; between the two bounds it stays as it `was`, so that nothing flickers."""
    if oldest_s >= policy.slow_s or waiting >= policy.crowded:
        return True
    return was and (oldest_s >= policy.well_s or waiting >= policy.crowded // 2)
