"""`monitor migrate`: an archive of an earlier release is brought up to date, wholly or not at all, by one at a time."""

import asyncio
import hashlib
import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from monitor import Settings, migrate, open_archive
from monitor.app.leases import owner_name
from monitor.cli.app import app
from monitor.errors import DatabaseBusyError, DatabaseError, MonitorError, SchemaError, UsageError
from monitor.running_answers import MigrationReport
from monitor.store import alone as store
from monitor.store.dialects import open_engine
from monitor.store.schema import SCHEMA
from tests.e2e.killing_migrations import POINTS, state
from tests.e2e.processes import ROOT, environment
from tests.store.old_archives import blank_archive, drop, old_archive

PATIENCE = 60.0


@dataclass(frozen=True)
class Old:
    """An archive of an earlier release."""

    url: str
    settings: Settings

    @property
    def path(self) -> Path:
        """Return the file of one on SQLite."""
        return self.settings.data_dir / "archive.db"

    def execute(self, sql: str, **values: object) -> None:
        """Change something in it."""
        engine = open_engine(self.url, 30.0, pool_size=1)
        with engine.begin() as conn:
            conn.execute(text(sql), values)
        engine.dispose()


def settings_of(folder: Path, url: str, **more: object) -> Settings:
    """Return the settings of an archive; others are waited for only shortly."""
    return Settings.model_validate({"data_dir": folder, "database": {"url": url, "patience": 0.4}, **more})


@pytest.fixture
def on_file(tmp_path: Path) -> Old:
    """A file of schema 0007, with rows in every table."""
    url = old_archive("0007", tmp_path)
    return Old(url, settings_of(tmp_path, url))


@pytest.fixture
def on_server(tmp_path: Path, postgresql_server: str) -> Iterator[Old]:
    """A database of PostgreSQL of schema 0007, without rows."""
    url = blank_archive("0007", tmp_path, postgresql_server)
    yield Old(url, settings_of(tmp_path, url))
    drop(url, postgresql_server)


@pytest.fixture(params=["on_file", "on_server"])
def old(request: pytest.FixtureRequest) -> Old:
    """Either of them."""
    found: Old = request.getfixturevalue(request.param)
    return found


def command(folder: Path, *arguments: str) -> tuple[int, str, str]:
    """Run the command line on the archive in a folder; return its exit code, and what it wrote."""
    done = CliRunner().invoke(app, ["--data-dir", str(folder), *arguments], prog_name="monitor")
    return done.exit_code, done.stdout, done.stderr


def test_from_the_refusal_to_the_archive_of_today(on_file: Old) -> None:
    """Every command names the one that helps; that tells beforehand, copies, migrates, and then all is well."""
    folder = on_file.path.parent
    before = hashlib.sha256(on_file.path.read_bytes()).hexdigest()
    code, out, err = command(folder, "documents")
    assert (code, out) == (SchemaError.exit_code, "")
    assert "hint: run `monitor migrate`" in err
    code, out, _ = command(folder, "migrate", "--dry-run")
    assert (code, f"{SCHEMA}  Keep who works on the archive" in out) == (0, True)
    assert hashlib.sha256(on_file.path.read_bytes()).hexdigest() == before
    assert "and was undone" in command(folder, "migrate", "--rehearse")[1]
    assert state(on_file.url)[0] == "0007"
    (folder / "archive.db.before-0008-20261101T000000Z.tmp").write_bytes(b"half")  # of one that was killed
    code, out, _ = command(folder, "migrate")
    (copy,) = folder.glob("archive.db.before-*")
    assert (code, str(copy) in out) == (0, True)
    with closing(sqlite3.connect(copy)) as conn:
        assert conn.execute("SELECT version_num FROM alembic_version").fetchone() == ("0007",)
        assert conn.execute("SELECT count(*) FROM revision").fetchone() == (12,)
    assert command(folder, "documents")[0] == 0
    report = json.loads(command(folder, "migrate", "--json")[1])
    assert (report["steps"], report["done"], len(list(folder.glob("archive.db.before-*")))) == ([], False, 1)


def test_nothing_is_migrated_without_room_for_the_copy(on_file: Old, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says how much is needed, and the archive is the old one."""
    monkeypatch.setattr("monitor.app.migrating.SPARE", 1 << 62)
    with pytest.raises(MonitorError, match="needs"):
        migrate(on_file.settings)
    assert state(on_file.url)[0] == "0007"


def test_on_a_server_a_backup_has_to_be_asked_for_or_refused(on_server: Old, tmp_path: Path) -> None:
    """Without a folder for it, it is said that none can be made; with one the snapshot is of the old schema."""
    code, out, _ = command(tmp_path, "--set", f"database.url={on_server.url}", "migrate", "--dry-run")
    assert (code, "backup.folder is not set" in out) == (0, True)
    with pytest.raises(UsageError, match=r"backup\.folder"):
        migrate(on_server.settings)
    assert state(on_server.url)[0] == "0007"
    data_dir, backups = tmp_path / "data", tmp_path / "backups"
    data_dir.mkdir()
    report = migrate(settings_of(data_dir, on_server.url, backup={"folder": str(backups)}))
    assert (report.done, str(report.backup).startswith(str(backups))) == (True, True)


def test_an_archive_that_a_daemon_works_on_is_left_alone(old: Old) -> None:
    """A host held by a process that lives is a sign of it; one held by a process that is gone, or long ago, is none."""
    held = "INSERT INTO host (name, failures, asked_for_patience, kills, lease_owner, lease_until)"
    old.execute(f"{held} VALUES ('a.example', 0, 0, 0, :owner, '2999-01-01T00:00:00.000000Z')", owner=owner_name())
    with pytest.raises(DatabaseBusyError, match=f"process {os.getpid()}") as refused:
        migrate(old.settings, backup=False)
    assert "stop" in str(refused.value.hint)
    gone = owner_name().replace(f":{os.getpid()}:", ":4194305:")
    old.execute("UPDATE host SET lease_owner = :owner WHERE name = 'a.example'", owner=gone)
    assert migrate(old.settings, backup=False).done


def test_an_archive_that_another_process_has_open_is_left_alone(old: Old) -> None:
    """Also a daemon of an earlier release, which says nothing of itself while it has nothing to do."""
    other = open_engine(old.url, 30.0, pool_size=1)
    with other.begin() as conn:
        conn.execute(text("SELECT 1"))
    try:
        with pytest.raises(DatabaseBusyError, match="open"):
            migrate(old.settings, backup=False, force=old.path.exists())
    finally:
        other.dispose()
    assert migrate(old.settings, backup=False).done


def test_a_session_that_ends_is_waited_for(on_server: Old, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that only reads, and is at its end."""
    other = open_engine(on_server.url, 30.0, pool_size=1)
    with other.begin() as conn:
        conn.execute(text("SELECT 1"))
    ends = SimpleNamespace(monotonic=time.monotonic, sleep=lambda _: other.dispose())
    monkeypatch.setattr("monitor.app.alone.time", ends)
    patient = Settings.model_validate({"data_dir": on_server.settings.data_dir, "database": {"url": on_server.url}})
    assert migrate(patient, backup=False).done


def test_a_copy_that_cannot_be_made_is_told(on_file: Old) -> None:
    """As an error of ours, with what to look at."""
    engine = store.open_alone(on_file.url, 1.0)
    with pytest.raises(DatabaseError, match="cannot be copied"):
        store.copy_to(engine, on_file.path.parent / "nowhere" / "copy")
    engine.dispose()


def test_of_two_at_once_one_waits_and_finds_it_done(old: Old) -> None:
    """They never meet in one archive."""
    in_it, go_on, reports = threading.Event(), threading.Event(), dict[str, MigrationReport]()
    waits = threading.Event()

    def stay(_: MigrationReport) -> None:
        in_it.set()
        go_on.wait(PATIENCE)

    def first() -> None:
        reports["first"] = migrate(old.settings, backup=False, begun=stay)

    def second() -> None:
        reports["second"] = migrate(old.settings, backup=False, waiting=waits.set)

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    threads[0].start()
    assert in_it.wait(PATIENCE)
    threads[1].start()
    if old.path.exists():
        assert waits.wait(PATIENCE)
    go_on.set()
    for one in threads:
        one.join(PATIENCE)
    assert (reports["first"].done, reports["second"].done) == (True, False)
    assert state(old.url)[0] == SCHEMA


@pytest.mark.parametrize(("kind", "points"), [("sqlite", POINTS), ("postgresql", ("0003", "0007", "commit"))])
def test_killed_in_any_migration_it_is_the_old_archive_still(
    kind: str, points: tuple[str, ...], tmp_path: Path, postgresql_server: str
) -> None:
    """SIGKILL in the middle of one, and before the commit: nothing has changed, and the next try does all of it."""
    server = postgresql_server if kind == "postgresql" else None
    url = old_archive("0001", tmp_path, server)
    try:
        done = run([sys.executable, "-m", "tests.e2e.killing_migrations", str(tmp_path), url, *points])
        *kills, last = map(json.loads, (line for line in done.stdout.splitlines() if line.startswith("{")))
        assert kills == [{"point": one, "signal": 9, "schema": "0001", "same": True} for one in points], done.stderr
        assert last == {"steps": list(POINTS[:-1]), "done": True, "schema": SCHEMA}
        asyncio.run(_read(settings_of(tmp_path, url)))
    finally:
        if server:
            drop(url, server)


def run(arguments: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a process that forks many, and may take its time on a busy machine."""
    return subprocess.run(
        arguments, capture_output=True, encoding="utf-8", env=environment(), cwd=ROOT, timeout=150, check=False
    )


async def _read(settings: Settings) -> None:
    async with open_archive(settings) as archive:
        assert len(await archive.documents()) == 12
