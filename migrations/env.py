"""Run migrations on the connection that monitor hands over; offline scripts are not used."""

from collections.abc import Callable
from typing import Any

from alembic import context
from sqlalchemy import Connection

from monitor.running_answers import MigrationStep
from monitor.store.schema import metadata


def run(connection: Connection, told: Callable[[MigrationStep], None] | None) -> None:
    """Migrate within the caller's transaction; tell of each step that is done."""

    def apply(ctx: object, step: Any, heads: object, run_args: object) -> None:
        if told is not None:
            done = step.up_revision
            told(MigrationStep(done.revision, " ".join(done.doc.split()).rstrip(".")))

    context.configure(
        connection=connection, target_metadata=metadata, render_as_batch=True, on_version_apply=apply
    )  # fmt: skip
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"], context.config.attributes.get("told"))
