"""Clusters of copies, who had the text first, first."""

from sqlalchemy import Connection

from monitor.answers import ClusterView, Page
from monitor.app import copying
from monitor.app.context import Context
from monitor.core import cursors
from monitor.errors import NotFoundError
from monitor.store import copies
from monitor.store import desk_clusters as store

SHOWN = 6  # members of each in a list


async def rows(ctx: Context, limit: int, after: str | None) -> Page[ClusterView]:
    """Return a page of the clusters that grew last, newest first, each with its first members."""
    place = cursors.timed_after(after) if after is not None else None

    def read(conn: Connection) -> Page[ClusterView]:
        found = store.newest(conn, limit + 1, place)
        shown = found[:limit]
        following = cursors.cursor((shown[-1][1], shown[-1][0].id)) if len(found) > limit and shown else None
        return Page(copying.views(conn, ctx, [one for one, _ in shown], shown=SHOWN), following)

    return await ctx.db.read(read)


async def one(ctx: Context, number: int) -> ClusterView:
    """Return a cluster. Raises NotFoundError."""

    def read(conn: Connection) -> ClusterView:
        found = copies.get(conn, number)
        if found is None:
            raise NotFoundError(f"there is no cluster {number}", hint="it may have become part of another")
        return copying.view(conn, ctx, found)

    return await ctx.db.read(read)
