"""Read stored captures again with the present extractor, so that its work is never taken for an edit."""

from dataclasses import dataclass, field
from datetime import datetime
from importlib import metadata

from sqlalchemy import Connection

from monitor.answers import ChangeView, ReextractReport
from monitor.app import rereading, texts
from monitor.app.asking import find
from monitor.app.context import Context
from monitor.core import changes as comparing
from monitor.core.extractors import READER
from monitor.interfaces import Extraction
from monitor.model import Change, Document, Origin, Quality, Revision
from monitor.progress import Progress
from monitor.store import documents, hosts, revisions


@dataclass(frozen=True, slots=True)
class Which:
    """What is read again: documents by number or URL, all of an outlet, or all; `every` revision, whoever read it."""

    documents: tuple[int | str, ...] = ()
    outlet: str | None = None
    every: bool = False


def present_reader() -> str:
    """Return how the extractor of this program is named, without what depends on the page."""
    return f"trafilatura/{metadata.version('trafilatura')} reader/{READER}"


@dataclass(slots=True)
class _Tally:
    captures: int = 0
    same: int = 0
    different: int = 0
    unreadable: int = 0
    missing: int = 0
    changes: list[ChangeView] = field(default_factory=list)


async def reextract(ctx: Context, which: Which, *, dry_run: bool, progress: Progress | None) -> ReextractReport:
    """Read again what is asked for; a text that comes out different is a revision, its change REEXTRACTED."""
    numbers = await ctx.db.read(_numbers, which)
    tally = _Tally()
    for done, number in enumerate(numbers, start=1):
        await _document(ctx, number, which, tally, dry_run=dry_run)
        if progress:
            progress(done, len(numbers))
    return ReextractReport(
        extractor=present_reader(),
        documents=len(numbers),
        captures=tally.captures,
        same=tally.same,
        different=tally.different,
        unreadable=tally.unreadable,
        missing=tally.missing,
        changes=tuple(tally.changes),
    )


def _numbers(conn: Connection, which: Which) -> list[int]:
    if which.documents:
        return list(dict.fromkeys(find(conn, one).id for one in which.documents))
    return revisions.documents_read(conn, which.outlet, None if which.every else present_reader())


async def _document(ctx: Context, number: int, which: Which, tally: _Tally, *, dry_run: bool) -> None:
    document = await ctx.db.read(documents.get, number)
    assert document is not None  # documents are never deleted
    wanted = await ctx.db.read(revisions.ids, number) if which.every else (document.revision_id or 0,)
    for revision_id in wanted:
        revision = await ctx.db.read(revisions.get, revision_id)
        if revision is not None and revision.origin is Origin.WEB:
            await _revision(ctx, document, revision, tally, dry_run=dry_run)


async def _revision(ctx: Context, document: Document, revision: Revision, tally: _Tally, *, dry_run: bool) -> None:
    found = await rereading.reread(ctx, ctx.extractor.read, document, revision)
    if found is None:
        tally.missing += 1
        return
    tally.captures += 1
    if found.quality is not Quality.COMPLETE:
        tally.unreadable += 1
        return
    if comparing.fingerprint(found.title, found.text) == revision.fingerprint:
        tally.same += 1
    else:
        tally.different += 1
    if not dry_run:
        await _record(ctx, document, revision, found, tally)


async def _record(ctx: Context, document: Document, revision: Revision, found: Extraction, tally: _Tally) -> None:
    change = await ctx.db.write(_stored, document.id, revision, found, ctx.clock.now())
    if change is not None:
        tally.changes.append(ChangeView(change, document))


def _stored(conn: Connection, document_id: int, revision: Revision, found: Extraction, now: datetime) -> Change | None:
    """Store a reading, unless a visit has brought another text in the meantime."""
    before = documents.get(conn, document_id)
    assert before is not None
    hosts.lock(conn, {before.host})
    document = documents.get(conn, document_id) or before
    stands = document.revision_id == revision.id
    _, change = texts.reextracted(conn, document, revision, found, now, stands=stands)
    return change
