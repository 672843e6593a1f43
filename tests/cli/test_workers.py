"""`workers`: who is at work on the archive, and who was."""

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from monitor import Settings, open_archive
from monitor.cli.app import app
from monitor.settings import DaemonSettings
from tests.blank import blank_sqlite


def run(data_dir: Path, *args: str) -> tuple[str, str]:
    """Run the command; return what both streams got."""
    done = CliRunner().invoke(app, ["--data-dir", str(data_dir), "workers", *args])
    assert done.exit_code == 0, done.stderr
    return done.stdout, done.stderr


async def _work(data_dir: Path, *names: str, leaves: bool) -> None:
    for name in names:
        async with open_archive(Settings(data_dir=data_dir, daemon=DaemonSettings(name=name))) as archive:
            await archive.workers.register()
            if leaves:
                await archive.workers.goodbye()


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    blank_sqlite(tmp_path / "archive.db")
    return tmp_path


def test_those_at_work_are_listed_and_those_that_stopped_on_request(data_dir: Path) -> None:
    asyncio.run(_work(data_dir, "north", leaves=True))
    asyncio.run(_work(data_dir, "south", leaves=False))
    shown, _ = run(data_dir)
    assert "south" in shown
    assert "working" in shown
    assert "north" not in shown
    assert "stopped" in run(data_dir, "--all")[0]
    told = json.loads(run(data_dir, "--all", "--json")[0])
    assert [(one["worker"]["name"], one["state"]) for one in told] == [("north", "stopped"), ("south", "working")]


def test_without_any_it_says_how_one_is_started(data_dir: Path) -> None:
    assert run(data_dir) == ("", "no daemon is at work on this archive; `monitor run` starts one\n")
