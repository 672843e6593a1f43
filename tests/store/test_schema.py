"""The migrations make exactly the tables that the program uses."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from monitor.shipped import shipped
from monitor.store.database import Database
from monitor.store.schema import SCHEMA, metadata


def test_the_newest_migration_is_the_one_the_program_knows() -> None:
    assert ScriptDirectory(str(shipped("migrations"))).get_current_head() == SCHEMA


async def test_migrating_an_empty_database_gives_the_tables_of_the_program(db: Database) -> None:
    def differences(conn: Connection) -> list[object]:
        context = MigrationContext.configure(conn, opts={"include_name": _ours, "compare_type": False})
        return list(compare_metadata(context, metadata))

    assert await db.read(differences) == []


def _ours(name: str | None, kind: str, _parents: object) -> bool:
    return not (kind == "table" and name is not None and name.startswith("revision_search"))
