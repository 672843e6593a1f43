"""Make the tables that a snapshot had, by the migrations up to it: one of an earlier program can be restored."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from monitor.shipped import shipped
from monitor.store.dialects import lock_schema


def make_schema(conn: Connection, schema: str) -> None:
    """Make the tables of a schema in an empty database, in the transaction of this connection."""
    config = Config()
    config.set_main_option("script_location", str(shipped("migrations")))
    config.attributes["connection"] = conn
    lock_schema(conn)
    command.upgrade(config, schema)
