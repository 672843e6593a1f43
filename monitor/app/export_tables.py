"""Write documents and changes for other programs: whole or not at all, in pieces that go on after an interruption."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from monitor.app import mirror
from monitor.app.context import Context
from monitor.app.export_marks import advance, begun
from monitor.app.export_request import RESUMED, Plan, Request, plan_of
from monitor.app.export_rows import lines_of, reader
from monitor.app.export_selecting import asked, change_pages, document_ids
from monitor.app.export_writers import LineWriter, TextWriter, Writer
from monitor.core.export_fields import OF_CHANGES, OF_TEXTS
from monitor.edges.export_draft import Draft, FolderDraft, documents_in
from monitor.edges.whole_file import refuse_place, refuse_taken
from monitor.errors import MonitorError, UsageError
from monitor.progress import Progress
from monitor.store import export_rows
from monitor.telling_answers import TableFormat, TableReport

BATCH = 100  # documents that are read at once
WORDS = 200_000  # in all their texts, about: some 2 MB
NOTED = 20  # batches between two notes of how far it is
TRIES = 3

_REDACTED = "documents were redacted meanwhile, so it was begun anew"


class Batch(NamedTuple):
    """Rows to write, the number that they end at, and how much of all is done with them."""

    rows: Sequence[Any]
    after: int
    done: int
    total: int


class Begun(NamedTuple):
    """How far an export is: with nothing written, or as its note says."""

    plan: Plan
    after: int = 0
    length: int = 0
    rows: int = 0


async def write(
    ctx: Context, request: Request, to: Path | BinaryIO, *, resume: bool, progress: Progress | None
) -> TableReport:
    """Write what is asked for, to a new file or folder, or into a stream. See `Exports.write`."""
    if request.form is TableFormat.TEXT:
        await mirror.update(ctx)  # which gives each text the number in its name
    if not isinstance(to, Path):
        return await _into_stream(ctx, request, to, progress)
    merging = await asyncio.to_thread(_refuse, ctx, request, to)
    await asked(ctx, request, ctx.clock.now())  # what cannot be understood is told before anything is written
    notes: list[str] = []
    with _told(to):
        draft = await asyncio.to_thread(FolderDraft if request.form is TableFormat.TEXT else Draft, to)
    try:
        with _told(to):
            begun_at = await _begin(ctx, request, draft, resume, notes)
            plan, rows, size = await _written(ctx, request, draft, begun_at, merging, notes, progress)
    finally:
        draft.close()
    await advance(ctx, request, plan)
    return TableReport(str(to), request.form, rows, size, request.mark, tuple(notes))


def _refuse(ctx: Context, request: Request, to: Path) -> bool:
    """Raise for a place that cannot be written to; return whether texts go into a folder that is there."""
    if request.form is TableFormat.TEXT and request.mark and to.is_dir():
        if to.resolve().is_relative_to(ctx.settings.data_dir.resolve()):
            raise UsageError(
                f"{to} lies in the archive itself", hint=f"name a place outside of {ctx.settings.data_dir}"
            )
        documents_in(to)
        return True
    refuse_place(to, ctx.settings.data_dir)
    return False


async def _into_stream(ctx: Context, request: Request, out: BinaryIO, progress: Progress | None) -> TableReport:
    plan = await begun(ctx, request)
    writer = LineWriter(out, lines_of(ctx, request, plan, for_people=False), packed=False)
    async for _ in _filled(ctx, request, Begun(plan), writer, progress):
        pass
    out.flush()
    await advance(ctx, request, plan)
    return TableReport("-", request.form, writer.rows, writer.length, request.mark)


async def _begin(ctx: Context, request: Request, draft: Draft, resume: bool, notes: list[str]) -> Begun:
    """Return where to go on, or begin anew; why is noted."""
    left = draft.left() if resume and request.form in RESUMED else None
    if left is None:
        if resume:
            named = request.form in RESUMED
            notes.append("there was nothing to go on with" if named else f"{request.form} is always begun anew")
        return Begun(await begun(ctx, request))
    if left.get("request") != request.told():
        hint = "give the same query and options, or leave out --resume to begin anew"
        raise UsageError(f"the export to {draft.path} that was interrupted was another one", hint=hint)
    found = _begun_of(left)
    if found is None or await ctx.db.read(export_rows.redacted) != found.plan.redacted:
        notes.append(_REDACTED if found else "there was nothing to go on with")
        return Begun(await begun(ctx, request))
    notes.append(f"went on after {found.rows:,} that were there")
    return found


def _begun_of(left: Mapping[str, Any]) -> Begun | None:
    try:
        return Begun(plan_of(left["plan"]), int(left["after"]), int(left["length"]), int(left["rows"]))
    except (KeyError, TypeError, ValueError):
        return None


async def _written(
    ctx: Context,
    request: Request,
    draft: Draft,
    at: Begun,
    merging: bool,
    notes: list[str],
    progress: Progress | None,
) -> tuple[Plan, int, int]:
    """Fill the draft and give it its name; return the plan, the rows and the bytes.

    What was redacted while it was written may be in it: then it is begun anew.
    """
    for _ in range(TRIES):
        rows = await _fill(ctx, request, draft, at, progress)
        if await ctx.db.read(export_rows.redacted) == at.plan.redacted:
            return at.plan, rows, await _finished(ctx, draft, merging)
        notes.append(_REDACTED)
        at = Begun(await begun(ctx, request))
    draft.discard()
    raise MonitorError("documents are being redacted all the while", hint="try again once that is over")


async def _fill(ctx: Context, request: Request, draft: Draft, at: Begun, progress: Progress | None) -> int:
    await asyncio.to_thread(draft.begin, at.length)
    writer: Writer | None = None
    reached, number, told = at, 0, {"request": request.told(), "plan": at.plan.told()}
    try:
        writer = _writer(ctx, request, draft, at)
        async for batch in _filled(ctx, request, at, writer, progress):
            reached = Begun(at.plan, batch.after, writer.length, writer.rows)
            number += 1
            if number % NOTED == 0 and request.form in RESUMED:
                await asyncio.to_thread(_note, draft, told, reached)
    except BaseException:
        if writer:
            writer.drop()
        if request.form in RESUMED and reached.after:
            with contextlib.suppress(OSError):  # what went wrong is raised; the note before still holds
                _note(draft, told, reached)
        elif request.form not in RESUMED:
            draft.discard()
        raise
    return writer.rows


def _note(draft: Draft, told: Mapping[str, Any], reached: Begun) -> None:
    draft.note(reached.length, {**told, "after": reached.after, "rows": reached.rows})


def _writer(ctx: Context, request: Request, draft: Draft, at: Begun) -> Writer:
    if isinstance(draft, FolderDraft):
        return TextWriter(draft, length=at.length, rows=at.rows)
    if request.form is TableFormat.PARQUET:
        from monitor.app.export_parquet import ParquetWriter

        return ParquetWriter(draft.stream, OF_CHANGES if request.changes else OF_TEXTS)
    lines = lines_of(ctx, request, at.plan, for_people=True)
    return LineWriter(draft.stream, lines, packed=request.packed, length=at.length, rows=at.rows)


async def _filled(
    ctx: Context, request: Request, at: Begun, writer: Writer, progress: Progress | None
) -> AsyncIterator[Batch]:
    """Write all that is asked for from there on, and yield each batch once it is written."""
    if not at.length:
        await asyncio.to_thread(writer.begin)
    async for batch in (_changes if request.changes else _documents)(ctx, request, at):
        await asyncio.to_thread(writer.add, batch.rows)
        if progress:
            progress(batch.done, batch.total)
        yield batch
    await asyncio.to_thread(writer.end)


async def _documents(ctx: Context, request: Request, at: Begun) -> AsyncIterator[Batch]:
    ids, read = await document_ids(ctx, request, at.plan), reader(ctx, request)
    done = sum(1 for one in ids if one <= at.after)
    while done < len(ids):
        some = ids[done : done + BATCH].tolist()
        for part in _parts(some, await ctx.db.read(export_rows.words, some)):
            rows = await ctx.db.read(read, part)
            done += len(part)
            yield Batch(rows, part[-1], done, len(ids))


def _parts(ids: Sequence[int], words: Mapping[int, int]) -> Iterator[Sequence[int]]:
    """Cut documents into parts with about as many words as are held at once, at least one document each."""
    part: list[int] = []
    held = 0
    for one in ids:
        if part and held + words.get(one, 0) > WORDS:
            yield part
            part, held = [], 0
        part.append(one)
        held += words.get(one, 0)
    if part:
        yield part


async def _changes(ctx: Context, request: Request, at: Begun) -> AsyncIterator[Batch]:
    read, (start, end) = reader(ctx, request), (at.plan.since[1], at.plan.until[1])
    async for views, last in change_pages(ctx, request, at.plan, at.after):
        yield Batch(await ctx.db.read(read, views), last, last - start, end - start)


async def _finished(ctx: Context, draft: Draft, merging: bool) -> int:
    if merging and isinstance(draft, FolderDraft):
        gone = await ctx.db.read(export_rows.redacted_among, await asyncio.to_thread(documents_in, draft.path))
        return await asyncio.to_thread(draft.finish_into, gone)
    await asyncio.to_thread(refuse_taken, draft.path)
    return await asyncio.to_thread(draft.finish)


@contextlib.contextmanager
def _told(to: Path) -> Iterator[None]:
    """Tell what the system says against writing there as an error of ours."""
    try:
        yield
    except OSError as error:
        raise MonitorError(f"{to} cannot be written: {error.strerror or error}") from error
