"""The program, imported once: a process that forks for each command, since importing takes longer than most of them.

A command that is run so has the environment, the folder and the files of its own, as if it had been started by a shell.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

IMPORTED = ("monitor.cli.app", "monitor.app.archive", "monitor.app.doctor", "monitor.daemon")
ROOT = Path(__file__).parents[2]


@dataclass
class Warm:
    """The process that forks. `close` ends it."""

    _process: subprocess.Popen[str] = field(
        default_factory=lambda: subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.warm"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
    )

    def start(self, arguments: Sequence[str], env: dict[str, str], cwd: Path, out: Path, err: Path) -> int:
        """Start `monitor` with some arguments, writing on in two files; return the number of its process."""
        order = {"arguments": list(arguments), "env": env, "cwd": str(cwd), "out": str(out), "err": str(err)}
        return int(self._ask(order))

    def run(self, arguments: Sequence[str], env: dict[str, str], cwd: Path) -> tuple[int, str, str]:
        """Run `monitor` to its end; return its exit code, and what it wrote to standard output and error."""
        with tempfile.TemporaryDirectory(prefix="monitor-said-") as folder:
            out, err = Path(folder) / "out", Path(folder) / "err"
            code = self.code(self.start(arguments, env, cwd, out, err), wait=True)
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
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


def main() -> None:
    """Fork for each order that is read."""
    for name in IMPORTED:
        __import__(name)
    for line in sys.stdin:
        order = json.loads(line)
        print(json.dumps(_waited(order) if "process" in order else _forked(order)), flush=True)


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
    for number, name, how in (
        (0, os.devnull, os.O_RDONLY),
        (1, order["out"], os.O_WRONLY),
        (2, order["err"], os.O_WRONLY),
    ):
        file = os.open(name, how | os.O_CREAT | os.O_APPEND)
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(order["env"])
    os.chdir(order["cwd"])
    sys.argv = ["monitor", *order["arguments"]]
    code = 1
    try:
        from monitor.cli.app import main as command

        command()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
