"""Write the bill of materials of what an installation holds: `make sbom`.

CycloneDX's own tool reads the environment that development uses; what requirements/run.lock does not name is left out.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
TOOL = ROOT / ".venv" / "judges" / "bin" / "cyclonedx-py"
PYTHON = ROOT / ".venv" / "bin" / "python"
LOCKED = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>[^ ;]+)", re.MULTILINE)
OURSELVES = "monitor-archive"


def locked(text: str) -> dict[str, set[str]]:
    """Return the packages of a lock file by name, each with its version, or several for several Pythons."""
    versions: dict[str, set[str]] = {}
    for found in LOCKED.finditer(text):
        versions.setdefault(found["name"], set()).add(found["version"])
    return versions


def only(bom: dict[str, Any], wanted: set[str]) -> dict[str, Any]:
    """Return a bill of materials with the components of these names, and the dependencies among them."""
    kept = [one for one in bom["components"] if one["name"].lower().replace("_", "-").replace(".", "-") in wanted]
    refs = {one["bom-ref"] for one in kept} | {bom["metadata"]["component"]["bom-ref"]}
    graph = [
        {**one, "dependsOn": [ref for ref in one.get("dependsOn", []) if ref in refs]}
        for one in bom.get("dependencies", [])
        if one["ref"] in refs
    ]
    return {**bom, "components": kept, "dependencies": graph}


def main(out: str, *, judged: bool = True) -> None:
    """Write it as JSON to the path given; first it is `judged` by the schema of CycloneDX, which takes many seconds."""
    command = [
        str(TOOL),
        "environment",
        "--pyproject",
        str(ROOT / "pyproject.toml"),
        "--output-reproducible",
        "--sv=1.6",
        "--validate" if judged else "--no-validate",
    ]
    made = subprocess.run([*command, str(PYTHON)], check=True, capture_output=True, text=True).stdout
    names = set(locked((ROOT / "requirements" / "run.lock").read_text(encoding="utf-8")))
    bom = only(json.loads(made), names - {OURSELVES})
    Path(out).parent.mkdir(parents=True, exist_ok=True)
    Path(out).write_text(json.dumps(bom, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    sys.stdout.write(f"{out}: {len(bom['components'])} packages\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
