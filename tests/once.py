"""What takes long to make is made once in a test run, by whichever of pytest's processes comes first."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return a folder that `make` has filled; other processes of the run wait meanwhile, then find it there.

    Whoever writes to it copies it first. What `make` raises goes through, and the next to come makes it anew.
    """
    folder = _root(factory) / f"once-{name}"
    made = folder.with_suffix(".made")
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            made.touch()
    return folder


def _root(factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the whole run: xdist gives each process one of its own in it."""
    base = factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
