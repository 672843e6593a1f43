"""Put a stream into a vault: hashed, compressed and synced by some threads, in bounded memory, in its order."""

import hashlib
from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import NamedTuple, Self

from monitor.core.manifests import Piece
from monitor.edges.vault import Vault

THREADS = 4  # syncing waits for the disk, and the rest lets go of the interpreter
AHEAD = 16_777_216  # bytes in memory at a time, or one piece: a row with a large file in it is one


class Stowed(NamedTuple):
    """What became of a stream: its length, the SHA-256 of all of it, and its pieces."""

    length: int
    sha256: str
    pieces: tuple[Piece, ...]


class VaultWriter:
    """Puts streams into a vault; `added` counts the bytes that they took on its disk."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault
        self.added = 0
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="vault")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._threads.shutdown(cancel_futures=True)

    def stow(self, chunks: Iterable[bytes]) -> Stowed:
        """Keep what the chunks hold, each as a piece. Raises MonitorError when the disk does not take it."""
        whole, length = hashlib.sha256(), 0
        waiting: deque[tuple[int, Future[tuple[Piece, int]]]] = deque()
        ahead = 0
        done: list[Piece] = []
        for chunk in chunks:
            whole.update(chunk)
            length += len(chunk)
            while waiting and ahead + len(chunk) > AHEAD:
                size, put = waiting.popleft()
                done.append(self._taken(put))
                ahead -= size
            waiting.append((len(chunk), self._threads.submit(self.vault.put, chunk)))
            ahead += len(chunk)
        done += [self._taken(put) for _, put in waiting]
        return Stowed(length, whole.hexdigest(), tuple(done))

    def _taken(self, put: "Future[tuple[Piece, int]]") -> Piece:
        piece, added = put.result()
        self.added += added
        return piece
