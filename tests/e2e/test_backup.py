"""Backups and restores as processes: killed at any moment they cost nothing that was there, and are done again."""

import os
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from monitor import backup, list_backups, load_settings, verify_backups
from tests.blank import blank_sqlite
from tests.e2e.processes import PATIENCE, monitor, run, start

ROWS, TEXT = 1_500, 4_000  # of fetches, and characters of what each says: some 6 MB
FILES, LENGTH = 12, 1_000_000


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The configuration of an archive with rows and evidence enough for a backup to take a moment."""
    data = tmp_path / "data"
    blank_sqlite(data / "archive.db")
    (data / "evidence").mkdir()
    with closing(sqlite3.connect(data / "archive.db")) as conn, conn:
        columns = "INSERT INTO fetch (url, outcome, started_at, elapsed_ms, raw_bytes, detail) VALUES"
        fetched = f"{columns} ('http://a.example/', 'ok', '2026-11-16T12:00:00.000000Z', 1, 1, hex(randomblob(?)))"
        conn.executemany(fetched, [(TEXT // 2,)] * ROWS)
        for number in range(FILES):
            name = f"monitor-{number}.warc.gz"
            (data / "evidence" / name).write_bytes(os.urandom(LENGTH))
            conn.execute(
                "INSERT INTO evidence_file (name, committed_length, verified_length) VALUES (?, ?, 0)", (name, LENGTH)
            )
    path = tmp_path / "monitor.toml"
    path.write_text(f'data_dir = "{data}"\n\n[backup]\nfolder = "{tmp_path / "vault"}"\n', encoding="utf-8")
    return path


def killed(command: list[str], when: Callable[[], bool]) -> bool:
    """Run a command and kill it once something holds; False where it ended before."""
    process = start(command, Path(os.devnull))
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and not when():
        assert time.monotonic() < deadline
        time.sleep(0.003)
    process.send_signal(signal.SIGKILL)
    return process.wait(PATIENCE) == -signal.SIGKILL


def pieces(vault: Path) -> int:
    """Count the pieces that have a name."""
    return sum(len(files) for _, _, files in os.walk(vault / "objects"))


@pytest.mark.slow
def test_a_backup_that_is_killed_costs_no_earlier_one(config: Path, tmp_path: Path) -> None:
    """Whenever it is killed every snapshot there is is whole, and the next backup takes up what was stored."""
    vault, settings = tmp_path / "vault", load_settings(config)

    def has(count: int) -> Callable[[], bool]:
        return lambda: pieces(vault) >= count

    assert killed(monitor(config, "backup"), has(30))
    assert list((vault / "snapshots").iterdir()) == []
    first = backup(settings)
    with closing(sqlite3.connect(tmp_path / "data" / "archive.db")) as conn, conn:
        conn.execute("UPDATE fetch SET detail = hex(randomblob(?))", (TEXT // 2,))
    stored = pieces(vault)
    assert killed(monitor(config, "backup"), has(stored + 20))
    killed(monitor(config, "backup", "--prune"), lambda: pieces(vault) < stored + 15)
    assert verify_backups(settings, every=True).damaged == ()
    assert first.name in [one.name for one in list_backups(settings)]
    assert backup(settings).added_bytes < 7_000_000


@pytest.mark.slow
def test_a_restore_that_is_killed_is_refused_until_it_is_done(config: Path, tmp_path: Path) -> None:
    """No command opens what is left of it; the same restore goes on, and all of it is there to the byte."""
    backup(load_settings(config))
    vault, into = tmp_path / "vault", tmp_path / "again"
    command = monitor(config, "restore", str(vault), "--into", str(into))
    half = into / "evidence" / "monitor-4.warc.gz"
    assert killed(command, half.exists)
    opened = run([*monitor(config)[:-2], "--data-dir", str(into), "status"])
    assert opened.returncode == 1
    assert "not restored to its end" in opened.stderr
    assert killed(command, (into / "archive.db.restoring").exists) or (into / "archive.db").exists()
    done = run(command)
    assert done.returncode == 0, done.stderr
    for number in range(FILES):
        name = f"evidence/monitor-{number}.warc.gz"
        assert (into / name).read_bytes() == (tmp_path / "data" / name).read_bytes()
    with closing(sqlite3.connect(into / "archive.db")) as conn:
        assert conn.execute("SELECT count(*) FROM fetch").fetchone() == (ROWS,)
    assert sorted(path.name for path in into.iterdir()) == ["archive.db", "evidence"]
