"""Run migrations on the connection that monitor hands over; offline scripts are not used."""

from alembic import context
from sqlalchemy import Connection

from monitor.store.schema import metadata


def run(connection: Connection) -> None:
    """Migrate within the caller's transaction."""
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
