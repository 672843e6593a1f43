"""`python -m tests.machine [package] [wheel]`: the guide for administrators, walked on fresh Debian machines.

Each has a systemd of its own, and everything is done there as it is written, from `apt install` to `userdel`; and
systemd is tried with what the tests can only pretend. Needs root, debootstrap and systemd-container, some 2 GB below
`--folder`, and the registries of Debian and Python. About five minutes a way. Ends with 1 where something was wrong.
"""

import argparse
import os
import re
import shutil
import signal
import sys
import time
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from tests.e2e.guide import WAYS
from tests.machine import rootfs, trials
from tests.machine.booted import Booted, running
from tests.machine.stand_ins import world
from tests.machine.walk import Walk

WORKERS = "sudo -u monitor monitor workers"


def main() -> int:
    """Walk the ways asked for; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.machine", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("ways", nargs="*", metavar="WAY", help=f"how the program is installed: {', '.join(WAYS)}")
    parser.add_argument("--folder", type=Path, default=Path("/var/tmp/monitor-machines"), help="where the machines are")
    parser.add_argument("--keep", action="store_true", help="keep the fresh Debian for the next time")
    parser.add_argument("--guide", action="store_true", help="walk the guide only, without trials of systemd")
    options = parser.parse_args()
    if unknown := set(options.ways) - set(WAYS):
        parser.error(f"there is no way {', '.join(sorted(unknown))}")
    if lacking := [name for name in ("debootstrap", "systemd-nspawn", "nsenter") if shutil.which(name) is None]:
        parser.error(f"these are not installed: {', '.join(lacking)}")
    if os.geteuid():
        parser.error("only root can boot a machine")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))  # and everything is taken down on the way out
    return walked(options.ways or WAYS, options.folder.resolve(), keep=options.keep, trying=not options.guide)


def walked(ways: Iterable[str], folder: Path, *, keep: bool, trying: bool) -> int:
    """Walk the ways; return the exit code."""
    folder.mkdir(parents=True, exist_ok=True)
    base = rootfs.made(folder)
    wrong: list[str] = []
    try:
        for way in ways:
            print(f"== {way}", flush=True)
            began = time.monotonic()
            try:
                found = walk(way, folder, base, trials.AT_WORK if trying else ())
            except AssertionError as error:
                found = [f"{way} came to an end: {error}"]
            wrong += found
            print(f"== {way}: {len(found)} faults, {time.monotonic() - began:.0f} s", flush=True)
    finally:
        if not keep:
            shutil.rmtree(folder)
    for line in wrong:
        print(f"WRONG: {line}")
    return 1 if wrong else 0


def walk(way: str, folder: Path, base: Path, trying: Iterable[trials.Trial]) -> list[str]:
    """Walk one way; return what was wrong."""
    with ExitStack() as stack:
        words, box, certificate = stack.enter_context(world(folder / "world"))

        def machine(name: str) -> Booted:
            return stack.enter_context(running(stack.enter_context(rootfs.layer(folder, base, name)), name))

        going = Walk(way, machine("first"), machine, words, certificate)
        going.go(until="Back up, and rehearse the restore")
        going.tried(trying)
        going.go(since="Back up, and rehearse the restore")
        told = going.heard.get(WORKERS, "")
        if len(re.findall(r"^\S+ .* working ", told, re.MULTILINE)) != 2:
            going.wrong.append(f"both should work: {told}")
        if [mail["To"] for mail in box.mails] != ["desk@news.example"]:
            going.wrong.append(f"{len(box.mails)} mails came")
        return going.wrong


if __name__ == "__main__":
    sys.exit(main())
