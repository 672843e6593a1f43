"""The front page: what happened lately that is worth a look."""

from sqlalchemy import Connection

from monitor.answers import Stats
from monitor.app import asking, desk_outlets, desk_sources
from monitor.app.context import Context
from monitor.desk_answers import FrontPage, OutletRow
from monitor.model import ChangeKind
from monitor.store import alarms
from monitor.store import desk_front as store
from monitor.store.desk_outlets import Changed

WORTH = 0.3  # of significance: a name, a quotation or some thirty words changed; less is minor
CHANGES, REMOVALS, DOCUMENTS, OUTLETS, TROUBLED, ALARMS = 20, 8, 10, 12, 12, 20


async def front(ctx: Context) -> FrontPage:
    """Return what happened lately."""
    stats = await asking.stats(ctx)
    return await ctx.db.read(_front, ctx, stats)


def _front(conn: Connection, ctx: Context, stats: Stats) -> FrontPage:
    return FrontPage(
        at=ctx.clock.now(),
        stats=stats,
        changes=store.worth_reading(conn, WORTH, CHANGES),
        removals=store.of_kind(conn, ChangeKind.REMOVED, REMOVALS),
        documents=store.newest_documents(conn, DOCUMENTS),
        outlets=_outlets(conn, ctx),
        troubled=desk_sources.troubled(conn, TROUBLED),
        alarms=alarms.open_ones(conn)[:ALARMS],
    )


def _outlets(conn: Connection, ctx: Context) -> tuple[OutletRow, ...]:
    """Return the outlets with most that is new in a day; those without, and without an edit in a week, are left out."""
    new, changed = happened = desk_outlets.lately(conn, ctx)
    keys = sorted(new.keys() | changed.keys(), key=lambda key: (-new.get(key, 0), -_times(changed.get(key)), key))
    found = {row.key: row for row in desk_outlets.figures(conn, ctx, keys[:OUTLETS], happened)} if keys else {}
    return tuple(found[key] for key in keys[:OUTLETS])


def _times(changed: Changed | None) -> int:
    return changed.documents if changed else 0
