"""Sources as lists show them: those in trouble first, and what each told of."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select, text, true

from monitor.model import Document, Outcome, Source, SourceState
from monitor.store.dialects import is_sqlite
from monitor.store.schema import document, entry, source
from monitor.store.types import noun, nouns

_ACTIVE = source.c.state == SourceState.ACTIVE
_ANSWERS = _ACTIVE & (source.c.failures == 0)
_READ = _ANSWERS & (source.c.verified == true())
_PAUSED = source.c.state == SourceState.PAUSED
# What pauses a source by itself (app/planning.py, app/turns.py): a 410 that stays, and a move to one that is watched.
_BY_ITSELF = (func.coalesce(source.c.last_outcome, "") == Outcome.GONE) | source.c.moved_to.is_not(None)

# In this order a list of sources is told: failing, silent, never read, paused without being told; then the others.
RANKS = (
    _ACTIVE & (source.c.failures > 0),
    _READ & source.c.silence.is_not(None),
    _ANSWERS & (source.c.verified != true()),
    _PAUSED & _BY_ITSELF,
    _READ & source.c.silence.is_(None),
    _PAUSED & ~_BY_ITSELF,
)
TROUBLED = 4  # the first ranks

Ranked = tuple[int, Source]


def ranked(conn: Connection, limit: int, after: tuple[int, int] = (0, 0), ranks: int = len(RANKS)) -> list[Ranked]:
    """Return sources with their ranks, by rank and number; `after` is the rank and number to go on behind.

    With `ranks` only those of the first so many ranks. Removed sources have none.
    """
    if not is_sqlite(conn):  # else it has one plan for all ranks in time, and walks through the sources that are well
        conn.execute(text("SET LOCAL plan_cache_mode TO force_custom_plan"))
    begin, behind = after
    found: list[Ranked] = []
    for rank in range(max(0, begin), ranks):
        if len(found) >= limit:
            break
        which = RANKS[rank] & (source.c.id > (behind if rank == begin else 0))
        rows = conn.execute(select(source).where(which).order_by(source.c.id).limit(limit - len(found))).mappings()
        found += [(rank, noun(Source, row)) for row in rows]
    return found


def of_outlet(conn: Connection, key: str) -> tuple[Source, ...]:
    """Return the sources of an outlet that are not removed, by number."""
    return of_outlets(conn, [key])


def of_outlets(conn: Connection, keys: Collection[str]) -> tuple[Source, ...]:
    """Return the sources of outlets that are not removed, by number."""
    which = source.c.outlet.in_(list(keys)) & (source.c.state != SourceState.REMOVED)
    return nouns(Source, conn.execute(select(source).where(which).order_by(source.c.id)))


def at_urls(conn: Connection, urls: Collection[str]) -> tuple[Source, ...]:
    """Return the sources at these addresses that are not removed, by number."""
    which = source.c.url.in_(list(urls)) & (source.c.state != SourceState.REMOVED)
    return nouns(Source, conn.execute(select(source).where(which).order_by(source.c.id)))


def told(conn: Connection, source_ids: Sequence[int]) -> dict[int, int]:
    """Return how many articles sources told of; one that told of none is left out."""
    counted = select(entry.c.source_id, func.count()).where(entry.c.source_id.in_(list(source_ids)))
    return {row[0]: row[1] for row in conn.execute(counted.group_by(entry.c.source_id))}


def first_told(conn: Connection, source_ids: Sequence[int]) -> dict[int, datetime]:
    """Return when sources first told of anything: what they had then is a backlog, and no news."""
    first = select(entry.c.source_id, func.min(entry.c.first_seen_at)).where(entry.c.source_id.in_(list(source_ids)))
    return {row[0]: row[1] for row in conn.execute(first.group_by(entry.c.source_id))}


def newest_documents(conn: Connection, source_id: int, limit: int) -> tuple[Document, ...]:
    """Return the documents that a source told of last and that were read, newest first."""
    read = (entry.c.source_id == source_id) & document.c.revision_id.is_not(None)
    newest = select(document).join(entry, entry.c.document_id == document.c.id).where(read)
    newest = newest.order_by(entry.c.first_seen_at.desc(), entry.c.id.desc()).limit(2 * limit)
    found = {row["id"]: noun(Document, row) for row in conn.execute(newest).mappings()}  # a document may have two
    return tuple(found.values())[:limit]
