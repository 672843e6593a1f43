"""Tell what an export holds: the numbers of documents, and the changes page by page."""

from array import array
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from monitor.answers import ChangeView
from monitor.app import searching
from monitor.app.asking import find
from monitor.app.context import Context
from monitor.app.export_request import Plan, Request
from monitor.app.redacted import refuse as refuse_redacted
from monitor.app.searching import Asked
from monitor.edges.clock import FixedClock
from monitor.errors import UsageError
from monitor.model import DocumentState
from monitor.store import copies, export_rows, search

IDS_AT_ONCE = 50_000  # what a query finds, eight bytes each
CHANGES_AT_ONCE = 100


async def asked(ctx: Context, request: Request, at: datetime) -> Asked:
    """Return what a query asks for as of a time, the filter included. Raises UsageError."""
    then = replace(ctx, clock=FixedClock(at))
    read = searching.read(then, request.query, replace(request.which, limit=IDS_AT_ONCE))
    if request.documents and read.words is not None:
        raise UsageError("documents by number and words of a search are given", hint="leave one of them out")
    await ctx.db.read(searching.check, read)
    return read


def numbers(conn: Connection, named: Sequence[int | str]) -> tuple[int, ...]:
    """Return documents' numbers. Raises NotFoundError for one that there is not, or that was redacted."""
    found = [find(conn, one) for one in named]
    for one in found:
        refuse_redacted(one)
    return tuple(one.id for one in found)


def alike(conn: Connection, named: int | str) -> tuple[int, ...]:
    """Return the numbers of a document and of its copies. Raises NotFoundError as `numbers` does."""
    (first,) = numbers(conn, (named,))
    place = copies.place_of(conn, first)
    return tuple(sorted(one.document_id for one in copies.members(conn, place.cluster_id))) if place else (first,)


async def document_ids(ctx: Context, request: Request, plan: Plan) -> "array[int]":
    """Return the documents of an export, by number, those with something new where a mark is gone on from."""
    read = await asked(ctx, request, plan.at)
    if request.documents:
        found = await ctx.db.read(export_rows.let_through, request.documents, read.which)
    elif read.words is None:
        found = await ctx.db.read(export_rows.all_ids, read.which)
    else:
        found = await _found(ctx, read)
    if not request.mark or plan.since == (0, 0):
        return found
    touched = await ctx.db.read(export_rows.touched, *zip(plan.since, plan.until, strict=True))
    return array("q", (one for one in found if one in touched))


async def _found(ctx: Context, read: Asked) -> "array[int]":
    found, last = array("q"), 0
    while page := await ctx.db.read(search.document_ids, read.words, read.which, last, IDS_AT_ONCE):
        found.extend(page)
        last = page[-1]
    return found


async def change_pages(
    ctx: Context, request: Request, plan: Plan, after: int
) -> AsyncIterator[tuple[tuple[ChangeView, ...], int]]:
    """Yield the changes of an export in pages by number, each with the number it ends at."""
    read = await asked(ctx, request, plan.at)
    ids = await ctx.db.read(export_rows.let_through, request.documents, read.which) if request.documents else None
    at = max(after, plan.since[1])
    while page := await ctx.db.read(_page, request, read, ids, at, plan.until[1]):
        at = page[-1].change.id
        yield tuple(view for view in page if view.document.state is not DocumentState.REDACTED), at


def _page(
    conn: Connection,
    request: Request,
    read: Asked,
    ids: Sequence[int] | None,
    after: int,
    until: int,
) -> tuple[ChangeView, ...]:
    limit, every = CHANGES_AT_ONCE, request.all_kinds
    if ids is not None:
        return export_rows.changes_of(conn, ids, after, until, limit, all_kinds=every)
    return search.changes_found(
        conn, read.words, read.which, after_id=after, until_id=until, limit=limit, all_kinds=every
    )
