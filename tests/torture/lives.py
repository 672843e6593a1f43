"""Run `monitor` as a process on an archive of the press: to its end, or to its death."""

import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.processes import PATIENCE, ROOT, environment, monitor, run
from tests.torture.press import Press

# Everything is due again a second later; one worker reads pages, since each start pays for it.
OPTIONS = {
    "daemon__tick": "50ms",
    "daemon__hosts": "8",
    "extract__workers": "1",
    "recheck__ladder": '["1s"]',
    "schedule__jitter": "0.0",
    "log__level": "info",
    "log__format": "json",
    "evidence__rotate_size": "200kB",
    "evidence__min_free": "1kB",
}


def write_config(folder: Path, press: Press, clock: Path | None = None) -> Path:
    """Write a configuration whose hosts all lead to the press; by the machine's clock, unless one is given."""
    resolve = "".join(f'"{host}" = "{here}"\n' for host, here in press.resolve.items())
    driven = f"[daemon]\nclock_file = {json.dumps(str(clock))}\n" if clock else ""
    path = folder / "monitor.toml"
    path.write_text(
        f'data_dir = {json.dumps(str(folder / "data"))}\n[fetch]\ngap = "0s"\n'
        f'contact = "press@press.example"\n[fetch.resolve]\n{resolve}{driven}'
    )
    return path


def prepare(folder: Path, press: Press, clock: Path | None = None) -> Path:
    """Make an archive that watches every feed of the press each second; return its configuration."""
    folder.mkdir(parents=True, exist_ok=True)
    config = write_config(folder, press, clock)
    done = run(monitor(config, "add-source", *press.feeds, "--every", "1s", **OPTIONS))
    assert done.returncode == 0, done.stdout + done.stderr
    return config


@contextmanager
def life(command: Sequence[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a process whose standard error goes into `log`; one that is left running is killed with the context."""
    with log.open("wb") as errors:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors, env=environment(), cwd=ROOT
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait(PATIENCE)
