"""Machines that an administrator may do everything on: a folder is the root, processes of ours are the services."""

import os
import re
import shlex
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.processes import PATIENCE, environment
from tests.e2e.warm import Warm

OUTSIDE = re.compile(r"(?<![\w./:-])/(?:etc|home|lib|mnt|opt|root|srv|usr|var)\b")
AS_USER = re.compile(r"^(?:sudo )?(?:-u \w+ )?")


@dataclass
class Machine:
    """A folder that stands for `/`, with `words` that stand for others in all that is said to it."""

    root: Path
    words: dict[str, str]
    variables: dict[str, str]
    warm: Warm
    _services: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Take over the folders that lie below the root."""
        places = ("/etc/monitor", "/var/lib/monitor", "/var/backups/monitor", "/var/tmp/rehearsal")
        self.words = {**self.words, **{place: f"{self.root}{place}" for place in places}}
        self.variables = {"MONITOR_CONFIG": f"{self.root}/etc/monitor/monitor.toml", **self.variables}
        (self.root / "var/tmp").mkdir(parents=True)

    def write(self, path: str, text: str, *, more: bool) -> None:
        """Write a file, or write on in it."""
        file = Path(self.said(path))
        file.parent.mkdir(parents=True, exist_ok=True)
        before = file.read_text(encoding="utf-8") if more else ""
        file.write_text(before + "\n" + self.said(text), encoding="utf-8")

    def said(self, text: str) -> str:
        """Return what stands for a text here."""
        for words, stand_in in self.words.items():
            text = text.replace(words, stand_in)
        return text

    def do(self, command: str) -> str:
        """Do what a command says, and what it leaves to do; return what it printed.

        Raises AssertionError where it fails, and where it would touch the real machine.
        """
        line = AS_USER.sub("", command if str(self.root) in command else self.said(command))
        verb, *rest = line.split()
        if verb == "systemctl":
            return self._systemctl(*rest)
        if verb == "journalctl":
            return self.log.read_text(encoding="utf-8")
        if verb in ("chown", "systemd-sysusers"):
            assert all(Path(path).is_file() for path in rest[1:]), rest
            return ""
        if line.startswith("monitor service "):
            return self._service(line)
        return self._run(line)

    @property
    def log(self) -> Path:
        """Return the journal."""
        return self.root / "journal"

    def _run(self, line: str) -> str:
        line = line.replace("-o monitor -g monitor ", "")  # there is no such user
        assert not OUTSIDE.search(line.replace(str(self.root), ".")), f"this would leave the test's folder: {line}"
        if line.startswith("monitor "):
            return self._monitor(*shlex.split(line)[1:])
        path = os.pathsep.join((self.variables["PATH"], os.environ["PATH"]))
        done = subprocess.run(
            ["bash", "-c", line],
            env=environment(**{**self.variables, "PATH": path}),
            cwd=self.root,
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 0, (line, done.returncode, done.stdout, done.stderr)
        return done.stdout

    def _monitor(self, *arguments: str) -> str:
        code, told, complained = self.warm.run(arguments, environment(**self.variables), self.root)
        assert code == 0, (arguments, code, told, complained)
        return told

    def _service(self, line: str) -> str:
        """Install or uninstall below this root: what the program then leaves to a person is done as well."""
        given = ["--executable", "/usr/bin/monitor"] if " install" in line else []
        told = self._monitor(*shlex.split(line)[1:], "--root", str(self.root), *given)
        if "--now" in line or "uninstall" in line:
            for command in told.partition("next:\n")[2].splitlines():
                self.do(command.strip())
        return told

    def _systemctl(self, verb: str, *units: str) -> str:
        for unit in units:
            name = unit.removesuffix(".service")
            if verb == "stop" and name in self._services:
                self._end(name)
            if verb == "start" and not name.endswith((".timer", ".socket")):
                self._start(name)
            if verb == "reload":
                os.kill(self._services[name], signal.SIGHUP)
                self._await("config.reloaded", name)
            if verb == "status":
                assert self._code(name) is None
        return ""

    def _start(self, name: str) -> None:
        """Do what the unit says: a daemon is waited for until it is ready, another command until it has ended."""
        unit = (self.root / f"etc/systemd/system/{name}.service").read_text(encoding="utf-8")
        for command in re.findall(r"^ExecStart=/usr/bin/monitor (.*)$", unit, re.MULTILINE):
            if "Type=notify" not in unit:
                self._monitor(*command.split())
                continue
            assert name not in self._services
            self.log.unlink(missing_ok=True)
            env = environment(**self.variables)
            self._services[name] = self.warm.start(command.split(), env, self.root, self.log, self.log)
            self._await("daemon.started", name)

    def _await(self, event: str, name: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not self.log.exists() or f'"{event}"' not in self.log.read_text(encoding="utf-8"):
            assert self._code(name) is None, self.log.read_text(encoding="utf-8")
            assert time.monotonic() < deadline, f"no {event}"
            time.sleep(0.05)

    def _code(self, name: str) -> int | None:
        return self.warm.code(self._services[name], wait=False)

    def _end(self, name: str) -> None:
        process = self._services.pop(name)
        os.kill(process, signal.SIGTERM)
        assert self.warm.code(process, wait=True) == 0

    def off(self) -> None:
        """End whatever is still at work."""
        for process in self._services.values():
            os.kill(process, signal.SIGKILL)
