"""Fill a small disk with visits until nothing goes in, make room, and see that all that was acknowledged is there."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.processes import PATIENCE, monitor
from tests.torture.kills import Killing
from tests.torture.lives import OPTIONS, life, prepare
from tests.torture.press import Press
from tests.torture.recovering import mended
from tests.torture.said import read_log

SIZE = "3m"
MORE = "50m"


@dataclass(frozen=True, slots=True)
class Filling:
    """What came of it: the exit code of the daemon, what it said at its end, what was acknowledged, what is wrong."""

    code: int
    told: str
    words: int
    faults: tuple[str, ...]


def why_not(folder: Path) -> str | None:
    """Say why no disk can be mounted here; None when it can."""
    try:
        with _mounted(folder / "try"):
            return None
    except (OSError, subprocess.CalledProcessError) as error:
        return f"no tmpfs can be mounted here: {getattr(error, 'stderr', None) or error}"


@contextmanager
def _mounted(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True)
    _run("mount", "-t", "tmpfs", "-o", f"size={SIZE}", "torture", str(folder))
    try:
        yield
    finally:
        _run("umount", str(folder))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, encoding="utf-8", timeout=PATIENCE)


def fill(folder: Path, *, warm: bool = False) -> Filling:
    """Let a daemon work until its disk is full; then make room, let the archive mend itself, and look at it.

    It is `warm`, if asked for (see `life`).
    """
    done = Killing()
    with Press(6, 100_000).open() as press, _mounted(folder / "data"):
        config = prepare(folder, press)
        with life(monitor(config, "run", **OPTIONS), folder / "log", warm=warm) as process:
            code = process.wait(PATIENCE * 2)
        said = read_log(folder / "log")
        done.add(said)
        _run("mount", "-o", f"remount,size={MORE}", str(folder / "data"))
        look, _ = mended(folder / "data", done.words, press)
    told = "; ".join(said.failures + said.told)
    return Filling(code, told, len(done.words), (*done.faults, *look.faults))
