"""What a backup has to know of a database of any schema since the first: its rows, its chain, its files of evidence."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, inspect, text

from monitor.store.dialects import is_sqlite


@dataclass(frozen=True, slots=True)
class Facts:
    """What a database says of itself: `seal` is the number and the hash of the newest seal."""

    schema: str
    counts: Mapping[str, int]
    seal: tuple[int, str] | None


@dataclass(frozen=True, slots=True)
class CommittedFile:
    """A file of evidence and how many of its bytes the database accounts for.

    `sha256` is of all these where somebody verified them; `stored` says that all of it is in an object store.
    """

    name: str
    length: int
    sha256: str | None = None
    folder: str | None = None
    stored: bool = False


def facts(conn: Connection, counts: Mapping[str, int] | None = None) -> Facts:
    """Return what a database says of itself; its rows are counted unless that was done."""
    tables = set(inspect(conn).get_table_names())
    if counts is None:
        counts = {name: _count(conn, name) for name in plain_tables(conn)}
    seal = text("SELECT number, hash FROM seal ORDER BY number DESC LIMIT 1")
    row = conn.execute(seal).first() if "seal" in tables else None
    return Facts(schema(conn) or "", counts, (row[0], row[1]) if row else None)


def schema(conn: Connection) -> str | None:
    """Return the migration that a database was made by, None where it is no archive."""
    if not inspect(conn).has_table("alembic_version"):
        return None
    return conn.execute(text("SELECT version_num FROM alembic_version")).scalar()


def plain_tables(conn: Connection) -> list[str]:
    """Return the tables by name, without those that SQLite's full-text search keeps for itself."""
    if not is_sqlite(conn):
        return sorted(inspect(conn).get_table_names())
    listed = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'"
    return sorted(conn.execute(text(listed)).scalars())


def committed_files(conn: Connection) -> tuple[CommittedFile, ...]:
    """Return the files of evidence that are still kept, by name; earlier schemas tell less of them."""
    has = _columns(conn)
    sha256 = "CASE WHEN verified_length = committed_length THEN sha256 END" if "sha256" in has else "NULL"
    folder = "folder, stored_at IS NOT NULL" if {"folder", "stored_at"} <= has else "NULL, 1 = 0"
    kept = "WHERE removed_at IS NULL" if "removed_at" in has else ""
    told = f"SELECT name, committed_length, {sha256}, {folder} FROM evidence_file {kept} ORDER BY name"
    rows = conn.execute(text(told)) if has else ()
    return tuple(CommittedFile(row[0], row[1], row[2], row[3], bool(row[4])) for row in rows)


def removed_among(conn: Connection, names: set[str]) -> set[str]:
    """Return those of some files of evidence that were replaced or removed."""
    if "removed_at" not in _columns(conn):
        return set()
    gone = text("SELECT name FROM evidence_file WHERE removed_at IS NOT NULL")
    return names & set(conn.execute(gone).scalars())


def _columns(conn: Connection) -> set[str]:
    asking = inspect(conn)
    return {one["name"] for one in asking.get_columns("evidence_file")} if asking.has_table("evidence_file") else set()


def end_workers(conn: Connection) -> None:
    """Have every worker end with its last sign of life, and give every host back; of a database of any schema.

    Else a restored archive would be worked on, and then have dead workers, of whom an alarm is told.
    """
    if _has(conn, "worker", "stopped_at", "beat_at", "hosts"):
        conn.execute(text("UPDATE worker SET stopped_at = beat_at, hosts = 0 WHERE stopped_at IS NULL"))
    if _has(conn, "host", "lease_owner", "lease_until"):
        conn.execute(text("UPDATE host SET lease_owner = NULL, lease_until = NULL WHERE lease_owner IS NOT NULL"))


def _has(conn: Connection, table: str, *columns: str) -> bool:
    asking = inspect(conn)
    return asking.has_table(table) and {one["name"] for one in asking.get_columns(table)} >= set(columns)


def foreign_keys_broken(conn: Connection, limit: int = 20) -> list[str]:
    """Return the rows of SQLite that refer to rows that are not there; PostgreSQL has none by itself."""
    if not is_sqlite(conn):
        return []
    rows = conn.execute(
        text('SELECT "table", rowid, parent FROM pragma_foreign_key_check LIMIT :most'), {"most": limit}
    )
    return [f"{table} {number} refers to a row of {parent} that is not there" for table, number, parent in rows]


def _count(conn: Connection, name: str) -> int:
    return int(conn.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one())
