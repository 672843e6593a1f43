"""The exports: texts, changes and sources in the forms that other programs read. Evidence has its own (custody)."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from monitor.answers import AddReport, DocumentFilter
from monitor.app.context import Context
from monitor.progress import Progress
from monitor.telling_answers import TableFormat, TableReport


class Exports:
    """What `archive.exports` offers. Each form is one module of app/, imported when first asked for."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    async def write(
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

        Rows are documents, or `changes` (as diffs and Atom are unless told); of changes only edits, unless `all_kinds`.
        With `mark` only what came or changed since an export of that name, which has then come this far. With `resume`
        an export to that file that was interrupted goes on. Nothing of what was redacted is written, and no file is
        overwritten. Raises UsageError, NotFoundError, MonitorError.
        """
        from monitor.app import export_request, export_sources, export_tables

        numbers = await self.numbers(documents)
        request = export_request.request_of(form, to, query, which, numbers, changes, all_kinds, mark)
        if form is TableFormat.OPML:
            return await export_sources.write(self._ctx, request, to, resume=resume)
        return await export_tables.write(self._ctx, request, to, resume=resume, progress=progress)

    def mark_of(
        self,
        form: TableFormat,
        to: Path,
        query: str = "",
        *,
        which: DocumentFilter | None = None,
        changes: bool | None = None,
        all_kinds: bool = False,
    ) -> str:
        """Return the name of the mark that goes with a form, a file, and what is selected."""
        from monitor.app import export_request

        return export_request.mark_of(form, to, query, which, changes, all_kinds)

    def draft_of(self, to: Path) -> Path:
        """Return where an export to that file lies until it is whole."""
        from monitor.edges import export_draft

        return export_draft.draft_of(to)

    async def numbers(self, documents: Sequence[int | str]) -> tuple[int, ...]:
        """Return the numbers of documents that are named by number or URL.

        Raises NotFoundError for what is none, or was redacted.
        """
        from monitor.app import export_selecting

        return await self._ctx.db.read(export_selecting.numbers, documents)

    async def copies_of(self, document: int | str) -> tuple[int, ...]:
        """Return the numbers of a document and all its copies, ascending. Raises NotFoundError."""
        from monitor.app import export_selecting

        return await self._ctx.db.read(export_selecting.alike, document)

    async def found(self, query: str, which: DocumentFilter | None = None) -> tuple[int, ...]:
        """Return the numbers of all documents that a query finds, ascending. Raises UsageError."""
        from monitor.app import export_marks, export_request, export_selecting

        request = export_request.Request(TableFormat.JSONL, query.strip(), which or DocumentFilter())
        plan = await export_marks.begun(self._ctx, request)
        return tuple(await export_selecting.document_ids(self._ctx, request, plan))

    async def import_opml(
        self,
        data: bytes,
        name: str,
        *,
        trust: bool = False,
        force: bool = False,
        dry_run: bool = False,
        progress: Progress | None = None,
    ) -> tuple[AddReport, ...]:
        """Watch the sources of an OPML file; `name` is what it is called in messages.

        What an archive exported comes back as it was, and nobody is asked; the URLs of others are asked as those that
        are added by hand, and with `force` kept where they do not answer. Only with `trust` a file may name a proxy,
        and have certificates or robots.txt ignored. Raises UsageError for what is no OPML.
        """
        from monitor.app import import_sources
        from monitor.core.secrets import without_secrets

        reports = await import_sources.import_opml(
            self._ctx, data, name, trust=trust, force=force, dry_run=dry_run, progress=progress
        )
        return tuple(replace(one, source=one.source and without_secrets(one.source)) for one in reports)
