"""Ask what is known against the pinned packages: `make audit`. It fails where something is, and says what nobody told.

pip-audit asks PyPI. Where that answers nothing of advisories, as behind a mirror, this says so and does not fail: an
audit that could not be made is no finding, and no clean bill either.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
TOOL = ROOT / ".venv" / "judges" / "bin" / "pip-audit"
SECONDS = 120.0


def told(report: dict[str, Any]) -> tuple[list[str], int, int]:
    """Return what is known against packages, a line each, and how many packages were looked up, and could not be."""
    packages = report["dependencies"]
    looked_up = [one for one in packages if "vulns" in one]
    lines = [
        f"{one['name']} {one['version']}: {found['id']}, mended in {' '.join(found['fix_versions']) or 'none yet'}"
        for one in looked_up
        for found in one["vulns"]
    ]
    return lines, len(looked_up), len(packages) - len(looked_up)


def main(lock: str = "requirements/run.lock") -> int:
    """Audit a lock file; return the exit code."""
    with tempfile.TemporaryDirectory(prefix="monitor-audit-") as folder:
        out = Path(folder) / "audit.json"
        command = [
            str(TOOL),
            "-r",
            str(ROOT / lock),
            "--disable-pip",
            "--progress-spinner=off",
            "-f",
            "json",
            "-o",
            str(out),
        ]
        try:
            said = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False).stderr
        except subprocess.TimeoutExpired:
            said = f"no answer within {SECONDS:.0f} s"
        if not out.is_file():
            print(f"audit: {lock} was not audited: {said.strip().splitlines()[-1:] or 'no reason was given'}")
            return 0
        lines, known, unknown = told(json.loads(out.read_text(encoding="utf-8")))
    print(*lines, sep="\n", end="\n" if lines else "")
    print(f"audit: {len(lines)} known faults in {known} packages of {lock}; of {unknown} nothing could be learned here")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
