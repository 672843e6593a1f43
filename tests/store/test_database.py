"""The doors to the database."""

import asyncio
import sqlite3
import threading
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, select, text, update
from sqlalchemy.exc import OperationalError as DriverError

from monitor.errors import DatabaseBusyError, DatabaseError, SchemaError, StatementError
from monitor.store import corpus, troubles
from monitor.store.database import Database
from monitor.store.schema import counter


def _count(conn: Connection) -> int:
    return int(conn.execute(select(counter.c.value).where(counter.c.name == "mirror")).scalar_one())


async def test_what_was_written_is_there_after_closing_and_opening_again(database_url: str) -> None:
    first = Database.open(database_url)
    assert await first.write(corpus.next_number) == 0
    first.close()
    second = Database.open(database_url)
    assert await second.write(corpus.next_number) == 1
    second.close()


async def test_a_job_that_fails_takes_nothing_of_the_others_with_it(db: Database) -> None:
    def half(conn: Connection) -> None:
        corpus.next_number(conn)
        raise ValueError("half-way")

    results = await asyncio.gather(
        *(db.write(half if number % 3 == 1 else corpus.next_number) for number in range(30)), return_exceptions=True
    )
    failed = [result for result in results if isinstance(result, ValueError)]
    assert len(failed) == 10
    assert sorted(result for result in results if isinstance(result, int)) == list(range(20))
    assert await db.read(_count) == 20


async def test_two_processes_lose_no_increment(database_url: str) -> None:
    """A deferred transaction, SQLAlchemy's default on SQLite, loses two of three here."""
    one, other = Database.open(database_url), Database.open(database_url)

    def increment(conn: Connection) -> None:
        value = conn.execute(select(counter.c.value).where(counter.c.name == "mirror").with_for_update()).scalar_one()
        conn.execute(update(counter).where(counter.c.name == "mirror").values(value=value + 1))

    await one.write(corpus.next_number)
    await asyncio.gather(*(db.write(increment) for _ in range(50) for db in (one, other)))
    assert await one.read(_count) == 101
    one.close()
    other.close()


async def test_nobody_is_told_of_success_when_the_whole_transaction_was_undone(tmp_path: Path) -> None:
    """A full disk or an I/O error makes SQLite roll back all of it, savepoints and all."""
    db = Database.open(f"sqlite:///{tmp_path / 'archive.db'}")
    await db.write(corpus.next_number)

    def undo_everything(conn: Connection) -> None:
        conn.exec_driver_sql("ROLLBACK")
        raise OSError("disk full")

    jobs = (corpus.next_number, undo_everything, corpus.next_number)
    results = await asyncio.gather(*(db.write(job) for job in jobs * 20), return_exceptions=True)
    kept = [result for result in results if isinstance(result, int)]
    assert await db.read(_count) == 1 + len(kept)
    assert kept == list(range(1, 1 + len(kept)))
    db.close()


async def test_writing_after_the_end_is_an_error_and_never_hangs(db: Database) -> None:
    db.close()
    with pytest.raises(DatabaseError, match="closed"):
        await asyncio.wait_for(db.write(corpus.next_number), 5)


async def test_what_the_database_refuses_is_told_apart_from_a_database_out_of_reach(db: Database) -> None:
    with pytest.raises(StatementError):
        await db.write(lambda conn: conn.execute(text("INSERT INTO evidence_file (name) VALUES ('x')")))
    assert await db.write(corpus.next_number) == 0


async def test_a_reader_cannot_write(db: Database) -> None:
    with pytest.raises(DatabaseError):
        await db.read(corpus.next_number)


async def test_a_locked_database_is_one_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    db = Database.open(f"sqlite:///{path}", patience_s=0.2)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseBusyError, match="locked") as caught:
        await db.write(corpus.next_number)
    assert caught.value.hint
    holder.execute("ROLLBACK")
    holder.close()
    assert await db.write(corpus.next_number) == 0
    db.close()


async def test_the_database_of_a_newer_program_is_refused_and_left_alone(bare_database_url: str) -> None:
    db = Database.open(bare_database_url)
    await db.write(lambda conn: conn.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    db.close()
    with pytest.raises(SchemaError, match="newer version") as caught:
        Database.open(bare_database_url)
    assert caught.value.hint


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    path.write_bytes(b"Moscou, 19 novembre. " * 100)
    with pytest.raises(SchemaError, match="not a database"):
        Database.open(f"sqlite:///{path}")
    assert path.read_bytes() == b"Moscou, 19 novembre. " * 100


def test_somebody_elses_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE recipes (name TEXT)")
    other.commit()
    other.close()
    with pytest.raises(SchemaError, match="no archive"):
        Database.open(f"sqlite:///{path}")


@pytest.mark.parametrize("url", ["mysql://localhost/x", "sqlite://"])
def test_a_database_of_no_use_is_refused(url: str) -> None:
    with pytest.raises(DatabaseError):
        Database.open(url)


def test_a_server_out_of_reach_is_one_clear_error() -> None:
    with pytest.raises(DatabaseError, match="cannot be used") as caught:
        Database.open("postgresql://nobody:secret@127.0.0.1:9/none", patience_s=2)
    assert "secret" not in str(caught.value)


def test_many_who_meet_an_empty_database_make_it_once(bare_database_url: str) -> None:
    errors: list[DatabaseError] = []

    def open_and_close() -> None:
        try:
            Database.open(bare_database_url).close()
        except DatabaseError as error:
            errors.append(error)

    threads = [threading.Thread(target=open_and_close) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_a_folder_with_odd_characters_is_no_trouble(tmp_path: Path) -> None:
    path = tmp_path / "été #1 100%" / "archive.db"
    Database.open(f"sqlite:///{path}".replace("%", "%25").replace("#", "%23")).close()
    assert path.exists()


def test_a_folder_in_place_of_the_file_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="is a folder, and should be the database's file") as raised:
        Database.open(f"sqlite:///{tmp_path}")
    assert raised.value.hint


@pytest.mark.parametrize(
    ("said", "passes", "hint"),
    [
        ('failed: FATAL:  password authentication failed for user "desk"', False, "~/.pgpass"),
        ("failed: fe_sendauth: no password supplied", False, "docs/service.md"),
        ('failed: FATAL:  database "desk" does not exist', False, "database.url"),
        ("failed: Connection refused\n\tIs the server running on that host?", True, "is the server running"),
        ("failed: FATAL:  the database system is starting up", True, "is the server running"),
        ("consuming input failed: server closed the connection unexpectedly", True, "is the server running"),
    ],
)
def test_what_a_server_says_at_the_door_passes_or_is_to_be_mended(said: str, passes: bool, hint: str) -> None:
    """And a wrong password is told with where a right one belongs."""
    error = troubles.plain(DriverError(None, None, psycopg.OperationalError(said)), "postgresql://db.example/desk")
    assert isinstance(error, troubles.DatabaseLostError) is passes
    assert hint in str(error.hint)
    assert said.splitlines()[0] in str(error)


def test_of_several_addresses_the_last_that_was_tried_is_told() -> None:
    said = "Multiple connection attempts failed. All failures were:\n- host: 'a': no route\n- host: 'b': refused"
    error = troubles.plain(DriverError(None, None, psycopg.OperationalError(said)), "postgresql://db.example/desk")
    assert str(error).endswith("host: 'b': refused")
