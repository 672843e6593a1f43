"""What vanishes together: the documents around one that is missing, and the entries that a source dropped."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, select, update

from monitor.core.outages import Crowd
from monitor.model import Document, DocumentState, Entry, Origin, SourceState
from monitor.store.schema import document, entry, revision, source
from monitor.store.types import nouns

SAMPLE = 300  # documents of a host that are asked about; an outage of a hundred thousand must not cost more
LISTED = timedelta(hours=6)  # without a drop; a feed served by caches of two minds drops an article at every other poll
_CURRENT = document.outerjoin(revision, revision.c.id == document.c.revision_id)


def crowds(conn: Connection, one: Document, since: datetime) -> tuple[Crowd, ...]:
    """Return what became of the other documents of this one's host since then, and of those its source told of.

    Missing are those whose newest check found nothing, and those that became gone in that time; found those whose text
    was seen. A saved text whose page nobody ever saw is neither: dead links of long ago are no outage of today.
    """
    if one.host is None:
        return ()
    missing = _sources(conn, _missing(one, since), document.c.missed_since.desc())
    found = _sources(conn, _found(one, since), document.c.id.desc())
    all_told = (Crowd(one.host, len(missing), len(found)),)
    if one.source_id is None:
        return all_told
    told = Crowd(f"source {one.source_id}", missing.count(one.source_id), found.count(one.source_id))
    return (*all_told, told)


def _sources(conn: Connection, which: ColumnElement[bool], newest: ColumnElement[Any]) -> Sequence[int | None]:
    statement = select(document.c.source_id).select_from(_CURRENT).where(which).order_by(newest).limit(SAMPLE)
    return conn.execute(statement).scalars().all()


def _missing(one: Document, since: datetime) -> ColumnElement[bool]:
    gone = (document.c.state == DocumentState.GONE) & (document.c.state_since >= since)
    there = (document.c.state == DocumentState.LIVE) | (gone & (revision.c.origin == Origin.WEB))
    return (
        (document.c.host == one.host)
        & document.c.missed_since.is_not(None)
        & (document.c.last_checked_at >= since)
        & (document.c.id != one.id)
        & there
    )


def _found(one: Document, since: datetime) -> ColumnElement[bool]:
    return (
        (document.c.host == one.host)
        & document.c.missed_since.is_(None)
        & (document.c.state == DocumentState.LIVE)
        & (revision.c.last_seen_at >= since)
        & (document.c.id != one.id)
    )


def call_witnesses(conn: Connection, one: Document, since: datetime, due: datetime, count: int) -> int:
    """Have so many of a host's documents looked at that nobody has looked at since then; return how many are due now.

    Those that would be looked at soonest come first, so that calling again calls the same. Call `hosts.refresh_due`
    afterwards.
    """
    which = (
        (document.c.host == one.host)
        & (document.c.id != one.id)
        & (document.c.state == DocumentState.LIVE)
        & document.c.missed_since.is_(None)
        & (document.c.last_checked_at < since)
    )
    soonest = select(document.c.id).where(which, document.c.next_check_at.is_not(None))
    called = conn.execute(soonest.order_by(document.c.next_check_at).limit(count)).scalars().all()
    reason = f"is all of {one.host} out, or only document {one.id} gone?"
    later = document.c.id.in_(called) & (document.c.next_check_at > due)
    conn.execute(update(document).where(later).values(next_check_at=due, plan_reason=reason))
    return len(called)


def dropped(conn: Connection, source_id: int, read_at: datetime, now: datetime, since: datetime) -> tuple[Entry, ...]:
    """Return the entries that a source told of when it was read at `read_at` and no more now, newest first.

    Only those dated after `since`, and no more than a few: there being many is all that can be asked of more.
    """
    which = (
        (entry.c.source_id == source_id)
        & (entry.c.appeared_at > since)
        & (entry.c.published_at > since)
        & (entry.c.last_seen_at >= read_at)
        & (entry.c.last_seen_at < now)
    )
    return nouns(Entry, conn.execute(select(entry).where(which).order_by(entry.c.published_at.desc()).limit(20)))


def set_unlisted(
    conn: Connection, source_id: int, ids: Iterable[int], hosts: Iterable[str], at: datetime, due: datetime
) -> set[str]:
    """Note that a source dropped these live documents, and have them looked at; return the hosts they are on.

    Those on other hosts than `hosts` are left alone, since only these are locked, and those that another source still
    tells of. One that was dropped before and not listed for long since is noted again, and not looked at.
    """
    told = (entry.c.document_id == document.c.id) & (entry.c.last_seen_at >= source.c.read_at)
    elsewhere = exists().where(told, entry.c.source_id == source.c.id, source.c.id != source_id)
    elsewhere = elsewhere.where(source.c.state == SourceState.ACTIVE)
    which = ~elsewhere & document.c.id.in_(list(ids)) & document.c.host.in_(list(hosts))
    which &= (document.c.state == DocumentState.LIVE) & document.c.next_check_at.is_not(None)
    values = {"unlisted_at": at, "next_check_at": due, "plan_reason": "its source tells of it no more"}
    fresh = document.c.unlisted_at.is_(None)
    conn.execute(update(document).where(which, ~fresh).values(unlisted_at=at))
    rows = conn.execute(update(document).where(which, fresh).values(**values).returning(document.c.host))
    return {row.host for row in rows if row.host}


def set_listed(conn: Connection, ids: Iterable[int], at: datetime) -> int:
    """Note that a source tells of these documents again; return how many it had dropped, lately ones left out.

    Those stay marked until the source has dropped them for the last time six hours ago.
    """
    which = document.c.id.in_(list(ids)) & (document.c.unlisted_at <= at - LISTED)
    back = conn.execute(select(document.c.id).where(which)).scalars().all()
    if back:
        conn.execute(update(document).where(document.c.id.in_(back)).values(unlisted_at=None))
    return len(back)
