"""Plant a payload in every text that a database holds, whoever wrote it there: outlets, servers, operators."""

from sqlalchemy import Column, Connection, String, Table, select, update

from monitor.store.schema import metadata

MARKUP = """<script src=//evil.example></script><img src=x onerror=alert(1)>"'><b onclick='alert(2)'></title></svg>"""
SCRIPT = "javascript:alert(document.domain)//"


def plant(conn: Connection, payload: str, but: set[str]) -> set[str]:
    """Put a payload into every column that holds free text, in each row made different; return which they were.

    What was empty has one as well; only what other rows refer to stays.
    """
    done: set[str] = set()
    for table in metadata.sorted_tables:
        for column in _free(table):
            if f"{table.name}.{column.name}" not in but:
                done |= _fill(conn, table, column, payload)
    return done


def _free(table: Table) -> list[Column[str]]:
    """Return the columns of plain text; times, closed words and lists have types of their own."""
    refers = {key.target_fullname for other in metadata.sorted_tables for key in other.foreign_keys}
    return [
        one
        for one in table.columns
        if isinstance(one.type, String) and not one.foreign_keys and f"{table.name}.{one.name}" not in refers
    ]


def _fill(conn: Connection, table: Table, column: Column[str], payload: str) -> set[str]:
    keys = list(table.primary_key.columns)
    rows = conn.execute(select(*keys)).all()
    for number, row in enumerate(rows):
        here = [key == value for key, value in zip(keys, row, strict=True)]
        conn.execute(update(table).where(*here).values({column.name: f"{payload} {table.name}.{column.name} {number}"}))
    return {f"{table.name}.{column.name}" for _ in rows[:1]}
