"""Ask the archive in SQL: one statement that reads, for a limited time."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from monitor.app.context import Context
from monitor.core.csv_cells import csv_line
from monitor.errors import UsageError
from monitor.store import statements
from monitor.store.limits import within
from monitor.store.statements import UnknownNameError
from monitor.telling_answers import SqlAnswer, SqlTable

NAMED = 3  # names that are offered for one that is none


async def ask(
    ctx: Context, statement: str, parameters: Mapping[str, Any] | None, seconds: float, limit: int
) -> SqlAnswer:
    """Return what a statement finds; see `Archive.sql`."""
    if limit < 1:
        raise UsageError(f"a limit of {limit} rows is too few", hint="it must be 1 or more")
    try:
        with within(seconds):
            return await ctx.db.read(statements.ask, statement, parameters, limit)
    except UnknownNameError as error:
        alike = _alike(error.name, await tables(ctx))
        raise UsageError(str(error), hint=f"did you mean {' or '.join(alike)}?" if alike else error.hint) from error


async def tables(ctx: Context) -> tuple[SqlTable, ...]:
    """Return what can be asked."""
    return await ctx.db.read(statements.tables)


def _alike(name: str, every: tuple[SqlTable, ...]) -> list[str]:
    """Return the names most like one, those of views first; what was asked for is elsewhere, and is no answer."""
    sorted_views = sorted(every, key=lambda one: not one.is_view)
    known = dict.fromkeys(name for one in sorted_views for name in (one.name, *one.columns))
    known.pop(name.lower(), None)
    alike = [f"v_{name.lower()}"] if f"v_{name.lower()}" in known else []
    return [*alike, *(one for one in get_close_matches(name.lower(), known, n=NAMED, cutoff=0.6) if one not in alike)]


def sql_csv(answer: SqlAnswer) -> str:
    """Return an answer as CSV with a line of heads (RFC 4180); no cell is one that a spreadsheet would run."""
    return "".join(map(csv_line, (answer.columns, *answer.rows)))
