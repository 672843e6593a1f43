"""The program as somebody gets it: a checkout, and the wheels of this release and of an invented next one."""

import shutil
import subprocess
import sys
from pathlib import Path

from monitor.shipped import version
from monitor.store.schema import SCHEMA
from tests.e2e.processes import ROOT
from tests.machine.rootfs import run

NEXT = "0.2.0"
NEXT_SCHEMA = f"{int(SCHEMA) + 1:04}"
MIGRATION = f'''"""Change nothing but the number: what the next release needs is not known yet."""

revision = "{NEXT_SCHEMA}"
down_revision = "{SCHEMA}"


def upgrade() -> None:
    """Do nothing."""
'''


def checkout(folder: Path) -> None:
    """Copy what is under version control here, as it is now. Raises CalledProcessError."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)


def raise_version(folder: Path) -> None:
    """Make a checkout one of the next release: another version, and a schema of its own."""
    _replace(folder / "pyproject.toml", f'version = "{version()}"', f'version = "{NEXT}"')
    _replace(folder / "monitor/store/schema.py", f'SCHEMA = "{SCHEMA}"', f'SCHEMA = "{NEXT_SCHEMA}"')
    (folder / f"migrations/versions/{NEXT_SCHEMA}_nothing.py").write_text(MIGRATION, encoding="utf-8")


def wheel(checkout: Path, into: Path) -> None:
    """Build the wheel of a checkout. Raises CalledProcessError."""
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(into), str(checkout)]
    run(*command)


def _replace(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(before) == 1, (file, before)
    file.write_text(text.replace(before, after), encoding="utf-8")
