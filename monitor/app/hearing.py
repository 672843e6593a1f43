"""Take note of what sources tell of: an entry for each sighting, a pending document for each new article."""

from datetime import datetime

from sqlalchemy import Connection

from monitor.app.context import Context
from monitor.core.urls import canonical_url, host_of
from monitor.interfaces import FeedItem
from monitor.model import Document, DocumentState, Entry, Origin, Source
from monitor.store import documents, entries


def hear(
    conn: Connection, ctx: Context, source: Source, items: tuple[FeedItem, ...], now: datetime, due: datetime
) -> tuple[int, set[str]]:
    """Record every entry, and a pending document for each new one; return how many, and the hosts they are on."""
    new, touched = 0, {source.host}
    for item in items:
        told = Entry(
            source.id, item.key, item.url, guid=item.guid, title=item.title, raw_date=item.raw_date,
            published_at=item.published_at,
        )  # fmt: skip
        entry, is_new = entries.sight(conn, told, now)
        if is_new:
            document = hear_of(conn, ctx, source, item, now, due)
            entries.attach(conn, entry.id, document.id)
            new += 1
            touched.add(document.host or source.host)
    return new, touched


def hear_of(
    conn: Connection, ctx: Context, source: Source, item: FeedItem, now: datetime, due: datetime | None
) -> Document:
    """Return the document an item is about, made if need be, to be read at `due`."""
    url = canonical_url(item.url)
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
