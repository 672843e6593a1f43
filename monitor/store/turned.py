"""What was planned by a clock that was ahead: found by when it was done, which lies in the future since."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from sqlalchemy import Connection, Table, func, select, update

from monitor.model import SourceState
from monitor.store import hosts
from monitor.store.schema import document, fetch, host, source

LOOKED_AT = 2_000  # fetches: more than are made between two looks
BATCH = 5_000  # rows looked through in one transaction
LONGEST_WAIT = timedelta(days=1)  # that a host may ask for (core/politeness.py)


class Turned(NamedTuple):
    """How much was planned anew."""

    sources: int = 0
    documents: int = 0
    hosts: int = 0


class Ahead(NamedTuple):
    """When the clock was ahead: the latest time that a fetch bears, and the hosts that were asked since it is not."""

    until: datetime
    asked_since: frozenset[str]


def ahead_of(conn: Connection, beyond: datetime) -> Ahead | None:
    """Return what the newest fetches tell of a clock that was ahead of `beyond`, None where none of them does."""
    newest = select(fetch.c.url, fetch.c.started_at).order_by(fetch.c.id.desc()).limit(LOOKED_AT)
    last: dict[str, datetime] = {}
    latest = beyond
    for url, at in conn.execute(newest):
        last.setdefault(urlsplit(url).netloc, at)
        latest = max(latest, at)
    if latest == beyond:
        return None
    return Ahead(latest, frozenset(name for name, at in last.items() if at <= beyond))


def last_ids(conn: Connection) -> tuple[int, int]:
    """Return the highest numbers of sources and of documents."""
    tables = (source, document)
    first, second = (conn.execute(select(func.max(table.c.id))).scalar() or 0 for table in tables)
    return first, second


def recall_sources(conn: Connection, after: int, now: datetime, beyond: datetime, ahead: Ahead) -> Turned:
    """Plan for now what was checked, or added, later than `beyond`, of the batch of sources that follows `after`.

    Their hosts were asked then as well: they may be asked as long from now as they had to
    wait at the end of that time; what was said by a host that was asked since stands.
    """
    names, ids = _found(conn, source, after, now, beyond)
    conn.execute(update(source).where(source.c.id.in_(ids)).values(next_check_at=now))
    return Turned(sources=len(ids), hosts=_recall_hosts(conn, names, now, beyond, ahead))


def recall_documents(conn: Connection, after: int, now: datetime, beyond: datetime, ahead: Ahead) -> Turned:
    """Do for documents what `recall_sources` does; a row of misses that began in the future begins now."""
    names, ids = _found(conn, document, after, now, beyond)
    conn.execute(update(document).where(document.c.id.in_(ids)).values(next_check_at=now))
    missed = document.c.id.in_(ids) & (document.c.missed_since > now)
    conn.execute(update(document).where(missed).values(missed_since=now))
    return Turned(documents=len(ids), hosts=_recall_hosts(conn, names, now, beyond, ahead))


def _found(conn: Connection, table: Table, after: int, now: datetime, beyond: datetime) -> tuple[set[str], list[int]]:
    """Return hosts and numbers, the hosts locked."""
    at = table.c
    known_since = at.added_at if table is source else at.first_seen_at
    done_ahead = func.coalesce(at.last_checked_at, known_since) > beyond
    far_off = at.last_checked_at.is_(None) & (at.next_check_at > now + LONGEST_WAIT)  # put off, and never asked
    some = select(at.id, at.host).where(at.id > after, at.id <= after + BATCH)
    wrong = some.where(done_ahead | far_off, at.next_check_at > now)
    if table is source:
        wrong = wrong.where(at.state == SourceState.ACTIVE)
    found = conn.execute(wrong.order_by(at.id)).all()
    names = {row.host for row in found if row.host}
    hosts.lock(conn, names)
    return names, [row.id for row in found]


def _recall_hosts(conn: Connection, names: Iterable[str], now: datetime, beyond: datetime, ahead: Ahead) -> int:
    wanted, changed = sorted(names), 0
    theirs = host.c.name.in_(set(wanted) - ahead.asked_since)
    far = select(host.c.name, host.c.next_allowed_at).where(theirs, host.c.next_allowed_at > beyond)
    for name, allowed in conn.execute(far).all():
        again = max(now, now + (allowed - ahead.until))
        changed += conn.execute(update(host).where(host.c.name == name).values(next_allowed_at=again)).rowcount
    hosts.refresh_due(conn, wanted)
    return changed
