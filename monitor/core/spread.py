"""Durations counted by how long they were, for a histogram."""

from bisect import bisect_left
from itertools import accumulate


class Spread:
    """Durations in seconds, counted by the first of `bounds` (ascending) that they do not exceed."""

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds = bounds
        self.sum = 0.0
        self._counts = [0] * (len(bounds) + 1)

    def add(self, seconds: float) -> None:
        """Count one."""
        self._counts[bisect_left(self.bounds, seconds)] += 1
        self.sum += seconds

    def cumulative(self) -> list[tuple[str, float]]:
        """Return how many were no longer than each bound, as Prometheus has it; the last bound is +Inf."""
        return list(zip((*(str(bound) for bound in self.bounds), "+Inf"), accumulate(self._counts), strict=True))
