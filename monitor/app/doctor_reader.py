"""What `doctor` looks at of the processes that read untrusted bytes: that one works, and that its walls stand."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from typing import Any

from monitor.app.examining import Patient, bad, good, warn
from monitor.running_answers import Finding

PATIENCE_S = 60.0  # to start Python and import what reads pages, on a busy machine
_SAFE = "files and network stay out of reach even of a page that takes the reader over"


def sandbox(patient: Patient) -> Iterator[Finding]:
    """Have a process confine itself as a reading worker does, and try what it must not be able to do."""
    came = _tried(patient.settings.extract.memory)
    held = ", ".join(came["held"])
    walls = [wall for wall in ("landlock", "seccomp") if wall not in held]
    if not came["no_new_privs"]:
        yield bad("reading worker", "the kernel lets it gain privileges", "which system is this? Linux 3.5 or newer")
    if came["could"]:
        told = f"it could {', '.join(came['could'])}; what took hold: {held}"
        missing = f"{' and '.join(walls)} of the kernel, " if walls else ""
        yield warn("reading worker", told, f"use a kernel with {missing}Linux 5.13 or newer, on x86-64 or ARM64")
    else:
        yield good("reading worker", f"confined ({held}): {_SAFE}")


def _tried(memory_bytes: int) -> dict[str, Any]:
    """Return what a confined process could do. Raises OSError or ValueError where it cannot even be started."""
    with tempfile.NamedTemporaryFile(prefix="monitor-", dir="/tmp") as forbidden:
        command = [sys.executable, "-P", "-s", "-m", "monitor.edges.sandbox_trial", str(memory_bytes), forbidden.name]
        path = os.pathsep.join(os.path.abspath(place) for place in sys.path)
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE_S, env={"PYTHONPATH": path}, check=False)
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise OSError(f"a confined process ended with {done.returncode}: {' '.join(last)}")
    said: dict[str, Any] = json.loads(done.stdout)
    return said
