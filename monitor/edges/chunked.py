"""Undo the chunked transfer coding that other archives leave in the bodies they keep (RFC 9112 7.1).

wget, warcprox and Heritrix store a response as it crossed the wire, chunks and all. Others take the chunks out and
leave `Transfer-Encoding: chunked` where it was. So the body itself tells.
"""

import re

Headers = tuple[tuple[bytes, bytes], ...]

_FIELD = b"transfer-encoding"
_RENAMED = b"X-Archive-Orig-Transfer-Encoding"  # as our own records have it: the coding is told, and is no more
_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\r\n]{0,4000})?\r?\n")
_EMPTY = re.compile(rb"\r?\n")


def is_chunked(headers: Headers) -> bool:
    """Say whether headers tell of the chunked coding, as the last or only one."""
    told = b",".join(value for name, value in headers if name.lower() == _FIELD)
    return told.split(b",")[-1].strip().lower() == b"chunked"


def without_chunks(headers: Headers, body: bytes) -> tuple[Headers, bytes, bool]:
    """Return headers and body without the chunked coding, and whether its end was there.

    A body that does not begin with a chunk is one already freed of them, and whole. The field is renamed either way.
    """
    if not is_chunked(headers):
        return headers, body, True
    renamed = tuple((_RENAMED if name.lower() == _FIELD else name, value) for name, value in headers)
    joined = joined_chunks(body)
    return (renamed, body, True) if joined is None else (renamed, *joined)


def joined_chunks(body: bytes) -> tuple[bytes, bool] | None:
    """Return what chunks hold together and whether the last one was there; None for what does not begin with one."""
    parts: list[bytes] = []
    position = 0
    while size := _SIZE.match(body, position):
        length, start = int(size[1], 16), size.end()
        if length == 0:
            return b"".join(parts), True
        end = _EMPTY.match(body, start + length)
        if end is None:
            return _broken(parts, body[start : start + length], cut=start + length >= len(body))
        parts.append(body[start : start + length])
        position = end.end()
    return (b"".join(parts), False) if parts else None


def _broken(parts: list[bytes], last: bytes, *, cut: bool) -> tuple[bytes, bool] | None:
    """Return what there is of chunks that break off; what only looked like the size of a first chunk is none."""
    return (b"".join((*parts, last)), False) if parts or cut else None
