"""Where the files that come with the program are: inside the wheel, or in the checkout."""

from pathlib import Path
from typing import Literal

from monitor.errors import NotFoundError

Kind = Literal["config", "migrations", "systemd"]

PACKAGE = Path(__file__).parent
WHEEL_FOLDER = "_shipped"  # where pyproject.toml puts them; not `shipped`, which is this module's name


def shipped(kind: Kind) -> Path:
    """Return the folder of shipped files. Raises NotFoundError when the installation lacks it."""
    for folder in (PACKAGE / WHEEL_FOLDER / kind, PACKAGE.parent / kind):
        if folder.is_dir():
            return folder
    raise NotFoundError(f"the installation has no {kind} folder", hint="install the program again, from its wheel")
