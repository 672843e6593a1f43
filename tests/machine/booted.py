"""A machine that is booted with a systemd of its own as its first process, in a container of systemd-nspawn."""

import os
import shlex
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.machine.rootfs import PERSON, shared

PATIENCE = 600.0  # seconds that one command may take
PATH = "/usr/local/bin:/usr/bin:/bin"  # Debian's, of a person


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a command: how it ended, and all that it printed."""

    code: int
    said: str


class Booted:
    """A machine that runs. Its network is this system's: it reaches what listens here on the loopback."""

    def __init__(self, root: Path, name: str) -> None:
        self.root = root
        self.name = name
        self._manager: subprocess.Popen[bytes] | None = None
        self._first = 0  # the process that is its number 1, as it is numbered here

    def on(self) -> None:
        """Boot it, and wait until systemd has started everything. Raises RuntimeError."""
        command = ["systemd-nspawn", "--quiet", "--boot", f"--directory={self.root}", f"--machine={self.name}"]
        command += ["--register=no", "--link-journal=no", "--resolv-conf=copy-host", "--console=passive"]
        command += [f"--bind-ro={folder}" for folder in shared()]
        if self._groups:
            entering = " ".join(f"echo $$ > {group}/cgroup.procs;" for group in self._groups)
            command = ["sh", "-c", f'{entering} exec "$@"', "sh", *command, "--keep-unit"]
        for group in self._groups:
            group.mkdir(exist_ok=True)
        log = self.root.parent / "console"
        with log.open("ab") as told:
            variables = {**os.environ, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"}
            self._manager = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=told, stderr=told, env=variables, start_new_session=True
            )
        deadline = time.monotonic() + PATIENCE
        while not (self._first and self.do("systemctl is-system-running").said.strip() in ("running", "degraded")):
            if self._manager.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self.name} did not boot: {log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.2)
            self._first = self._first or next(_first_of(self._manager.pid), 0)

    def off(self) -> None:
        """Shut it down as its button does, or by force where that takes too long."""
        if self._manager is None:
            return
        self._manager.terminate()
        try:
            self._manager.wait(120)
        except subprocess.TimeoutExpired:
            self._manager.kill()
            self._manager.wait(30)
        self._manager, self._first = None, 0
        for group in self._groups:
            _remove_group(group)

    @property
    def _groups(self) -> tuple[Path, ...]:
        """Return the control groups to put it in: where a systemd runs this system, that makes them."""
        if Path("/run/systemd/system").is_dir():
            return ()
        roots = (Path("/sys/fs/cgroup/unified"), Path("/sys/fs/cgroup/systemd"), Path("/sys/fs/cgroup"))
        return tuple(root / f"monitor-{self.name}" for root in roots if (root / "cgroup.procs").exists())

    def do(self, command: str, *, user: str = PERSON, folder: str = "~", answer: str = "") -> Done:
        """Do what somebody types in a shell in a folder, with the answers that they type then."""
        enter = ["nsenter", f"--target={self._first}", "--mount", "--uts", "--ipc", "--pid", "--cgroup"]
        home = "/root" if user == "root" else f"/home/{user}"
        variables = ["env", "-i", f"PATH={PATH}", f"HOME={home}", f"USER={user}", "LANG=C.UTF-8", "TERM=dumb"]
        variables += ["XDG_RUNTIME_DIR=/run/user/1000"] if user == PERSON else []
        told = f"cd {folder} && {command}"
        done = subprocess.run(
            [*enter, "env", "--chdir=/", "runuser", "-u", user, "--", *variables, "bash", "-c", told],
            input=answer.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=PATIENCE,
            check=False,
        )
        return Done(done.returncode, done.stdout.decode(errors="replace"))

    def need(self, command: str, *, user: str = "root") -> str:
        """Do what has to succeed; return what it printed. Raises AssertionError."""
        done = self.do(command, user=user)
        assert done.code == 0, f"{command}: {done.code}\n{done.said}"
        return done.said

    def write(self, path: str, text: str, *, more: bool = False) -> None:
        """Write a file as root does, or write on in it; its folder is there already. Raises AssertionError."""
        done = self.do(f"printf %s {shlex.quote(text)} {'>>' if more else '>'} {shlex.quote(path)}", user="root")
        assert done.code == 0, f"{path}: {done.said}"

    def wait(self, command: str, seconds: float = 120.0) -> bool:
        """Wait until a command of root's succeeds; return whether it did."""
        deadline = time.monotonic() + seconds
        while self.do(command, user="root").code:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.5)
        return True


def _remove_group(group: Path) -> None:
    for below in [path for path in group.iterdir() if path.is_dir()] if group.is_dir() else []:
        _remove_group(below)
    with suppress(OSError):  # somebody is in it still; an empty one harms nobody
        group.rmdir()


def _first_of(process: int) -> Iterator[int]:
    """Yield the process below another that is the first of a namespace of its own (pid_namespaces(7))."""
    for child in Path(f"/proc/{process}/task/{process}/children").read_text(encoding="utf-8").split():
        status = Path(f"/proc/{child}/status").read_text(encoding="utf-8")
        numbers = next(line for line in status.splitlines() if line.startswith("NSpid:")).split()[1:]
        if len(numbers) > 1 and numbers[-1] == "1":
            yield int(child)
        yield from _first_of(int(child))


@contextmanager
def running(root: Path, name: str) -> Iterator[Booted]:
    """Have a machine run for a while."""
    machine = Booted(root, name)
    try:
        machine.on()
        yield machine
    finally:
        machine.off()
