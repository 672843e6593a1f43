"""Sources: what is polled."""

from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Executable, bindparam, func, or_, select, update

from monitor.model import Source, SourceState
from monitor.store import dialects, hosts, wakes
from monitor.store.schema import entry, source
from monitor.store.types import columns_of, first, nouns


def add(conn: Connection, new: Source) -> tuple[Source, bool]:
    """Add a source, or bring a removed one back; return it and whether it is new to the list. Wakes the workers."""
    wakes.wake(conn)
    hosts.ensure(conn, new.host)
    made = dialects.insert_new(conn, source, columns_of(new), ["url"])
    if made is not None:
        hosts.refresh_due(conn, [new.host])
        return replace(new, id=made), True
    known = by_url(conn, new.url)
    assert known is not None
    if known.state is not SourceState.REMOVED:
        return known, False
    conn.execute(update(source).where(source.c.id == known.id).values(**columns_of(new)))
    hosts.refresh_due(conn, [new.host])
    return replace(new, id=known.id), True


def get(conn: Connection, source_id: int) -> Source | None:
    """Return a source by its number, or None."""
    return _one(conn, source.c.id == source_id)


def by_url(conn: Connection, url: str) -> Source | None:
    """Return a source by its URL, or None."""
    return _one(conn, source.c.url == url)


def _one(conn: Connection, which: Any) -> Source | None:
    return first(Source, conn.execute(select(source).where(which)))


def matching(conn: Connection, text: str) -> tuple[Source, ...]:
    """Return the sources whose URL contains a text, or whose outlet or title is it."""
    which = or_(source.c.url.contains(text, autoescape=True), source.c.outlet == text, source.c.title == text)
    return _many(conn, (source.c.state != SourceState.REMOVED) & which)


def every(conn: Connection, *, removed: bool = False) -> tuple[Source, ...]:
    """Return all sources, by number; removed ones only when asked for."""
    return _many(conn, source.c.id > 0 if removed else source.c.state != SourceState.REMOVED)


def count(conn: Connection) -> int:
    """Count the sources, removed ones left out."""
    which = source.c.state != SourceState.REMOVED
    return conn.execute(select(func.count()).select_from(source).where(which)).scalar_one()


def _many(conn: Connection, which: Any) -> tuple[Source, ...]:
    return nouns(Source, conn.execute(select(source).where(which).order_by(source.c.id)))


_NEXT_DUE = (
    select(source)
    .where(source.c.host == bindparam("at_host"), source.c.state == SourceState.ACTIVE)
    .where(source.c.next_check_at <= bindparam("now"))
    .order_by(source.c.next_check_at)
    .limit(1)
)
_NEXT_DUE_BESIDES = _NEXT_DUE.where(source.c.id.not_in(bindparam("besides", expanding=True)))


def next_due(conn: Connection, host: str, now: datetime, besides: tuple[int, ...] = ()) -> Source | None:
    """Return the source on this host that is most overdue and not among `besides`, or None."""
    statement = _NEXT_DUE_BESIDES if besides else _NEXT_DUE
    return first(Source, conn.execute(statement, {"at_host": host, "now": now, "besides": besides}))


def set_fields(conn: Connection, source_id: int, /, **values: Any) -> None:
    """Change columns of a source, and when its host is due with it."""
    conn.execute(update(source).where(source.c.id == source_id).values(**values))
    name = conn.execute(select(source.c.host).where(source.c.id == source_id)).scalar_one()
    hosts.refresh_due(conn, [name])


def save(conn: Connection, before: Source, after: Source) -> None:
    """Write what changed of a source; call `hosts.refresh_due` for its host, and for the one before if it moved."""
    was, now = columns_of(before), columns_of(after)
    changed = {name: value for name, value in now.items() if value != was[name]}
    if "host" in changed:
        hosts.ensure(conn, after.host)
    if changed:
        conn.execute(_set(tuple(sorted(changed))), {"source_id": before.id, **changed})


@lru_cache(maxsize=64)  # after most polls the same few columns have changed
def _set(names: tuple[str, ...]) -> Executable:
    which = source.c.id == bindparam("source_id")
    return update(source).where(which).values({name: bindparam(name) for name in names})


def put_off(conn: Connection, source_id: int, until: datetime, reason: str) -> None:
    """Poll a source later than planned."""
    set_fields(conn, source_id, next_check_at=until, plan_reason=reason)


_RECENT = (
    select(entry.c.appeared_at)
    .where(entry.c.source_id == bindparam("of"), entry.c.appeared_at.is_not(None))
    .order_by(entry.c.appeared_at.desc())
    .limit(bindparam("most"))
)


def recent_times(conn: Connection, source_id: int, limit: int = 200) -> tuple[datetime, ...]:
    """Return when this source's newest entries appeared in it, newest first."""
    rows = conn.execute(_RECENT, {"of": source_id, "most": limit}).all()  # one by one they take twice as long
    return tuple([at for (at,) in rows])
