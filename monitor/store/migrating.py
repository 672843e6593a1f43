"""Bring a database to the schema of this program, through the migrations that come with it.

An empty one is made an archive at once. One of an earlier release is migrated only when that is asked for, in one
transaction: both databases undo the making of tables too, so that whoever is killed in between leaves the old archive.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from monitor.errors import SchemaError
from monitor.running_answers import MigrationStep
from monitor.shipped import shipped
from monitor.store.dialects import lock_schema, open_to_look, shown
from monitor.store.schema import SCHEMA

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory

Told = Callable[[MigrationStep], None]


def is_current(url: str, patience_s: float) -> bool:
    """Look whether a database is an archive of this schema, without changing it or waiting for whoever writes.

    Returns False for an empty one. Raises SchemaError for an archive of another schema and for a database of something
    else.
    """
    engine = open_to_look(url, patience_s)
    if engine is None:
        return False
    try:
        with engine.begin() as conn:
            return _is_current(conn, url)
    finally:
        engine.dispose()


def prepare(engine: Engine, url: str) -> None:
    """Create the tables of an empty database. Raises as `is_current` does."""
    with engine.begin() as conn:
        lock_schema(conn)  # of two processes that meet an empty database, one waits and finds it made
        if not _is_current(conn, url):
            upgrade(conn)


def schema_of(conn: Connection, url: str) -> str | None:
    """Return the schema of an archive, None of an empty database.

    Raises SchemaError for an archive of a newer program and for a database of something else.
    """
    current, empty = _version(conn)
    where = shown(url)
    if current is None and not empty:
        raise SchemaError(f"{where} holds tables that are no archive", hint="point database.url at an empty database")
    if current not in (None, SCHEMA) and current not in _known():
        raise SchemaError(
            f"{where} was written by a newer version of monitor (schema {current}, this one knows {SCHEMA})",
            hint="upgrade monitor, or use another data_dir",
        )
    return current


def _is_current(conn: Connection, url: str) -> bool:
    current = schema_of(conn, url)
    if current not in (None, SCHEMA):
        raise SchemaError(
            f"{shown(url)} is of an earlier release (schema {current}, this one works with {SCHEMA})",
            hint="run `monitor migrate`; with --dry-run it only tells what it would do",
        )
    return current == SCHEMA


def _version(conn: Connection) -> tuple[str | None, bool]:
    tables = inspect(conn).get_table_names()
    if "alembic_version" not in tables:
        return None, not tables
    return conn.execute(text("SELECT version_num FROM alembic_version")).scalar(), False


# Alembic takes a third of a second to import; an up-to-date archive never pays it.


def steps(before: str | None) -> tuple[MigrationStep, ...]:
    """Return the migrations that an archive of a schema lacks, first to last; None is an empty database."""
    lacking = _scripts().iterate_revisions("head", before or "base")
    return tuple(reversed([MigrationStep(one.revision, _title(one.doc)) for one in lacking]))


def _title(doc: str) -> str:
    return " ".join(doc.split()).rstrip(".")


def upgrade(conn: Connection, to: str = "head", told: Told | None = None) -> None:
    """Run the migrations that are lacking, up to one, within the transaction of the caller; `told` of each one done."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_folder()))
    config.attributes.update(connection=conn, told=told)
    command.upgrade(config, to)


def _known() -> set[str]:
    return {script.revision for script in _scripts().walk_revisions()}


def _scripts() -> "ScriptDirectory":
    from alembic.script import ScriptDirectory

    return ScriptDirectory(str(_folder()))


def _folder() -> Path:
    return shipped("migrations")
