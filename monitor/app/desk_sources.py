"""Sources as lists and pages show them: those in trouble first, each with why."""

from collections.abc import Sequence

from sqlalchemy import Connection

from monitor.answers import Page, SourceView
from monitor.app import asking, desk_rhythm, operating
from monitor.app.context import Context
from monitor.core import cursors
from monitor.core.secrets import without_secrets
from monitor.desk_answers import SourcePage, SourceRow
from monitor.health import health, trouble
from monitor.model import Source
from monitor.store import desk_sources as store

NEWEST = 20  # documents of a source


async def rows(ctx: Context, limit: int, after: str | None) -> Page[SourceRow]:
    """Return a page of the sources, those in trouble first."""
    rank, number = cursors.ranked_after(after) if after is not None else (0.0, 0)
    return await ctx.db.read(_rows, limit, (int(rank), number))


def _rows(conn: Connection, limit: int, after: tuple[int, int]) -> Page[SourceRow]:
    found = store.ranked(conn, limit + 1, after)
    shown = found[:limit]
    place = cursors.cursor((float(shown[-1][0]), shown[-1][1].id)) if len(found) > limit and shown else None
    return Page(as_rows(conn, [one for _, one in shown]), place)


def as_rows(conn: Connection, found: Sequence[Source]) -> tuple[SourceRow, ...]:
    """Return sources with what they told of and how they are doing, their secrets masked."""
    told = store.told(conn, [one.id for one in found])
    return tuple(SourceRow(without_secrets(one), told.get(one.id, 0), trouble(one), health(one)) for one in found)


def troubled(conn: Connection, limit: int) -> tuple[SourceRow, ...]:
    """Return sources that fail, are silent, were never read or were paused without being told; the first so many."""
    return as_rows(conn, [one for _, one in store.ranked(conn, limit, ranks=store.TROUBLED)])


async def page(ctx: Context, which: int | str) -> SourcePage:
    """Return all about a source."""
    view = await asking.source_view(ctx, (await operating.find_source(ctx, which)).id)
    return await ctx.db.read(_page, ctx, view)


def _page(conn: Connection, ctx: Context, view: SourceView) -> SourcePage:
    one = view.source
    return SourcePage(
        view=view,
        trouble=trouble(one),
        documents=store.newest_documents(conn, one.id, NEWEST),
        rhythm=desk_rhythm.of_source(conn, one.id, ctx.clock.now()),
        health=health(one),
    )
