"""Alerts: the rules, and how far there is something to look at for them."""

from typing import Any

from sqlalchemy import Connection, Select, delete, func, select, text, update

from monitor.answers import DocumentFilter
from monitor.core.query import Query
from monitor.model import Alert, AlertAbout, Document, DocumentState
from monitor.store import dialects, documents
from monitor.store.fitting import fitting
from monitor.store.schema import alarm, alert, change, document, notification, revision
from monitor.store.types import columns_of, first, nouns

# How long writers may be held up so that none of them is passed over, in milliseconds.
PATIENCE_MS = 500
_ABOUT = {AlertAbout.CHANGES: change.c.id, AlertAbout.DOCUMENTS: revision.c.id, AlertAbout.ALARMS: alarm.c.id}


def add(conn: Connection, new: Alert) -> int | None:
    """Store a rule, looked at up to what there is now; return its number, or None where its name is taken."""
    values = columns_of(new) | {"position": newest(conn, new.about)}
    return dialects.insert_new(conn, alert, values, ["name"])


def by_name(conn: Connection, name: str) -> Alert | None:
    """Return a rule, or None."""
    return first(Alert, conn.execute(select(alert).where(alert.c.name == name)))


def get(conn: Connection, alert_id: int) -> Alert | None:
    """Return a rule by its number, or None."""
    return first(Alert, conn.execute(select(alert).where(alert.c.id == alert_id)))


def every(conn: Connection) -> tuple[Alert, ...]:
    """Return the rules, by name."""
    return nouns(Alert, conn.execute(select(alert).order_by(alert.c.name)))


def set_fields(conn: Connection, alert_id: int, /, **values: Any) -> None:
    """Change columns of a rule."""
    conn.execute(update(alert).where(alert.c.id == alert_id).values(**values))


def remove(conn: Connection, alert_id: int) -> None:
    """Remove a rule with its outbox."""
    conn.execute(delete(notification).where(notification.c.alert_id == alert_id))
    conn.execute(delete(alert).where(alert.c.id == alert_id))


def newest(conn: Connection, about: AlertAbout) -> int:
    """Return the highest number of what a rule looks at: changes, or revisions, among which are all first texts."""
    return int(conn.execute(select(func.coalesce(func.max(_ABOUT[about]), 0))).scalar_one())


def settled(conn: Connection, about: AlertAbout) -> int:
    """Return the number up to which nothing can appear any more; in a write, since it waits for those under way.

    On PostgreSQL numbers are given before a transaction ends, so that a lower one may appear after a higher one; once
    the lock is had, nobody who was given one is still under way. One table is locked, never two: who writes to both
    would wait for us, and we for them. Raises DatabaseBusyError where it takes too long: nothing is lost by asking
    again later.
    """
    if not dialects.is_sqlite(conn):  # there one writes at a time
        conn.execute(text(f"SET LOCAL lock_timeout = {PATIENCE_MS}"))
        conn.execute(text(f"LOCK TABLE {_ABOUT[about].table.name} IN SHARE MODE"))
    return newest(conn, about)


def first_texts(
    conn: Connection, words: Query | None, which: DocumentFilter, *, after: int, until: int, limit: int
) -> tuple[tuple[int, Document], ...]:
    """Return the documents that fit and whose first text has a number above `after` up to `until`, with that number.

    Words are looked for in the first text. At most `limit`, ascending; redacted documents are left out.
    """
    statement: Select[Any] = select(revision.c.id, document.c.id.label("number")).join_from(revision, document)
    statement = documents.filtered(statement, which).where(
        *(revision.c.number == 1, revision.c.id > after, revision.c.id <= until),
        document.c.state != DocumentState.REDACTED,
    )
    statement = fitting(conn, statement, words, revision.c.id)
    rows = conn.execute(statement.order_by(revision.c.id).limit(limit)).all()
    about = documents.by_ids(conn, [row.number for row in rows])
    return tuple((row.id, about[row.number]) for row in rows)
