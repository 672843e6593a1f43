"""How far a backup or a restore has come, in bytes."""

from collections.abc import Iterable, Iterator

from monitor.progress import Progress


class Told:
    """What is told of progress: bytes done of bytes there are, as more of them become known."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self.done = self.total = 0

    def expect(self, size: int) -> None:
        """Add to what there is to do."""
        self.total += size

    def add(self, size: int) -> None:
        """Add to what is done."""
        self.done += size
        if self._progress is not None:
            self._progress(min(self.done, self.total), self.total)

    def of(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Tell of chunks as they pass."""
        for chunk in chunks:
            self.add(len(chunk))
            yield chunk
