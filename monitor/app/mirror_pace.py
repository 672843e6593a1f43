"""How often the index of the mirror is written, since it is written whole: at 300,000 texts that takes seconds."""

from time import monotonic

QUICK_S = 1.0  # what takes no longer than this is done each time
SHARE = 20  # so many times as long as it took, it is left alone


class MirrorPace:
    """When the index may be written again; at most a twentieth of the time goes into it."""

    def __init__(self) -> None:
        self._next_at = 0.0

    def may_write(self) -> bool:
        """Say whether to write it now."""
        return monotonic() >= self._next_at

    def took(self, seconds: float) -> None:
        """Take note of how long it took."""
        self._next_at = monotonic() + (SHARE * seconds if seconds > QUICK_S else 0.0)
