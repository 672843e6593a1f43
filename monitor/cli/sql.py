"""`sql`: ask the archive in SQL."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.choices import Json, limit
from monitor.cli.inputs import filled
from monitor.cli.layout import Cell, Column
from monitor.cli.screen import Screen
from monitor.cli.session import session_of
from monitor.cli.text import plural
from monitor.errors import NotFoundError, UsageError
from monitor.telling_answers import SqlAnswer, SqlTable

if TYPE_CHECKING:
    from monitor import Archive

NULL = Cell("NULL", "dim")
SHORT = 24  # cells; a column of values no longer than that is never cut
TABLES = (Column("name", style="bold"), Column("columns", flexible=True, wrap=True))


def sql(
    ctx: typer.Context,
    statement: Annotated[
        str | None, typer.Argument(metavar="[STATEMENT]", help="What to ask; - reads it from standard input.")
    ] = None,
    file: Annotated[str | None, typer.Option("--file", metavar="FILE", help="Read the statement from a file.")] = None,
    tables: Annotated[bool, typer.Option("--tables", help="List the views and tables, with their columns.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV with a line of heads.")] = False,
    seconds: Annotated[float, typer.Option("--seconds", metavar="N", help="End it after so many seconds.")] = 30.0,
    at_most: int = limit(1000),
    json: Json = False,
) -> None:
    """Ask the archive in SQL; nothing can be changed by it.

    Both databases have the same views, v_documents, v_changes and others: docs/querying.md tells what is in their
    columns, and has twenty questions with their answers. Columns that hold secrets are refused.

    Example: monitor sql "SELECT outlet, edits FROM v_outlets ORDER BY edits DESC"
    """
    session = session_of(ctx, as_json=json)
    if tables:
        found = session.ask(lambda archive: archive.sql_tables())
        return session.screen.json(found) if json else show_tables(session.screen, found)
    if json and csv:
        raise UsageError("--json and --csv say two things", hint="choose one")
    if not seconds > 0:
        raise UsageError(f"--seconds {seconds:g} is too short", hint="it must be more than 0")
    asked = _statement(statement, file)

    async def work(archive: "Archive") -> SqlAnswer:
        return await archive.sql(asked, seconds=seconds, limit=at_most)

    answer = session.ask(work)
    if json:
        session.screen.json(answer)
    elif csv:
        from monitor import sql_csv

        session.screen.page(sql_csv(answer))
    else:
        show_answer(session.screen, answer)
    if answer.cut:
        session.screen.note(f"the first {plural(at_most, 'row')}; more with --limit")
    return None


def _statement(statement: str | None, file: str | None) -> str:
    """Return what is asked. Raises UsageError unless it is told in one way, NotFoundError for a file there is none."""
    if (statement is None) == (file is None):
        raise UsageError(
            "what is asked?" if statement is None else "a statement and --file say two things",
            hint='monitor sql "SELECT * FROM v_sources", --file FILE, or - for standard input',
        )
    if statement is not None:
        return filled(sys.stdin.read() if statement == "-" else statement, "the statement")
    path = Path(filled(file or "", "--file"))
    try:
        return filled(path.read_text(encoding="utf-8-sig"), str(path))
    except FileNotFoundError as error:
        raise NotFoundError(f"there is no file {path}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 text") from error


def show_answer(screen: Screen, answer: SqlAnswer) -> None:
    """Show rows as a table; numbers to the right, long texts cut to the window."""
    if not answer.rows:
        screen.note("no rows")
        return
    columns = [_column(head, [row[at] for row in answer.rows]) for at, head in enumerate(answer.columns)]
    screen.table(columns, [[NULL if value is None else _told(value) for value in row] for row in answer.rows])


def _column(head: str, values: Sequence[object]) -> Column:
    numbers = all(value is None or isinstance(value, int | float) for value in values)
    longest = max((len(value) for value in values if isinstance(value, str)), default=0)
    return Column(head, right=numbers, flexible=longest > SHORT)


def _told(value: object) -> object:
    if isinstance(value, bytes):
        return f"({plural(len(value), 'byte')})"
    return f"{value:g}" if isinstance(value, float) else "''" if value == "" else value


def show_tables(screen: Screen, found: Sequence[SqlTable]) -> None:
    """Show what can be asked, views first."""
    screen.table(TABLES, [(one.name, ", ".join(one.columns)) for one in found])
