"""Cut the power of a machine that archives, at random points, and open what is left on its disk."""

import os
import shutil
import signal
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.e2e.processes import PATIENCE, monitor
from tests.torture.disks import Disk
from tests.torture.kills import Tell
from tests.torture.lives import OPTIONS, life, reading_here, write_config
from tests.torture.press import Press
from tests.torture.recovering import mended
from tests.torture.said import Word, hear
from tests.torture.tracing import Event, events, first_process, traced

MODELS = ("strict", "ordered")
TELL_EVERY = 100
WARM = 4  # articles archived, before the time that a life is given counts
# What moves and removes evidence.
CHORES = (("verify",), ("compact", "--now"), ("redact", "1", "--reason", "for the torture", "--yes"))


@dataclass
class Cutting:
    """What came of it: cuts by model, what had been acknowledged before them, what was found wrong after them."""

    cuts: Counter[str] = field(default_factory=Counter)
    events: int = 0
    syncs: int = 0
    words: int = 0
    repairs: int = 0
    strays: int = 0  # records that `verify` names, since the database does not know them
    redacted: int = 0  # cuts after which the document that was to be redacted is
    torn_copies: int = 0  # cuts after which the plain files beside the archive are not those that it thinks they are
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Recording:
    """A few lives of an archive: everything that happened to its files, in order, and to the logs beside them."""

    root: Path
    events: tuple[Event, ...]
    press: Press
    chores: bool = False  # the last of which redacted document 1


def record(folder: Path, seconds: float, *, hosts: int = 3, lives: int = 3, chores: bool = False) -> Recording:
    """Begin an archive, let a daemon work on it and be killed, then another one mend it, work, and end by itself.

    With fewer `lives` the last of these are left out; with `chores` its evidence is compacted and redacted then.
    """
    folder.mkdir(parents=True)
    with Press(hosts, 100_000).open() as press:
        config = write_config(folder, press)
        begin = monitor(config, "add-source", *press.feeds, "--every", "1s", **OPTIONS)
        work = monitor(config, "run", **OPTIONS)
        lived = [(begin, None), (work, signal.SIGKILL), (work, signal.SIGTERM)][:lives]
        lived += [(monitor(config, *chore, **OPTIONS), None) for chore in CHORES if chores]
        for number, (command, ending) in enumerate(lived):
            _trace(folder, number, command, seconds, ending)
    happened = (event for number in range(len(lived)) for event in events(folder / f"trace-{number}", folder))
    kept = tuple(event for event in happened if _counts(event, folder))
    return Recording(folder / "data", kept, press, chores)


def _counts(event: Event, folder: Path) -> bool:
    return event.path.startswith((f"{folder}/data", f"{folder}/log-"))


def _trace(folder: Path, number: int, command: list[str], seconds: float, ending: signal.Signals | None) -> None:
    """Run a command under strace: to its end, or until it has worked for some seconds."""
    trace, log = folder / f"trace-{number}", folder / f"log-{number}"
    with life(traced(trace, reading_here(command)), log) as process:
        if ending is not None:
            deadline = time.monotonic() + PATIENCE
            while log.read_bytes().count(b"document.archived") < WARM:
                assert process.poll() is None, log.read_text()[-2000:]
                assert time.monotonic() < deadline, "it took too long"
                time.sleep(0.05)
            time.sleep(seconds)
            _send(ending, first_process(trace))
        code = process.wait(PATIENCE)
    assert ending is not None or code == 0, f"{command} ended with {code}: {log.read_text()[-2000:]}"


def _send(ending: signal.Signals, process: int) -> None:
    """End a process. One to be killed is stopped before, so that strace hears how its calls under way ended."""
    if ending is signal.SIGKILL:
        os.kill(process, signal.SIGSTOP)
        time.sleep(0.5)
    os.kill(process, ending)


def cut_again_and_again(
    recording: Recording,
    folder: Path,
    cuts: int,
    seed: int,
    done: Cutting,
    tell: Tell = print,
    *,
    one_will_do: bool = False,
) -> None:
    """Cut the power that often in each model, and look at every archive left; where `one_will_do`, up to a fault."""
    done.events += len(recording.events)
    done.syncs += sum(event.what == "end" for event in recording.events)
    for model in MODELS:
        chance = Random(f"{seed} {model}")
        for image, words, place in _images(recording, model, cuts, chance):
            at_end = place == len(recording.events) - 1
            _look(image, folder, recording, words, f"{model} cut at {place}", done, at_end=at_end)
            done.cuts[model] += 1
            done.words += len(words)
            if done.faults and one_will_do:
                return
            if done.cuts[model] % TELL_EVERY == 0:
                given = f"{done.words} words given before"
                tell(f"{done.cuts[model]} power cuts ({model}), {given}, {len(done.faults)} faults")


def _images(
    recording: Recording, model: str, cuts: int, chance: Random
) -> "Iterator[tuple[Mapping[str, bytes | None], list[Word], int]]":
    """Yield what is left after each of so many cuts, what was acknowledged before it, and after which event it came."""
    disk = Disk(recording.root, ordered=model == "ordered")
    log = bytearray()
    words: list[Word] = []
    places = _places(recording.events, cuts, chance)
    for number, event in enumerate(recording.events):
        if event.path.startswith(str(recording.root)):
            disk.happen(event)
        elif event.what == "write":
            log += event.data
            if b"\n" in event.data:
                words += hear(bytes(log)).words
                del log[: log.rfind(b"\n") + 1]
        for _ in range(places[number]):
            yield disk.cut(chance), list(words), number


def _places(happened: tuple[Event, ...], cuts: int, chance: Random) -> Counter[int]:
    """Choose after which events to cut: half anywhere, half where a sync or a name has just come, once at the end."""
    telling = [number for number, event in enumerate(happened) if event.what not in ("write", "open")]
    half = cuts // 2
    anywhere = chance.choices(range(len(happened)), k=cuts - half - 1)
    return Counter([*anywhere, *chance.choices(telling, k=half), len(happened) - 1])


def _look(
    image: Mapping[str, bytes | None],
    folder: Path,
    recording: Recording,
    words: list[Word],
    where: str,
    done: Cutting,
    *,
    at_end: bool,
) -> None:
    """Write what is left to a folder, open the archive there, let it mend itself, and look at it."""
    shutil.rmtree(folder, ignore_errors=True)
    lay_out(image, folder)
    look, repairs = mended(folder, words, recording.press)
    done.repairs += repairs
    done.strays += len(look.strays)
    done.torn_copies += look.counts["torn copy"] > 0
    done.faults += [f"{where}: {fault}" for fault in look.faults]
    done.redacted += look.counts["redacted"]
    if at_end and recording.chores and not look.counts["redacted"] and not look.faults:
        done.faults.append(f"{where}: what was redacted is back")


def lay_out(image: Mapping[str, bytes | None], folder: Path) -> None:
    """Write an image of a disk into a folder."""
    folder.mkdir(parents=True)
    for name, data in image.items():
        if data is None:
            (folder / name).mkdir(parents=True)
        else:
            (folder / name).write_bytes(data)
