"""How far repeated exports have come, and up to which number everything is there to be exported."""

from sqlalchemy import Connection, select, text, update

from monitor.model import ExportMark
from monitor.store import dialects
from monitor.store.schema import export_mark
from monitor.store.types import columns_of, first


def get(conn: Connection, name: str) -> ExportMark | None:
    """Return a mark by its name, or None where there was no such export yet."""
    return first(ExportMark, conn.execute(select(export_mark).where(export_mark.c.name == name)))


def put(conn: Connection, new: ExportMark) -> None:
    """Set a mark, for the first time or again."""
    values = columns_of(new)
    if dialects.insert_new(conn, export_mark, values, ["name"]) is None:
        conn.execute(update(export_mark).where(export_mark.c.name == new.name).values(**values))


def writers(conn: Connection) -> frozenset[str]:
    """Return the transactions that may have taken numbers of revisions and changes which nobody else sees yet.

    A number is taken before its transaction commits, so on PostgreSQL a higher one can be seen first; whoever inserts
    holds a lock on the table until then (as CREATE INDEX CONCURRENTLY, this looks who does). Read `newest` first, then
    these: once none of them is left, every number up to `newest` is there, or never will be. On SQLite one transaction
    writes at a time, and there is none.
    """
    return frozenset() if dialects.is_sqlite(conn) else frozenset(conn.execute(_WRITERS).scalars())


_WRITERS = text(
    "SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND granted AND mode = 'RowExclusiveLock'"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND relation IN (CAST('revision' AS regclass), CAST('change' AS regclass))"
)
