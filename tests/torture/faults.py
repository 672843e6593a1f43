"""Let each write, sync, truncation, rename, removal and opening of a visit's files fail, and see what becomes of it."""

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from monitor.edges.clock import drive
from tests.e2e.processes import monitor, run
from tests.newsroom.days import MORNING
from tests.torture.kills import Tell
from tests.torture.lives import OPTIONS, prepare, reading_here
from tests.torture.press import Press
from tests.torture.recovering import mended
from tests.torture.said import hear
from tests.torture.tracing import strace

CALLS = ("write", "pwrite64", "fdatasync", "fsync", "ftruncate", "rename", "unlink", "openat")
ONCE, LASTING = "once", "from then on"
FEW = 20  # calls of a kind
DOCUMENTED = {0, 1, 5, 6}  # docs/commands.md
TELL_EVERY = 50
VISIT = MORNING + timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Fault:
    """The n-th such call of each thread fails with an error; and so may all that come after it."""

    call: str
    error: str
    number: int
    lasting: str = ONCE

    def __str__(self) -> str:
        return f"{self.call} number {self.number} fails with {self.error} {self.lasting}"

    @property
    def inject(self) -> str:
        """Return it as strace takes it."""
        return f"inject={self.call}:error={self.error}:when={self.number}{'' if self.lasting == ONCE else '+'}"


@dataclass
class Failing:
    """What came of it: faults injected by call and error, exit codes, what was told, what was found wrong."""

    injected: Counter[str] = field(default_factory=Counter)
    codes: Counter[int] = field(default_factory=Counter)
    messages: Counter[str] = field(default_factory=Counter)
    calls: dict[str, int] = field(default_factory=dict)
    words: int = 0
    strays: int = 0  # records that `verify` names, since the database does not know them
    faults: list[str] = field(default_factory=list)


class Bench:
    """An archive with a visit before it, on which faults are tried, each on a fresh copy of it."""

    def __init__(self, folder: Path, press: Press) -> None:
        self.folder = folder
        self.press = press
        self.clock = folder / "clock.json"
        self.config = folder / "monitor.toml"
        self._data = folder / "data"
        folder.mkdir(parents=True, exist_ok=True)
        drive(self.clock, MORNING)
        prepare(folder, press, self.clock)
        self._data.rename(folder / "fresh")

    def _command(self, *, known_names: bool = True) -> list[str]:
        """Return the command of a visit; with `known_names` one knows beforehand how its evidence file is called."""
        options = {**OPTIONS, "evidence__rotate_size": "1GB"}
        command = monitor(self.config, "--verbose", "tick", **options)
        if known_names:
            command = reading_here(command)
            command[2] = f"import secrets; secrets.token_hex = lambda size: 'torture'; {command[2]}"
        return command

    def _strace(self, *options: str) -> list[str]:
        evidence = self._data / "evidence"
        name = f"monitor-{VISIT:%Y%m%d%H%M%S}-torture-00001.warc.gz"
        files = [self._data / f"archive.db{end}" for end in ("", "-wal", "-journal")]
        paths = [*files, evidence, evidence / name, evidence / f"{name}.open"]
        chosen = [part for path in paths for part in ("-P", str(path))]
        return [strace() or "strace", "-f", "--seccomp-bpf", "-o", str(self.folder / "trace"), *chosen, *options]

    def count(self) -> dict[str, int]:
        """Return how many calls of each kind a thread makes at most in a visit that nothing disturbs."""
        self._renew()
        done = run([*self._strace("-e", f"trace={','.join(CALLS)}"), *self._command()])
        assert done.returncode == 0, done.stderr
        made = Counter(re.findall(r"^(\d+) +(\w+)\(", (self.folder / "trace").read_text(), re.MULTILINE))
        return {call: max((n for (_, name), n in made.items() if name == call), default=0) for call in CALLS}

    def _renew(self) -> None:
        shutil.rmtree(self._data, ignore_errors=True)
        shutil.copytree(self.folder / "fresh", self._data)
        drive(self.clock, VISIT)

    def attempt(self, fault: Fault, done: Failing, *, again: bool = True) -> None:
        """Make a visit with a fault, `again` one without it, and look at what is there then."""
        self._renew()
        disturbed = run([*self._strace("-e", f"trace={fault.call}", "-e", fault.inject), *self._command()])
        if "(INJECTED)" not in (self.folder / "trace").read_text(errors="replace"):
            return
        words = hear(disturbed.stderr.encode()).words
        faults = [*_ill_told(disturbed.returncode, disturbed.stderr)]
        if again:
            drive(self.clock, VISIT + timedelta(minutes=2))
            undisturbed = run(self._command(known_names=False))
            words += hear(undisturbed.stderr.encode()).words
            faults += _unrecovered(undisturbed.returncode, undisturbed.stderr)
        look, _ = mended(self._data, words, self.press)
        faults += look.faults
        done.strays += len(look.strays)
        done.injected[f"{fault.call} {fault.error}"] += 1
        done.codes[disturbed.returncode] += 1
        done.messages.update(_messages(disturbed.stderr)[:1])
        done.words += len(words)
        done.faults += [f"{fault}: {one}" for one in faults]


def _messages(said: str) -> list[str]:
    """Return what was told to a person, names of files left out."""
    return [re.sub(r"/\S*/", "", line) for line in said.splitlines() if line.startswith("monitor: ")]


def _ill_told(code: int, said: str) -> Iterator[str]:
    if code not in DOCUMENTED:
        yield f"ends with {code}: {said[-300:]}"
    if "Traceback" in said or '"exception"' in said or "this is a bug" in said:
        yield f"a traceback: {said[-600:]}"
    if code and not (_messages(said) and "  hint: " in said):
        yield f"no message with a hint: {said[-300:]}"


def _unrecovered(code: int, said: str) -> Iterator[str]:
    if code:
        yield f"the next visit ends with {code}: {said[-300:]}"
    if "LOST" in said:
        yield f"the next visit misses bytes: {said[-300:]}"


def every_fault(calls: dict[str, int]) -> Iterator[Fault]:
    """Yield each call with each error, so often as it is made: as it is likely, and where calls are few the other way.

    A full disk stays full, a bad sector is bad once.
    """
    for call, count in calls.items():
        for number in range(1, count + 1):
            yield Fault(call, "ENOSPC", number, LASTING)
            yield Fault(call, "EIO", number)
            if count <= FEW:
                yield Fault(call, "ENOSPC", number)
                yield Fault(call, "EIO", number, LASTING)


def fail_again_and_again(
    folder: Path, tell: Tell = print, *, every: int = 1, first: int = 1, again_every: int = 10
) -> Failing:
    """Try every fault from the `first` on, or each so many-th; after each so many-th tried make another visit too."""
    done = Failing()
    with Press(1, 2).open() as press:
        bench = Bench(folder, press)
        done.calls = bench.count()
        for number, fault in enumerate(list(every_fault(done.calls))[first - 1 :: every], 1):
            bench.attempt(fault, done, again=number % again_every == 0)
            if number % TELL_EVERY == 0:
                tell(f"{sum(done.injected.values())} faults injected, {len(done.faults)} found wrong")
    return done
