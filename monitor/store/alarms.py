"""Alarms: what is wrong with the running of the archive, one row from its begin to its end, and who is told."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, Select, func, insert, or_, select, text, update

from monitor.core.alarming import kinds_of
from monitor.core.alerting import due_at, key_of_alarm
from monitor.model import Alarm, AlarmKind, Alert, AlertAbout, Notification, NotificationState
from monitor.store import dialects
from monitor.store.schema import alarm, alert, notification
from monitor.store.types import columns_of, nouns


def lock(conn: Connection) -> None:
    """Let nobody else begin or end alarms until this transaction ends; on SQLite nobody else writes anyway."""
    if not dialects.is_sqlite(conn):
        conn.execute(text("LOCK TABLE alarm IN SHARE ROW EXCLUSIVE MODE"))


def open_ones(conn: Connection) -> tuple[Alarm, ...]:
    """Return the alarms that have not ended, oldest first."""
    return _many(conn, select(alarm).where(alarm.c.ended_at.is_(None)).order_by(alarm.c.since, alarm.c.id))


def since(conn: Connection, at: datetime) -> tuple[Alarm, ...]:
    """Return the alarms that are open or ended after a time, oldest first."""
    recent = or_(alarm.c.ended_at.is_(None), alarm.c.ended_at > at)
    return _many(conn, select(alarm).where(recent).order_by(alarm.c.since, alarm.c.id))


def newest(conn: Connection, kinds: Collection[AlarmKind], limit: int) -> tuple[Alarm, ...]:
    """Return the newest alarms of some kinds, also those that have ended, newest first."""
    return _many(conn, select(alarm).where(alarm.c.kind.in_(list(kinds))).order_by(alarm.c.id.desc()).limit(limit))


def count_open(conn: Connection) -> dict[AlarmKind, int]:
    """Return how many alarms of each kind are open; kinds without any are left out."""
    counted = select(alarm.c.kind, func.count()).where(alarm.c.ended_at.is_(None)).group_by(alarm.c.kind)
    return {row[0]: row[1] for row in conn.execute(counted)}


def begin(conn: Connection, new: Alarm, now: datetime) -> None:
    """Store an alarm that begins, and that it is told."""
    made = conn.execute(insert(alarm), columns_of(new)).inserted_primary_key
    assert made is not None
    _tell(conn, new.kind, int(made[0]), now, ended=False)


def end(conn: Connection, one: Alarm, now: datetime) -> None:
    """Store that an alarm has ended, and that it is told."""
    conn.execute(update(alarm).where(alarm.c.id == one.id).values(ended_at=one.ended_at))
    _tell(conn, one.kind, one.id, now, ended=True)


def _tell(conn: Connection, kind: AlarmKind, number: int, now: datetime, *, ended: bool) -> None:
    """Put an alarm into the outbox of every rule about such alarms, in the transaction that stores it."""
    rules = select(alert).where(alert.c.about == AlertAbout.ALARMS, alert.c.paused_at.is_(None))
    for rule in nouns(Alert, conn.execute(rules)):
        if kind not in kinds_of(rule.query):
            continue
        for channel in rule.channels:
            note = Notification(
                key_of_alarm(rule.id, channel, number, ended=ended),
                rule.id,
                channel,
                now,
                NotificationState.WAITING,
                alarm_id=number,
                next_try_at=due_at(rule.pace, now),
            )
            dialects.insert_new(conn, notification, columns_of(note), ["key"])


def _many(conn: Connection, statement: Select[tuple[object, ...]]) -> tuple[Alarm, ...]:
    return nouns(Alarm, conn.execute(statement))
