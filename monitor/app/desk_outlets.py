"""Outlets as lists and pages show them: in figures, and all about one."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from monitor.app import desk_rhythm, desk_sources
from monitor.app.context import Context
from monitor.desk_answers import OutletPage, OutletRow
from monitor.errors import NotFoundError
from monitor.store import desk_front
from monitor.store import desk_outlets as store
from monitor.store import desk_sources as sources_store
from monitor.store.desk_outlets import Changed, Held

NEW, CHANGED = timedelta(days=1), timedelta(days=7)
NEWEST = 20  # documents, and changes, of an outlet
LATELY = timedelta(days=90)  # how far back its changes are shown


class Lately(NamedTuple):
    """How many documents of outlets are new, and what happened to them."""

    new: Mapping[str, int]
    changed: Mapping[str, Changed]


async def rows(ctx: Context) -> tuple[OutletRow, ...]:
    """Return every outlet that anything is kept of, or watched, by name."""
    found = await ctx.db.read(figures, ctx)
    return tuple(sorted(found, key=lambda row: (row.name.casefold(), row.key)))


def lately(conn: Connection, ctx: Context, keys: Collection[str] | None = None) -> Lately:
    """Return what happened lately to outlets, to all without `keys`."""
    now = ctx.clock.now()
    return Lately(store.new(conn, now - NEW, keys), store.changed(conn, now - CHANGED, keys))


def figures(
    conn: Connection, ctx: Context, keys: Collection[str] | None = None, happened: Lately | None = None
) -> tuple[OutletRow, ...]:
    """Return outlets in figures, all that have any without `keys`; what happened to them is looked up unless given."""
    held, watched = store.held(conn, keys), store.watched(conn, keys)
    happened = happened or lately(conn, ctx, keys)
    return tuple(
        _row(ctx, key, held.get(key, Held(0, None)), watched.get(key, 0), happened)
        for key in sorted(held.keys() | watched.keys() | set(keys or ()))
    )


def _row(ctx: Context, key: str, held: Held, watched: int, happened: Lately) -> OutletRow:
    known = ctx.registry.get(key)
    name = known.name if known else key
    changed = happened.changed.get(key, Changed(0, 0, 0))
    new = happened.new.get(key, 0)
    return OutletRow(key, name, held.documents, watched, new, changed.edited, changed.removed, held.newest_at)


async def page(ctx: Context, key: str) -> OutletPage:
    """Return all about an outlet. Raises NotFoundError for one that nothing is known of."""
    return await ctx.db.read(_page, ctx, key)


def _page(conn: Connection, ctx: Context, key: str) -> OutletPage:
    outlet = ctx.registry.get(key) or ctx.registry.by_host(key)
    key = outlet.key if outlet else key
    (row,) = figures(conn, ctx, [key])
    watched = sources_store.of_outlet(conn, key)
    if not (outlet or watched or row.newest_at):
        raise NotFoundError(f"there is no outlet {key}", hint="`monitor outlets` lists them")
    now = ctx.clock.now()
    return OutletPage(
        row=row,
        outlet=outlet,
        sources=desk_sources.as_rows(conn, watched),
        documents=store.newest_documents(conn, key, NEWEST),
        changes=desk_front.of_outlet(conn, key, now - LATELY, NEWEST),
        rhythm=desk_rhythm.of_outlet(conn, key, [one.id for one in watched], now),
    )
