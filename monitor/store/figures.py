"""Figures of the whole archive for its metrics: from indexes, small tables and newest rows, whatever its size."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, text

from monitor.model import AlarmKind, LeafKind, NotificationState
from monitor.store import alarms, alarms_workers, dialects, leaves, sources_health, symptoms
from monitor.store.schema import capture, evidence_file, leaf, notification, seal
from monitor.store.symptoms import Line


@dataclass(frozen=True, slots=True)
class Figures:
    """What the database says of itself and of the work on it, at one time."""

    sources: dict[str, int]  # by health
    line: Line
    outbox: dict[NotificationState, int]
    workers: int
    evidence_files: int
    evidence_bytes: int
    database_bytes: int
    last_success: datetime | None
    last_seal: datetime | None
    unsealed_since: datetime | None
    alarms: dict[AlarmKind, int]


def figures(conn: Connection, now: datetime, workers_since: datetime) -> Figures:
    """Return the figures; workers count that gave a sign of life after a time."""
    kept = evidence_file.c.removed_at.is_(None)
    amount = conn.execute(
        select(func.count(), func.coalesce(func.sum(evidence_file.c.committed_length), 0)).where(kept)
    ).one()
    return Figures(
        sources=sources_health.counts(conn, roughly=True),
        line=symptoms.line(conn, now),
        outbox=_outbox(conn),
        workers=alarms_workers.count_alive(conn, workers_since),
        evidence_files=amount[0],
        evidence_bytes=int(amount[1]),
        database_bytes=size(conn),
        last_success=symptoms.last_success(conn)[0],
        last_seal=conn.execute(select(seal.c.at).order_by(seal.c.number.desc()).limit(1)).scalar(),
        unsealed_since=_unsealed_since(conn),
        alarms=alarms.count_open(conn),
    )


def schema_version(conn: Connection) -> str | None:
    """Return which migration the database says it is at."""
    return conn.execute(text("SELECT version_num FROM alembic_version")).scalar()


def size(conn: Connection) -> int:
    """Return how many bytes the database takes on its disk, its journal left out."""
    pages = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    statement = pages if dialects.is_sqlite(conn) else "SELECT pg_database_size(current_database())"
    return int(conn.execute(text(statement)).scalar_one())


def quick_check(conn: Connection, limit: int) -> tuple[str, ...] | None:
    """Have SQLite look through its pages for damage, without comparing indexes; None on PostgreSQL, which has no such.

    Returns at most `limit` lines, none where all is well. It reads the whole file: a second for a gigabyte.
    """
    if not dialects.is_sqlite(conn):
        return None
    said = (str(row[0]) for row in conn.execute(text(f"PRAGMA quick_check({limit:d})")))
    return tuple(line for line in said if line != "ok")


def _outbox(conn: Connection) -> dict[NotificationState, int]:
    """Count what is to be sent and what was given up; what was sent is most, and tells nothing of health."""
    which = notification.c.state.in_([NotificationState.WAITING, NotificationState.FAILED])
    rows = conn.execute(select(notification.c.state, func.count()).where(which).group_by(notification.c.state))
    return {row[0]: row[1] for row in rows}


def _unsealed_since(conn: Connection) -> datetime | None:
    """Return when the oldest capture was made that no seal covers yet, or None where all are."""
    floor = leaves.looked_at(conn, LeafKind.CAPTURE)
    mine = (leaf.c.kind == LeafKind.CAPTURE) & (leaf.c.subject_id == capture.c.id) & (leaf.c.subject_id > floor)
    without = select(capture.c.captured_at).where(capture.c.id > floor, ~select(leaf.c.seal).where(mine).exists())
    return conn.execute(without.order_by(capture.c.id).limit(1)).scalar()
