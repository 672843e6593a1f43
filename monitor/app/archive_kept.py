"""What is kept, as an archive answers it: the documents with their changes and copies, search, figures, SQL."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from monitor.answers import (
    ChangeView,
    ClusterView,
    DiffView,
    DocumentFilter,
    DocumentView,
    Page,
    SearchHit,
    Segment,
    Stats,
)
from monitor.app import asking
from monitor.app.facades import Facades
from monitor.model import ChangeKind, Document, Order, Source
from monitor.telling_answers import SqlAnswer, SqlTable


class Kept(Facades):
    """The questions to an open archive. None of them changes anything."""

    async def documents(self, which: DocumentFilter | None = None) -> tuple[Document, ...]:
        """Return the documents that a filter lets through, newest first."""
        return await asking.documents(self._ctx, which or DocumentFilter())

    async def document(self, document: int | str) -> DocumentView:
        """Return all about a document, by number or URL. Raises NotFoundError."""
        return await asking.document(self._ctx, document)

    async def diff(
        self,
        document: int | str,
        before: int | None = None,
        after: int | None = None,
        *,
        other: int | str | None = None,
    ) -> DiffView:
        """Return the words between two revisions of a document, by number; those of its last edit unless told.

        With `other`, from that document's text (its revision `before`, or the current one) to this one's. Of a saved
        text only the article is compared, not what was saved around it. Raises NotFoundError.
        """
        from monitor.app import differing

        return await differing.diff(self._ctx, document, before, after, other)

    def words_between(self, before: str, after: str) -> tuple[Segment, ...]:
        """Return the words between two short texts, such as two headlines."""
        from monitor.core.diffs import diff_words

        return diff_words(before, after)

    async def copies(self, document: int | str) -> ClusterView | None:
        """Return the documents that are copies of one, itself included, or None. Raises NotFoundError."""
        return await asking.copies(self._ctx, document)

    async def clusters(self, limit: int = 20) -> tuple[ClusterView, ...]:
        """Return the clusters of copies that grew last, newest first."""
        return await asking.clusters(self._ctx, limit)

    async def search(
        self,
        query: str,
        which: DocumentFilter | None = None,
        *,
        order: Order = Order.RELEVANCE,
        every_revision: bool = False,
        after: str | None = None,
    ) -> Page[SearchHit]:
        """Return what a query finds (docs/search.md), at most `which.limit`; `after` is the `next` of a page before.

        The query may consist of fields only, or of nothing: then all documents fit, and the newest come first. Raises
        UsageError for what cannot be understood, and for an `after` that is none.
        """
        from monitor.app import searching

        asked = which or DocumentFilter(limit=20)
        return await searching.search_documents(self._ctx, query, asked, order, every_revision, after)

    async def find_changes(
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
        """Return the changes of the documents that a query finds, newest first; `after` is the `next` of a page before.

        `kind:` and `changed:` mean the change itself. Words are looked for in the text that the change brought, or
        in the current one where it brought none. Those that are no edits are left out unless `kind:` or `all_kinds`
        asks for them; so is what weighs less than `at_least` (0 to 1). Raises as `search` does.
        """
        from monitor.app import searching

        return await searching.find_changes(self._ctx, query, since, until, at_least, all_kinds, limit, after)

    async def changes(
        self,
        since: datetime | None = None,
        *,
        outlet: str | None = None,
        kind: ChangeKind | None = None,
        limit: int = 100,
        all_kinds: bool = False,
        at_least: float = 0.0,
    ) -> tuple[ChangeView, ...]:
        """Return changes with their documents, newest first.

        Those that are no edits (furniture, another extractor) are left out, unless `kind` or `all_kinds` asks for them;
        so is what weighs less than `at_least` (0 to 1).
        """
        without = () if all_kinds or kind else asking.NO_EDITS
        return await asking.recent_changes(self._ctx, since, outlet, kind, limit, without, at_least)

    async def hidden_changes(
        self, since: datetime | None = None, *, outlet: str | None = None
    ) -> dict[ChangeKind, int]:
        """Count the changes that `changes` leaves out, by kind."""
        return await asking.hidden_changes(self._ctx, since, outlet)

    async def sources(self, *, removed: bool = False) -> tuple[Source, ...]:
        """Return the sources, by number."""
        return await asking.every_source(self._ctx, removed=removed)

    async def stats(self) -> Stats:
        """Return how much is kept, and where."""
        return await asking.stats(self._ctx)

    async def sql(
        self,
        statement: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        seconds: float = 30.0,
        limit: int = 1000,
    ) -> SqlAnswer:
        """Return what a statement that reads finds, its first `limit` rows; `:name` in it stands for a parameter.

        docs/querying.md has the views it can ask. It is asked through a connection that only reads, for `seconds` at
        most. Raises UsageError for what the database does not understand, TimeLimitError.
        """
        from monitor.app import querying

        return await querying.ask(self._ctx, statement, parameters, seconds, limit)

    async def sql_tables(self) -> tuple[SqlTable, ...]:
        """Return the views and tables that SQL can ask, with their columns."""
        from monitor.app import querying

        return await querying.tables(self._ctx)
