"""What changed, and was it told rightly? Ours beside three others, on scripted page histories.

`python -m benchmarks.changes [--quick] [--seed N] [--only KIND] [--days N] [--list [WORDS]]`. Every outlet is served
from this process, the whole program watches it for some simulated days, and what it tells is held against the script.
See docs/changes-benchmark.md.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from benchmarks.changes.histories import histories
from benchmarks.changes.misses import print_misses
from benchmarks.changes.outlets import OUTLETS
from benchmarks.changes.rivals import NAMES, hash_all, judge
from benchmarks.changes.running import run
from benchmarks.changes.scoring import score
from benchmarks.changes.tables import report
from monitor import log


def main() -> None:
    """Run, and print the tables."""
    arguments = _arguments()
    log.configure("error")
    random.seed(arguments.seed)
    began = time.monotonic()
    made = histories(arguments.seed, arguments.each, arguments.only, OUTLETS[:: arguments.every])
    print(
        f"{len(made)} histories of {len({one.outlet.host for one in made})} outlets, {arguments.days:g} days",
        flush=True,
    )
    with tempfile.TemporaryDirectory(prefix="changes-") as folder:
        ran = asyncio.run(
            run(made, Path(folder), arguments.days, arguments.workers, _progress(began, arguments.minutes))
        )
    seen = {number: tuple(one) for number, one in ran.press.observations.items()}
    checks = sum(map(len, seen.values()))
    print(
        f"{checks:,} checks in {ran.rounds:,} rounds until {ran.end:%d %b %H:%M}, {time.monotonic() - began:.0f} s",
        flush=True,
    )
    wanted = {one.body for several in seen.values() for one in several}
    hashes = hash_all({key: ran.press.bodies[key] for key in wanted}, arguments.workers)
    rivals = {number: [judge(one, hashes, rival) for rival in range(len(NAMES))] for number, one in seen.items()}
    scores = [score(one, ran.views[one.number], seen[one.number], ran.end) for one in made]
    print(f"{len(wanted):,} answers judged by the others, {time.monotonic() - began:.0f} s")
    report(scores, rivals)
    if arguments.list is not None:
        print_misses(scores, arguments.list)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.changes", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="six outlets, six days; trust these figures less")
    parser.add_argument("--each", type=int, default=29, help="articles of each outlet (29)")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="every N-th outlet only")
    parser.add_argument("--days", type=float, default=9.0, help="simulated days (9)")
    parser.add_argument("--minutes", type=float, default=60.0, help="of real time; then what was seen is judged (60)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", metavar="KIND", help="histories with this edit, end or noise only")
    parser.add_argument("--workers", type=int, default=2, help="processes that extract (2)")
    parser.add_argument(
        "--list", nargs="?", const="", metavar="WORDS", help="print each fault, or those with these words"
    )
    arguments = parser.parse_args()
    if arguments.quick:
        arguments.every, arguments.days = 3, min(arguments.days, 6.0)
    return arguments


def _progress(began: float, minutes: float) -> Callable[[datetime, int], bool]:
    """Tell on a terminal how far it is, and say when the time is over."""
    told = time.monotonic()

    def tell(now: datetime, requests: int) -> bool:
        nonlocal told
        if sys.stderr.isatty() and time.monotonic() - told > 2:
            told = time.monotonic()
            print(f"\r{now:%d %b %H:%M}, {requests:,} requests, {told - began:.0f} s ", end="", file=sys.stderr)
        return time.monotonic() - began < minutes * 60

    return tell


if __name__ == "__main__":
    main()
