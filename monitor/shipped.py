"""What comes with the program: its version, and its files inside the wheel or in the checkout."""

from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Literal

from monitor.errors import NotFoundError

Kind = Literal["config", "migrations", "systemd"]

PACKAGE = Path(__file__).parent
WHEEL_FOLDER = "_shipped"  # where pyproject.toml puts them; not `shipped`, which is this module's name


@cache
def version() -> str:
    """Return the version installed, or `0+unknown` in a source tree that never was installed."""
    try:
        return metadata.version("monitor-archive")
    except metadata.PackageNotFoundError:
        return "0+unknown"


def shipped(kind: Kind) -> Path:
    """Return the folder of shipped files. Raises NotFoundError when the installation lacks it."""
    for folder in (PACKAGE / WHEEL_FOLDER / kind, PACKAGE.parent / kind):
        if folder.is_dir():
            return folder
    raise NotFoundError(f"the installation has no {kind} folder", hint="install the program again, from its wheel")
