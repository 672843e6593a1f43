"""The reader's desk: what the page and the API show that is made of many nouns. Reads only."""

from monitor.answers import ClusterView, Page
from monitor.app.context import Context
from monitor.desk_answers import CorpusRow, CorpusText, FrontPage, OutletPage, OutletRow, SourcePage, SourceRow


class Desk:
    """What `archive.desk` offers. Each method is one module of app/, imported when first asked for."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    async def front(self) -> FrontPage:
        """Return what happened lately."""
        from monitor.app import desk_front

        return await desk_front.front(self._ctx)

    async def outlets(self) -> tuple[OutletRow, ...]:
        """Return every outlet that anything is kept of, or watched, by name."""
        from monitor.app import desk_outlets

        return await desk_outlets.rows(self._ctx)

    async def outlet(self, key: str) -> OutletPage:
        """Return all about an outlet. Raises NotFoundError for one that nothing is known of."""
        from monitor.app import desk_outlets

        return await desk_outlets.page(self._ctx, key)

    async def sources(self, limit: int = 100, after: str | None = None) -> Page[SourceRow]:
        """Return the sources, those in trouble first. Raises UsageError for an `after` that is none."""
        from monitor.app import desk_sources

        return await desk_sources.rows(self._ctx, limit, after)

    async def source(self, which: int | str) -> SourcePage:
        """Return all about a source, by number or URL. Raises NotFoundError."""
        from monitor.app import desk_sources

        return await desk_sources.page(self._ctx, which)

    async def corpus(self, limit: int = 50, after: str | None = None) -> Page[CorpusRow]:
        """Return the saved texts, by the name of their file. Raises UsageError for an `after` that is none."""
        from monitor.app import desk_corpus

        return await desk_corpus.rows(self._ctx, limit, after)

    async def corpus_text(self, document: int | str) -> CorpusText:
        """Return a saved text with its citations. Raises NotFoundError for what is none."""
        from monitor.app import desk_corpus

        return await desk_corpus.text(self._ctx, document)

    async def clusters(self, limit: int = 20, after: str | None = None) -> Page[ClusterView]:
        """Return the clusters that grew last, newest first. Raises UsageError for an `after` that is none."""
        from monitor.app import desk_clusters

        return await desk_clusters.rows(self._ctx, limit, after)

    async def cluster(self, number: int) -> ClusterView:
        """Return a cluster. Raises NotFoundError."""
        from monitor.app import desk_clusters

        return await desk_clusters.one(self._ctx, number)
