"""How many workers a load needs: a simulation, since no test machine has 200,000 feeds. `python -m benchmarks.scaling`.

Feeds publish by rhythms of their own and are asked when core/schedule says; each new article is read, and read again by
the ladder of the configuration. Hosts are visited by one worker at a time and asked with a gap between two requests.
Each worker has one event loop, processes that read pages, and so many hosts in hand; all share one database. What each
step costs is measured elsewhere (`Costs`). The same seed gives the same figures.
"""

import argparse
from dataclasses import dataclass, replace

from benchmarks.scaling_model import Figures, Load, simulate

WORKERS = (1, 4, 16, 64)
_LINE = "{:>7} {:>9} {:>9} {:>9} {:>11} {:>11} {:>6} {:>8} {:>9} {:>6}"
_TITLES = ("workers", "polls/s", "reads/s", "backlog", "late 50 %", "late 95 %", "loop", "readers", "database", "slots")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for on the command line."""

    load: Load
    workers: tuple[int, ...]
    minutes: float


def main() -> None:
    """Print a table: what so many workers get done, how late they are, and what is busy for which share of the time."""
    asked = _arguments()
    load = asked.load
    told = f"{load.feeds:,} feeds on {load.hosts:,} hosts, {load.articles_daily:,.0f} articles a day, each read again"
    print(f"{told} {load.rechecks:.1f} times in its first week; {asked.minutes:.0f} simulated minutes")
    print(f"{load.costs}")
    print(_LINE.format(*_TITLES))
    for workers in asked.workers:
        print(_row(workers, simulate(load, workers, asked.minutes * 60)), flush=True)


def _arguments() -> Asked:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scaling", description=__doc__)
    parser.add_argument("--feeds", type=int, default=200_000)
    parser.add_argument("--articles", type=float, default=1_000_000, help="a day, of all feeds")
    parser.add_argument("--hosts", type=int, default=50_000)
    parser.add_argument("--workers", type=int, nargs="+", default=list(WORKERS))
    parser.add_argument("--minutes", type=float, default=20, help="simulated; the first third is not counted")
    parser.add_argument("--slots", type=int, default=64, help="hosts that a worker visits at once (daemon.hosts)")
    parser.add_argument("--readers", type=int, default=4, help="processes of a worker that read pages")
    parser.add_argument("--database", type=int, default=8, help="transactions that the database does at once")
    given = parser.parse_args()
    costs = replace(Load().costs, readers=given.readers, slots=given.slots, database=given.database)
    load = Load(given.feeds, given.hosts, given.articles, costs=costs)
    return Asked(load, tuple(given.workers), given.minutes)


def _row(workers: int, found: Figures) -> str:
    shares = (f"{share:.0%}" for share in (found.loop, found.readers, found.database, found.slots))
    times = (_say(found.late_50_s), _say(found.late_95_s))
    return _LINE.format(
        workers, f"{found.polls:.1f}", f"{found.reads:.1f}", f"{found.backlog:,}", *times, *shares
    )  # fmt: skip


def _say(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


if __name__ == "__main__":
    main()
