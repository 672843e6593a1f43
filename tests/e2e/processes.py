"""Run the command as processes, and look at what they leave behind.

A command that `monitor` returns is forked from a process that has imported it (tests/e2e/warm.py), unless it is to be
`cold`; any other is started as it is.
"""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from tests.e2e.warm import Forked, shared_warm
from tests.newsroom.room import RoomInfo
from tests.newsroom.settings import config_toml

PATIENCE = 60.0  # seconds that a busy machine may need for what takes one
ROOT = Path(__file__).parents[2]
COLD = (sys.executable, "-c", "from monitor.cli.app import main; main()")  # how a command begins
Process = subprocess.Popen[bytes] | Forked
# The command `warcio`. Without brotli: warcio 1.8 sets an attribute on brotli's decompressor that brotli 1.2 refuses.
WARCIO = "import sys; sys.modules['brotli'] = None; from warcio.cli import main; main()"


def environment(**more: str) -> dict[str, str]:
    """Return an environment that names no option of the monitor."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MONITOR_", "NOTIFY_"))}
    return {**kept, "NO_COLOR": "1", **more}


def write_config(folder: Path, info: RoomInfo, clock: Path) -> Path:
    """Write a configuration that looks at a newsroom, and return its path."""
    path = folder / "monitor.toml"
    path.write_text(config_toml(folder / "data", info, clock), encoding="utf-8")
    return path


def monitor(config: Path, *arguments: str, **options: str) -> list[str]:
    """Return a command line; options such as `fetch__gap="1s"` are set for it."""
    chosen = [part for name, value in options.items() for part in ("--set", f"{name.replace('__', '.')}={value}")]
    return [*COLD, "--config", str(config), *chosen, *arguments]


def run(command: Sequence[str], *, cold: bool = False, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, whatever that is."""
    if tuple(command[:3]) == COLD and not cold:
        return subprocess.CompletedProcess(command, *shared_warm().run(command[3:], environment(**more), ROOT))
    return subprocess.run(
        command, capture_output=True, encoding="utf-8", env=environment(**more), cwd=ROOT, timeout=PATIENCE, check=False
    )


def start(
    command: Sequence[str],
    log: Path,
    *,
    cold: bool = False,
    inherited: Sequence[int] = (),
    before: str = "",
    **more: str,
) -> Process:
    """Start a command that writes its errors on in `log`.

    A script may run `before` in the process of one that is not `cold`; only one that is inherits descriptors.
    """
    if tuple(command[:3]) == COLD and not cold:
        warm = shared_warm()
        log.touch()
        return Forked(warm, warm.start(command[3:], environment(**more), ROOT, Path(os.devnull), log, before))
    with log.open("ab") as errors:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            env=environment(**more),
            cwd=ROOT,
            pass_fds=tuple(inherited),
        )


@contextmanager
def daemon(
    command: Sequence[str],
    log: Path,
    *,
    cold: bool = False,
    inherited: Sequence[int] = (),
    before: str = "",
    **more: str,
) -> Iterator[Process]:
    """Run a daemon, as `start` does; one that is left running is killed with the context."""
    process = start(command, log, cold=cold, inherited=inherited, before=before, **more)
    try:
        yield process
    finally:
        process.kill()
        process.wait(PATIENCE)


def end(process: Process) -> tuple[int, float]:
    """Ask a daemon to end; return its exit code and the seconds it took."""
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    return process.wait(PATIENCE), time.monotonic() - began


def wait_until(true: Callable[[], bool], process: Process, seconds: float = PATIENCE) -> None:
    """Wait until something holds. Raises AssertionError when it does not in time, or the process ended."""
    deadline = time.monotonic() + seconds
    while not true():
        assert process.poll() is None, f"the daemon ended with {process.returncode}"
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.05)


@contextmanager
def service_manager() -> Iterator[tuple[str, Callable[[], list[str]]]]:
    """Listen as systemd does; give the address, and what was heard since it was last asked."""
    address = f"@monitor-test-{os.getpid()}-{time.monotonic_ns()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind("\0" + address[1:])
        listening.setblocking(False)

        def heard() -> list[str]:
            told: list[str] = []
            while True:
                try:
                    told += listening.recv(4096).decode().split("\n")
                except BlockingIOError:
                    return told

        yield address, heard


def rows(folder: Path, sql: str, *values: object) -> list[tuple[object, ...]]:
    """Return what a query finds in the archive under a folder; nothing while there is none."""
    path = folder / "data" / "archive.db"
    if not path.exists():
        return []
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=PATIENCE)) as conn:
        return conn.execute(sql, values).fetchall()


def count(folder: Path, sql: str, *values: object) -> int:
    """Return the one number that a query finds, 0 while there is no archive."""
    found = rows(folder, sql, *values)
    return int(str(found[0][0])) if found else 0


def assert_sound(folder: Path) -> None:
    """Check that database and evidence are whole, agree, and that nobody holds a host."""
    assert rows(folder, "PRAGMA integrity_check") == [("ok",)]
    assert rows(folder, "PRAGMA foreign_key_check") == []
    assert rows(folder, "SELECT name, lease_owner FROM host WHERE lease_owner IS NOT NULL") == []
    evidence = folder / "data" / "evidence"
    files = sorted(evidence.glob("*.warc*"))
    assert files
    assert [path.name for path in files if not path.name.endswith(".warc.gz")] == []
    checked = run([sys.executable, "-c", WARCIO, "check", *map(str, files)])
    assert (checked.returncode, checked.stdout.strip(), checked.stderr.strip()) == (0, "", "")
    for name, offset, length, url in rows(folder, 'SELECT file, "offset", length, url FROM capture'):
        record = _record(evidence / str(name), int(str(offset)), int(str(length)))
        assert f"WARC-Target-URI: {url}".encode() in record, (name, offset)


def _record(path: Path, offset: int, length: int) -> bytes:
    """Return the WARC record at a place, unpacked; raises zlib.error when no whole gzip member lies there."""
    with path.open("rb") as file:
        file.seek(offset)
        engine = zlib.decompressobj(wbits=31)
        record = engine.decompress(file.read(length)) + engine.flush()
    assert engine.eof
    assert not engine.unused_data
    return record
