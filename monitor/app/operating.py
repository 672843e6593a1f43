"""What an operator does to sources and documents: find, pause, resume, remove, check now."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import Connection

from monitor.answers import VisitReport
from monitor.app import redacted
from monitor.app.asking import find as find_document
from monitor.app.context import Context
from monitor.app.leases import leased
from monitor.app.visits import visit
from monitor.errors import NotFoundError
from monitor.model import Document, Source, SourceState
from monitor.progress import Progress
from monitor.store import documents as documents_store
from monitor.store import sources, wakes


async def find_source(ctx: Context, which: int | str) -> Source:
    """Return one source by number, URL, or a part of its URL that only it has."""
    return await ctx.db.read(_find, which)


def _find(conn: Connection, which: int | str) -> Source:
    exact = sources.get(conn, int(which)) if _is_number(which) else sources.by_url(conn, str(which))
    if exact is not None and exact.state is not SourceState.REMOVED:
        return exact
    several = () if _is_number(which) else sources.matching(conn, str(which))
    if len(several) == 1:
        return several[0]
    if several:
        known = ", ".join(f"{one.id} {one.url}" for one in several[:5])
        raise NotFoundError(f"{which!r} fits {len(several)} sources: {known}", hint="name one by its number")
    raise NotFoundError(f"there is no source {which}", hint="`monitor sources` lists them")


def _is_number(which: int | str) -> bool:
    return str(which).isascii() and str(which).isdecimal()


async def pause(ctx: Context, which: int | str, reason: str | None) -> Source:
    """Stop polling a source."""
    source = await find_source(ctx, which)
    why = reason or "paused by hand"
    await ctx.db.write(_set_state, source.id, SourceState.PAUSED, why)
    return replace(source, state=SourceState.PAUSED, state_reason=why)


async def resume(ctx: Context, which: int | str) -> Source:
    """Poll a source again, at once."""
    source = await find_source(ctx, which)
    now = ctx.clock.now()
    values = {"state": SourceState.ACTIVE, "state_reason": None, "next_check_at": now, "plan_reason": "resumed"}
    await ctx.db.write(_resume, source.id, values)
    return await find_source(ctx, source.id)


def _resume(conn: Connection, source_id: int, values: Mapping[str, object]) -> None:
    sources.set_fields(conn, source_id, **values)
    wakes.wake(conn)


async def remove(ctx: Context, which: int | str) -> Source:
    """Forget a source; what it told of stays, and so do its documents' rechecks."""
    source = await find_source(ctx, which)
    await ctx.db.write(_set_state, source.id, SourceState.REMOVED, "removed by hand")
    return replace(source, state=SourceState.REMOVED)


def _set_state(conn: Connection, source_id: int, state: SourceState, reason: str) -> None:
    sources.set_fields(conn, source_id, state=state, state_reason=reason)


async def check(
    ctx: Context, which: int | str, *, documents: bool, progress: Progress | None
) -> tuple[VisitReport, ...]:
    """Poll a source now, then read its articles: all of them with `documents`, else only those newly heard of."""
    source = await find_source(ctx, which)
    reports = [await _at(ctx, source.host, source, full=documents)]
    due = ctx.clock.now()
    known = await ctx.db.read(documents_store.of_source, source.id)
    todo = [
        one for one in known if documents or (one.next_check_at and one.next_check_at <= due and not one.revision_count)
    ]
    for number, one in enumerate(todo):
        reports.append(await _at(ctx, one.host or "", one, full=documents))
        if progress:
            progress(number + 1, len(todo))
    return tuple(reports)


async def check_document(ctx: Context, which: int | str) -> VisitReport:
    """Read a document again now."""
    one = await ctx.db.read(find_document, which)
    redacted.refuse(one)
    if not one.url or not one.host:
        raise NotFoundError(
            f"document {one.id} is a saved text whose address is unknown", hint="there is nothing to fetch"
        )
    return await _at(ctx, one.host, one, full=True)


async def _at(ctx: Context, host: str, target: Source | Document, *, full: bool) -> VisitReport:
    ctx.room.need()
    async with leased(ctx, host) as gate:
        # Read again: while we waited for the host, or for the articles before this one, somebody may have visited it.
        now = sources.get if isinstance(target, Source) else documents_store.get
        fresh = await ctx.db.read(now, target.id)
        return await visit(ctx, gate, fresh or target, ctx.clock.now(), full=full)
