"""Settle what an export begins with: how far an earlier one came, and up to where nothing is missing."""

import asyncio

from sqlalchemy import Connection

from monitor.app.context import Context
from monitor.app.export_request import Plan, Request
from monitor.errors import DatabaseBusyError
from monitor.model import ExportMark
from monitor.store import export_marks, export_rows

PAUSE_S = 0.05


async def begun(ctx: Context, request: Request) -> Plan:
    """Return the plan of a new export."""
    since, redacted = await ctx.db.read(_begin, request)
    until = await settled(ctx) if request.mark else await ctx.db.read(export_rows.newest)
    return Plan(ctx.clock.now(), since, until, redacted)


def _begin(conn: Connection, request: Request) -> tuple[tuple[int, int], int]:
    last = export_marks.get(conn, request.mark) if request.mark else None
    return (last.revision_id, last.change_id) if last else (0, 0), export_rows.redacted(conn)


async def settled(ctx: Context) -> tuple[int, int]:
    """Return the highest numbers of a revision and a change such that no lower one can still appear.

    Waits for transactions that are writing (milliseconds; database.patience at most, then DatabaseBusyError).
    """
    newest = await ctx.db.read(export_rows.newest)
    writing = await ctx.db.read(export_marks.writers)
    for _ in range(int(ctx.settings.database.patience / PAUSE_S) + 1):
        if not writing:
            return newest
        await asyncio.sleep(PAUSE_S)
        writing &= await ctx.db.read(export_marks.writers)
    raise DatabaseBusyError("a transaction on the database does not end", hint="try again; pg_stat_activity names it")


async def advance(ctx: Context, request: Request, plan: Plan) -> None:
    """Note how far an export has come, once it is whole and in place."""
    if request.mark:
        await ctx.db.write(export_marks.put, ExportMark(request.mark, *plan.until, plan.at))
