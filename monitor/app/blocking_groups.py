"""The groups of an archive for programs that do not await: `archive.desk`, `archive.exports`. See `blocking`."""

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from monitor.answers import ClusterView, DocumentFilter, Page
from monitor.app.desk import Desk
from monitor.app.exports import Exports
from monitor.app.loop_thread import LoopThread
from monitor.desk_answers import CorpusRow, CorpusText, FrontPage, OutletPage, OutletRow, SourcePage, SourceRow
from monitor.progress import Progress
from monitor.telling_answers import TableFormat, TableReport


class BlockingDesk:
    """What `archive.desk` offers; see app/desk.py."""

    def __init__(self, desk: Desk, thread: LoopThread) -> None:
        self._desk = desk
        self._run = thread.run

    def front(self) -> FrontPage:
        """Return what happened lately."""
        return self._run(self._desk.front())

    def outlets(self) -> tuple[OutletRow, ...]:
        """Return every outlet that anything is kept of, or watched, by name."""
        return self._run(self._desk.outlets())

    def outlet(self, key: str) -> OutletPage:
        """Return all about an outlet. Raises NotFoundError for one that nothing is known of."""
        return self._run(self._desk.outlet(key))

    def sources(self, limit: int = 100, after: str | None = None) -> Page[SourceRow]:
        """Return the sources, those in trouble first. Raises UsageError for an `after` that is none."""
        return self._run(self._desk.sources(limit, after))

    def source(self, which: int | str) -> SourcePage:
        """Return all about a source, by number or URL. Raises NotFoundError."""
        return self._run(self._desk.source(which))

    def corpus(self, limit: int = 50, after: str | None = None) -> Page[CorpusRow]:
        """Return the saved texts, by the name of their file. Raises UsageError for an `after` that is none."""
        return self._run(self._desk.corpus(limit, after))

    def corpus_text(self, document: int | str) -> CorpusText:
        """Return a saved text with its citations. Raises NotFoundError for what is none."""
        return self._run(self._desk.corpus_text(document))

    def clusters(self, limit: int = 20, after: str | None = None) -> Page[ClusterView]:
        """Return the clusters that grew last, newest first. Raises UsageError for an `after` that is none."""
        return self._run(self._desk.clusters(limit, after))

    def cluster(self, number: int) -> ClusterView:
        """Return a cluster. Raises NotFoundError."""
        return self._run(self._desk.cluster(number))


class BlockingExports:
    """What `archive.exports` offers to who writes files; see app/exports.py."""

    def __init__(self, exports: Exports, thread: LoopThread) -> None:
        self._exports = exports
        self._run = thread.run

    def write(
        self,
        form: TableFormat,
        to: Path | BinaryIO,
        query: str = "",
        *,
        which: DocumentFilter | None = None,
        documents: Sequence[int | str] = (),
        changes: bool | None = None,
        all_kinds: bool = False,
        mark: str | None = None,
        resume: bool = False,
        progress: Progress | None = None,
    ) -> TableReport:
        """Write what a query finds, or these documents, or else everything, to a new file, folder or binary stream.

        `progress` is called in the archive's own thread. Raises UsageError, NotFoundError, MonitorError.
        """
        written = self._exports.write(
            form,
            to,
            query,
            which=which,
            documents=documents,
            changes=changes,
            all_kinds=all_kinds,
            mark=mark,
            resume=resume,
            progress=progress,
        )
        return self._run(written)

    def found(self, query: str, which: DocumentFilter | None = None) -> tuple[int, ...]:
        """Return the numbers of all documents that a query finds, ascending. Raises UsageError."""
        return self._run(self._exports.found(query, which))

    def copies_of(self, document: int | str) -> tuple[int, ...]:
        """Return the numbers of a document and all its copies, ascending. Raises NotFoundError."""
        return self._run(self._exports.copies_of(document))
