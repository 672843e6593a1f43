"""All that a table holds, where a test wants to see it and the program never does."""

from typing import TypeVar

from sqlalchemy import Connection, Table, select

from monitor.store.types import Noun, noun

N = TypeVar("N", bound=Noun)


def every(conn: Connection, kind: type[N], table: Table) -> tuple[N, ...]:
    """Return the rows of a table as nouns, by number."""
    return tuple(noun(kind, row) for row in conn.execute(select(table).order_by(table.c.id)).mappings())
