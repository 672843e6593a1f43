"""`monitor migrate-to`: an archive moves to another database, proved equal there, or not at all."""

import asyncio
import json
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError
from typer.testing import CliRunner

from monitor import Settings, migrate_to, open_archive
from monitor.answers import DocumentFilter
from monitor.app import moving
from monitor.app.leases import owner_name
from monitor.cli.app import app
from monitor.errors import DatabaseBusyError, DatabaseError, MonitorError, SchemaError, UsageError
from monitor.model import DocumentState
from monitor.running_answers import MoveReport
from monitor.store import indexing_anew, sources, table_rows
from monitor.store.database import Database
from monitor.store.dialects import open_engine, open_to_look
from tests.blank import administration, blank_sqlite
from tests.e2e.processes import ROOT
from tests.store.examples import a_source
from tests.store.filler import TEXTS, fill
from tests.store.old_archives import drop, old_archive

MANY, AT_A_TIME = 55, 20  # rows a table, and how many of them are read at a time
STATES = list(DocumentState)
REDACTED = sum(STATES[number % len(STATES)] is DocumentState.REDACTED for number in range(1, MANY + 1))  # see fill


def settings_of(folder: Path, url: str = "") -> Settings:
    """Return the settings of an archive; others are waited for only shortly."""
    return Settings.model_validate({"data_dir": folder, "database": {"url": url, "patience": 0.4}})


@pytest.fixture
def filled(tmp_path: Path) -> Settings:
    """An archive of SQLite with rows in every table, and a chain of seals that was made up."""
    settings = settings_of(tmp_path / "data")
    blank_sqlite(tmp_path / "data" / "archive.db")
    with_rows(settings.database_url, 12)
    return settings


def with_rows(url: str, count: int) -> None:
    """Fill every table, and the index for search."""
    engine = open_engine(url, 30.0, pool_size=1)
    with engine.begin() as conn:
        fill(conn, table_rows.tables_in_order(conn), count)
        indexing_anew.index_all(conn)
    engine.dispose()


def tables_there(url: str) -> int:
    """Return how many tables a database has."""
    engine = open_to_look(url, 30.0)
    assert engine is not None
    with engine.begin() as conn:
        count = len(table_rows.tables_in_order(conn))
    engine.dispose()
    return count


def test_there_and_back(tmp_path: Path, bare_postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """To PostgreSQL and to SQLite again: every table has the rows and the digest that it had; new rows, new numbers."""
    monkeypatch.setattr(table_rows, "BATCH", AT_A_TIME)
    monkeypatch.setattr(indexing_anew, "_TEXTS", indexing_anew._TEXTS.limit(AT_A_TIME))
    first = settings_of(tmp_path / "first")
    blank_sqlite(tmp_path / "first" / "archive.db")
    with_rows(first.database_url, MANY)
    progress: list[tuple[int, int]] = []
    there = migrate_to(first, bare_postgresql_url, progress=lambda *told: progress.append(told))
    assert {one.rows for one in there.tables} == {MANY}
    assert (there.done, there.texts, progress[-1][0]) == (True, MANY - REDACTED, progress[-1][1])
    second = settings_of(tmp_path / "second", bare_postgresql_url)
    back = migrate_to(second, f"sqlite:///{tmp_path / 'back.db'}")
    assert back.tables == there.tables
    asyncio.run(_use(second))


async def _use(settings: Settings) -> None:
    async with open_archive(settings) as archive:
        word = TEXTS[0].split()[1]  # that a quarter of the texts have
        found = await archive.search(word, DocumentFilter(limit=100), every_revision=True)
        assert {one.document.id % len(TEXTS) for one in found.items} == {0}
    db = Database.open(settings.database_url)
    try:
        added, is_new = await db.write(sources.add, a_source())
        assert (added.id, is_new) == (MANY + 1, True)
    finally:
        db.close()


def test_the_command_shows_the_proof_and_the_next_steps(filled: Settings, bare_postgresql_url: str) -> None:
    """Tables with their digests; then what to set, without the password."""

    def run(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["--data-dir", str(filled.data_dir), "migrate-to", *arguments])
        return done.exit_code, done.stdout

    code, out = run(bare_postgresql_url, "--dry-run")
    assert (code, "would be moved" in out, tables_there(bare_postgresql_url)) == (0, True, 0)
    code, out = run(bare_postgresql_url)
    assert code == 0
    assert [line.split()[1::2] for line in out.splitlines() if line.startswith("revision ")] == [["12", "yes"]]
    assert "Set database.url" in out
    code, out = run(f"sqlite:///{filled.data_dir / 'other.db'}", "--json")
    assert (code, {one["rows"] for one in json.loads(out)["tables"]}) == (0, {12})


@pytest.mark.parametrize("sql", ["UPDATE document SET title = 'x' WHERE id = 3", "DELETE FROM tombstone WHERE id = 3"])
def test_a_copy_that_differs_is_undone(
    filled: Settings, bare_postgresql_url: str, sql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One value or one row: the error names the table, and nothing is left there."""
    rightly = indexing_anew.index_all

    def spoiling(conn: Connection, told: object) -> int:
        conn.execute(text(sql))
        return rightly(conn)

    monkeypatch.setattr(indexing_anew, "index_all", spoiling)
    with pytest.raises(DatabaseError, match=r"(document|tombstone) has 12 rows") as refused:
        migrate_to(filled, bare_postgresql_url)
    assert refused.value.exit_code == 5
    assert tables_there(bare_postgresql_url) == 0


def test_what_the_other_database_does_not_take_is_named(filled: Settings, bare_postgresql_url: str) -> None:
    """PostgreSQL has no text with a NUL in it; nothing is left there."""
    engine = open_engine(filled.database_url, 30.0, pool_size=1)
    with engine.begin() as conn:
        conn.execute(text("UPDATE source SET title = 'a' || char(0) || 'b' WHERE id = 2"))
    engine.dispose()
    with pytest.raises(MonitorError, match="the table source"):
        migrate_to(filled, bare_postgresql_url)
    assert tables_there(bare_postgresql_url) == 0


def test_a_value_of_another_kind_is_named(filled: Settings, bare_postgresql_url: str) -> None:
    """SQLite keeps anything anywhere; what the program cannot read is no traceback."""
    engine = open_engine(filled.database_url, 30.0, pool_size=1)
    with engine.begin() as conn:
        conn.execute(text("UPDATE fetch SET started_at = 'yesterday' WHERE id = 2"))
    engine.dispose()
    with pytest.raises(DatabaseError, match=r"the table fetch .*yesterday"):
        migrate_to(filled, bare_postgresql_url)
    assert tables_there(bare_postgresql_url) == 0


def test_a_full_database_is_left_alone(filled: Settings, database_url: str) -> None:
    """An archive there is never added to; nor is an archive moved to itself."""
    with pytest.raises(UsageError, match="archive already"):
        migrate_to(filled, database_url)
    with pytest.raises(UsageError, match="already"):
        migrate_to(filled, filled.database_url)


def test_an_archive_at_work_is_not_moved(filled: Settings, tmp_path: Path) -> None:
    """What a daemon would write meanwhile would be lost."""
    engine = open_engine(filled.database_url, 30.0, pool_size=1)
    with engine.begin() as conn:
        held = {"owner": owner_name(), "until": "2999-01-01T00:00:00.000000Z"}
        conn.execute(text("UPDATE host SET lease_owner = :owner, lease_until = :until"), held)
    engine.dispose()
    with pytest.raises(DatabaseBusyError, match="works on it"):
        migrate_to(filled, f"sqlite:///{tmp_path / 'other.db'}")


def test_nobody_writes_to_an_archive_on_a_server_meanwhile(
    postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be lost: a daemon that is started too early has to wait, and it is moved as it was."""
    counted = moving._counted

    def beside(*arguments: Any) -> MoveReport:
        other = open_engine(postgresql_url, 0.05, pool_size=1)
        with pytest.raises(OperationalError, match="lock timeout"), other.begin() as conn:
            conn.execute(text("INSERT INTO counter (name, value) VALUES ('late', 1)"))
        other.dispose()
        return counted(*arguments)

    monkeypatch.setattr(moving, "_counted", beside)
    assert migrate_to(settings_of(tmp_path, postgresql_url), f"sqlite:///{tmp_path / 'other.db'}").done


def test_a_database_for_few_scripts_is_refused(filled: Settings, postgresql_server: str) -> None:
    """Before anything is copied; the hint says how to make another one."""
    engine = administration(postgresql_server)
    name = f"latin_{uuid.uuid4().hex[:8]}"
    with engine.connect() as conn:
        conn.execute(text(f"CREATE DATABASE {name} ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"))
    url = engine.url.set(database=name).render_as_string(hide_password=False)
    with pytest.raises(DatabaseError, match="LATIN1") as refused:
        migrate_to(filled, url)
    assert "UTF8" in str(refused.value.hint)
    drop(url, postgresql_server)
    engine.dispose()


def test_an_older_archive_is_migrated_first(tmp_path: Path) -> None:
    """The error says so."""
    url = old_archive("0007", tmp_path)
    with pytest.raises(SchemaError, match="0007"):
        migrate_to(settings_of(tmp_path, url), f"sqlite:///{tmp_path / 'other.db'}")


def commands_of(page: str) -> Iterator[list[str]]:
    """Yield the arguments of each command in the blocks of a page."""
    for block in re.findall(
        r"^ *```\n(.*?)^ *```", (ROOT / "docs" / page).read_text("utf-8"), re.DOTALL | re.MULTILINE
    ):
        yield from (line.split()[1:] for line in block.splitlines() if line.startswith("monitor "))


def test_the_commands_of_the_documents_run(tmp_path: Path, bare_postgresql_url: str) -> None:
    """As they are written, the database of the example aside: an older archive is brought up to date, and moved."""
    old_archive("0007", tmp_path)
    example = "postgresql://monitor@localhost/monitor"
    for arguments in (*commands_of("upgrading.md"), *commands_of("moving.md")):
        given = [bare_postgresql_url if one == example else one for one in arguments]
        done = CliRunner().invoke(app, ["--data-dir", str(tmp_path), *given])
        assert done.exit_code == 0, (arguments, done.output)
    assert tables_there(bare_postgresql_url) > 0
