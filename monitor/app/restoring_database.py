"""Put the database of a snapshot in place, seen by nobody before all of it is there and proved to be what it was.

Only then it is told that nobody works on it: the workers of the snapshot's moment do so elsewhere, or no more.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from monitor.core.manifests import Manifest, Part
from monitor.edges.vault_files import named, written
from monitor.errors import DatabaseError, UsageError
from monitor.store import snapshots, snapshots_sqlite
from monitor.store.alone import need_every_script
from monitor.store.dialects import lock_schema, open_engine, shown
from monitor.store.snapshots import Facts
from monitor.store.troubles import plain_errors

# Gives what a part holds, in order.
Read = Callable[[Part], Iterator[bytes]]
PATIENCE_S = 30.0


def restore_database(url: str, manifest: Manifest, read: Read) -> None:
    """Put the database in place, or find it there from an earlier try. Raises DatabaseError, UsageError."""
    (_sqlite if manifest.snapshot.database == "sqlite" else _postgresql)(url, manifest, read)


def _sqlite(url: str, manifest: Manifest, read: Read) -> None:
    path, (part,) = Path(make_url(url).database or ""), manifest.database
    if path.exists():
        if _is_ours(path, manifest):
            return
        raise UsageError(f"{path} is there already", hint="nothing is overwritten: name another place, or remove it")
    for left in (path.with_name(path.name + end) for end in ("-wal", "-journal")):
        if left.exists():  # SQLite would take it for the new file's, and put its pages over those
            raise UsageError(f"{left} is there already", hint="it is of an earlier database: move it away")
    draft = path.with_name(f"{path.name}.restoring")
    if written(draft, read(part)) != part.sha256:
        raise DatabaseError("the database is damaged in the backup: its SHA-256 is another", hint=_OTHER)
    with snapshots_sqlite.looked_into(draft) as conn, plain_errors(url):
        said = [str(row[0]) for row in conn.execute(text("PRAGMA integrity_check(5)"))]
        wrong = [line for line in said if line != "ok"] + snapshots.foreign_keys_broken(conn, 5)
        _must_agree(snapshots.facts(conn), manifest)
    if wrong:
        raise DatabaseError(f"the database was damaged when it was backed up: {'; '.join(wrong)}", hint=_OTHER)
    snapshots_sqlite.change(draft, snapshots.end_workers)
    named(draft, path)


def _is_ours(path: Path, manifest: Manifest) -> bool:
    """Say whether an earlier try of this very restore put that file there, after it was proved to be what it was."""
    try:
        with snapshots_sqlite.looked_into(path) as conn:
            return _is_of(snapshots.facts(conn), manifest)
    except DBAPIError:
        return False


def _is_of(found: Facts, manifest: Manifest) -> bool:
    told = (manifest.snapshot.schema, manifest.seal, dict(manifest.counts))
    return (found.schema, found.seal, dict(found.counts)) == told


_OTHER = "restore another snapshot: `monitor backup --list` shows them"


def _must_agree(found: Facts, manifest: Manifest) -> None:
    """Raise DatabaseError where a database is not what the backup said it was."""
    if found.seal != manifest.seal:
        raise DatabaseError(f"the newest seal is {found.seal}, and it was {manifest.seal}", hint=_OTHER)
    if dict(found.counts) != dict(manifest.counts):
        other = sorted(name for name, count in manifest.counts.items() if found.counts.get(name) != count)
        raise DatabaseError(f"these tables have other numbers of rows: {', '.join(other)}", hint=_OTHER)


def _postgresql(url: str, manifest: Manifest, read: Read) -> None:
    from monitor.store import snapshots_postgresql as server  # the driver is slow to import
    from monitor.store.snapshots_postgresql import TableShape
    from monitor.store.snapshots_schema import make_schema

    engine = open_engine(url, PATIENCE_S, pool_size=1)
    try:
        with plain_errors(url), engine.begin() as conn:
            lock_schema(conn)  # of two restores into one database, the second finds what the first put there
            if _is_there(conn, url, manifest):
                return
            make_schema(conn, manifest.snapshot.schema)
            server.make_ready_to_fill(conn)
            for part in manifest.database:
                server.fill(conn, TableShape(part.name, part.columns, part.key), read(part))
            server.set_sequences(conn, manifest.sequences)
            _must_be_equal(conn, manifest)
            snapshots.end_workers(conn)
            conn.execute(text("ANALYZE"))
    finally:
        engine.dispose()


def _is_there(conn: Connection, url: str, manifest: Manifest) -> bool:
    """Say whether an earlier try has filled the database. Raises UsageError where it holds anything else."""
    if not inspect(conn).get_table_names():
        need_every_script(conn, url)
        return False
    if snapshots.schema(conn) == manifest.snapshot.schema and _is_of(snapshots.facts(conn), manifest):
        return True
    raise UsageError(f"{shown(url)} is not empty", hint="nothing is overwritten: name an empty database")


def _must_be_equal(conn: Connection, manifest: Manifest) -> None:
    """Read every table again, and compare what the database gives with what it gave when it was backed up."""
    from monitor.store import snapshots_postgresql as server

    shapes = {shape.name: shape for shape in server.shapes(conn)}
    for part in manifest.database:
        seen, count = sha256(), 0
        for line in server.lines(conn, replace(shapes[part.name], columns=part.columns)):
            seen.update(line)
            count += 1
        if (seen.hexdigest(), count) != (part.sha256, part.rows):
            raise DatabaseError(f"table {part.name} is not what was backed up", hint=_OTHER)
    _must_agree(snapshots.facts(conn, {part.name: part.rows or 0 for part in manifest.database}), manifest)
