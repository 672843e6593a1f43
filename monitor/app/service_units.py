"""The files of the service as they are put in place: the shipped ones, with the path of this program in them.

Their first line says who wrote them and the SHA-256 of the rest, so that a file somebody edited is known from ours.
"""

import re
import sys
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from monitor.errors import UsageError
from monitor.shipped import shipped, version

_STAMP = re.compile(r"# Written by `monitor service install` of monitor (\S+); sha256 of the rest: ([0-9a-f]{64})\n")
_PROGRAM = "/usr/bin/env monitor"
_BACKUPS = "-/var/backups/monitor"
# Below these ProtectHome= lets a service see nothing.
_HIDDEN = (Path("/home"), Path("/root"), Path("/run/user"))
# Where the files belong: of the system below its root, of a user below ~/.config.
SYSTEM, SYSUSERS, USERS = Path("etc/systemd/system"), Path("etc/sysusers.d/monitor.conf"), Path("systemd/user")
# Where packages put theirs, over which those above take precedence (systemd.unit(5)); often both are one folder.
_PACKAGES = (Path("usr/lib/systemd"), Path("lib/systemd"))
_KINDS = (".service", "@.service", "-backup.service", "-backup.timer", "-web.socket")
_SHIPPED = tuple(f"monitor{kind}" for kind in _KINDS)


class Kept(StrEnum):
    """What lies where a file of ours belongs."""

    ABSENT = "absent"
    CURRENT = "as installed"
    OUTDATED = "of another version or program"
    EDITED = "edited"


@dataclass(frozen=True, slots=True)
class UnitFile:
    """A file of the service: where it belongs, and what it says."""

    path: Path
    text: str

    def state(self) -> Kept:
        """Return what lies there. One that cannot be read as ours counts as edited. Raises OSError."""
        if not self.path.exists() and not self.path.is_symlink():
            return Kept.ABSENT
        text = self.path.read_bytes().decode("utf-8", errors="replace")
        if text == self.text:
            return Kept.CURRENT
        said = _STAMP.match(text)
        untouched = said is not None and said[2] == _digest(text[said.end() :])
        return Kept.OUTDATED if untouched else Kept.EDITED


def unit(name: str, path: Path, program: str, backups: Path | None = None) -> UnitFile:
    """Return a shipped unit as it is put at a path: run by `program`, snapshots in the folder `backups`."""
    text = (shipped("systemd") / name).read_text(encoding="utf-8").replace(_PROGRAM, program)
    if backups is not None:
        text = text.replace(_BACKUPS, f"-{quoted(str(backups))}")
    stamp = f"# Written by `monitor service install` of monitor {version()}; sha256 of the rest: {_digest(text)}\n"
    return UnitFile(path, stamp + text)


def packaged(root: Path, *, user: bool) -> tuple[Path, ...]:
    """Return the units that a package has put in place below a root, of the system or for its users."""
    for folder in _PACKAGES:
        there = root / folder / ("user" if user else "system")
        if found := tuple(there / name for name in _SHIPPED if (there / name).is_file()):
            return found
    return ()


def program_for(executable: Path | None, *, system: bool) -> str:
    """Return the command that units run, quoted as they want it: `executable`, else this program.

    Raises UsageError for a path that is relative, and for a program that a system service could not see.
    """
    if executable is not None:
        if not executable.is_absolute():
            raise UsageError(f"--executable {executable} is relative", hint="name the whole path")
        return quoted(str(executable))
    python = Path(sys.executable)
    script = python.with_name("monitor")
    if system:
        _check_seen(script)
    return quoted(str(script)) if script.exists() else f"{quoted(str(python))} -m monitor"


def _check_seen(script: Path) -> None:
    hidden = (path for path in (script, Path(sys.base_prefix)) if any(path.is_relative_to(home) for home in _HIDDEN))
    for path in hidden:
        raise UsageError(
            f"this program runs from {path}, which a system service does not see (ProtectHome=)",
            hint="install it with a Python of the system, such as below /opt; or take --user, or --executable PATH",
        )


def quoted(text: str) -> str:
    """Return a word as units want it: `%` and `$` doubled, in quotes where it has blanks (systemd.service(5))."""
    doubled = text.replace("%", "%%").replace("$", "$$")
    if not re.search(r"[\s\"'\\;]", doubled):
        return doubled
    escaped = doubled.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
