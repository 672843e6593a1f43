"""An archive for programs that do not await: notebooks, scripts, threads.

An event loop in a thread of its own does the work, so that it makes no difference whether the caller has a loop running
(as Jupyter has). Every method is that of `Archive` of the same name, and raises the same errors.
"""

import atexit
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from typing import Any

from monitor.answers import (
    ChangeView,
    ClusterView,
    DiffView,
    DocumentFilter,
    DocumentView,
    Page,
    SearchHit,
    SourceView,
    Stats,
)
from monitor.app.archive import Archive
from monitor.app.blocking_groups import BlockingDesk, BlockingExports
from monitor.app.loop_thread import LoopThread
from monitor.model import ChangeKind, Document, Order, Outlet, Source
from monitor.settings import Settings
from monitor.telling_answers import SqlAnswer, SqlTable


class BlockingArchive:
    """An open archive whose methods block until they have the answer. They may be called from several threads."""

    def __init__(self, archive: Archive, thread: LoopThread) -> None:
        self._archive = archive
        self._thread = thread
        self._run = thread.run
        self._closed = False
        atexit.register(self._end)

    def close(self) -> None:
        """Close the archive; once more does no harm. Afterwards every method raises DatabaseError.

        In a process that was forked nothing is done: the connections are those of the process that opened it.
        """
        atexit.unregister(self._end)
        closed, self._closed = self._closed, True
        if not closed and self._thread.is_here:
            try:
                self._run(self._archive.close())
            finally:
                self._thread.stop()

    def _end(self) -> None:
        """Close the database as the program ends: what would close the rest is gone by then, and holds nothing."""
        self._closed = True
        if self._thread.is_here:
            self._archive.abandon()

    @cached_property
    def desk(self) -> BlockingDesk:
        """Return what shows a reader pages made of many nouns."""
        return BlockingDesk(self._archive.desk, self._thread)

    @cached_property
    def exports(self) -> BlockingExports:
        """Return what writes texts, changes and sources for other programs."""
        return BlockingExports(self._archive.exports, self._thread)

    @property
    def settings(self) -> Settings:
        """Return the settings in effect."""
        return self._archive.settings

    @property
    def outlets(self) -> tuple[Outlet, ...]:
        """Return every outlet that the archive knows by name."""
        return self._archive.outlets

    def now(self) -> datetime:
        """Return the archive's present."""
        return self._archive.now()

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Let every read inside end with TimeLimitError once `seconds` are over, all of them together."""
        with self._archive.within(seconds):
            yield

    def documents(self, which: DocumentFilter | None = None) -> tuple[Document, ...]:
        """Return the documents that a filter lets through, newest first."""
        return self._run(self._archive.documents(which))

    def document(self, document: int | str) -> DocumentView:
        """Return all about a document, by number or URL. Raises NotFoundError."""
        return self._run(self._archive.document(document))

    def diff(
        self,
        document: int | str,
        before: int | None = None,
        after: int | None = None,
        *,
        other: int | str | None = None,
    ) -> DiffView:
        """Return the words between two revisions of a document, or two documents. Raises NotFoundError."""
        return self._run(self._archive.diff(document, before, after, other=other))

    def copies(self, document: int | str) -> ClusterView | None:
        """Return the documents that are copies of one, itself included, or None. Raises NotFoundError."""
        return self._run(self._archive.copies(document))

    def clusters(self, limit: int = 20) -> tuple[ClusterView, ...]:
        """Return the clusters of copies that grew last, newest first."""
        return self._run(self._archive.clusters(limit))

    def search(
        self,
        query: str,
        which: DocumentFilter | None = None,
        *,
        order: Order = Order.RELEVANCE,
        every_revision: bool = False,
        after: str | None = None,
    ) -> Page[SearchHit]:
        """Return what a query finds, a page at a time (docs/search.md). Raises UsageError."""
        return self._run(self._archive.search(query, which, order=order, every_revision=every_revision, after=after))

    def find_changes(
        self,
        query: str = "",
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        at_least: float = 0.0,
        all_kinds: bool = False,
        limit: int = 50,
        after: str | None = None,
    ) -> Page[ChangeView]:
        """Return the changes of the documents that a query finds, newest first. Raises UsageError."""
        found = self._archive.find_changes(
            query, since=since, until=until, at_least=at_least, all_kinds=all_kinds, limit=limit, after=after
        )
        return self._run(found)

    def changes(
        self,
        since: datetime | None = None,
        *,
        outlet: str | None = None,
        kind: ChangeKind | None = None,
        limit: int = 100,
        all_kinds: bool = False,
        at_least: float = 0.0,
    ) -> tuple[ChangeView, ...]:
        """Return changes with their documents, newest first."""
        found = self._archive.changes(
            since, outlet=outlet, kind=kind, limit=limit, all_kinds=all_kinds, at_least=at_least
        )
        return self._run(found)

    def sources(self, *, removed: bool = False) -> tuple[Source, ...]:
        """Return the sources, by number."""
        return self._run(self._archive.sources(removed=removed))

    def source(self, which: int | str) -> Source:
        """Return one source by number, URL, or a part of its URL that only it has. Raises NotFoundError."""
        return self._run(self._archive.source(which))

    def source_view(self, which: int | str) -> SourceView:
        """Return all about one source, named as for `source`. Raises NotFoundError."""
        return self._run(self._archive.source_view(which))

    def stats(self) -> Stats:
        """Return how much is kept, and where."""
        return self._run(self._archive.stats())

    def sql(
        self,
        statement: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        seconds: float = 30.0,
        limit: int = 1000,
    ) -> SqlAnswer:
        """Return what a statement that reads finds, its first `limit` rows. Raises UsageError, TimeLimitError."""
        return self._run(self._archive.sql(statement, parameters, seconds=seconds, limit=limit))

    def sql_tables(self) -> tuple[SqlTable, ...]:
        """Return the views and tables that SQL can ask, with their columns."""
        return self._run(self._archive.sql_tables())
