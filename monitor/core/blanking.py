"""Take lines out of a file of many texts, and leave the others where they are."""

from collections.abc import Iterable

_WIDE = ((b"\xff\xfe\x00\x00", "utf-32-le"), (b"\x00\x00\xfe\xff", "utf-32-be"), (b"\xff\xfe", "utf-16-le"),
         (b"\xfe\xff", "utf-16-be"))  # fmt: skip


def blanked(data: bytes, lines: Iterable[int]) -> bytes:
    """Return a file with some lines (from 1) empty, the others as they are and with the numbers that they had.

    Line 0, as files of one text have it, is none of them. Read as the import reads it: lines end with a line feed.
    """
    coding = next((coding for mark, coding in _WIDE if data.startswith(mark)), None)
    feed = b"\n" if coding is None else "\n".encode(coding)
    step = len(feed)
    parts = data.split(feed) if step == 1 else _split(data, feed, step)
    wanted = set(lines)
    return feed.join(b"" if number in wanted else part for number, part in enumerate(parts, start=1))


def _split(data: bytes, feed: bytes, step: int) -> list[bytes]:
    """Split at line feeds that begin where a unit of the encoding does."""
    parts, start = [], 0
    for place in range(0, len(data), step):
        if data[place : place + step] == feed:
            parts.append(data[start:place])
            start = place + step
    return [*parts, data[start:]]
