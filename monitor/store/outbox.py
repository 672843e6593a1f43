"""The outbox: what is to be told to whom, claimed with a lease, and what became of it.

A notification waits with `next_try_at`; without one it is held until its change was seen again. Those of one message
have its `message_id` from its first try on, and there is one message under way for an alert and channel at a time, so
that what comes while a channel is out of reach is told in one message once it is back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import ColumnElement, Connection, case, delete, func, or_, select, update

from monitor.answers import ChangeView
from monitor.core.alert_messages import weightiest
from monitor.core.alerting import ENDED, Step, Told, told
from monitor.model import Alarm, Alert, Change, Document, DocumentState, Notification, NotificationState, Standing
from monitor.store import changes, dialects, documents
from monitor.store.schema import alarm, alert, change, document, notification
from monitor.store.types import columns_of, noun, nouns

Item = ChangeView | Document | Alarm

WAITING = notification.c.state == NotificationState.WAITING
HELD = WAITING & notification.c.next_try_at.is_(None)
# Nothing waits longer (core/freshness.RETRY_CAP is a week): what seems to was written while the clock was ahead.
LONGEST_WAIT = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class Outbox:
    """How much of a rule waits, was sent and was given up; when the first is tried next, and what was said last."""

    waiting: int = 0
    sent: int = 0
    failed: int = 0
    next_try_at: datetime | None = None
    last_detail: str | None = None


def queue(
    conn: Connection, looked: Alert, position: int, found: Iterable[Notification], digest_at: datetime | None = None
) -> int | None:
    """Store notifications and that a rule was looked at up to `position`; return how many are new.

    None where somebody else has looked meanwhile, or the rule is paused or gone: then nothing is stored.
    """
    still = (alert.c.id == looked.id) & (alert.c.position == looked.position) & alert.c.paused_at.is_(None)
    values = {"position": position, "digest_at": digest_at or looked.digest_at}
    if conn.execute(update(alert).where(still).values(**values)).rowcount != 1:
        return None
    made = [dialects.insert_new(conn, notification, columns_of(one), ["key"]) for one in found]
    return sum(one is not None for one in made)


def held(conn: Connection, limit: int) -> tuple[tuple[Notification, Change, Document, Alert], ...]:
    """Return notifications that are held and need not be any more: their change was seen again, or is gone."""
    settled = (change.c.standing != Standing.ONCE) | (document.c.state == DocumentState.REDACTED)
    statement = select(notification).join(change, change.c.id == notification.c.change_id)
    statement = statement.join(document, document.c.id == change.c.document_id).where(HELD, settled)
    rows = conn.execute(statement.order_by(notification.c.id).limit(limit)).mappings()
    notes = [noun(Notification, row) for row in rows]
    about, of = _changes(conn, notes), _rules(conn, notes)
    pages = documents.by_ids(conn, (one.document_id for one in about.values()))
    return tuple(
        (one, step, pages[step.document_id], of[one.alert_id])
        for one in notes
        if (step := about.get(one.change_id or 0)) is not None
    )


def release(conn: Connection, note_id: int, at: datetime) -> bool:
    """Let a held notification be told at a time; False where it is not held any more."""
    which = (notification.c.id == note_id) & HELD
    return conn.execute(update(notification).where(which).values(next_try_at=at)).rowcount == 1


def drop(conn: Connection, ids: Iterable[int]) -> None:
    """Remove notifications that are not to be told."""
    conn.execute(delete(notification).where(notification.c.id.in_(list(ids)), WAITING))


def due(conn: Connection, now: datetime) -> tuple[tuple[int, str], ...]:
    """Return for which alerts (by number) and channels something is to be sent now."""
    columns = (notification.c.alert_id, notification.c.channel, notification.c.message_id)
    statement = select(*columns, func.min(notification.c.next_try_at).label("at"))
    statement = statement.join(alert, alert.c.id == notification.c.alert_id)
    statement = statement.where(WAITING, notification.c.next_try_at.is_not(None), alert.c.paused_at.is_(None))
    rows = conn.execute(statement.group_by(*columns)).all()
    by_group = groupby(sorted(rows, key=lambda row: (row.alert_id, row.channel)), lambda row: (row.alert_id, row[1]))
    return tuple(group for group, some in by_group if _is_due([(row.message_id, row.at) for row in some], now))


def _is_due(some: Sequence[tuple[str | None, datetime]], now: datetime) -> bool:
    """Return whether the message under way is to be tried, or where there is none, whether anything fresh waits."""
    begun = [at for message, at in some if message is not None]
    return not _waits(min(begun or [at for _, at in some]), now)


def _waits(at: datetime, now: datetime) -> bool:
    return now < at <= now + LONGEST_WAIT


def claim(
    conn: Connection, alert_id: int, channel: str, now: datetime, until: datetime, message_id: str, most: int
) -> tuple[Notification, ...]:
    """Take what one message is to tell: that of the message under way, or else up to `most` that are due.

    They are ours until `until`, whatever becomes of us, and count one attempt more. Nothing where somebody else was
    first, the rule is paused or gone, or the message under way is to wait.
    """
    locked = select(alert.c.id).where(alert.c.id == alert_id, alert.c.paused_at.is_(None)).with_for_update()
    if conn.execute(locked).first() is None:
        return ()
    which = _next_message(conn, alert_id, channel, now, most)
    if which is None:
        return ()
    values = {
        "message_id": func.coalesce(notification.c.message_id, message_id),
        "attempts": notification.c.attempts + 1,
        "next_try_at": until,
    }
    rows = conn.execute(update(notification).where(which).values(**values).returning(notification)).mappings().all()
    return tuple(sorted((noun(Notification, row) for row in rows), key=lambda one: one.id))


def _next_message(
    conn: Connection, alert_id: int, channel: str, now: datetime, most: int
) -> ColumnElement[bool] | None:
    """Return which notifications the next message tells, None while the one under way is to wait."""
    mine = WAITING & (notification.c.alert_id == alert_id) & (notification.c.channel == channel)
    begun = conn.execute(
        select(notification.c.message_id, func.min(notification.c.next_try_at).label("at"))
        .where(mine, notification.c.message_id.is_not(None))
        .group_by(notification.c.message_id)
        .order_by("at")
        .limit(1)
    ).first()
    if begun is not None:
        return None if _waits(begun.at, now) else mine & (notification.c.message_id == begun.message_id)
    at = notification.c.next_try_at
    fresh = select(notification.c.id).where(mine, or_(at <= now, at > now + LONGEST_WAIT)).order_by(notification.c.id)
    return notification.c.id.in_(fresh.limit(most).scalar_subquery())


def settle(conn: Connection, message_id: str, attempts: int, step: Step, now: datetime) -> int:
    """Record what came of try number `attempts` of a message; return how many notifications it was about.

    Nothing where another has tried since: our lease was over.
    """
    sent_at = now if step.state is NotificationState.SENT else None
    values = {"state": step.state, "next_try_at": step.next_try_at, "detail": step.detail, "sent_at": sent_at}
    which = (notification.c.message_id == message_id) & (notification.c.attempts == attempts) & WAITING
    return conn.execute(update(notification).where(which).values(**values)).rowcount


def again(conn: Connection, alert_id: int, now: datetime) -> int:
    """Let what was given up be tried anew, from the first try on; return how many notifications that are."""
    values = {"state": NotificationState.WAITING, "next_try_at": now, "attempts": 0}
    which = (notification.c.alert_id == alert_id) & (notification.c.state == NotificationState.FAILED)
    return conn.execute(update(notification).where(which).values(**values)).rowcount


def items(conn: Connection, notes: Sequence[Notification], most: int) -> tuple[tuple[Item, ...], int]:
    """Return what notifications are about, in their order, the weightiest `most` of it; and how much more there is.

    Redacted documents are left out of both, and what turned out to be no change of the article while it waited.
    """
    if alarms := _alarms(conn, notes):
        return alarms[:most], len(alarms[most:])
    about = _changes(conn, notes)
    wanted = {one.document_id for one in about.values()} | {one.document_id for one in notes if one.document_id}
    pages = documents.by_ids(conn, wanted)
    fit = [one for note in notes if (one := _item(note, about, pages)) is not None]
    chosen = weightiest(fit, most)
    whole = (changes.seen(conn, one.change, one.document) if isinstance(one, ChangeView) else one for one in chosen)
    return tuple(whole), len(fit) - len(chosen)


def _alarms(conn: Connection, notes: Sequence[Notification]) -> tuple[Alarm, ...]:
    """Return the alarms that notifications are about, those of which they tell the beginning as if not ended yet."""
    wanted = {one.alarm_id for one in notes if one.alarm_id is not None}
    rows = conn.execute(select(alarm).where(alarm.c.id.in_(wanted))).mappings() if wanted else ()
    known = {row["id"]: noun(Alarm, row) for row in rows}
    found = ((one.key, known[one.alarm_id]) for one in notes if one.alarm_id in known)
    return tuple(about if key.endswith(ENDED) else replace(about, ended_at=None) for key, about in found)


def _item(one: Notification, about: dict[int, Change], pages: dict[int, Document]) -> ChangeView | Document | None:
    step = about.get(one.change_id or 0)
    page = pages.get(step.document_id if step else one.document_id or 0)
    if page is None or page.state is DocumentState.REDACTED:
        return None
    if step is None:
        return page
    return ChangeView(step, page) if told(step, page) is Told.NOW else None


def forget(conn: Connection, before: datetime, limit: int) -> int:
    """Remove what was sent before a time, at most so many; return how many that were. What was given up stays."""
    old = (notification.c.state == NotificationState.SENT) & (notification.c.sent_at < before)
    some = select(notification.c.id).where(old).limit(limit).scalar_subquery()
    return conn.execute(delete(notification).where(notification.c.id.in_(some))).rowcount


def summaries(conn: Connection, alert_id: int | None = None) -> dict[int, Outbox]:
    """Return the outbox of every rule that has one, or of one rule, in figures, by the rule's number."""
    states = {state: func.sum(case((notification.c.state == state, 1), else_=0)) for state in NotificationState}
    statement = select(
        notification.c.alert_id,
        *(counted.label(str(state)) for state, counted in states.items()),
        func.min(case((WAITING, notification.c.next_try_at))).label("at"),
    ).group_by(notification.c.alert_id)
    if alert_id is not None:
        statement = statement.where(notification.c.alert_id == alert_id)
    found = {
        row.alert_id: Outbox(int(row.waiting), int(row.sent), int(row.failed), row.at)
        for row in conn.execute(statement)
    }
    return {number: replace(one, last_detail=last_detail(conn, number)) for number, one in found.items()}


def last_detail(conn: Connection, alert_id: int) -> str | None:
    """Return what was last said of a message that did not go through; None once all have."""
    which = (notification.c.alert_id == alert_id) & notification.c.detail.is_not(None)
    newest = select(notification.c.detail).where(which).order_by(notification.c.id.desc()).limit(1)
    return conn.execute(newest).scalar()


def newest(conn: Connection, alert_id: int, limit: int) -> tuple[Notification, ...]:
    """Return the newest notifications of a rule, newest first."""
    statement = select(notification).where(notification.c.alert_id == alert_id)
    return nouns(Notification, conn.execute(statement.order_by(notification.c.id.desc()).limit(limit)))


def _changes(conn: Connection, notes: Sequence[Notification]) -> dict[int, Change]:
    wanted = {one.change_id for one in notes if one.change_id is not None}
    rows = conn.execute(select(change).where(change.c.id.in_(wanted))).mappings()
    return {row["id"]: noun(Change, row) for row in rows}


def _rules(conn: Connection, notes: Sequence[Notification]) -> dict[int, Alert]:
    rows = conn.execute(select(alert).where(alert.c.id.in_({one.alert_id for one in notes}))).mappings()
    return {row["id"]: noun(Alert, row) for row in rows}
