"""What was redacted: its pages, which are never asked for again, and the captures that tell of it."""

from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, Connection, RowMapping, false, func, or_, select

from monitor.core.query import Query
from monitor.core.urls import page_key, site_of
from monitor.errors import UsageError
from monitor.model import Capture, DocumentState, RemovalCause
from monitor.store import fulltext
from monitor.store.batches import batches
from monitor.store.schema import address, capture, document, fetch, revision, source, tombstone
from monitor.store.types import noun, nouns

_KEPT = capture.c.removed_at.is_(None)


def numbers(conn: Connection) -> tuple[int, ...]:
    """Return the numbers of the documents that were redacted."""
    # By the tombstones: there are few of no capture, and an index finds them.
    which = tombstone.c.capture_id.is_(None) & (tombstone.c.cause == RemovalCause.REDACTION)
    rows = conn.execute(select(tombstone.c.document_id).where(which).distinct()).scalars()
    return tuple(number for number in rows if number is not None)


def barred(conn: Connection) -> dict[str, int]:
    """Return the pages that are never to be asked for again, by their key: those of redacted documents."""
    found: dict[str, int] = {}
    for some in batches(numbers(conn)):
        now = select(document.c.page_key, document.c.id).where(document.c.id.in_(some))
        before = select(address.c.page_key, address.c.document_id).where(address.c.document_id.in_(some))
        found |= {key: number for query in (before, now) for key, number in conn.execute(query) if key}
    return found


def bars(conn: Connection, *urls: str | None) -> int | None:
    """Return the redacted document that one of these addresses is of, or None."""
    keys = [key for url in urls if url and (key := _key(url))]
    if not keys:
        return None
    here = select(document.c.id).where(document.c.page_key.in_(keys), document.c.state == DocumentState.REDACTED)
    before = select(address.c.document_id).join(document, document.c.id == address.c.document_id)
    before = before.where(address.c.page_key.in_(keys), document.c.state == DocumentState.REDACTED)
    return conn.execute(here.limit(1)).scalar() or conn.execute(before.limit(1)).scalar()


def _key(url: str) -> str | None:
    try:
        return page_key(url)
    except UsageError:  # what nobody can ask for
        return None


def addresses_of(conn: Connection, document_id: int) -> tuple[str, ...]:
    """Return every URL that a document had; where a redirect from there led may be anybody's page, and is none."""
    queries = (
        select(document.c.url).where(document.c.id == document_id),
        select(address.c.url).where(address.c.document_id == document_id),
        select(fetch.c.url).where(fetch.c.document_id == document_id),
    )
    found = (url for query in queries for url in conn.execute(query.distinct()).scalars() if url)
    return tuple(dict.fromkeys(found))


def captures_about(conn: Connection, document_id: int, urls: Iterable[str]) -> tuple[Capture, ...]:
    """Return the captures kept of a document: its own, those at its addresses, and the redirects that led there."""
    theirs = select(fetch.c.id).where(fetch.c.document_id == document_id)
    mine = or_(capture.c.document_id == document_id, capture.c.fetch_id.in_(theirs))
    found = {row["id"]: noun(Capture, row) for row in _rows(conn, mine)}
    for some in batches(urls):
        found |= {row["id"]: noun(Capture, row) for row in _rows(conn, capture.c.url.in_(some))}
    for fetches in batches({one.fetch_id for one in found.values()}):
        found |= {row["id"]: noun(Capture, row) for row in _rows(conn, capture.c.fetch_id.in_(fetches))}
    return tuple(found[number] for number in sorted(found))


def _rows(conn: Connection, which: ColumnElement[bool]) -> Iterable[RowMapping]:
    return conn.execute(select(capture).where(which, _KEPT)).mappings()


def left_over(conn: Connection) -> tuple[int, ...]:
    """Return the captures kept of redacted documents: of a visit that was under way when one was."""
    found: list[int] = []
    for some in batches(numbers(conn)):
        found += conn.execute(select(capture.c.id).where(capture.c.document_id.in_(some), _KEPT)).scalars()
    return tuple(found)


def of_fetch(conn: Connection, capture_id: int) -> tuple[int, ...]:
    """Return the captures of the fetch that a capture is of."""
    its = select(capture.c.fetch_id).where(capture.c.id == capture_id).scalar_subquery()
    return tuple(conn.execute(select(capture.c.id).where(capture.c.fetch_id == its)).scalars())


def places_of(conn: Connection, record_ids: Iterable[str]) -> dict[str, tuple[tuple[str, bool], ...]]:
    """Return of records, by id, the files in which rows say they lie, each with whether it was removed from there."""
    found: dict[str, tuple[tuple[str, bool], ...]] = {}
    for some in batches(record_ids):
        columns = select(capture.c.record_id, capture.c.file, capture.c.removed_at)
        for record_id, file, removed_at in conn.execute(columns.where(capture.c.record_id.in_(some))):
            found[record_id] = (*found.get(record_id, ()), (file, removed_at is not None))
    return found


def quoting(conn: Connection, query: Query, document_id: int) -> int:
    """Count the other documents of which any text, or its title, matches a query."""
    matches = fulltext.matches(conn, query)
    which = select(func.count(revision.c.document_id.distinct())).join(matches, matches.c.id == revision.c.id)
    return int(conn.execute(which.where(revision.c.document_id != document_id)).scalar_one())


def newest_capture(conn: Connection) -> int:
    """Return the number of the newest capture, 0 without any."""
    return int(conn.execute(select(func.max(capture.c.id))).scalar() or 0)


def captures_of_sources(
    conn: Connection, ids: Collection[int], sites: Collection[str] = (), after: int = 0
) -> tuple[Capture, ...]:
    """Return the captures kept of what sources themselves answered, with a number beyond `after`.

    With them those of these sites that were fetched for nothing that is kept, to find out what an address is.
    """
    statement = select(capture).join(fetch, fetch.c.id == capture.c.fetch_id)
    theirs = fetch.c.source_id.in_(list(ids)) & fetch.c.document_id.is_(None)
    nobodys = fetch.c.source_id.is_(None) & fetch.c.document_id.is_(None) & capture.c.document_id.is_(None)
    there = or_(*(capture.c.url.contains(site, autoescape=True) for site in sites)) if sites else false()
    which = or_(theirs, nobodys & there) & _KEPT & (capture.c.id > after)
    return nouns(Capture, conn.execute(statement.where(which).order_by(capture.c.id)))


def sites_of(conn: Connection, ids: Collection[int], url: str | None) -> tuple[str, ...]:
    """Return the sites of sources, and of an address."""
    found = list(conn.execute(select(source.c.host).where(source.c.id.in_(list(ids)))).scalars())
    return tuple(sorted({site_of(one) for one in (*found, url) if one}))
