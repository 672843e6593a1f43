"""A folder of backups that does not answer keeps nobody waiting, however often it is asked."""

from pathlib import Path
from threading import Event

import pytest

from monitor.app import backing_up, last_backup
from monitor.app.last_backup import LastBackup
from monitor.errors import MonitorError


async def test_a_disk_that_hangs_is_given_up_and_asked_by_one_thread_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = []
    hanging = Event()

    def hang(folder: Path) -> tuple[()]:
        asked.append(folder)
        hanging.wait()
        return ()

    monkeypatch.setattr(backing_up, "snapshots", hang)
    monkeypatch.setattr(last_backup, "PATIENCE_S", 0.05)
    last = LastBackup()
    for _ in range(3):
        with pytest.raises(MonitorError, match="has not answered"):
            await last.get(tmp_path)
    assert asked == [tmp_path]
    hanging.set()
    monkeypatch.setattr(last_backup, "PATIENCE_S", 60.0)
    assert await last.get(tmp_path) is None


async def test_what_is_wrong_with_a_folder_is_told_each_time(tmp_path: Path) -> None:
    last = LastBackup()
    for _ in range(2):
        with pytest.raises(MonitorError):
            await last.get(tmp_path / "none")
    (tmp_path / "file").touch()
    with pytest.raises(MonitorError):
        await last.get(tmp_path / "file")
