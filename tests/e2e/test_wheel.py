"""The wheel, installed elsewhere and run in an empty folder, needs nothing of the source tree."""

import json
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Sequence
from pathlib import Path

import pytest

from monitor.edges.clock import drive
from tests.e2e.processes import PATIENCE, ROOT, environment, write_config
from tests.newsroom.days import at
from tests.newsroom.room import RoomInfo
from tests.newsroom.settings import CORPUS

pytest_plugins = ["tests.newsroom.fixtures"]


def run(command: list[str | Path], folder: Path) -> str:
    """Run a command in a folder, as somebody who has no archive yet; return what it prints. It must succeed."""
    home = str(folder.parent / "home")
    done = subprocess.run(
        list(map(str, command)),
        cwd=folder,
        env=environment(HOME=home, XDG_DATA_HOME=home, XDG_CONFIG_HOME=home),
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, (command, done.stdout[-1000:], done.stderr[-2000:])
    return done.stdout


def install(folder: Path) -> Path:
    """Build the wheel and install it, and nothing else, into an environment of its own; return its `bin`.

    The libraries are those of this environment, by a .pth file: the tests need no network.
    """
    run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder / "dist"], ROOT)
    (wheel,) = (folder / "dist").glob("*.whl")
    venv.create(folder / "venv", with_pip=False)
    python = folder / "venv" / "bin" / "python"
    pip: list[str | Path] = [sys.executable, "-m", "pip", "--python", python]
    quietly = ("--quiet", "--no-deps", "--no-index", "--no-compile", "--disable-pip-version-check")
    run([*pip, "install", *quietly, wheel], folder)
    site = sysconfig.get_path("purelib", vars={"base": str(folder / "venv")})
    (Path(site) / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return python.parent


# One process for them all, since each would import everything.
SEVERAL = """
import json, sys
import monitor
from monitor.cli.app import app

print(monitor.__file__)
for command in json.loads(sys.argv[1]):
    print("\f", end="")
    try:
        app(command, prog_name="monitor")
    except SystemExit as ended:
        if ended.code:
            raise
"""


def several(bin_dir: Path, folder: Path, config: Path, *commands: Sequence[str]) -> list[str]:
    """Run commands with the installed program; return where it lies, and what each printed."""
    given = [["--config", str(config), *command] for command in commands]
    return run([bin_dir / "python", "-c", SEVERAL, json.dumps(given)], folder).split("\f")


@pytest.mark.slow
def test_the_wheel_does_the_main_job(tmp_path: Path, newsroom_apart: RoomInfo, newsroom_clock: Path) -> None:
    """Import, add, tick, search, config: migrations and outlets come with the wheel, and the code is the wheel's."""
    bin_dir = install(tmp_path)
    empty = tmp_path / "empty"
    empty.mkdir()
    config = write_config(tmp_path, newsroom_apart, newsroom_clock)
    add = ("add-source", "http://www.agencialitoral.example/", "--json")
    where, *told = several(bin_dir, empty, config, ("import-corpus", str(CORPUS), "--json"), add)
    assert Path(where.strip()).is_relative_to(tmp_path / "venv")
    imported, added = map(json.loads, told)
    assert [one["status"] for one in imported["documents"]] == ["new"] * 6
    assert added[0]["source"]["url"] == "http://www.agencialitoral.example/feed/"
    drive(newsroom_clock, at(16, 7))
    search = ("search", "temporal familias", "--json")
    visits, hits = map(json.loads, several(bin_dir, empty, config, ("tick", "--json"), search)[1:])
    assert len([visit for visit in visits["visits"] if visit["revision"]]) >= 3
    assert [hit["document"]["url"] for hit in hits] == [
        "http://www.agencialitoral.example/2026/11/16/tormenta-costa-norte/"
    ]
    assert "prensa-latina.cu" in run([bin_dir / "monitor", "outlets"], empty)
    assert list(empty.iterdir()) == []
