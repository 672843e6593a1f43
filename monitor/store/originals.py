"""What a revisit repeats: the response with its payload. Replay, proofs, exports, imports and `verify` all ask here."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select

from monitor.model import Capture
from monitor.store.schema import capture
from monitor.store.types import noun


def original_of(conn: Connection, url: str, record_id: str | None, at: datetime | None, digest: str) -> Capture | None:
    """Return the response that a revisit refers to, or None; never one that was removed for good.

    By the id of its record, else by its URL and time, else by its URL and payload, which is all that many revisits of
    WARC/1.0 tell. `url` is WARC-Refers-To-Target-URI, or the revisit's own without one; `digest` is empty where none is
    told. Where a revisit is meant, it is what that repeats.
    """
    return _found(conn, url, record_id, at, digest, removed=False)


def was_removed(conn: Connection, url: str, record_id: str | None, at: datetime | None, digest: str) -> bool:
    """Say whether what a revisit refers to was removed for good. The arguments are those of `original_of`."""
    return _found(conn, url, record_id, at, digest, removed=True) is not None


def _found(
    conn: Connection, url: str, record_id: str | None, at: datetime | None, digest: str, *, removed: bool
) -> Capture | None:
    wanted = capture.c.removed_at.is_not(None) if removed else capture.c.removed_at.is_(None)
    other = None
    for one in _named(conn, url, record_id, at, digest, wanted):
        if one.record_type != "response":
            digest = digest or one.digest
        elif (one.removed_at is not None) is removed:
            if not digest or digest == one.digest or one.record_id == record_id:
                return one
            other = one  # another payload of that time, unless it is the same in another spelling
    return (_with_payload(conn, url, digest, wanted) if digest else None) or other


def _named(
    conn: Connection, url: str, record_id: str | None, at: datetime | None, digest: str, wanted: ColumnElement[bool]
) -> Iterator[Capture]:
    """Yield what has that id, then what is of that URL and time; each at most once."""
    if record_id:
        yield from _first(conn, capture.c.record_id == record_id, ~wanted, capture.c.url != url)
    if at:
        by_time = (capture.c.url == url) & (capture.c.captured_at == at)
        yield from _first(conn, by_time & wanted, capture.c.record_type != "response", capture.c.digest != digest)


def _with_payload(conn: Connection, url: str, digest: str, wanted: ColumnElement[bool]) -> Capture | None:
    same = (capture.c.url == url) & (capture.c.record_type == "response") & (capture.c.digest == digest)
    return next(_first(conn, same & wanted), None)


def _first(conn: Connection, where: ColumnElement[bool], *order: ColumnElement[bool]) -> Iterator[Capture]:
    row = conn.execute(select(capture).where(where).order_by(*order, capture.c.id).limit(1)).mappings().first()
    if row is not None:
        yield noun(Capture, row)
