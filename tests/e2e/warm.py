"""The program, imported once: a process that forks for each command, since importing takes longer than most of them.

A command that is run so has the environment, the folder and the files of its own, as if it had been started by a shell;
what it reads of pages it reads in its own process, as `ReadHere` does, and starts no worker, which would import as
much again. That a command starts cold, with real workers, is shown by tests/e2e/test_daemon.py and test_wheel.py.
"""

import atexit
import gc
import json
import os
import pkgutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, TextIO

ROOT = Path(__file__).parents[2]
LATELY = ("sqlalchemy.dialects.sqlite.pysqlite", "sqlalchemy.dialects.postgresql.psycopg", "alembic.command")
_ON = os.O_WRONLY | os.O_CREAT | os.O_APPEND
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # who has several should not fork


@dataclass
class Warm:
    """The process that forks. `close` ends it. Several threads may ask it."""

    _process: subprocess.Popen[str] = field(
        default_factory=lambda: subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.warm"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, **ONE_THREAD},
        )
    )
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def start(
        self, arguments: Sequence[str], env: dict[str, str], cwd: Path, out: Path, err: Path, before: str = ""
    ) -> int:
        """Start `monitor` with some arguments, writing on in two files; return the number of its process.

        In that process the script `before` runs first.
        """
        files = [(0, os.devnull, os.O_RDONLY), (1, str(out), _ON), (2, str(err), _ON)]
        return self._start(arguments, env, cwd, files=files, before=before)

    def start_in(self, terminal: str, arguments: Sequence[str], env: dict[str, str], cwd: Path) -> "Forked":
        """Start `monitor` as a shell in a terminal does, which then sends it signals."""
        files = [(number, terminal, os.O_RDWR) for number in (0, 1, 2)]
        return Forked(self, self._start(arguments, env, cwd, files=files, leads=True))

    def _start(self, arguments: Sequence[str], env: dict[str, str], cwd: Path, **how: Any) -> int:
        return int(self._ask({"arguments": list(arguments), "env": env, "cwd": str(cwd), **how}))

    def run(self, arguments: Sequence[str], env: dict[str, str], cwd: Path, before: str = "") -> tuple[int, str, str]:
        """Run `monitor` to its end; return its exit code, and what it wrote to standard output and error."""
        with tempfile.TemporaryDirectory(prefix="monitor-said-") as folder:
            out, err = Path(folder) / "out", Path(folder) / "err"
            code = self.code(self.start(arguments, env, cwd, out, err, before), wait=True)
            assert code is not None
            return code, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8")

    def code(self, process: int, *, wait: bool) -> int | None:
        """Return the exit code of a process, once it has ended; it may be asked once."""
        code: int | None = self._ask({"process": process, "wait": wait})
        return code

    def close(self) -> None:
        """End it; what it has started goes on."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def _ask(self, order: dict[str, Any]) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._turn:
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
            return json.loads(self._process.stdout.readline())


@cache
def shared_warm() -> Warm:
    """Return the one that all tests of this process have in common; it ends with it."""
    warm = Warm()
    atexit.register(warm.close)
    return warm


class Forked:
    """A command that was started so, with what tests use of `subprocess.Popen`."""

    def __init__(self, warm: Warm, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._warm = warm

    def poll(self) -> int | None:
        """Return the exit code, None while it runs."""
        if self.returncode is None:
            self.returncode = self._warm.code(self.pid, wait=False)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit code once it has ended. Raises TimeoutExpired after so many seconds."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired("monitor", timeout or 0.0)
            time.sleep(0.01)
        return code

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it, unless it has ended."""
        self.send_signal(signal.SIGKILL)


def main() -> None:
    """Fork for each order that is read."""
    _import_all()
    for line in sys.stdin:
        order = json.loads(line)
        print(json.dumps(_waited(order) if "process" in order else _forked(order)), flush=True)


def _import_all() -> None:
    """Import what any command would, and have pages read where they were fetched."""
    import monitor
    from monitor.core import reading
    from monitor.edges import extractor
    from tests.app.rig import ReadHere

    names = (module.name for module in pkgutil.walk_packages(monitor.__path__, "monitor."))
    for name in (*names, *LATELY):
        if not name.endswith(("__main__", "_shipped")):
            import_module(name)
    reading.warm()
    vars(extractor)["WorkerPool"] = lambda *_: ReadHere()
    gc.freeze()


def _waited(order: dict[str, Any]) -> int | None:
    ended, status = os.waitpid(order["process"], 0 if order["wait"] else os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if ended else None


def _forked(order: dict[str, Any]) -> int:
    process = os.fork()
    if process == 0:
        _become(order)
    return process


def _become(order: dict[str, Any]) -> None:
    """Be the command, and end with it."""
    code = 1
    try:
        _dress(order)
        exec(order.get("before", ""), {})
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stdout, sys.stderr = _stream(1), _stream(2)
        from monitor.cli.app import main as command

        command()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:  # noqa: BLE001 - told as Python does at its end
        traceback.print_exc()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    finally:  # never back into the loop of the one that forks
        os._exit(code)


def _dress(order: dict[str, Any]) -> None:
    """Take over the files, the environment, the folder and the arguments of the command."""
    if order.get("leads"):
        os.setsid()  # the terminal that it opens then is its own
    for number, name, how in order["files"]:
        file = os.open(name, how)
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(order["env"])
    os.chdir(order["cwd"])
    sys.argv = ["monitor", *order["arguments"]]


def _stream(number: int) -> TextIO:
    """Return a stream as Python makes those that it begins with."""
    errors = "backslashreplace" if number == 2 else "strict"
    return open(number, "w", 1 if os.isatty(number) or number == 2 else -1, "utf-8", errors, closefd=False)


if __name__ == "__main__":
    main()
