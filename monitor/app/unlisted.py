"""Note what a source tells of no more while it still tells of older things: the hint of a takedown."""

from datetime import datetime

from sqlalchemy import Connection

from monitor.app.hearing import hosts_of
from monitor.core.windows import FEW, dropped_since
from monitor.interfaces import FeedItem
from monitor.model import Source, SourceKind
from monitor.store import entries, vanishing
from monitor.wording import counted

COLLAPSED = 0.5  # of what a feed held before: one that shrinks more is broken, or another feed


def note(
    conn: Connection,
    source: Source,
    items: tuple[FeedItem, ...],
    held: int | None,
    at: datetime,
    due: datetime,
    steps: list[str],
) -> set[str]:
    """Note which documents a source dropped, to be looked at by `due`, and which it tells of again; return their hosts.

    `source` is its row before this poll, `held` the number of items in the whole answer, None when it was not read or
    is a part. Call it once the items were heard, with the hosts of the source and the items locked.
    """
    if not items:
        return set()
    told = entries.by_key(conn, source.id, [item.key for item in items])
    listed = {entry.document_id for entry in told.values() if entry.document_id}
    vanishing.set_listed(conn, listed, at)
    gone = _dropped(conn, source, items, held, at) - listed
    if not 0 < len(gone) <= FEW:
        return set()
    touched = vanishing.set_unlisted(conn, source.id, gone, {source.host, *hosts_of(items)}, at, due)
    if touched:
        steps.append(f"{counted(len(gone), 'article')} dropped from its middle; looked at now")
    return touched


def _dropped(conn: Connection, source: Source, items: tuple[FeedItem, ...], held: int | None, at: datetime) -> set[int]:
    """Return the documents whose entries were in the last body read and are missing from the middle of this one.

    Sitemaps and pages of links are no windows of the newest: what leaves them says nothing.
    """
    if source.kind is not SourceKind.FEED or source.read_at is None or held is None:
        return set()
    since = dropped_since([item.published_at for item in items])
    if since is None or held < COLLAPSED * (source.holds or 0):
        return set()
    dropped = vanishing.dropped(conn, source.id, source.read_at, at, since)
    return {entry.document_id for entry in dropped if entry.document_id}
