"""Workers as alarms and metrics look at them."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from monitor.model import Worker
from monitor.store.schema import worker
from monitor.store.types import nouns


def lately(conn: Connection, since: datetime) -> tuple[Worker, ...]:
    """Return the workers that gave a sign of life after a time, those that said goodbye as well."""
    return nouns(Worker, conn.execute(select(worker).where(worker.c.beat_at > since).order_by(worker.c.id)))


def alive(conn: Connection, since: datetime) -> tuple[Worker, ...]:
    """Return the workers at work that gave a sign of life after a time."""
    return tuple(one for one in lately(conn, since) if one.stopped_at is None)


def count_alive(conn: Connection, since: datetime) -> int:
    """Count them."""
    which = worker.c.stopped_at.is_(None) & (worker.c.beat_at > since)
    return conn.execute(select(func.count()).select_from(worker).where(which)).scalar_one()
