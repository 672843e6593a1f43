"""Kill the daemon, again and again, at random points of its work; one archive lives through all of it."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.e2e.processes import PATIENCE, Process, end, monitor
from tests.torture.examining import Look
from tests.torture.lives import OPTIONS, life, prepare
from tests.torture.press import Press
from tests.torture.recovering import examined
from tests.torture.said import Said, Word, read_log

# What is waited for, and how many seconds at most after it the kill comes; with the share of the kills.
MOMENTS = (
    (0.15, b"", 1.5),  # while it starts, and mends what the kill before it left
    (0.25, b"daemon.started", 1.5),  # while the reader of pages starts
    (0.60, b"document.archived", 1.0),  # at full speed
)
LOOK_EVERY = 25  # kills after which everything is looked at

Tell = Callable[[str], None]


@dataclass
class Killing:
    """What came of it: kills in all, kills at work, what was acknowledged, what was found wrong."""

    kills: int = 0
    at_work: int = 0
    looks: int = 0
    words: list[Word] = field(default_factory=list)
    events: Counter[str] = field(default_factory=Counter)
    strays: int = 0  # records that `verify` names, since the database does not know them
    torn: int = 0  # files that had bytes which no transaction knew of
    faults: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, said: Said) -> None:
        """Take in what a life said."""
        self.words += said.words
        self.events.update(event for event in said.events if "." in event and " " not in event)
        self.faults += [f"said: {line[:300]}" for line in said.strange]
        self.faults += [f"repaired: {what}" for what in said.repairs if "LOST" in what or "left alone" in what]
        self.torn += sum("cut off" in what or "removed" in what for what in said.repairs)

    def take(self, look: Look) -> None:
        """Take in what a look found."""
        self.looks += 1
        self.counts = look.counts
        self.strays = len(look.strays)
        self.faults += [fault for fault in look.faults if fault not in self.faults]


def kill_again_and_again(
    folder: Path,
    kills: int,
    seed: int,
    tell: Tell = print,
    *,
    hosts: int = 12,
    look_every: int = LOOK_EVERY,
    warm: bool = False,
) -> Killing:
    """Kill a daemon that often, looking at everything after every so many kills; the last look is at its own end.

    Those after the first are `warm`, if asked for (see `life`).
    """
    chance, done = Random(seed), Killing()
    with Press(hosts, 100_000).open() as press:
        config = prepare(folder, press)
        command = monitor(config, "run", **OPTIONS)
        while done.kills < kills:
            done.at_work += _one_life(command, folder / "log", chance, warm=warm and done.kills > 0)
            done.kills += 1
            done.add(read_log(folder / "log"))
            if done.kills % look_every == 0 or done.kills == kills:
                _live_to_the_end(command, folder / "log", done, warm=warm)
                done.take(examined(folder / "data", done.words, press))
                tell(f"{done.kills} kills, {_said(done)}")
            if done.faults:
                break
    return done


def _one_life(command: list[str], log: Path, chance: Random, *, warm: bool) -> bool:
    """Let a daemon work for a random while, and kill it; True when it was at full speed by then."""
    _, awaited, longest = chance.choices(MOMENTS, [share for share, *_ in MOMENTS])[0]
    with life(command, log, warm=warm) as process:
        _wait_for(awaited, log, process)
        time.sleep(chance.random() * longest)
        process.kill()
        process.wait(PATIENCE)
    return b"document.archived" in log.read_bytes()


def _wait_for(what: bytes, log: Path, process: Process) -> None:
    deadline = time.monotonic() + PATIENCE
    while what not in log.read_bytes():
        assert process.poll() is None, log.read_text()[-2000:]
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.005)


def _live_to_the_end(command: list[str], log: Path, done: Killing, *, warm: bool) -> None:
    """Let a daemon mend what the last kill left, and end by itself."""
    with life(command, log, warm=warm) as process:
        _wait_for(b"daemon.started", log, process)
        code, _ = end(process)
    if code:
        done.faults.append(f"a daemon that was asked to end ended with {code}")
    done.add(read_log(log))


def _said(done: Killing) -> str:
    found = ", ".join(f"{count} {what}s" for what, count in sorted(done.counts.items()) if count)
    mended = f"{done.events['evidence.repaired']} files mended, {done.torn} of them torn, {done.events['leases.freed']}"
    return f"{len(done.faults)} faults; {found}; {mended} times leases freed"
