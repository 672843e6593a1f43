"""Workers of a fleet as processes: started, killed, stopped and let go on, and what they cost. For benchmarks.fleet."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.fleet_archive import host_names

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
# What a machine whose clock is an hour wrong would run first: every time that the program takes from it is.
WRONG = (
    "import time; ask = time.time; time.time = lambda: ask() + {by}\n"
    "from datetime import datetime, timedelta\n"
    "from monitor.edges import clock\n"
    "clock.datetime = type('Wrong', (datetime,), {{'now': classmethod("
    "lambda cls, zone=None: datetime.now(zone) + timedelta(seconds={by}))}})\n"
)


@dataclass(frozen=True, slots=True)
class Terms:
    """How a fleet works: seconds, but for `at_once`, the hosts that each visits at once."""

    database: str
    port: int
    hosts: int
    gap_s: float = 2.0
    lease_s: float = 60.0
    at_once: int = 200

    def write(self, path: Path) -> None:
        """Write the configuration that all workers have in common."""
        leads = "\n".join(f'"{name}:80" = "127.0.0.1:{self.port}"' for name in host_names(self.hosts))
        path.write_text(
            f'[database]\nurl = "{self.database}"\n'
            f'[fetch]\ncontact = "https://bench.example/"\ngap = "{self.gap_s}s"\n'
            f'timeout = "{self.lease_s * 0.6:.1f}s"\n'
            f'[daemon]\nlease = "{self.lease_s}s"\nhosts = {self.at_once}\nbeat = "2s"\n'
            "[extract]\nworkers = 1\n"
            '[recheck]\nladder = ["30d"]\n'
            '[evidence]\nseal_every = "10s"\nmin_free = "100MB"\n'
            f'[log]\nlevel = "info"\nformat = "json"\n[fetch.resolve]\n{leads}\n',
            encoding="utf-8",
        )
        path.chmod(0o600)


def launch(before: str, arguments: list[str], log: Path) -> "subprocess.Popen[bytes]":
    """Start `monitor`, after a script in the same process; it writes on in a log."""
    command = [sys.executable, "-c", f"{before}from monitor.cli.app import main; main()", *arguments]
    with log.open("ab") as errors:
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors)


def _ended(process: "subprocess.Popen[bytes]", until: float) -> int:
    with suppress(subprocess.TimeoutExpired):
        return process.wait(max(until - time.monotonic(), 0.1))
    process.kill()
    return process.wait()


@dataclass
class Fleet:
    """Workers on one archive, by their numbers."""

    folder: Path
    config: Path
    wrong_s: dict[int, int] = field(default_factory=dict)  # by how many seconds the clocks of some are wrong
    running: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)
    starts: dict[int, int] = field(default_factory=dict)
    kills: int = 0
    freezes: int = 0
    cpu_s: float = 0.0  # of those that have ended

    def start(self, number: int) -> None:
        """Start a worker; it logs to `N.log`."""
        by = self.wrong_s.get(number, 0)
        options = (f"data_dir={self.folder / str(number)}", f"daemon.name=worker {number}")
        given = [part for option in options for part in ("--set", option)]
        arguments = ["--config", str(self.config), *given, "run"]
        self.starts[number] = self.starts.get(number, 0) + 1
        self.running[number] = launch(WRONG.format(by=by) if by else "", arguments, self.folder / f"{number}.log")

    def is_ready(self, number: int) -> bool:
        """Say whether a worker has told, as often as it was started and not killed before, that it is ready."""
        return self.told(number).count("daemon.started") >= self.starts[number]

    def told(self, number: int) -> list[str]:
        """Return the events that a worker has logged."""
        lines = (self.folder / f"{number}.log").read_text(encoding="utf-8").splitlines()
        return [json.loads(line)["event"] for line in lines if line.startswith("{") and line.endswith("}")]

    def last_words(self, number: int) -> list[str]:
        """Return the last warnings that a worker has logged, and what it said when it could log no more."""
        lines = (self.folder / f"{number}.log").read_text(encoding="utf-8").splitlines()
        return [line[:500] for line in lines if '"level": "info"' not in line][-12:]

    def kill(self, number: int) -> None:
        """End a worker as a power cut does; its children notice by themselves."""
        process = self.running.pop(number)
        self.cpu_s += cpu_of(process.pid)
        self.starts[number] = self.told(number).count("daemon.started")
        process.kill()
        process.wait()
        self.kills += 1

    def freeze(self, number: int, seconds: float) -> None:
        """Stop a worker for a while, as a machine that swaps or is moved does; then let it go on."""
        process = self.running[number]
        process.send_signal(signal.SIGSTOP)
        try:
            time.sleep(seconds)
        finally:
            process.send_signal(signal.SIGCONT)
        self.freezes += 1

    def disturb(self, chance: random.Random, lease_s: float) -> None:
        """Kill one of the workers and start it again, or freeze it for longer than its leases."""
        number = chance.choice(sorted(self.running))
        if chance.random() < 0.2:
            self.freeze(number, lease_s * 1.2)
        else:
            self.kill(number)
            time.sleep(chance.random() * 2)
            self.start(number)

    def end(self, patience_s: float = 90.0) -> list[int]:
        """Ask all to end; return their exit codes. One that takes longer than its unit allows is killed, as there."""
        self.cpu_s = self.cpu()
        for process in self.running.values():
            process.send_signal(signal.SIGTERM)
        until = time.monotonic() + patience_s
        codes = {number: _ended(process, until) for number, process in self.running.items()}
        for number in (number for number, code in codes.items() if code):
            print(f"worker {number} ended with {codes[number]}:", *self.last_words(number), sep="\n   ")
        self.running.clear()
        return list(codes.values())

    def cpu(self) -> float:
        """Return the seconds of the processor that all have taken."""
        return self.cpu_s + sum(cpu_of(process.pid) for process in self.running.values())


@contextmanager
def fleet(folder: Path, config: Path, count: int, wrong_s: dict[int, int] | None = None) -> Iterator[Fleet]:
    """Start so many workers; none outlives the context."""
    made = Fleet(folder, config, wrong_s or {})
    try:
        for number in range(1, count + 1):
            made.start(number)
        yield made
    finally:
        for process in made.running.values():
            process.kill()
            process.wait()


def cpu_of(pid: int) -> float:
    """Return the seconds of the processor that a process and its children took, those that ended included."""
    total = 0.0
    for one in (pid, *_children(pid)):
        try:
            stat = Path(f"/proc/{one}/stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        values = stat.rpartition(")")[2].split()
        total += sum(map(int, values[11:15])) / TICKS_A_SECOND
    return total


def _children(pid: int) -> list[int]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except OSError:
        return []
    return [each for child in map(int, text.split()) for each in (child, *_children(child))]
