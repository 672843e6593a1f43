"""The gaps of hosts that this process has asked, by a clock that nobody sets, so that setting one shortens none."""

from datetime import timedelta

FEW = 1_000  # more are looked through now and then for those that are over


class Gaps:
    """When the gap of each host that was asked is over. They outlive the gates, which go with the leases.

    As many are remembered as were asked within the longest gap, or twice that.
    """

    def __init__(self, few: int = FEW) -> None:
        self._gaps: dict[str, tuple[float, float]] = {}  # when each began and ends
        self._few = self._most = few

    def __len__(self) -> int:
        return len(self._gaps)

    def keep(self, host: str, now: float, seconds: float) -> None:
        """Leave a host alone for so long from now, in steady seconds."""
        self._gaps[host] = now, now + max(seconds, self.left(host, now).total_seconds())
        if len(self._gaps) > self._most:
            self._gaps = {name: gap for name, gap in self._gaps.items() if gap[0] <= now < gap[1]}
            self._most = max(self._few, 2 * len(self._gaps))

    def left(self, host: str, now: float) -> timedelta:
        """Return how much is left of a host's gap: nothing of one that begins later, as simulated clocks may be set."""
        began, ends = self._gaps.get(host, (now, now))
        return timedelta(seconds=max(0.0, ends - now)) if began <= now else timedelta()
