"""`python -m tests.torture [kills] [cuts] [faults] [full]`: the long form, all of it or the chapters asked for.

Ends with 1 where something was found wrong. Everything is kept under `--folder` then, and removed otherwise.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.torture import cuts, faults, kills, small_disk
from tests.torture.tracing import strace

CHAPTERS = ("kills", "cuts", "faults", "full")
SHOWN = 20  # faults


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the chapters asked for; return the exit code."""
    chosen = _arguments(arguments)
    folder = Path(chosen.folder or tempfile.mkdtemp(prefix="monitor-torture-"))
    wrong = 0
    for chapter in chosen.chapters or CHAPTERS:
        print(f"== {chapter} (seed {chosen.seed})", flush=True)
        began = time.monotonic()
        found = _CHAPTERS[chapter](folder / chapter, chosen)
        wrong += len(found)
        for line in found[:SHOWN]:
            print(f"  WRONG: {line}")
        print(f"== {chapter}: {len(found)} faults, {time.monotonic() - began:.0f} s", flush=True)
    if wrong:
        print(f"everything is kept in {folder}")
    else:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if wrong else 0


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description="Torture the archive.")
    parser.add_argument("chapters", nargs="*", metavar="CHAPTER", help=f"of {', '.join(CHAPTERS)}; else all")
    parser.add_argument("--kills", type=int, default=300, help="how often the daemon is killed (300)")
    parser.add_argument("--cuts", type=int, default=500, help="power cuts of each model (500)")
    parser.add_argument(
        "--lives",
        type=int,
        default=3,
        help="recordings that the power cuts are shared among, the last with compaction (3)",
    )
    parser.add_argument("--every", type=int, default=1, help="inject each so many-th fault only (1)")
    parser.add_argument("--first", type=int, default=1, help="begin with that fault: to go on with a run (1)")
    parser.add_argument("--seed", type=int, default=1, help="of everything that is left to chance (1)")
    parser.add_argument("--folder", help="where to work; else a temporary folder")
    chosen = parser.parse_args(given)
    if unknown := set(chosen.chapters) - set(CHAPTERS):
        parser.error(f"no such chapter: {', '.join(sorted(unknown))}")
    return chosen


def _tell(line: str) -> None:
    print(f"  {line}", flush=True)


def _kill(folder: Path, chosen: argparse.Namespace) -> list[str]:
    done = kills.kill_again_and_again(folder, chosen.kills, chosen.seed, _tell)
    _tell(f"{done.kills} kills, {done.at_work} of them at full speed; {len(done.words)} words given, each kept")
    _tell(f"{done.looks} looks at everything: {_sum(done.counts)}")
    _tell(f"mended: {done.events['evidence.repaired']} files, {done.events['evidence.orphan_indexed']} orphan records")
    return done.faults


def _cut(folder: Path, chosen: argparse.Namespace) -> list[str]:
    if (why := _no_strace()) is not None:
        return [why]
    done = cuts.Cutting()
    for number in range(chosen.lives):
        last = number == chosen.lives - 1
        recording = cuts.record(folder / f"life-{number}", 4.0, chores=last)
        share = chosen.cuts // chosen.lives + (chosen.cuts % chosen.lives if last else 0)
        cuts.cut_again_and_again(recording, folder / "disk", share, chosen.seed + number, done, _tell)
    _tell(f"cuts: {_sum(done.cuts)}; of {done.events} recorded events, {done.syncs} of them syncs")
    _tell(f"{done.words} words given before them; {done.repairs} files mended, {done.strays} records told by verify")
    _tell(f"{done.redacted} came after a redaction; after {done.torn_copies} of all a plain file is to be made again")
    return done.faults


def _fault(folder: Path, chosen: argparse.Namespace) -> list[str]:
    if (why := _no_strace()) is not None:
        return [why]
    done = faults.fail_again_and_again(folder, _tell, every=chosen.every, first=chosen.first)
    _tell(f"calls of a visit: {_sum(Counter(done.calls))}")
    _tell(f"faults injected: {_sum(done.injected)}; {done.words} words given, {done.strays} records told by verify")
    _tell(f"exit codes: {', '.join(f'{code}: {count}' for code, count in sorted(done.codes.items()))}")
    for message, count in done.messages.most_common():
        _tell(f"{count:5} times: {message}")
    return done.faults


def _fill(folder: Path, chosen: argparse.Namespace) -> list[str]:
    if (why := small_disk.why_not(folder)) is not None:
        _tell(f"skipped: {why}")
        return []
    done = small_disk.fill(folder / "disk")
    _tell(f"the daemon ended with {done.code}; {done.words} words given before; it said: {done.told}")
    return [*done.faults, *([] if done.told and done.code in (1, 5, 6) else ["it did not say that the disk is full"])]


def _no_strace() -> str | None:
    return None if strace() else "strace is not installed"


def _sum(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {what}" for what, count in sorted(counts.items()))


_CHAPTERS: dict[str, Callable[[Path, argparse.Namespace], list[str]]] = {
    "kills": _kill,
    "cuts": _cut,
    "faults": _fault,
    "full": _fill,
}

if __name__ == "__main__":
    sys.exit(main())
