"""Unpack gzip bodies within a bound."""

import zlib

_MAGIC = b"\x1f\x8b"


def inflate(body: bytes, limit: int) -> tuple[bytes, str | None]:
    """Return the bytes of a gzip body (`.xml.gz`) and a problem in words; other bodies come back as they are.

    At most `limit` bytes are unpacked, all members counted; what was read before a fault is returned with it.
    """
    if not body.startswith(_MAGIC):
        return body[:limit], _too_large(limit) if len(body) > limit else None
    pieces: list[bytes] = []
    left = limit
    while body.startswith(_MAGIC) and left > 0:
        stream = zlib.decompressobj(wbits=31)
        try:
            piece = stream.decompress(body, left)
        except zlib.error as error:
            return b"".join(pieces), f"its gzip data is broken: {error}"
        pieces.append(piece)
        left -= len(piece)
        if not stream.eof:
            return b"".join(pieces), _too_large(limit) if left <= 0 else "its gzip data is cut off"
        body = stream.unused_data
    return b"".join(pieces), _too_large(limit) if body.startswith(_MAGIC) else None


def _too_large(limit: int) -> str:
    return f"only its first {limit // 1_000_000} MB were read"
