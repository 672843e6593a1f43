"""`python -m tests.units`: the units of systemd are what it takes, and their exposure is small. Part of `make check`.

`systemd-analyze verify` ends with 0 on keys that it does not know, so whatever it says is a fault. Where it is missing
nothing can be judged: that is said, and in CI it is a failure.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from monitor.shipped import shipped

FOLDER = shipped("systemd")
MOST = 1.2  # of 10, by `systemd-analyze security`
# A user's own manager cannot confine a service as far: told, and not judged.
OWN = FOLDER / "user" / "monitor.service"


def main() -> int:
    """Print the exposure of each unit and what is wrong; return the exit code."""
    if shutil.which("systemd-analyze") is None:
        print("units: systemd-analyze is not installed; nothing was judged")
        return 1 if os.environ.get("CI") else 0
    problems = list(faults())
    for unit in services():
        figure = exposure(unit)
        print(f"units: exposure {figure:.1f} of 10  {unit.relative_to(FOLDER)}")
        if unit != OWN and figure > MOST:
            problems.append(f"{unit.name}: exposure {figure:.1f} is more than {MOST}")
    for problem in problems:
        print(problem)
    print(f"units: {len(every())} verified, {len(problems)} problems")
    return 1 if problems else 0


def every() -> list[Path]:
    """Return all units."""
    return sorted(path for path in FOLDER.rglob("monitor*") if path.suffix in (".service", ".timer", ".socket"))


def services() -> list[Path]:
    """Return the units that run something."""
    return [path for path in every() if path.suffix == ".service"]


def faults() -> Iterator[str]:
    """Yield what systemd has to say against the units."""
    for unit in every():
        mode = ["--user"] if unit == OWN else []
        done = _analyze(*mode, "verify", str(unit))
        yield from (f"{unit.name}: {line}" for line in done.stderr.splitlines())
        if done.returncode and not done.stderr:
            yield f"{unit.name}: verify ended with {done.returncode}"


def exposure(unit: Path) -> float:
    """Return how much a service could do that it need not, of 10."""
    said = _analyze("security", "--offline=yes", str(unit)).stdout
    found = re.search(r"Overall exposure level for \S+: ([0-9.]+)", said)
    assert found is not None, said
    return float(found[1])


def _analyze(*words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "XDG_RUNTIME_DIR": os.environ.get("XDG_RUNTIME_DIR", "/tmp")}
    return subprocess.run(
        ["systemd-analyze", *words], capture_output=True, text=True, env=environment, timeout=60, check=False
    )


if __name__ == "__main__":
    sys.exit(main())
