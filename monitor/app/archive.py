"""The archive: everything that a face, a notebook or the daemon may ask of it. Open one with `open_archive`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from monitor.answers import (
    AddReport,
    ChangeView,
    ClusterView,
    DiffView,
    DocumentFilter,
    DocumentView,
    ImportReport,
    Page,
    ReextractReport,
    SearchHit,
    Segment,
    SourceOptions,
    SourceView,
    Stats,
    TickReport,
    VisitReport,
)
from monitor.app import asking, mirror, opening
from monitor.app.context import Context
from monitor.app.facades import Facades
from monitor.core.secrets import without_secrets
from monitor.model import ChangeKind, Document, Order, Outlet, Source
from monitor.settings import Settings
from monitor.store.limits import within
from monitor.telling_answers import SqlAnswer, SqlTable

# Called with how much is done and how much there is.
Progress = Callable[[int, int], None]


class Archive(Facades):
    """An open archive. Its methods may be awaited side by side on one event loop."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        self._recovered = False

    @property
    def settings(self) -> Settings:
        """Return the settings in effect."""
        return self._ctx.settings

    @property
    def outlets(self) -> tuple[Outlet, ...]:
        """Return every outlet that the archive knows by name."""
        return self._ctx.registry.outlets

    def now(self) -> datetime:
        """Return the archive's present; simulations drive it."""
        return self._ctx.clock.now()

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Let every read inside end with TimeLimitError once `seconds` are over, all of them together.

        They are asked through connections of their own, so that no visit waits for them, and are ended as well when
        the task that waits for them is cancelled. Of one limit inside another the shorter holds.
        """
        with within(seconds):
            yield

    # --- what is kept -----------------------------------------------------------------------------------------

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

    # --- the corpus -------------------------------------------------------------------------------------------

    async def import_corpus(
        self, folder: Path, *, dry_run: bool = False, add_sources: bool = False, progress: Progress | None = None
    ) -> ImportReport:
        """Import every text of a folder (or one file) that is not in the archive yet, and propose the sources cited.

        Raises NotFoundError when there is no such folder, DatabaseError; a bad file is a Problem in the report.
        """
        from monitor.app import corpus

        report = await corpus.import_corpus(self._ctx, folder, dry_run=dry_run, progress=progress)
        if add_sources:
            from monitor.app import discovery

            report = await discovery.add_proposed(self._ctx, report, dry_run=dry_run)
            return replace(report, added=_masked(report.added))
        return report

    async def reextract(
        self,
        documents: Sequence[int | str] = (),
        *,
        outlet: str | None = None,
        every: bool = False,
        dry_run: bool = False,
        progress: Progress | None = None,
    ) -> ReextractReport:
        """Read stored captures again with the present extractor; a difference is a change of kind REEXTRACTED.

        Of the documents named, of an outlet, or else of all whose current text another extractor read; with `every`
        every revision that has bytes, whoever read it. `dry_run` stores nothing. Raises NotFoundError.
        """
        from monitor.app import reextracting

        which = reextracting.Which(tuple(documents), outlet, every)
        return await reextracting.reextract(self._ctx, which, dry_run=dry_run, progress=progress)

    async def mirror(self, *, rebuild: bool = False, progress: Progress | None = None) -> int:
        """Write current texts that the mirror lacks into `data_dir/corpus` (all with `rebuild`); return how many.

        When the folder is gone, all are lacking.
        """
        return await mirror.update(self._ctx, rebuild=rebuild, progress=progress)

    # --- sources ----------------------------------------------------------------------------------------------

    async def add_sources(
        self,
        urls: Sequence[str],
        options: SourceOptions | None = None,
        *,
        dry_run: bool = False,
        progress: Progress | None = None,
    ) -> tuple[AddReport, ...]:
        """Find out what each URL is and watch it; every URL gets a report, also a refused one.

        Raises UsageError for options that no URL can have.
        """
        from monitor.app import discovery

        chosen = options or SourceOptions()
        reports = await discovery.add_sources(self._ctx, urls, chosen, dry_run=dry_run, progress=progress)
        return _masked(reports)

    async def source(self, which: int | str) -> Source:
        """Return one source by number, URL, or a part of its URL that only it has. Raises NotFoundError."""
        from monitor.app import operating

        return without_secrets(await operating.find_source(self._ctx, which))

    async def source_view(self, which: int | str) -> SourceView:
        """Return all about one source, named as for `source`. Raises NotFoundError."""
        from monitor.app import operating

        return await asking.source_view(self._ctx, (await operating.find_source(self._ctx, which)).id)

    async def pause(self, which: int | str, reason: str | None = None) -> Source:
        """Stop polling a source until it is resumed. Raises NotFoundError."""
        from monitor.app import operating

        return without_secrets(await operating.pause(self._ctx, which, reason))

    async def resume(self, which: int | str) -> Source:
        """Poll a paused source again, at once. Raises NotFoundError."""
        from monitor.app import operating

        return without_secrets(await operating.resume(self._ctx, which))

    async def remove_source(self, which: int | str) -> Source:
        """Forget a source; what it told of stays. Raises NotFoundError."""
        from monitor.app import operating

        return without_secrets(await operating.remove(self._ctx, which))

    async def check(
        self, which: int | str, *, documents: bool = False, progress: Progress | None = None
    ) -> tuple[VisitReport, ...]:
        """Poll a source now and read what is new, explaining every decision; with `documents` read all it told of.

        Raises NotFoundError, and MonitorError while another process visits that host.
        """
        from monitor.app import operating

        return await operating.check(self._ctx, which, documents=documents, progress=progress)

    async def check_document(self, document: int | str) -> VisitReport:
        """Read a document again now, explaining every decision. Raises as `check` does."""
        from monitor.app import operating

        return await operating.check_document(self._ctx, document)

    # --- rounds -----------------------------------------------------------------------------------------------

    @property
    def visits_under_way(self) -> int:
        """Return how many hosts are being visited."""
        return self._rounds.active

    async def recover(self) -> None:
        """Mend what a killed process left behind: leases, and evidence the database never heard of. Once is enough."""
        if not self._recovered:
            await opening.recover(self._ctx)
            if not self._ctx.db.is_shared:  # else whoever keeps the mirror does it
                await mirror.complete_seed(self._ctx)
            self._recovered = True

    async def tick(self, *, progress: Progress | None = None) -> TickReport:
        """Do one round: visit everything due, and what is heard of meanwhile; then bring the mirror up to date.

        `progress` is told how many visits to hosts have ended, and begun.
        """
        await self.recover()
        report = await self._rounds.round(self.now(), progress)
        await self.workers.mirror()
        await self.custody.seal()
        return report

    async def launch(self) -> None:
        """Start visits to hosts that are due now, without waiting for them; raises what an earlier one failed of."""
        await self._rounds.launch(self.now())

    async def watch_pressure(self) -> None:
        """Tell in the log once the database no longer keeps up with what is fetched, and once it does again."""
        self._ctx.pressure.is_high()

    async def listen(self) -> None:
        """Let hubs push what is new, where `push.public_url` says so (docs/push.md); else do nothing."""
        await self._pushes.start()

    async def renew_subscriptions(self) -> None:
        """Ask hubs for what is due: new subscriptions and renewals."""
        await self._pushes.renew()

    async def ping(self) -> None:
        """Ask the database for a sign of life. Raises DatabaseError without one."""
        await self._ctx.db.read(asking.ping)

    async def stop(self) -> None:
        """Start no more visits and let those under way end, within seconds; nothing recorded is lost."""
        if "_pushes" in vars(self):
            await self._pushes.stop()
        if "_rounds" in vars(self):
            await self._rounds.stop()

    async def close(self) -> None:
        """End what is under way and close everything; `open_archive` does it."""
        try:
            await self.stop()
            if "reloading" in vars(self):
                await self.reloading.close()
        finally:
            await opening.close_context(self._ctx)

    def abandon(self) -> None:
        """Close the database of an archive that only was read, as a program ends that forgot to close it."""
        self._ctx.db.close()


def _masked(reports: Sequence[AddReport]) -> tuple[AddReport, ...]:
    return tuple(replace(one, source=one.source and without_secrets(one.source)) for one in reports)
