"""Export captures for other programs: resolve what is selected, and write it whole or not at all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection

from monitor.app.asking import find
from monitor.app.context import Context
from monitor.app.export_evidence_forms import About, Tally, write_cdxj, write_wacz, write_warc
from monitor.app.export_evidence_records import Records
from monitor.app.keeping import policy_of
from monitor.app.redacted import refuse as refuse_redacted
from monitor.edges.whole_file import refuse_place, whole_file
from monitor.errors import NotFoundError
from monitor.evidence_answers import ExportFormat, ExportReport, Selection
from monitor.model import EvidencePolicy
from monitor.progress import Progress
from monitor.shipped import version
from monitor.store import copies, selecting, sources
from monitor.store.selecting import Selected, Which

_LONGEST = 500  # characters of a list of documents, in what an export says of itself


async def export(
    ctx: Context, selection: Selection, form: ExportFormat, out: Path, *, progress: Progress | None = None
) -> ExportReport:
    """Write the captures of a selection to a new file; what is missing or damaged is left out and named.

    Raises NotFoundError for a document or folder that is none and for a selection of nothing, UsageError where `out` is
    in the way or in the archive's own folder, MonitorError where it cannot be written.
    """
    await asyncio.to_thread(refuse_place, out, ctx.settings.data_dir)
    selected = await ctx.db.read(_resolved, selection)
    if not selected.numbers:
        raise await ctx.db.read(_nothing, ctx, selection)
    records = Records(ctx, selected, progress)
    async with _in_threads(whole_file(out)) as stream:
        tally = await _write(ctx, records, stream, form, out.name, selection)
        size = stream.tell()
    return ExportReport(
        path=str(out),
        format=form,
        captures=tally.captures,
        records=tally.records,
        documents=selected.documents,
        bytes=size,
        left_out=records.left_out,
        brought=len(records.brought),
        in_use=tally.in_use,
    )


async def _write(
    ctx: Context, records: Records, stream: BinaryIO, form: ExportFormat, name: str, selection: Selection
) -> Tally:
    if form is ExportFormat.CDXJ:
        return await write_cdxj(ctx, records, stream, whole=selection == Selection())
    about = _about(ctx, selection)
    if form is ExportFormat.WACZ:
        return await write_wacz(ctx, records, stream, about)
    return await write_warc(ctx, records, stream, name, about)


def _nothing(conn: Connection, ctx: Context, selection: Selection) -> NotFoundError:
    """Say why nothing is selected: where all that it could come from keeps none, that."""
    asked = [sources.get(conn, one) for one in _sources(conn, selection)]
    if asked and all(policy_of(ctx, one) is EvidencePolicy.NONE for one in asked):
        why = sorted({f"that of source {one.id}" if one and one.evidence else "evidence.keep" for one in asked})
        told = f"nothing of that is kept: the policy is `none` ({', '.join(why)})"
        return NotFoundError(told, hint="docs/evidence.md tells what each policy keeps; what was not kept is not there")
    return NotFoundError("nothing of that was captured", hint="`monitor documents` lists what was read")


def _sources(conn: Connection, selection: Selection) -> set[int]:
    if selection.source_id is not None:
        return {selection.source_id}
    return {one.source_id for each in selection.documents if (one := find(conn, each)).source_id is not None}


def _resolved(conn: Connection, selection: Selection) -> Selected:
    """Return what a selection holds. Raises NotFoundError."""
    which = Which(
        documents=_numbers(conn, selection),
        source_id=selection.source_id,
        outlet=selection.outlet,
        since=selection.since,
        until=selection.until,
    )
    return selecting.selected(conn, which)


def _numbers(conn: Connection, selection: Selection) -> tuple[int, ...] | None:
    """Return the documents selected, by name and as copies of one; None where neither was asked for."""
    found = [find(conn, one) for one in selection.documents]
    for one in found:
        refuse_redacted(one)
    named = {one.id for one in found} if found else None
    if selection.cluster_of is None:
        return None if named is None else tuple(sorted(named))
    first = find(conn, selection.cluster_of)
    place = copies.place_of(conn, first.id)
    alike = {one.document_id for one in copies.members(conn, place.cluster_id)} if place else {first.id}
    return tuple(sorted(alike if named is None else alike & named))


def _about(ctx: Context, selection: Selection) -> About:
    contact = ctx.settings.fetch.contact
    title = f"Monitor archive of {contact}" if contact else "Monitor archive"
    return About(title, _in_words(selection), f"monitor-archive/{version()}", contact, ctx.clock.now())


def _in_words(selection: Selection) -> str:
    """Say what was selected, in a line of bounded length."""
    told = (
        (selection.documents, f"documents {', '.join(map(str, selection.documents))}"[:_LONGEST]),
        (selection.source_id is not None, f"source {selection.source_id}"),
        (selection.outlet, f"outlet {selection.outlet}"),
        (selection.cluster_of is not None, f"copies of {selection.cluster_of}"),
        (selection.since, f"since {selection.since:%Y-%m-%dT%H:%M:%SZ}" if selection.since else ""),
        (selection.until, f"until {selection.until:%Y-%m-%dT%H:%M:%SZ}" if selection.until else ""),
    )
    return "; ".join(words for given, words in told if given) or "all captures"


@asynccontextmanager
async def _in_threads(manager: AbstractContextManager[BinaryIO]) -> AsyncIterator[BinaryIO]:
    """Enter and leave a context in threads: to sync a large file takes long."""
    stream = await asyncio.to_thread(manager.__enter__)
    try:
        yield stream
    except BaseException as error:
        await asyncio.to_thread(manager.__exit__, type(error), error, error.__traceback__)
        raise
    await asyncio.to_thread(manager.__exit__, None, None, None)
