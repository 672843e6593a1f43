"""Compare the schedule with those of other programs: `python -m benchmarks.schedule [REQUESTS_A_DAY] [--kinds N]`.

Every program polls the same made histories (benchmarks/histories.py) for 60 days with the same number of requests: as
many as ours makes by default, or REQUESTS_A_DAY of each. Printed are the median and 95th percentile of the minutes from
publication to discovery, and the articles that fell out of the feed unseen. A program that cannot be brought to that
number of requests, because of bounds of its own, is marked with the share of them that it makes.
"""

import argparse
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from itertools import islice
from statistics import geometric_mean

from benchmarks.aims import state
from benchmarks.histories import DAYS, History, histories
from benchmarks.replay import Result, ours, replay, tuned
from benchmarks.rivals import RIVALS
from monitor.core.schedule import SchedulePolicy

SEED = 7  # not among those that the figures in core/rhythm.py were chosen with (1 and 2)
MINUTE = 60.0
TOLERANCE = 0.02
WIDTH = 23

Row = Mapping[str, Result]


def main() -> None:
    """Print a row for each kind of outlet, and what they come to together."""
    arguments = _arguments()
    budget = arguments.requests
    print(f"{'median / 95th percentile in minutes, lost':42}{'requests':>9}", end="")
    print("".join(f"{name:>{WIDTH}}" for name in ("ours", *RIVALS)) + "   ours/best")
    rhythmic: list[Row] = []
    for history in islice(histories(SEED), arguments.kinds):
        row = compare(history, budget)
        print(_line(f"{history.kind}{' *' if history.rhythmic else ''}", row), flush=True)
        rhythmic += [row] if history.rhythmic else []
    _sum_up(rhythmic)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.schedule", description=__doc__)
    parser.add_argument("requests", nargs="?", type=float, metavar="REQUESTS_A_DAY", help="instead of our own number")
    parser.add_argument("--kinds", type=int, help="only the first so many kinds of outlet")
    return parser.parse_args()


def compare(history: History, budget: float | None) -> Row:
    """Return what became of a history with each program, ours first, at one number of requests."""
    make = ours(SchedulePolicy())
    mine = replay(history, make(1.0)) if budget is None else tuned(history, make, round(budget * DAYS))
    return {"ours": mine, **{name: tuned(history, partial(rival), mine.requests) for name, rival in RIVALS.items()}}


def best_other(row: Row, measure: Callable[[Result], float]) -> float:
    """Return the best figure of the other programs, those left out that make other numbers of requests."""
    fair = [one for name, one in row.items() if name != "ours" and _even(one, row["ours"])]
    return min(measure(one) for one in fair)


def quantile(values: Iterable[float], share: float) -> float:
    """Return the value below which that share of the values lies; 0 of none."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0.0


def _median(result: Result) -> float:
    return quantile(result.delays, 0.5) / MINUTE


def _late(result: Result) -> float:
    return quantile(result.delays, 0.95) / MINUTE


def _even(one: Result, other: Result) -> bool:
    return abs(one.requests / other.requests - 1.0) <= TOLERANCE


def _line(kind: str, row: Row) -> str:
    mine = row["ours"]
    cells = "".join(f"{_cell(one, mine):>{WIDTH}}" for one in row.values())
    return f"{kind:42}{mine.requests / DAYS:9.1f}{cells}{_median(mine) / best_other(row, _median):12.2f}"


def _cell(one: Result, mine: Result) -> str:
    off = "" if _even(one, mine) else f" (x{one.requests / mine.requests:.2f})"
    return f"{_median(one):.1f} / {_late(one):.0f}, {one.lost}{off}"


def _sum_up(rows: list[Row]) -> None:
    medians, lates = (
        geometric_mean([measure(row["ours"]) / best_other(row, measure) for row in rows])
        for measure in (_median, _late)
    )
    print(
        f"\n* outlets with a daily rhythm: {medians:.2f} of the best other's median, {lates:.2f} of its 95th percentile"
    )
    lost = {name: sum(row[name].lost for row in rows) for name in rows[0]}
    print("  lost: " + ", ".join(f"{name} {count}" for name, count in lost.items()))
    told = f"{medians:.2f} of the best other's median, {lost['ours']} lost"
    state("daily rhythm, equal requests", told, "at most 0.33, none lost", medians <= 1 / 3 and not lost["ours"])


if __name__ == "__main__":
    main()
