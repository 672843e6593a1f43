"""Bring a database to the schema of this program, through the migrations that come with it."""

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.engine import make_url

from monitor.errors import SchemaError
from monitor.shipped import shipped
from monitor.store.dialects import lock_schema
from monitor.store.schema import SCHEMA


def prepare(engine: Engine, url: str) -> None:
    """Create the tables of an empty database, or bring an older archive up to date.

    Raises SchemaError for an archive of a newer program and for a database of something else.
    """
    where = make_url(url).render_as_string(hide_password=True)
    with engine.begin() as conn:
        current, empty = _version(conn)
    if current == SCHEMA:
        return
    if current is None and not empty:
        raise SchemaError(f"{where} holds tables that are no archive", hint="point database.url at an empty database")
    _upgrade(engine, current, where)


def _version(conn: Connection) -> tuple[str | None, bool]:
    tables = inspect(conn).get_table_names()
    if "alembic_version" not in tables:
        return None, not tables
    return conn.execute(text("SELECT version_num FROM alembic_version")).scalar(), False


def _upgrade(engine: Engine, current: str | None, where: str) -> None:
    # Alembic takes a third of a second to import; an up-to-date archive never pays it.
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(shipped("migrations")))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if current is not None and current not in known:
        raise SchemaError(
            f"{where} was written by a newer version of monitor (schema {current}, this one knows {SCHEMA})",
            hint="upgrade monitor, or use another data_dir",
        )
    with engine.begin() as conn:
        lock_schema(conn)  # of two processes that meet an empty database, one waits and finds it made
        config.attributes["connection"] = conn
        command.upgrade(config, "head")
