"""Take note of what sources tell of: an entry for each sighting, a pending document for each new article."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.app import addresses, redacted
from monitor.app.context import Context
from monitor.core.rhythm import appeared_at
from monitor.core.urls import host_of, same_page
from monitor.interfaces import FeedItem
from monitor.model import Document, DocumentState, Entry, Origin, Source, SourceKind
from monitor.store import addresses as former
from monitor.store import documents, entries

# Many programs stamp every entry at every request: their word is heeded no more often than this.
LOOKED_LATELY = timedelta(hours=6)


def hosts_of(items: tuple[FeedItem, ...]) -> set[str]:
    """Return the hosts that articles are on."""
    return {host_of(addresses.address_of(item.url)) for item in items}


def hear(
    conn: Connection, ctx: Context, source: Source, items: tuple[FeedItem, ...], now: datetime, due: datetime
) -> tuple[int, set[str]]:
    """Record every entry, and a pending document for each new one; return how many, and the hosts they are on.

    An entry that a source keeps while it changes the link leads to a document at the new address as well.
    """
    items = redacted.untold(conn, items)
    known = entries.by_key(conn, source.id, [item.key for item in items])
    new, touched = 0, {source.host}
    for item in redacted.silenced(conn, known, items):
        before, made = known.get(item.key), None
        if before is None:
            made = entries.add(conn, _entry(source, item, now), now)
            new += made is not None
        elif _same_address(before.url, item.url) and not _tells_of_another(conn, before, item):
            _retitle(conn, before, item)
            touched |= _look_again(conn, before, item, due)
            continue
        document = hear_of(conn, ctx, source, item, now, due)
        told = before or made
        if told is not None:
            entries.set_fields(conn, told.id, document_id=document.id, url=item.url, title=item.title)
        touched.add(document.host or source.host)
    entries.sight(conn, source.id, list(known), now)
    return new, touched


def _entry(source: Source, item: FeedItem, now: datetime) -> Entry:
    return Entry(
        source.id,
        item.key,
        item.url,
        guid=item.guid,
        title=item.title,
        raw_date=item.raw_date,
        published_at=item.published_at,
        date_source=item.date_source,
        date_flag=item.date_flag,
        appeared_at=appeared_at(item.published_at, now, source.last_checked_at),
    )


def _same_address(before: str, now: str) -> bool:
    return before == now or same_page(before, now)


def _tells_of_another(conn: Connection, before: Entry, item: FeedItem) -> bool:
    """Say whether an entry may mean another article by now: its own left the address, and its title is another."""
    if item.title == before.title or before.document_id is None:
        return False
    one = documents.get(conn, before.document_id)
    if one is None or one.state is DocumentState.MOVED:
        return one is not None
    holder = former.holder(conn, addresses.address_of(item.url))
    return holder is not None and holder.id == one.id and addresses.at(conn, item.url) != one


def _retitle(conn: Connection, before: Entry, item: FeedItem) -> None:
    if (before.title, before.url) != (item.title, item.url):
        entries.set_fields(conn, before.id, title=item.title, url=item.url)


def _look_again(conn: Connection, before: Entry, item: FeedItem, due: datetime) -> set[str]:
    """Have an article read whose sitemap says that it was changed (lastmod); return the host it is on."""
    if item.date_source != "lastmod" or item.raw_date in (None, before.raw_date) or before.document_id is None:
        return set()
    entries.set_fields(conn, before.id, raw_date=item.raw_date)
    one = documents.get(conn, before.document_id)
    if one is None or one.host is None or one.state is not DocumentState.LIVE:
        return set()
    at = due if one.last_checked_at is None else max(due, one.last_checked_at + LOOKED_LATELY)
    if one.next_check_at is not None and one.next_check_at <= at:
        return set()
    documents.set_fields(conn, one.id, next_check_at=at, plan_reason="its sitemap says that it was changed")
    return {one.host}


def hear_of(
    conn: Connection, ctx: Context, source: Source, item: FeedItem, now: datetime, due: datetime | None
) -> Document:
    """Return the document an item is about, made if need be, to be read at `due`."""
    url = addresses.address_of(item.url)
    if known := _told_of(conn, source, item):
        addresses.correct(conn, known, url, due)
        _look_at(conn, known, due)
        return documents.get(conn, known.id) or known
    outlet = ctx.registry.by_host(host_of(url))
    document, _ = documents.add(
        conn,
        Document(
            id=0,
            origin=Origin.WEB,
            state=DocumentState.PENDING,
            first_seen_at=now,
            url=url,
            host=host_of(url),
            outlet=outlet.key if outlet else source.outlet,
            language=source.language,
            title=item.title,
            source_id=source.id,
            published_at=item.published_at,
            next_check_at=due,
            plan_reason="new",
        ),
    )
    return document


def _told_of(conn: Connection, source: Source, item: FeedItem) -> Document | None:
    """Return the document that an item is about, None where it has to be made.

    What links to a former address of an article means that article only while it is called what it was: another may
    have the address by now. A watched page is whatever is at its address.
    """
    found = addresses.at(conn, item.url)
    if source.kind is SourceKind.PAGE or (found is not None and found.state is not DocumentState.MOVED):
        return found
    holder = former.holder(conn, addresses.address_of(item.url))
    if holder is not None and (holder.state is DocumentState.REDACTED or _is_called_so(conn, holder, item)):
        return holder
    return found


def _is_called_so(conn: Connection, one: Document, item: FeedItem) -> bool:
    """Say whether sources have told of a document by this title and this guid."""
    told = entries.of_document(conn, one.id)
    return (
        item.title is not None
        and any(entry.title == item.title for entry in told)
        and any(entry.guid == item.guid for entry in told)
    )


def _look_at(conn: Connection, one: Document, due: datetime | None) -> None:
    """Have a document read that nobody watched any more, or that had left, or gone from, where a source tells of it."""
    if due is None:
        return
    if one.state in (DocumentState.MOVED, DocumentState.GONE):
        at = due if one.last_checked_at is None else max(due, one.last_checked_at + LOOKED_LATELY)
        if one.next_check_at is None or one.next_check_at > at:
            documents.set_fields(conn, one.id, next_check_at=at, plan_reason="a source tells of it anew")
    elif one.next_check_at is None:
        documents.set_fields(conn, one.id, next_check_at=due)
