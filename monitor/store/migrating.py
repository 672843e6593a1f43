"""Bring a database to the schema of this program, through the migrations that come with it."""

from sqlalchemy import Connection, Engine, inspect, text

from monitor.errors import SchemaError
from monitor.shipped import shipped
from monitor.store.dialects import lock_schema, open_to_look, shown
from monitor.store.schema import SCHEMA


def is_current(url: str, patience_s: float) -> bool:
    """Look whether a database is an archive of this schema, without changing it or waiting for whoever writes.

    Raises SchemaError for an archive of a newer program and for a database of something else.
    """
    engine = open_to_look(url, patience_s)
    if engine is None:
        return False
    try:
        with engine.begin() as conn:
            return _judge(conn, url)
    finally:
        engine.dispose()


def prepare(engine: Engine, url: str) -> None:
    """Create the tables of an empty database, or bring an older archive up to date. Raises as `is_current` does."""
    with engine.begin() as conn:
        if _judge(conn, url):
            return
    _upgrade(engine)


def _judge(conn: Connection, url: str) -> bool:
    current, empty = _version(conn)
    if current == SCHEMA:
        return True
    where = shown(url)
    if current is None and not empty:
        raise SchemaError(f"{where} holds tables that are no archive", hint="point database.url at an empty database")
    if current is not None and current not in _known():
        raise SchemaError(
            f"{where} was written by a newer version of monitor (schema {current}, this one knows {SCHEMA})",
            hint="upgrade monitor, or use another data_dir",
        )
    return False


def _version(conn: Connection) -> tuple[str | None, bool]:
    tables = inspect(conn).get_table_names()
    if "alembic_version" not in tables:
        return None, not tables
    return conn.execute(text("SELECT version_num FROM alembic_version")).scalar(), False


# Alembic takes a third of a second to import; an up-to-date archive never pays it.


def _known() -> set[str]:
    from alembic.script import ScriptDirectory

    return {script.revision for script in ScriptDirectory(str(shipped("migrations"))).walk_revisions()}


def _upgrade(engine: Engine) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(shipped("migrations")))
    with engine.begin() as conn:
        lock_schema(conn)  # of two processes that meet an empty database, one waits and finds it made
        config.attributes["connection"] = conn
        command.upgrade(config, "head")
