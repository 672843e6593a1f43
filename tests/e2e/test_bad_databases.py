"""A database that cannot be used is said in one line with a hint, with exit code 5 or 8, and is left as it is."""

import hashlib
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from monitor.store.database import Database
from tests.e2e.processes import run


def monitor(folder: Path, *arguments: str) -> list[str]:
    """Return a command on the archive in a folder, with little patience."""
    script = "from monitor.cli.app import main; main()"
    options = ["--data-dir", str(folder), "--set", "database.patience=200ms"]
    return [sys.executable, "-c", script, *options, *arguments]


def change(path: Path, *statements: str) -> None:
    """Change a database by hand."""
    with closing(sqlite3.connect(path)) as conn, conn:
        for statement in statements:
            conn.execute(statement)


def make_newer(path: Path) -> None:
    """Make the archive one of a later program."""
    change(path, "UPDATE alembic_version SET version_num = '9999'")


def make_foreign(path: Path) -> None:
    """Put the database of another program there."""
    path.unlink()
    change(path, "CREATE TABLE song (title TEXT)", "INSERT INTO song VALUES ('La mer')")


def make_garbage(path: Path) -> None:
    """Put there what is no database."""
    path.write_bytes(b"This is a letter to my aunt.\n" * 300)


def make_torn(path: Path) -> None:
    """Overwrite the pages of the schema, as a bad disk does."""
    data = bytearray(path.read_bytes())
    data[100:8192] = b"\xa5" * (8192 - 100)
    path.write_bytes(data)


def make_folder(path: Path) -> None:
    """Put a folder where the database should be."""
    path.unlink()
    path.mkdir()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A folder with an empty archive."""
    Database.open(f"sqlite:///{tmp_path / 'archive.db'}").close()
    with closing(sqlite3.connect(tmp_path / "archive.db")) as conn:
        conn.execute("PRAGMA journal_mode = DELETE")  # everything into the one file
    return tmp_path


@pytest.mark.parametrize("spoil", [make_newer, make_foreign, make_garbage, make_torn, make_folder])
def test_unusable_databases(archive: Path, spoil: Callable[[Path], None]) -> None:
    """Newer, foreign, garbage, torn: one line that names it, a hint, and not a byte changed.

    They end with 8, since starting again mends none of them; a folder in its place, like a lock, with 5.
    """
    path = archive / "archive.db"
    spoil(path)
    before = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
    done = run(monitor(archive, "tick"))
    first, hint = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (5 if spoil is make_folder else 8, "")
    assert first.startswith("monitor: ")
    assert "archive.db" in first
    assert hint.strip().startswith("hint: ")
    assert "Traceback" not in done.stderr
    assert (hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "") == before


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the write lock of a database."""
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        conn.execute("BEGIN IMMEDIATE")
        yield
        conn.execute("ROLLBACK")


@pytest.mark.parametrize("arguments", [("tick",), ("import-corpus",)], ids=" ".join)
def test_a_locked_database_is_busy(archive: Path, arguments: tuple[str, ...]) -> None:
    """Whoever must write says that another process holds it; when it is free again, all is well."""
    texts = archive / "texts"
    texts.mkdir()
    (texts / "a.txt").write_text("A ferry for the outer islands\n\nIt left on Saturday with 120 passengers.\n")
    command = monitor(archive, *arguments, *([str(texts)] if arguments[0] == "import-corpus" else []))
    with held(archive / "archive.db"):
        done = run(command)
    assert done.returncode == 5, (done.stdout, done.stderr)
    assert "locked by another process" in done.stderr
    assert "hint: " in done.stderr
    assert arguments[0] == "tick" or run(command).returncode == 0


def test_reading_goes_on_while_another_process_writes(archive: Path) -> None:
    """In WAL mode questions are answered beside a writer."""
    Database.open(f"sqlite:///{archive / 'archive.db'}").close()  # back to WAL
    with held(archive / "archive.db"):
        assert run(monitor(archive, "status")).returncode == 0


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://nobody:secret@127.0.0.1:1/none", "cannot be used"),
        ("mysql://localhost/x", "mysql"),
    ],
)
def test_a_server_that_is_not_there(tmp_path: Path, url: str, said: str) -> None:
    """The URL is told without its password; a kind of database that is unknown is a wrong configuration."""
    done = run([*monitor(tmp_path), "--set", f"database.url={url}", "status"])
    assert done.returncode in (3, 5)
    assert said in done.stderr
    assert "secret" not in done.stderr
    assert "Traceback" not in done.stderr
