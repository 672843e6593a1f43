"""Run a newsroom as a process of its own."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.newsroom.room import RoomInfo

ROOT = Path(__file__).parents[2]
PATIENCE = 20  # seconds


@contextmanager
def newsroom_process(clock_path: Path, directory: Path, filler: int = 0) -> Iterator[RoomInfo]:
    """Start `python -m tests.newsroom`, wait until it is ready, and end it with the context.

    Raises RuntimeError when it ends before it is ready.
    """
    options = ["--clock", str(clock_path), "--state", str(directory), "--filler", str(filler)]
    command = [sys.executable, "-m", "tests.newsroom", *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield _ready(process)
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _ready(process: subprocess.Popen[str]) -> RoomInfo:
    line = process.stdout.readline() if process.stdout else ""
    if not line:
        raise RuntimeError(f"the newsroom ended with {process.wait(PATIENCE)} before it was ready")
    return RoomInfo(**json.loads(line))
