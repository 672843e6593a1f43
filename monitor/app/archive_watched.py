"""What is watched and taken in, as an archive is told it: its sources, the saved texts, what is read once more."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from monitor.answers import AddReport, ImportReport, ReextractReport, SourceOptions, SourceView, VisitReport
from monitor.app import asking, mirror
from monitor.app.facades import Facades
from monitor.core.secrets import without_secrets
from monitor.model import Source
from monitor.progress import Progress


class Watched(Facades):
    """What a person has an open archive do, one thing at a time."""

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


def _masked(reports: Sequence[AddReport]) -> tuple[AddReport, ...]:
    return tuple(replace(one, source=one.source and without_secrets(one.source)) for one in reports)
