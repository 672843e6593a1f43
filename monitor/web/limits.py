"""How often a client may ask: a bucket of tokens each, in bounded memory."""

from collections import OrderedDict
from dataclasses import dataclass

MOST = 10_000  # clients remembered; the one that asked longest ago is forgotten first


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Buckets:
    """Let each client ask `rate` times a second over any long time, and `burst` times at once.

    `now` is in seconds of any clock that never goes back.
    """

    def __init__(self, rate: float, burst: float, most: int = MOST) -> None:
        self._rate = rate
        self._burst = burst
        self._most = most
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def __len__(self) -> int:
        """Return how many clients are remembered."""
        return len(self._buckets)

    def take(self, client: str, now: float) -> float:
        """Count one request; return 0 where it is let through, else after how many seconds the next one would be."""
        bucket = self._filled(client, now)
        if bucket.left < 1:
            return (1 - bucket.left) / self._rate
        bucket.left -= 1
        return 0.0

    def wait(self, client: str, now: float) -> float:
        """Return after how many seconds a client may ask again, 0 for at once; counts nothing."""
        known = self._buckets.get(client)
        left = self._burst if known is None else self._left(known, now)
        return max(0.0, (1 - left) / self._rate)

    def _left(self, bucket: _Bucket, now: float) -> float:
        return min(self._burst, bucket.left + (now - bucket.at) * self._rate)

    def _filled(self, client: str, now: float) -> _Bucket:
        bucket = self._buckets.pop(client, None)
        if bucket is None:
            bucket = _Bucket(self._burst, now)
            if len(self._buckets) >= self._most:
                self._buckets.popitem(last=False)
        bucket.left, bucket.at = self._left(bucket, now), now
        self._buckets[client] = bucket
        return bucket
