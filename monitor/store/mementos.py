"""Captures as mementos: what can be shown of a URL, and which record holds the bytes of a revisit."""

from datetime import datetime

from sqlalchemy import Connection, Select, select

from monitor.model import Capture
from monitor.store.schema import capture
from monitor.store.types import noun

MOST = 20_000  # of one URL


def _shown(url: str) -> Select[tuple[object, ...]]:
    kinds = capture.c.record_type.in_(("response", "revisit"))
    return select(capture).where(capture.c.url == url, kinds, capture.c.removed_at.is_(None))


def of_url(conn: Connection, url: str) -> tuple[Capture, ...]:
    """Return the captures of exactly that URL, oldest first, at most 20,000."""
    statement = _shown(url).order_by(capture.c.captured_at, capture.c.id).limit(MOST)
    return tuple(noun(Capture, row) for row in conn.execute(statement).mappings())


def referred(conn: Connection, url: str, at: datetime, record_id: str | None) -> Capture | None:
    """Return the response that a revisit refers to: by URL and time, which are indexed, and by id where it is known."""
    statement = _shown(url).where(capture.c.record_type == "response", capture.c.captured_at == at)
    found = [noun(Capture, row) for row in conn.execute(statement).mappings()]
    named = [one for one in found if one.record_id == record_id]
    return next(iter(named or found), None)
