"""Answer questions about what is kept. Reads only."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select

from monitor.answers import ChangeView, ClusterView, DocumentFilter, DocumentView, SourceView, Stats
from monitor.app.addresses import sought
from monitor.app.context import Context
from monitor.core.secrets import MASK, without_secrets
from monitor.errors import NotFoundError
from monitor.model import ChangeKind, Document, Host, Origin, Source
from monitor.store import (
    addresses,
    captures,
    changes,
    citations,
    corpus,
    entries,
    fetches,
    files,
    hosts,
    revisions,
    sources,
    subscriptions,
)
from monitor.store import documents as store
from monitor.store.changes import NO_EDITS as NO_EDITS
from monitor.store.dialects import shown


async def documents(ctx: Context, which: DocumentFilter) -> tuple[Document, ...]:
    """Return the documents that a filter lets through, newest first."""
    return await ctx.db.read(store.listed, which)


def find(conn: Connection, which: int | str) -> Document:
    """Return a document by number or URL. Raises NotFoundError."""
    is_number = str(which).isascii() and str(which).isdecimal()
    found = store.get(conn, int(which)) if is_number else sought(conn, str(which))
    if found is None:
        raise NotFoundError(f"there is no document {which}", hint="`monitor documents` lists them")
    return found


async def document(ctx: Context, which: int | str) -> DocumentView:
    """Return all about a document."""
    return await ctx.db.read(_view, ctx, which)


def _view(conn: Connection, ctx: Context, which: int | str) -> DocumentView:
    one = find(conn, which)
    return DocumentView(
        document=one,
        revisions=revisions.of_document(conn, one.id),
        changes=changes.of_document(conn, one.id),
        captures=captures.of_document(conn, one.id),
        fetches=fetches.of_document(conn, one.id),
        entries=entries.of_document(conn, one.id),
        citations=citations.of_document(conn, one.id),
        corpus_files=corpus.of_document(conn, one.id),
        addresses=addresses.of_document(conn, one.id),
        cluster=_cluster(conn, ctx, one),
    )


async def recent_changes(
    ctx: Context,
    since: datetime | None,
    outlet: str | None,
    kind: ChangeKind | None,
    limit: int,
    without: tuple[ChangeKind, ...],
    at_least: float,
) -> tuple[ChangeView, ...]:
    """Return changes with their documents, newest first, without those of some kinds or of less weight."""
    return await ctx.db.read(changes.listed, since, outlet, kind, limit, without, at_least)


async def hidden_changes(ctx: Context, since: datetime | None, outlet: str | None) -> dict[ChangeKind, int]:
    """Count the changes that are no edits, by kind."""
    counted = await ctx.db.read(changes.tally, since, outlet)
    return {kind: counted[kind] for kind in NO_EDITS if kind in counted}


async def copies(ctx: Context, which: int | str) -> ClusterView | None:
    """Return the cluster that a document is in, or None."""
    return await ctx.db.read(lambda conn: _cluster(conn, ctx, find(conn, which)))


def _cluster(conn: Connection, ctx: Context, one: Document) -> ClusterView | None:
    from monitor.app import copying  # slow to import, and most questions are others

    return copying.cluster_of(conn, ctx, one.id)


async def clusters(ctx: Context, limit: int) -> tuple[ClusterView, ...]:
    """Return the clusters that grew last, newest first."""
    from monitor.app import copying

    return await ctx.db.read(copying.newest, ctx, limit)


async def every_source(ctx: Context, *, removed: bool) -> tuple[Source, ...]:
    """Return the sources, by number."""
    found = await ctx.db.read(sources.every, removed=removed)
    return tuple(without_secrets(one) for one in found)


async def source_view(ctx: Context, source_id: int) -> SourceView:
    """Return all about a source, by number."""
    return await ctx.db.read(_source_view, source_id)


def _source_view(conn: Connection, source_id: int) -> SourceView:
    one = sources.get(conn, source_id)
    assert one is not None  # sources are never deleted
    subscription = subscriptions.of_source(conn, source_id)
    return SourceView(
        source=without_secrets(one),
        host=hosts.get(conn, one.host) or Host(one.host),
        articles=entries.count_of(conn, source_id),
        outcomes=fetches.outcomes_of(conn, source_id),
        fetches=fetches.of_source(conn, source_id),
        subscription=subscription and replace(subscription, secret=MASK, token=MASK),
    )


def ping(conn: Connection) -> None:
    """Ask for nothing, and get it."""
    conn.execute(select(1)).scalar_one()


async def stats(ctx: Context) -> Stats:
    """Return how much is kept, and where; of an archive of many rows it may be half a minute old."""
    return await ctx.stats.get(lambda: ctx.db.read(_stats, ctx))


def _stats(conn: Connection, ctx: Context) -> Stats:
    settings, (kept, removed) = ctx.settings, captures.counts(conn)
    return Stats(
        sources=sources.count(conn),
        documents=store.count(conn),
        corpus_documents=store.count(conn, Origin.CORPUS),
        revisions=revisions.count(conn),
        changes=changes.count(conn),
        captures=kept,
        database=shown(settings.database_url) if settings.database.url else str(settings.data_dir / "archive.db"),
        evidence_dir=str(settings.evidence_dir),
        mirror_dir=str(settings.mirror_dir),
        removed=removed,
        damaged=tuple(one for one in files.every(conn) if one.problem is not None),
    )
