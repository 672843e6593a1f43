"""Bytes on their way to become one object, in memory once."""

from io import BytesIO

# Up to the first of these a buffer may move as it grows, which for a moment takes its memory twice; beyond it there is
# room for the second, and beyond that for all there may be.
_STEPS = (1 << 20, 1 << 22)


class Buffer:
    """Collect at most `most` bytes and give them away without copying them.

    `b"".join` needs twice the memory, and so does a buffer that grows by reallocation whenever it has to move. A large
    one therefore gets its room at once: `bytes(n)` is pages of zeros that the system provides when they are written
    to, and a BytesIO takes over bytes that nobody else holds. Writing more than `most` still works.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._bytes = BytesIO()
        self._size = 0
        self._room = _STEPS[0]

    def write(self, data: bytes) -> None:
        """Add bytes."""
        self._size += len(data)
        if self._size > self._room:
            self._make_room()
        self._bytes.write(data)

    def take(self, most: int | None = None) -> bytes:
        """Return all the bytes, or the first ones. Ask once; the buffer is empty then."""
        collected, self._bytes, self._size = self._bytes, BytesIO(), 0
        collected.truncate()
        return collected.getvalue() if most is None else bytes(collected.getbuffer()[:most])

    def _make_room(self) -> None:
        fitting = (step for step in (*_STEPS, self._most) if step >= self._size)
        self._room = next(fitting, 2 * self._size)
        roomy = BytesIO(bytes(self._room))
        roomy.write(self._bytes.getbuffer()[: self._bytes.tell()])
        self._bytes = roomy
