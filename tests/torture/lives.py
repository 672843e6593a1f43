"""Run `monitor` as a process on an archive of the press: to its end, or to its death."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.processes import PATIENCE, Process, monitor, run, start
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


def reading_here(command: Sequence[str]) -> list[str]:
    """Return a command that reads pages in its own process: what is traced of its files is the same, and sooner there.

    Under strace every import of a worker that reads would be traced too.
    """
    here = "from monitor.edges import extractor; from tests.app.rig import ReadHere"
    return [*command[:2], f"{here}; extractor.WorkerPool = lambda *_: ReadHere(); {command[2]}", *command[3:]]


@contextmanager
def life(command: Sequence[str], log: Path, *, warm: bool = False) -> Iterator[Process]:
    """Run a process whose standard error goes into `log`; one that is left running is killed with the context.

    One that is `warm` has imported everything already, and reads pages by itself (tests/e2e/warm.py).
    """
    log.write_bytes(b"")
    process = start(command, log, cold=not warm)
    try:
        yield process
    finally:
        process.kill()
        process.wait(PATIENCE)
